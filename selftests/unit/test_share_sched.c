// SPDX-License-Identifier: GPL-2.0
/* sources: model/share_sched.c */

/*
 * A simulated pCPU: a loop like the dispatcher's with a clock that only it advances.
 * LIPs block and wake at times that the test chooses; slices end late; the host takes
 * CPU time away.
 */
#include "pure.h"
#include "tap.h"
#include "model/share.h"

#define MAX	8
#define T	1000000ULL	/* cycles of a period */

struct lip_sim {
	struct share_entity e;
	u64 toggle;	/* time of the next block or wake, U64_MAX: never */
	u64 busy, idle;	/* mean lengths; 0: always runnable */
	u64 awake;	/* cycles for which it was runnable */
};

static struct lip_sim lip[MAX];
static struct share_entity *ents[MAX];
static unsigned int nr;
static u64 now, lost, busy_cpu;
static u64 late_max, switch_cost, steal_every, steal_len, next_steal;
static u64 origin;

static void sim_start(void)
{
	memset(lip, 0, sizeof(lip));
	memset(ents, 0, sizeof(ents));
	nr = 0;
	origin = 1ULL << 62 | tap_below(1 << 30);	/* a TSC after a long uptime */
	now = origin;
	lost = 0;
	busy_cpu = 0;
	late_max = 0;
	switch_cost = 0;
	steal_every = 0;
	steal_len = 0;
}

static struct lip_sim *sim_add(unsigned int percent, u64 period, u64 busy, u64 idle)
{
	struct lip_sim *l = &lip[nr];

	share_entity_init(&l->e, percent, period, now);
	l->busy = busy;
	l->idle = idle;
	l->toggle = busy ? now + 1 + tap_below(2 * busy) : U64_MAX;
	share_wake(&l->e, now);
	ents[nr++] = &l->e;
	return l;
}

static void sim_toggle_due(void)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct lip_sim *l = &lip[i];

		if (now < l->toggle)
			continue;
		if (l->e.runnable) {
			share_block(&l->e, now);
			l->toggle = now + 1 + tap_below(2 * l->idle);
		} else {
			share_wake(&l->e, now);
			l->toggle = now + 1 + tap_below(2 * l->busy);
		}
	}
}

static u64 sim_next_toggle(void)
{
	u64 when = U64_MAX;
	unsigned int i;

	for (i = 0; i < nr; i++)
		when = min(when, lip[i].toggle);
	return when;
}

static void sim_step_to(u64 to)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (lip[i].e.runnable)
			lip[i].awake += to - now;
	now = to;
}

static void sim_steal(void)
{
	if (!steal_every || now < next_steal)
		return;
	sim_step_to(now + steal_len);
	lost += steal_len;
	next_steal = now + steal_every;
}

/* One iteration of the dispatcher, not beyond @end except for a late slice. */
static void sim_turn(u64 end)
{
	u64 slice_end, start, until;
	int i;

	sim_toggle_due();
	sim_steal();
	i = share_pick(ents, nr, now, &slice_end);
	if (i < 0) {
		slice_end = share_next_event(ents, nr);
		CHECK(slice_end > now);
		sim_step_to(min3(slice_end, sim_next_toggle(), end));
		return;
	}
	CHECK(ents[i]->runnable && slice_end > now);
	start = now;
	sim_step_to(now + switch_cost);
	until = min3(slice_end, sim_next_toggle(), end);
	if (until == slice_end && late_max)
		until += tap_below(late_max);
	until = max(until, now);
	sim_step_to(until);
	busy_cpu += until - start;
	share_debit(ents[i], start, until, 0);
}

static void sim_run_until(u64 end)
{
	while (now < end)
		sim_turn(end);
}

/* Whether @got is within @slack of @percent of @cycles. */
static bool near(u64 got, u64 percent, u64 cycles, u64 slack)
{
	u64 want = cycles / 100 * percent;

	return got + slack >= want && got <= want + slack;
}

/* Always runnable, sum 100: each gets exactly its share of every period. */
TEST(share_is_exact_in_every_period)
{
	u64 was[MAX];
	unsigned int i, left, p;
	int round;

	for (round = 0; round < 100; round++) {
		sim_start();
		for (left = 100; left && nr < MAX - 1;) {
			p = 1 + tap_below(left);
			sim_add(p, T, 0, 0);
			left -= p;
		}
		if (left)
			sim_add(left, T, 0, 0);
		for (p = 1; p <= 20; p++) {
			for (i = 0; i < nr; i++)
				was[i] = lip[i].e.used;
			sim_run_until(origin + p * T);
			for (i = 0; i < nr; i++)
				REQUIRE(lip[i].e.used - was[i] == T / 100 * lip[i].e.percent);
		}
	}
}

/* A LIP that is alone on its pCPU is capped, too. */
TEST(capped_lip_alone_gets_only_its_share)
{
	sim_start();
	sim_add(30, T, 0, 0);
	sim_run_until(origin + 100 * T);
	CHECK_EQ(lip[0].e.used, 30 * T);
	CHECK_EQ(busy_cpu, 30 * T);
}

/* Periods of different lengths: EDF meets every deadline. */
TEST(share_is_exact_with_different_periods)
{
	int round, i;

	for (round = 0; round < 100; round++) {
		sim_start();
		sim_add(50, T, 0, 0);
		sim_add(25, T / 4, 0, 0);
		sim_add(25, T * 3 / 2, 0, 0);
		for (i = 1; i <= 12 * 20; i++) {
			sim_run_until(origin + i * T / 4);
			REQUIRE(lip[1].e.used == i * T / 16);
			REQUIRE(i % 4 || lip[0].e.used == i * T / 8);
			REQUIRE(i % 6 || lip[2].e.used == i * T / 16);
		}
	}
}

/* A slice ends exactly where another LIP gets an earlier deadline. */
TEST(slice_ends_where_the_choice_changes)
{
	u64 end;

	sim_start();
	sim_add(50, 4 * T, 0, 0);
	sim_add(25, T, 0, 0);
	CHECK_EQ(share_pick(ents, nr, now, &end), 1);
	CHECK_EQ(end, origin + T / 4);
	sim_run_until(end);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, origin + T);
	share_set_percent(&lip[0].e, 12, now);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, now + lip[0].e.left);
}

/*
 * Others block and wake at random: a LIP that is always runnable gets its exact share
 * in each of its periods.
 */
TEST(sleeping_lips_take_nothing_from_others)
{
	u64 was;
	int round, p;

	for (round = 0; round < 300; round++) {
		sim_start();
		sim_add(40, T, 0, 0);
		sim_add(20, T, 1 + tap_below(T / 2), 1 + tap_below(T / 2));
		sim_add(20, T, 1 + tap_below(3 * T), 1 + tap_below(T / 10));
		sim_add(20, T, 1 + tap_below(T / 10), 1 + tap_below(3 * T));
		for (p = 1; p <= 50; p++) {
			was = lip[0].e.used;
			sim_run_until(origin + p * T);
			REQUIRE(lip[0].e.used - was == T / 100 * 40);
		}
	}
}

/* No LIP gets more than its rate plus one budget, however it sleeps and wakes. */
TEST(sleeping_lips_accumulate_no_budget)
{
	unsigned int i;
	int round;

	for (round = 0; round < 300; round++) {
		sim_start();
		sim_add(50, T, 1 + tap_below(T), 1 + tap_below(5 * T));
		sim_add(30, T, 1 + tap_below(T / 5), 1 + tap_below(T / 5));
		sim_add(20, T, 1 + tap_below(5 * T), 1 + tap_below(20 * T));
		while (now < origin + 50 * T) {
			sim_turn(origin + 50 * T);
			for (i = 0; i < nr; i++)
				REQUIRE(lip[i].e.used <= (now - origin + T) / 100 *
					lip[i].e.percent + 100);
		}
	}
}

/* After a long sleep: no more than one budget in the following period. */
TEST(long_sleep_gives_one_budget)
{
	sim_start();
	sim_add(20, T, 0, 0);
	sim_run_until(origin + 3 * T);
	share_block(&lip[0].e, now);
	sim_run_until(origin + 40 * T + 12345);
	share_wake(&lip[0].e, now);
	sim_run_until(origin + 41 * T + 12345);
	CHECK_EQ(lip[0].e.used, 3 * T / 5 + T / 5);
}

/*
 * A short halt does not cost a LIP its share. (A simple server that starts a new
 * period at each such wake loses up to 2 of its 30 percent here.)
 */
TEST(short_halts_do_not_cost_the_share)
{
	u64 cycles = 1000 * T;
	int round;

	for (round = 0; round < 10; round++) {
		sim_start();
		sim_add(30, T, T / 100 + tap_below(T / 3), 30);
		sim_add(30, T, T / 10 + tap_below(2 * T), T / 10 + tap_below(2 * T));
		sim_add(20, T, T / 10 + tap_below(2 * T), T / 10 + tap_below(2 * T));
		sim_add(20, T, T / 10 + tap_below(T), T / 10 + tap_below(T));
		sim_run_until(origin + cycles);
		CHECK(near(lip[0].e.used, 30, cycles, cycles / 1000));
	}
}

/* Slices end late: an overrun is paid back, so the averages do not drift. */
TEST(overrun_is_paid_back)
{
	unsigned int i;
	int round;

	for (round = 0; round < 50; round++) {
		sim_start();
		late_max = T / 50;
		sim_add(50, T, 0, 0);
		sim_add(10, T, 0, 0);
		sim_add(30, T, 0, 0);
		sim_run_until(origin + 1000 * T);
		for (i = 0; i < nr; i++)
			REQUIRE(near(lip[i].e.used, lip[i].e.percent, 1000 * T, T / 20));
	}
}

/* The same with no CPU time to spare: the shares sum up to 100 percent. */
TEST(overrun_is_paid_back_at_100_percent)
{
	unsigned int i;

	sim_start();
	late_max = T / 50;
	sim_add(50, T, 0, 0);
	sim_add(15, T, 0, 0);
	sim_add(35, T, 0, 0);
	sim_run_until(origin + 1000 * T);
	for (i = 0; i < nr; i++)
		CHECK(near(lip[i].e.used, lip[i].e.percent, 1000 * T, T / 10));
}

/* An overrun longer than any of the monitor's own work comes from the host. */
TEST(debt_of_a_long_overrun_is_bounded)
{
	sim_start();
	sim_add(10, T, 0, 0);
	share_debit(&lip[0].e, now, now + T / 2, 0);	/* five budgets at once */
	CHECK_EQ(lip[0].e.left, -(T / 20));
	now += T / 2;
	sim_run_until(origin + 2 * T);
	CHECK_EQ(lip[0].e.used, T / 2 + T / 20);
	sim_run_until(origin + 10 * T);
	CHECK_EQ(lip[0].e.used, T / 2 + T / 20 + 8 * T / 10);
}

/* An overrun by the monitor itself is paid back in full, also by a small share. */
TEST(small_share_pays_back_a_monitor_overrun)
{
	unsigned int p;

	sim_start();
	sim_add(1, T, 0, 0);
	share_debit(&lip[0].e, now, now + T * 3 / 100, 0);	/* three budgets */
	CHECK_EQ(lip[0].e.left, -2 * (s64)T / 100);
	now += T * 3 / 100;
	for (p = 3; p < 10; p++) {
		sim_run_until(origin + p * T);
		CHECK_EQ(lip[0].e.used, p * T / 100);
	}
}

TEST(time_taken_by_the_host_is_not_charged)
{
	sim_start();
	sim_add(50, T, 0, 0);
	share_debit(&lip[0].e, now, now + T / 4, T / 10);
	CHECK_EQ(lip[0].e.used, T / 4);
	CHECK_EQ(lip[0].e.left, T / 4 + T / 10);
	share_debit(&lip[0].e, now, now + 10, 20);
	CHECK_EQ(lip[0].e.left, T / 4 + T / 10);
	CHECK_EQ(lip[0].e.used, T / 4 + 10);
}

/* Work done on behalf of a LIP is charged to it, up to a limit. */
TEST(work_on_behalf_of_a_lip_is_charged)
{
	u64 was;

	sim_start();
	sim_add(10, T, 0, 0);
	share_charge(&lip[0].e, T / 2);
	CHECK_EQ(lip[0].e.used, T / 2);
	sim_run_until(origin + 5 * T - 1);
	CHECK_EQ(lip[0].e.used, T / 2);
	sim_run_until(origin + 10 * T);
	CHECK_EQ(lip[0].e.used, T);
	share_charge(&lip[0].e, 1000 * T);
	was = lip[0].e.used;
	sim_run_until(origin + 65 * T);
	CHECK(lip[0].e.used > was);
}

/*
 * The host takes the pCPU between two slices while one LIP sleeps: that LIP has lost
 * nothing, and its deadline is not postponed with those of the others.
 */
TEST(deadline_of_a_sleeping_lip_is_not_postponed)
{
	u64 was;

	sim_start();
	sim_add(50, T, 0, 0);
	sim_add(40, T, 0, 0);
	sim_run_until(origin + 10 * T + T / 3);
	share_block(&lip[1].e, now);
	now += 100 * T;
	share_wake(&lip[1].e, now);
	sim_run_until(now + 2 * T);
	was = lip[1].e.used;
	sim_run_until(now + 10 * T);
	CHECK(near(lip[1].e.used - was, 40, 10 * T, T / 2));
}

/*
 * Random histories: the host takes the pCPU now and then, within a slice or between
 * two, for up to a hundred periods, while LIPs run, sleep and wake. Within two periods
 * after the last time each LIP that was runnable all the while has run; if the pCPU
 * was idle meanwhile, each has had at least half of its share (all of it from the
 * next period on).
 */
static void sim_host_takes_cpu(void)
{
	u64 len = T / 10 + tap_below(T / 10 << tap_below(11));
	u64 slice_end;
	int i;

	sim_toggle_due();
	i = tap_below(2) ? share_pick(ents, nr, now, &slice_end) : -1;
	if (i >= 0)
		share_debit(ents[i], now, now + len, 0);
	now += len;
}

static bool all_lips_ran(const u64 *was, const u64 *slept, u64 idle)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 got = lip[i].e.used - was[i];

		if (!lip[i].e.runnable || lip[i].awake < slept[i] + 2 * T)
			continue;
		if (!got || (idle && got < lip[i].e.budget / 2 - 1))
			return false;
	}
	return true;
}

static void random_lips(void)
{
	unsigned int left = 100, p;

	sim_start();
	while (nr < 5 && left > 1) {
		p = 1 + tap_below(left);
		left -= p;
		if (tap_below(2))
			sim_add(p, T, 0, 0);
		else
			sim_add(p, T, 1 + tap_below(2 * T), 1 + tap_below(2 * T));
	}
}

TEST(shares_recover_after_the_host_took_the_cpu)
{
	u64 was[MAX], awake[MAX], busy, start;
	unsigned int i, n;
	int round;

	for (round = 0; round < 100000; round++) {
		random_lips();
		sim_run_until(now + tap_below(2 * T));
		for (n = 1 + tap_below(4); n; n--) {
			sim_host_takes_cpu();
			if (n > 1)
				sim_run_until(now + tap_below(T));
		}
		for (i = 0; i < nr; i++) {
			was[i] = lip[i].e.used;
			awake[i] = lip[i].awake;
		}
		busy = busy_cpu;
		start = now;
		sim_run_until(start + 2 * T);
		REQUIRE(all_lips_ran(was, awake, 2 * T - (busy_cpu - busy)));
	}
}

/* Time that the host takes from the pCPU is lost to all LIPs in proportion. */
TEST(lost_time_is_spread_in_proportion)
{
	u64 have;
	unsigned int i;

	sim_start();
	switch_cost = T / 100;
	steal_every = T / 3;
	steal_len = T / 60;
	next_steal = now;
	sim_add(50, T, 0, 0);
	sim_add(30, T, 0, 0);
	sim_add(20, T, 0, 0);
	sim_run_until(origin + 2000 * T);
	have = now - origin - lost;
	CHECK(have < 1950 * T);
	CHECK(busy_cpu + T > have);
	for (i = 0; i < nr; i++)
		CHECK(near(lip[i].e.used, lip[i].e.percent, have, have / 500));
}

/* The host takes the pCPU for many periods: no LIP runs alone to make up for it. */
TEST(long_loss_is_forgiven)
{
	u64 was[2];

	sim_start();
	sim_add(50, T, 0, 0);
	sim_add(50, T, 0, 0);
	sim_run_until(origin + 10 * T + T / 3);
	now += 1000 * T;
	was[0] = lip[0].e.used;
	was[1] = lip[1].e.used;
	sim_run_until(now + 4 * T);
	CHECK(near(lip[0].e.used - was[0], 50, 4 * T, T / 2));
	CHECK(near(lip[1].e.used - was[1], 50, 4 * T, T / 2));
}

TEST(long_loss_does_not_lift_the_cap)
{
	sim_start();
	sim_add(30, T, 0, 0);
	sim_run_until(origin + 10 * T);
	now += 1000 * T;
	sim_run_until(now + 10 * T);
	CHECK(lip[0].e.used <= 3 * T + 3 * T + 6 * T / 10);
}

/* Lost time is made up later without lifting any LIP above its share permanently. */
TEST(short_loss_is_made_up)
{
	sim_start();
	sim_add(60, T, 0, 0);
	sim_add(30, T, 0, 0);
	sim_run_until(origin + 5 * T);
	now += T / 3;		/* 10 percent are unassigned to make up for it */
	sim_run_until(origin + 100 * T);
	CHECK(near(lip[0].e.used, 60, 100 * T, 1));
	CHECK(near(lip[1].e.used, 30, 100 * T, 1));
}

/* The patent's [0023]: 50 + 50 becomes 100, in the middle of a period. */
TEST(share_grows_at_once)
{
	u64 was;

	sim_start();
	sim_add(50, T, 0, 0);
	sim_add(50, T, 0, 0);
	sim_run_until(origin + 10 * T + T / 4);
	nr = 1;					/* the donor's LIP was removed */
	share_set_percent(&lip[0].e, 100, now);
	was = lip[0].e.used;
	sim_run_until(origin + 11 * T);
	CHECK(lip[0].e.used - was >= T * 5 / 8 - 1);
	was = lip[0].e.used;
	sim_run_until(origin + 21 * T);
	CHECK_EQ(lip[0].e.used - was, 10 * T);
}

/* Only in proportion to the rest of the period, or other LIPs would lose time. */
TEST(share_grows_in_proportion)
{
	sim_start();
	sim_add(40, T, 0, 0);
	sim_run_until(origin + T / 4);
	CHECK_EQ(lip[0].e.left, T * 15 / 100);
	share_set_percent(&lip[0].e, 60, now);
	CHECK_EQ(lip[0].e.left, T * 15 / 100 + T * 20 / 100 * 3 / 4);
}

TEST(share_shrinks_at_once)
{
	u64 was;

	sim_start();
	sim_add(80, T, 0, 0);
	sim_run_until(origin + T / 2);
	share_set_percent(&lip[0].e, 20, now);
	sim_run_until(origin + 10 * T);
	was = lip[0].e.used;
	CHECK(was <= T * 8 / 10 + 9 * T / 5 && was >= T / 2 + 8 * T / 5);
	sim_run_until(origin + 20 * T);
	CHECK_EQ(lip[0].e.used - was, 2 * T);
}

/* Found by the fuzzer: a debt of 50 large budgets took 2900 small ones to pay. */
TEST(debt_shrinks_with_the_share)
{
	u64 was;

	sim_start();
	sim_add(58, T, 0, 0);
	share_charge(&lip[0].e, 1000 * T);
	share_set_percent(&lip[0].e, 1, now);
	CHECK_EQ(lip[0].e.left, -(s64)(50 * T / 100));
	was = lip[0].e.used;
	sim_run_until(origin + 52 * T);
	CHECK(lip[0].e.used > was);
}

/* Uncapped: the share is still guaranteed, and idle time is split evenly. */
TEST(uncapped_split_idle_time)
{
	sim_start();
	sim_add(40, T, 0, 0);
	sim_add(20, T, 0, 0)->e.capped = false;
	sim_add(10, T, 0, 0)->e.capped = false;
	sim_run_until(origin + 100 * T);
	CHECK_EQ(busy_cpu, 100 * T);
	CHECK_EQ(lip[0].e.used, 40 * T);
	CHECK(near(lip[1].e.used, 35, 100 * T, T / 4));
	CHECK(near(lip[2].e.used, 25, 100 * T, T / 4));
}

/* Idle time while asleep is not made up; a new LIP does not take all of it. */
TEST(uncapped_accumulates_no_idle_time)
{
	u64 was;

	sim_start();
	sim_add(10, T, 0, 0)->e.capped = false;
	sim_add(10, T, 0, 0)->e.capped = false;
	share_block(&lip[1].e, now);
	sim_run_until(origin + 100 * T);
	CHECK_EQ(lip[0].e.used, 100 * T);
	share_wake(&lip[1].e, now);
	sim_add(10, T, 0, 0)->e.capped = false;
	was = lip[0].e.used;
	sim_run_until(origin + 130 * T);
	CHECK(near(lip[0].e.used - was, 33, 30 * T, T));
	CHECK(near(lip[1].e.used, 33, 30 * T, T));
	CHECK(near(lip[2].e.used, 33, 30 * T, T));
}

TEST(uncapped_takes_nothing_from_guaranteed_shares)
{
	u64 was;
	int round, p;

	for (round = 0; round < 100; round++) {
		sim_start();
		sim_add(50, T, 0, 0);
		sim_add(30, T, 1 + tap_below(T), 1 + tap_below(T))->e.capped = false;
		sim_add(20, T, 1 + tap_below(T), 1 + tap_below(T));
		for (p = 1; p <= 50; p++) {
			was = lip[0].e.used;
			sim_run_until(origin + p * T);
			REQUIRE(lip[0].e.used - was == T / 2);
		}
	}
}

TEST(slice_of_idle_time_ends_at_a_refill)
{
	u64 end;

	sim_start();
	sim_add(20, T, 0, 0)->e.capped = false;
	sim_add(10, T, 0, 0);
	sim_run_until(origin + T - 100);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, origin + T);
	share_debit(&lip[0].e, now, end + 50, 0);	/* 50 cycles late: charged to its budget */
	CHECK_EQ(lip[0].e.left, -50);
	now = end + 50;
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, now + T / 5 - 50);
}

TEST(nothing_to_run)
{
	struct share_entity *none[2] = { NULL, NULL };
	u64 end;

	sim_start();
	sim_add(10, T, 0, 0);
	CHECK_EQ(share_pick(ents, 0, now, &end), -1);
	CHECK_EQ(share_next_event(ents, 0), U64_MAX);
	CHECK_EQ(share_pick(none, 2, now, &end), -1);
	CHECK_EQ(share_next_event(none, 2), U64_MAX);
	share_block(&lip[0].e, now);
	CHECK_EQ(share_pick(ents, 1, now, &end), -1);
	CHECK_EQ(share_next_event(ents, 1), U64_MAX);
	share_wake(&lip[0].e, now);
	CHECK_EQ(share_pick(ents, 1, now, &end), 0);
	CHECK_EQ(end, now + T / 10);
	share_debit(&lip[0].e, now, end, 0);
	CHECK_EQ(share_pick(ents, 1, end, &end), -1);
	CHECK_EQ(share_next_event(ents, 1), origin + T);
}

/* Eight LIPs with random behaviour and changing shares: none runs longer than it is runnable. */
TEST(random_shares_and_behaviour)
{
	unsigned int i;
	int round;

	for (round = 0; round < 200; round++) {
		sim_start();
		late_max = tap_below(T / 100);
		switch_cost = tap_below(T / 500);
		for (i = 0; i < MAX; i++) {
			sim_add(1 + tap_below(12), T / (1 + tap_below(4)), 1 + tap_below(T),
				1 + tap_below(T));
			lip[i].e.capped = tap_below(4);
		}
		for (i = 0; i < 30; i++) {
			sim_run_until(now + T);
			share_set_percent(ents[tap_below(nr)], 1 + tap_below(12), now);
		}
		for (i = 0; i < nr; i++)
			if (lip[i].e.capped)
				CHECK(lip[i].e.used <= lip[i].awake + 100);
	}
}
