// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the scheduler of one pCPU. Calls nothing.
 *
 * Each entity is a constant-bandwidth server: Q cycles of every period T, served
 * earliest deadline first. While the sum of Q/T is at most 1, EDF gives a server
 * that is runnable throughout its whole Q before each of its deadlines.
 *
 * An empty budget is refilled at the deadline and not before (a hard
 * reservation: this is what "capped" means). A budget that is not empty at its
 * deadline belongs to a server that came late because cycles were lost to the
 * host; it keeps its place in front until it has caught up.
 *
 * Time that the host or the machine takes (a hypervisor's steal, an SMI, a
 * softirq) is not the guest's, and inside a slice it cannot always be told from
 * the guest's own. So an overrun that the monitor's own work cannot explain
 * leaves a debt of half a budget at most: the server runs again after its next
 * refill, within two periods.
 */
#include "pure.h"
#include "model/share.h"

#define EXTRA_PARTS 8	/* idle time is handed out in slices of T / 8 */
#define OWN_PARTS 50	/* the monitor's own work ends a slice late by T / 50 at most */
#define DEBT_PERIODS 50	/* most that share_charge() can put on a server, in budgets */

static u64 budget_of(unsigned int percent, u64 period)
{
	return mul_u64_u32_div(period, percent, 100);
}

void share_entity_init(struct share_entity *e, unsigned int percent, u64 period, u64 now)
{
	memset(e, 0, sizeof(*e));
	e->percent = percent;
	e->period = period;
	e->budget = budget_of(percent, period);
	e->own = period / OWN_PARTS;
	e->left = (s64)e->budget;
	e->deadline = now + period;
	e->capped = true;
}

/* A new server period that owes nothing to the past. */
static void start_period(struct share_entity *e, u64 now)
{
	e->left = (s64)e->budget;
	e->deadline = now + e->period;
}

/*
 * Give an empty budget what became due up to now. An overrun may take several
 * periods to be paid back; those that would overfill the budget do not count.
 */
static void refill(struct share_entity *e, u64 now)
{
	u64 due, need;

	if (e->left > 0 || now < e->deadline || !e->budget)
		return;
	need = (u64)-e->left / e->budget + 1;
	due = (now - e->deadline) / e->period + 1;
	due = min(due, need);
	e->left += (s64)(due * e->budget);
	e->deadline += due * e->period;
}

void share_set_percent(struct share_entity *e, unsigned int percent, u64 now)
{
	u64 old = e->budget;
	u64 rest;

	refill(e, now);
	rest = e->deadline > now ? min(e->deadline - now, e->period) : 0;
	e->percent = percent;
	e->budget = budget_of(percent, e->period);
	if (e->budget >= old)
		e->left += (s64)mul_u64_u64_div_u64(e->budget - old, rest, e->period);
	else
		e->left -= (s64)mul_u64_u64_div_u64(old - e->budget, rest, e->period);
}

/* Is @left more than the server's own rate makes of the time up to its deadline? */
static bool over_rate(const struct share_entity *e, s64 left, u64 now)
{
	if (left <= 0 || now >= e->deadline)
		return left > 0;
	return (u64)left > mul_u64_u64_div_u64(e->budget, e->deadline - now, e->period);
}

/*
 * The rule that keeps a sleeper from taking time of others: the old deadline
 * holds only if what is left of the budget could be used before it at the
 * server's own rate; else a new period starts now. Nothing is saved up.
 *
 * One exception, or whoever halts for a moment after having waited for others
 * would lose what he waited for: the old deadline also holds for what would be
 * left had he run all the time that he slept. The others planned with that.
 */
void share_wake(struct share_entity *e, u64 now)
{
	s64 had_run;

	if (e->runnable)
		return;
	e->runnable = true;
	refill(e, now);
	if (!over_rate(e, e->left, now))
		return;
	had_run = e->left - (s64)min(now - e->blocked_at, e->period);
	if (now < e->deadline && over_rate(e, had_run, now))
		e->left = had_run;
	else
		start_period(e, now);
}

void share_block(struct share_entity *e, u64 now)
{
	if (e->runnable)
		e->blocked_at = now;
	e->runnable = false;
	e->extra_end = 0;
}

static bool eligible(const struct share_entity *e)
{
	return e->runnable && e->left > 0;
}

/*
 * Put off the deadlines that are behind, all by @lost, which keeps their order.
 * A server that slept through the loss, or was refilled since, has a deadline
 * that is not behind: put off, it would wait for its refill without a cause.
 */
static void put_off(struct share_entity *const ents[], unsigned int n, u64 now, u64 lost)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct share_entity *e = ents[i];

		if (e && e->runnable && e->deadline < now)
			e->deadline = min(e->deadline + lost, now + e->period);
	}
}

/*
 * Make what is due the budget, and look how far behind the latest one is. Half a
 * period is made up; the rest is lost to the host for good, and it is lost to all
 * alike that were there. (To forgive each server for itself would favour some. To
 * make up a whole period could put a server off that long which owes nothing.)
 */
static void update(struct share_entity *const ents[], unsigned int n, u64 now)
{
	u64 lost = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct share_entity *e = ents[i];

		if (!e || !e->runnable)
			continue;
		refill(e, now);
		if (e->left > 0 && now > e->deadline + e->period / 2)
			lost = max(lost, now - e->deadline - e->period / 2);
	}
	if (lost)
		put_off(ents, n, now, lost);
}

static int pick_guaranteed(struct share_entity *const ents[], unsigned int n)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!ents[i] || !eligible(ents[i]))
			continue;
		if (best < 0 || ents[i]->deadline < ents[best]->deadline)
			best = (int)i;
	}
	return best;
}

/* Of the runnable uncapped ones, the one that got the least idle time. */
static int pick_extra(struct share_entity *const ents[], unsigned int n)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!ents[i] || !ents[i]->runnable || ents[i]->capped)
			continue;
		if (best < 0 || ents[i]->extra < ents[best]->extra)
			best = (int)i;
	}
	return best;
}

/*
 * Those who take part in idle time are never further apart than one slice; who
 * is further behind slept or is new, and is not owed the difference.
 */
static void level_extra(struct share_entity *const ents[], unsigned int n, u64 slice)
{
	u64 most = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (ents[i] && ents[i]->runnable && !ents[i]->capped)
			most = max(most, ents[i]->extra);
	for (i = 0; i < n; i++)
		if (ents[i] && ents[i]->extra + slice < most)
			ents[i]->extra = most - slice;
}

/*
 * The refill of a server with a shorter period can put it in front of the one
 * chosen; then the slice ends there. Equal periods never do that.
 */
static u64 next_preemption(struct share_entity *const ents[], unsigned int n, u64 deadline)
{
	u64 when = U64_MAX;
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct share_entity *e = ents[i];

		if (!e || !e->runnable || e->left > 0 || !e->budget)
			continue;
		if (e->deadline + e->period < deadline)
			when = min(when, e->deadline);
	}
	return when;
}

u64 share_next_event(struct share_entity *const ents[], unsigned int n)
{
	return next_preemption(ents, n, U64_MAX);
}

int share_pick(struct share_entity *const ents[], unsigned int n, u64 now, u64 *slice_end)
{
	struct share_entity *e;
	u64 slice;
	int best;

	update(ents, n, now);
	best = pick_guaranteed(ents, n);
	if (best >= 0) {
		e = ents[best];
		e->extra_end = 0;
		*slice_end = min(now + (u64)e->left, next_preemption(ents, n, e->deadline));
		return best;
	}
	best = pick_extra(ents, n);
	if (best >= 0) {
		e = ents[best];
		slice = e->period / EXTRA_PARTS + 1;
		level_extra(ents, n, slice);
		*slice_end = min(now + slice, share_next_event(ents, n));
		e->extra_end = *slice_end;
	}
	return best;
}

/* What is left after @cycles, of which the server itself may not have used all. */
static s64 left_after(const struct share_entity *e, u64 cycles)
{
	s64 left = e->left - (s64)cycles;
	s64 half = -(s64)(e->budget / 2);

	if (left >= half || left >= -(s64)e->own)
		return left;
	return min(e->left, half);
}

void share_debit(struct share_entity *e, u64 start, u64 end, u64 taken)
{
	u64 ran = end > start ? end - start : 0;
	u64 free = 0;

	/* It was dispatched all that time; what follows is what it pays for. */
	e->used += ran;
	ran -= min(taken, ran);
	if (e->extra_end > start)
		free = e->extra_end - start;
	free = min(free, ran);
	e->extra_end = 0;
	e->extra += free;
	e->left = left_after(e, ran - free);
}

void share_charge(struct share_entity *e, u64 cycles)
{
	s64 most = -(s64)(e->budget * DEBT_PERIODS);

	e->used += cycles;
	e->left = max(e->left - (s64)cycles, min(e->left, most));
}
