// SPDX-License-Identifier: GPL-2.0
/* sources: model/share_sched.c */

/*
 * A pCPU in the small: a loop as the dispatcher's, with a clock that only it
 * moves. LIPs block and wake at times that the test chooses; slices end late;
 * the host takes time away.
 */
#include "pure.h"
#include "tap.h"
#include "model/share.h"

#define MAX	8
#define T	1000000ULL	/* cycles of a period */

struct lip_sim {
	struct share_entity e;
	u64 toggle;	/* when it blocks or wakes next, U64_MAX: never */
	u64 busy, idle;	/* mean lengths; 0: runs for ever */
	u64 awake;	/* cycles that it wanted to run */
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
	origin = 1ULL << 62 | tap_below(1 << 30);	/* a TSC that is long up */
	now = origin;
	lost = 0;
	busy_cpu = 0;
	late_max = 0;
	switch_cost = 0;
	steal_every = 0;
	steal_len = 0;
}

static struct lip_sim *add(unsigned int percent, u64 period, u64 busy, u64 idle)
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

static void toggle_due(void)
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

static u64 next_toggle(void)
{
	u64 when = U64_MAX;
	unsigned int i;

	for (i = 0; i < nr; i++)
		when = min(when, lip[i].toggle);
	return when;
}

static void step_to(u64 to)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (lip[i].e.runnable)
			lip[i].awake += to - now;
	now = to;
}

static void steal(void)
{
	if (!steal_every || now < next_steal)
		return;
	step_to(now + steal_len);
	lost += steal_len;
	next_steal = now + steal_every;
}

/* One turn of the dispatcher, not beyond @end but for a late slice. */
static void turn(u64 end)
{
	u64 slice_end, start, until;
	int i;

	toggle_due();
	steal();
	i = share_pick(ents, nr, now, &slice_end);
	if (i < 0) {
		slice_end = share_next_event(ents, nr);
		CHECK(slice_end > now);
		step_to(min3(slice_end, next_toggle(), end));
		return;
	}
	CHECK(ents[i]->runnable && slice_end > now);
	start = now;
	step_to(now + switch_cost);
	until = min3(slice_end, next_toggle(), end);
	if (until == slice_end && late_max)
		until += tap_below(late_max);
	until = max(until, now);
	step_to(until);
	busy_cpu += until - start;
	share_debit(ents[i], start, until, 0);
}

static void run_until(u64 end)
{
	while (now < end)
		turn(end);
}

/* Is @got within @slack of @percent of @cycles? */
static bool near(u64 got, u64 percent, u64 cycles, u64 slack)
{
	u64 want = cycles / 100 * percent;

	return got + slack >= want && got <= want + slack;
}

/* Always runnable, sum 100: each has exactly its share of every single period. */
TEST(exact_in_every_period)
{
	u64 was[MAX];
	unsigned int i, left, p;
	int round;

	for (round = 0; round < 100; round++) {
		sim_start();
		for (left = 100; left && nr < MAX - 1;) {
			p = 1 + tap_below(left);
			add(p, T, 0, 0);
			left -= p;
		}
		if (left)
			add(left, T, 0, 0);
		for (p = 1; p <= 20; p++) {
			for (i = 0; i < nr; i++)
				was[i] = lip[i].e.used;
			run_until(origin + p * T);
			for (i = 0; i < nr; i++)
				REQUIRE(lip[i].e.used - was[i] == T / 100 * lip[i].e.percent);
		}
	}
}

/* A share alone on its pCPU is capped all the same. */
TEST(capped_alone)
{
	sim_start();
	add(30, T, 0, 0);
	run_until(origin + 100 * T);
	CHECK_EQ(lip[0].e.used, 30 * T);
	CHECK_EQ(busy_cpu, 30 * T);
}

/* Periods of different lengths: EDF still meets each of them. */
TEST(exact_with_different_periods)
{
	int round, i;

	for (round = 0; round < 100; round++) {
		sim_start();
		add(50, T, 0, 0);
		add(25, T / 4, 0, 0);
		add(25, T * 3 / 2, 0, 0);
		for (i = 1; i <= 12 * 20; i++) {
			run_until(origin + i * T / 4);
			REQUIRE(lip[1].e.used == i * T / 16);
			REQUIRE(i % 4 || lip[0].e.used == i * T / 8);
			REQUIRE(i % 6 || lip[2].e.used == i * T / 16);
		}
	}
}

/* The slice of a long period ends where a shorter one takes over, and only there. */
TEST(slice_ends_where_the_choice_changes)
{
	u64 end;

	sim_start();
	add(50, 4 * T, 0, 0);
	add(25, T, 0, 0);
	CHECK_EQ(share_pick(ents, nr, now, &end), 1);
	CHECK_EQ(end, origin + T / 4);
	run_until(end);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, origin + T);
	share_set_percent(&lip[0].e, 12, now);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, now + lip[0].e.left);
}

/*
 * Others block and wake as they like: who is always runnable has his share in
 * each period of his own, to the cycle.
 */
TEST(sleepers_take_nothing_from_others)
{
	u64 was;
	int round, p;

	for (round = 0; round < 300; round++) {
		sim_start();
		add(40, T, 0, 0);
		add(20, T, 1 + tap_below(T / 2), 1 + tap_below(T / 2));
		add(20, T, 1 + tap_below(3 * T), 1 + tap_below(T / 10));
		add(20, T, 1 + tap_below(T / 10), 1 + tap_below(3 * T));
		for (p = 1; p <= 50; p++) {
			was = lip[0].e.used;
			run_until(origin + p * T);
			REQUIRE(lip[0].e.used - was == T / 100 * 40);
		}
	}
}

/* Nobody gets more than his rate plus one budget, however he sleeps and wakes. */
TEST(sleepers_save_nothing_up)
{
	unsigned int i;
	int round;

	for (round = 0; round < 300; round++) {
		sim_start();
		add(50, T, 1 + tap_below(T), 1 + tap_below(5 * T));
		add(30, T, 1 + tap_below(T / 5), 1 + tap_below(T / 5));
		add(20, T, 1 + tap_below(5 * T), 1 + tap_below(20 * T));
		while (now < origin + 50 * T) {
			turn(origin + 50 * T);
			for (i = 0; i < nr; i++)
				REQUIRE(lip[i].e.used <= (now - origin + T) / 100 *
					lip[i].e.percent + 100);
		}
	}
}

/* After a long sleep: not more than one budget in the period that follows. */
TEST(long_sleep_gives_one_budget)
{
	sim_start();
	add(20, T, 0, 0);
	run_until(origin + 3 * T);
	share_block(&lip[0].e, now);
	run_until(origin + 40 * T + 12345);
	share_wake(&lip[0].e, now);
	run_until(origin + 41 * T + 12345);
	CHECK_EQ(lip[0].e.used, 3 * T / 5 + T / 5);
}

/*
 * A halt of a moment costs nothing of what was waited for. (A plain server that
 * starts a new period at each such wake loses up to 2 points of its 30 here.)
 */
TEST(short_halts_do_not_cost_the_share)
{
	u64 cycles = 1000 * T;
	int round;

	for (round = 0; round < 10; round++) {
		sim_start();
		add(30, T, T / 100 + tap_below(T / 3), 30);
		add(30, T, T / 10 + tap_below(2 * T), T / 10 + tap_below(2 * T));
		add(20, T, T / 10 + tap_below(2 * T), T / 10 + tap_below(2 * T));
		add(20, T, T / 10 + tap_below(T), T / 10 + tap_below(T));
		run_until(origin + cycles);
		CHECK(near(lip[0].e.used, 30, cycles, cycles / 1000));
	}
}

/* Slices end late: an overrun is paid back, so that no average drifts. */
TEST(overrun_is_paid_back)
{
	unsigned int i;
	int round;

	for (round = 0; round < 50; round++) {
		sim_start();
		late_max = T / 50;
		add(50, T, 0, 0);
		add(10, T, 0, 0);
		add(30, T, 0, 0);
		run_until(origin + 1000 * T);
		for (i = 0; i < nr; i++)
			REQUIRE(near(lip[i].e.used, lip[i].e.percent, 1000 * T, T / 20));
	}
}

/* The same with nothing to spare: 100 percent are given away. */
TEST(overrun_at_full_sum)
{
	unsigned int i;

	sim_start();
	late_max = T / 50;
	add(50, T, 0, 0);
	add(15, T, 0, 0);
	add(35, T, 0, 0);
	run_until(origin + 1000 * T);
	for (i = 0; i < nr; i++)
		CHECK(near(lip[i].e.used, lip[i].e.percent, 1000 * T, T / 10));
}

/* An overrun that is longer than any work of the monitor is the machine's own. */
TEST(standstill_leaves_a_bounded_debt)
{
	sim_start();
	add(10, T, 0, 0);
	share_debit(&lip[0].e, now, now + T / 2, 0);	/* five budgets in one go */
	CHECK_EQ(lip[0].e.left, -(T / 20));
	now += T / 2;
	run_until(origin + 2 * T);
	CHECK_EQ(lip[0].e.used, T / 2 + T / 20);
	run_until(origin + 10 * T);
	CHECK_EQ(lip[0].e.used, T / 2 + T / 20 + 8 * T / 10);
}

/* What the monitor itself can take is paid back in full, also by a small share. */
TEST(own_overrun_of_a_small_share)
{
	unsigned int p;

	sim_start();
	add(1, T, 0, 0);
	share_debit(&lip[0].e, now, now + T * 3 / 100, 0);	/* three budgets */
	CHECK_EQ(lip[0].e.left, -2 * (s64)T / 100);
	now += T * 3 / 100;
	for (p = 3; p < 10; p++) {
		run_until(origin + p * T);
		CHECK_EQ(lip[0].e.used, p * T / 100);
	}
}

TEST(what_the_host_took_is_not_charged)
{
	sim_start();
	add(50, T, 0, 0);
	share_debit(&lip[0].e, now, now + T / 4, T / 10);
	CHECK_EQ(lip[0].e.used, T / 4);
	CHECK_EQ(lip[0].e.left, T / 4 + T / 10);
	share_debit(&lip[0].e, now, now + 10, 20);
	CHECK_EQ(lip[0].e.left, T / 4 + T / 10);
	CHECK_EQ(lip[0].e.used, T / 4 + 10);
}

/* Work done for a LIP elsewhere is paid for by it, but not for ever. */
TEST(work_elsewhere_is_charged)
{
	u64 was;

	sim_start();
	add(10, T, 0, 0);
	share_charge(&lip[0].e, T / 2);
	CHECK_EQ(lip[0].e.used, T / 2);
	run_until(origin + 5 * T - 1);
	CHECK_EQ(lip[0].e.used, T / 2);
	run_until(origin + 10 * T);
	CHECK_EQ(lip[0].e.used, T);
	share_charge(&lip[0].e, 1000 * T);
	was = lip[0].e.used;
	run_until(origin + 65 * T);
	CHECK(lip[0].e.used > was);
}

/*
 * The host takes the pCPU between two slices while one LIP sleeps: that one has
 * lost nothing, and its deadline is not put off with those of the others.
 */
TEST(sleeper_is_not_put_off)
{
	u64 was;

	sim_start();
	add(50, T, 0, 0);
	add(40, T, 0, 0);
	run_until(origin + 10 * T + T / 3);
	share_block(&lip[1].e, now);
	now += 100 * T;
	share_wake(&lip[1].e, now);
	run_until(now + 2 * T);
	was = lip[1].e.used;
	run_until(now + 10 * T);
	CHECK(near(lip[1].e.used - was, 40, 10 * T, T / 2));
}

/*
 * Random histories: the host takes the pCPU now and then, inside a slice or
 * between two, for up to a hundred periods, while LIPs run, sleep and wake. Two
 * periods after the host's last turn each LIP that was runnable meanwhile has
 * run, and where the pCPU idles each has had at least half of what is due (all
 * of it from the next period on).
 */
static void take_the_cpu(void)
{
	u64 len = T / 10 + tap_below(T / 10 << tap_below(11));
	u64 slice_end;
	int i;

	toggle_due();
	i = tap_below(2) ? share_pick(ents, nr, now, &slice_end) : -1;
	if (i >= 0)
		share_debit(ents[i], now, now + len, 0);
	now += len;
}

static bool all_served(const u64 *was, const u64 *slept, u64 idle)
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
			add(p, T, 0, 0);
		else
			add(p, T, 1 + tap_below(2 * T), 1 + tap_below(2 * T));
	}
}

TEST(trouble_of_the_host_ends_with_it)
{
	u64 was[MAX], awake[MAX], busy, start;
	unsigned int i, n;
	int round;

	for (round = 0; round < 100000; round++) {
		random_lips();
		run_until(now + tap_below(2 * T));
		for (n = 1 + tap_below(4); n; n--) {
			take_the_cpu();
			if (n > 1)
				run_until(now + tap_below(T));
		}
		for (i = 0; i < nr; i++) {
			was[i] = lip[i].e.used;
			awake[i] = lip[i].awake;
		}
		busy = busy_cpu;
		start = now;
		run_until(start + 2 * T);
		REQUIRE(all_served(was, awake, 2 * T - (busy_cpu - busy)));
	}
}

/* Time that the host takes from the pCPU is missing to all in proportion. */
TEST(lost_time_is_shared)
{
	u64 have;
	unsigned int i;

	sim_start();
	switch_cost = T / 100;
	steal_every = T / 3;
	steal_len = T / 60;
	next_steal = now;
	add(50, T, 0, 0);
	add(30, T, 0, 0);
	add(20, T, 0, 0);
	run_until(origin + 2000 * T);
	have = now - origin - lost;
	CHECK(have < 1950 * T);
	CHECK(busy_cpu + T > have);
	for (i = 0; i < nr; i++)
		CHECK(near(lip[i].e.used, lip[i].e.percent, have, have / 500));
}

/* The host takes the pCPU for many periods: no one runs alone to make it up. */
TEST(long_loss_is_forgiven)
{
	u64 was[2];

	sim_start();
	add(50, T, 0, 0);
	add(50, T, 0, 0);
	run_until(origin + 10 * T + T / 3);
	now += 1000 * T;
	was[0] = lip[0].e.used;
	was[1] = lip[1].e.used;
	run_until(now + 4 * T);
	CHECK(near(lip[0].e.used - was[0], 50, 4 * T, T / 2));
	CHECK(near(lip[1].e.used - was[1], 50, 4 * T, T / 2));
}

TEST(long_loss_does_not_lift_the_cap)
{
	sim_start();
	add(30, T, 0, 0);
	run_until(origin + 10 * T);
	now += 1000 * T;
	run_until(now + 10 * T);
	CHECK(lip[0].e.used <= 3 * T + 3 * T + 6 * T / 10);
}

/* Lost time that is made up later does not lift anybody over his share for good. */
TEST(short_loss_is_made_up)
{
	sim_start();
	add(60, T, 0, 0);
	add(30, T, 0, 0);
	run_until(origin + 5 * T);
	now += T / 3;		/* 10 percent are free to make it up from */
	run_until(origin + 100 * T);
	CHECK(near(lip[0].e.used, 60, 100 * T, 1));
	CHECK(near(lip[1].e.used, 30, 100 * T, 1));
}

/* The patent's [0023]: 50 + 50 becomes 100, in the middle of a period. */
TEST(share_grows_at_once)
{
	u64 was;

	sim_start();
	add(50, T, 0, 0);
	add(50, T, 0, 0);
	run_until(origin + 10 * T + T / 4);
	nr = 1;					/* the donor's LIP is gone */
	share_set_percent(&lip[0].e, 100, now);
	was = lip[0].e.used;
	run_until(origin + 11 * T);
	CHECK(lip[0].e.used - was >= T * 5 / 8 - 1);
	was = lip[0].e.used;
	run_until(origin + 21 * T);
	CHECK_EQ(lip[0].e.used - was, 10 * T);
}

/* No more than what is left of the period allows, or others would pay for it. */
TEST(share_grows_in_proportion)
{
	sim_start();
	add(40, T, 0, 0);
	run_until(origin + T / 4);
	CHECK_EQ(lip[0].e.left, T * 15 / 100);
	share_set_percent(&lip[0].e, 60, now);
	CHECK_EQ(lip[0].e.left, T * 15 / 100 + T * 20 / 100 * 3 / 4);
}

TEST(share_shrinks_at_once)
{
	u64 was;

	sim_start();
	add(80, T, 0, 0);
	run_until(origin + T / 2);
	share_set_percent(&lip[0].e, 20, now);
	run_until(origin + 10 * T);
	was = lip[0].e.used;
	CHECK(was <= T * 8 / 10 + 9 * T / 5 && was >= T / 2 + 8 * T / 5);
	run_until(origin + 20 * T);
	CHECK_EQ(lip[0].e.used - was, 2 * T);
}

/* Uncapped: the share is still guaranteed, and idle time is split evenly. */
TEST(uncapped_split_idle_time)
{
	sim_start();
	add(40, T, 0, 0);
	add(20, T, 0, 0)->e.capped = false;
	add(10, T, 0, 0)->e.capped = false;
	run_until(origin + 100 * T);
	CHECK_EQ(busy_cpu, 100 * T);
	CHECK_EQ(lip[0].e.used, 40 * T);
	CHECK(near(lip[1].e.used, 35, 100 * T, T / 4));
	CHECK(near(lip[2].e.used, 25, 100 * T, T / 4));
}

/* Idle time slept through is not owed; a newcomer does not take it all. */
TEST(uncapped_no_idle_time_saved)
{
	u64 was;

	sim_start();
	add(10, T, 0, 0)->e.capped = false;
	add(10, T, 0, 0)->e.capped = false;
	share_block(&lip[1].e, now);
	run_until(origin + 100 * T);
	CHECK_EQ(lip[0].e.used, 100 * T);
	share_wake(&lip[1].e, now);
	add(10, T, 0, 0)->e.capped = false;
	was = lip[0].e.used;
	run_until(origin + 130 * T);
	CHECK(near(lip[0].e.used - was, 33, 30 * T, T));
	CHECK(near(lip[1].e.used, 33, 30 * T, T));
	CHECK(near(lip[2].e.used, 33, 30 * T, T));
}

TEST(uncapped_takes_nothing_from_guaranteed)
{
	u64 was;
	int round, p;

	for (round = 0; round < 100; round++) {
		sim_start();
		add(50, T, 0, 0);
		add(30, T, 1 + tap_below(T), 1 + tap_below(T))->e.capped = false;
		add(20, T, 1 + tap_below(T), 1 + tap_below(T));
		for (p = 1; p <= 50; p++) {
			was = lip[0].e.used;
			run_until(origin + p * T);
			REQUIRE(lip[0].e.used - was == T / 2);
		}
	}
}

TEST(idle_time_ends_with_a_refill)
{
	u64 end;

	sim_start();
	add(20, T, 0, 0)->e.capped = false;
	add(10, T, 0, 0);
	run_until(origin + T - 100);
	CHECK_EQ(share_pick(ents, nr, now, &end), 0);
	CHECK_EQ(end, origin + T);
	share_debit(&lip[0].e, now, end + 50, 0);	/* 50 cycles late: from its budget */
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
	add(10, T, 0, 0);
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

/* 64 LIPs that do anything, for long: nothing breaks, nobody is over his rate. */
TEST(random_everything)
{
	unsigned int i;
	int round;

	for (round = 0; round < 200; round++) {
		sim_start();
		late_max = tap_below(T / 100);
		switch_cost = tap_below(T / 500);
		for (i = 0; i < MAX; i++) {
			add(1 + tap_below(12), T / (1 + tap_below(4)), 1 + tap_below(T),
			    1 + tap_below(T));
			lip[i].e.capped = tap_below(4);
		}
		for (i = 0; i < 30; i++) {
			run_until(now + T);
			share_set_percent(ents[tap_below(nr)], 1 + tap_below(12), now);
		}
		for (i = 0; i < nr; i++)
			if (lip[i].e.capped)
				CHECK(lip[i].e.used <= lip[i].awake + 100);
	}
}
