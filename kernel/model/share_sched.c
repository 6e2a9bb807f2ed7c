// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the scheduler of one pCPU. Calls nothing.
 *
 * Each entity is a constant-bandwidth server with Q cycles in every period T,
 * scheduled earliest deadline first. As long as the sum of Q/T is at most 1, EDF
 * gives a server that is always runnable its whole Q before each deadline.
 *
 * An empty budget is refilled at the deadline and not before (a hard reservation:
 * this is what "capped" means). A server with budget left at its deadline is late
 * because the host took cycles; it keeps its deadline, and so its priority, until it
 * has caught up.
 *
 * Time taken by the host or the machine (a hypervisor's steal time, an SMI, a
 * softirq) is not used by the guest, but inside a slice it cannot always be told
 * apart. So an overrun that the monitor's own work cannot explain leaves a debt of
 * half a budget at most: the server runs again after its next refill, within two
 * periods.
 */
#include "pure.h"
#include "model/share.h"

#define EXTRA_PARTS 8	/* idle time is given in slices of T / 8 */
#define OWN_PARTS 50	/* the monitor's own work delays the end of a slice by <= T / 50 */
#define DEBT_PERIODS 50	/* limit of the debt from share_charge(), in budgets */

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

/* Begin a new server period with a full budget. */
static void start_period(struct share_entity *e, u64 now)
{
	e->left = (s64)e->budget;
	e->deadline = now + e->period;
}

/*
 * Refill an empty budget. An overrun may take several periods to pay back; periods
 * that would overfill the budget are dropped.
 */
static void refill_budget(struct share_entity *e, u64 now)
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

/* So much can be owed for work done outside of slices: the server always runs again. */
static s64 most_debt(const struct share_entity *e)
{
	return -(s64)(e->budget * DEBT_PERIODS);
}

void share_set_percent(struct share_entity *e, unsigned int percent, u64 now)
{
	u64 old = e->budget;
	u64 rest;

	refill_budget(e, now);
	rest = e->deadline > now ? min(e->deadline - now, e->period) : 0;
	e->percent = percent;
	e->budget = budget_of(percent, e->period);
	if (e->budget >= old)
		e->left += (s64)mul_u64_u64_div_u64(e->budget - old, rest, e->period);
	else
		e->left -= (s64)mul_u64_u64_div_u64(old - e->budget, rest, e->period);
	/* A debt from a larger share must not take longer to pay with a smaller one. */
	e->left = max(e->left, most_debt(e));
}

/* Is @left more than the server could use before its deadline at its own rate? */
static bool over_rate(const struct share_entity *e, s64 left, u64 now)
{
	if (left <= 0 || now >= e->deadline)
		return left > 0;
	return (u64)left > mul_u64_u64_div_u64(e->budget, e->deadline - now, e->period);
}

/*
 * A server must not save up time by sleeping: it keeps the old deadline only if the
 * rest of its budget could be used before it at the server's own rate; otherwise a
 * new period starts now.
 *
 * Exception: a server that halts briefly after it waited for others must not lose
 * its budget. It also keeps the old deadline with the budget that it would have left
 * had it run while it slept, which the schedule of the others allows for.
 */
void share_wake(struct share_entity *e, u64 now)
{
	s64 had_run;

	if (e->runnable)
		return;
	e->runnable = true;
	refill_budget(e, now);
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

static bool has_budget(const struct share_entity *e)
{
	return e->runnable && e->left > 0;
}

/*
 * Postpone all missed deadlines by @lost, which keeps their order. A server that
 * slept during the loss, or was refilled since, has not missed its deadline:
 * postponing that would delay its refill for no reason.
 */
static void postpone_deadlines(struct share_entity *const ents[], unsigned int n, u64 now, u64 lost)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct share_entity *e = ents[i];

		if (e && e->runnable && e->deadline < now)
			e->deadline = min(e->deadline + lost, now + e->period);
	}
}

/*
 * Refill budgets that are due, and find the server that is furthest behind. Up to
 * half a period is made up; the rest is lost to the host, for all servers that were
 * runnable alike. (Forgiving each server its own loss would favour some; making up a
 * whole period could delay a server that has no debt by that much.)
 */
static void update_servers(struct share_entity *const ents[], unsigned int n, u64 now)
{
	u64 lost = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct share_entity *e = ents[i];

		if (!e || !e->runnable)
			continue;
		refill_budget(e, now);
		if (e->left > 0 && now > e->deadline + e->period / 2)
			lost = max(lost, now - e->deadline - e->period / 2);
	}
	if (lost)
		postpone_deadlines(ents, n, now, lost);
}

static int pick_guaranteed(struct share_entity *const ents[], unsigned int n)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!ents[i] || !has_budget(ents[i]))
			continue;
		if (best < 0 || ents[i]->deadline < ents[best]->deadline)
			best = (int)i;
	}
	return best;
}

/* The runnable uncapped server that got the least idle time. */
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
 * Keep the servers that share idle time within one slice of each other: one that is
 * further behind was asleep or is new, and has no claim to the difference.
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
 * When the refill of another server gives it an earlier deadline than the chosen
 * one's, which takes a shorter period: the slice ends there.
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

	update_servers(ents, n, now);
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

/* Budget left after @cycles, not all of which the server itself may have used. */
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
	e->used += cycles;
	e->left = max(e->left - (s64)cycles, min(e->left, most_debt(e)));
}
