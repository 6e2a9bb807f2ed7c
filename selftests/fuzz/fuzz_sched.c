// SPDX-License-Identifier: GPL-2.0
/* sources: model/share_sched.c */
/* max_len: 512 */

/*
 * The scheduler of a pCPU with any load and any trouble: whoever has budget runs before
 * idle time is given away, the loop always makes progress, and after the trouble everybody
 * gets its share again, exactly.
 */
#include "pure.h"
#include "fuzz.h"

#include "model/share.h"

#define MAX	6
#define T	10000ULL	/* cycles of a period */
#define LONGEST	(128 * T)	/* trouble */

static struct share_entity entity[MAX];
static struct share_entity *ents[MAX];
static u32 nr;
static u64 now;

static bool is_owed(const struct share_entity *e)
{
	return e && e->runnable && e->left > 0;
}

/* What share_pick() must not overlook */
static void check_pick(int i, u64 slice_end)
{
	bool owed = false, extra = false;
	u32 k;

	for (k = 0; k < nr; k++) {
		owed = owed || is_owed(ents[k]);
		extra = extra || (ents[k] && ents[k]->runnable && !ents[k]->capped);
	}
	if (i < 0) {
		FUZZ_CHECK(!owed && !extra, "nobody runs");
		FUZZ_CHECK(share_next_event(ents, nr) > now, "no progress");
		return;
	}
	FUZZ_CHECK(ents[i] && ents[i]->runnable, "%d does not want to run", i);
	FUZZ_CHECK(slice_end > now, "an empty slice");
	FUZZ_CHECK(is_owed(ents[i]) || (!owed && !ents[i]->capped), "%d is owed nothing", i);
	for (k = 0; k < nr && is_owed(ents[i]); k++)
		FUZZ_CHECK(!is_owed(ents[k]) || ents[k]->deadline >= ents[i]->deadline,
			   "%u is more urgent", k);
	if (is_owed(ents[i]))
		FUZZ_CHECK(slice_end - now <= (u64)ents[i]->left, "longer than its budget");
}

/* One slice that ends at @end at the latest and is @late; what the host took is known or not. */
static void run_slice(u64 end, u64 late, u64 taken)
{
	u64 slice_end = 0, start = now;
	s64 left;
	int i = share_pick(ents, nr, now, &slice_end);

	check_pick(i, slice_end);
	if (i < 0) {
		now = min(share_next_event(ents, nr), end);
		return;
	}
	now = max(min(slice_end, end) + late, start);
	left = ents[i]->left;
	share_debit(ents[i], start, now, taken);
	FUZZ_CHECK(ents[i]->left <= left, "a slice earned something");
	FUZZ_CHECK(left < 0 || ents[i]->left >= -(s64)max(ents[i]->budget / 2, ents[i]->own),
		   "a debt of %lld", ents[i]->left);
}

static u32 percents(void)
{
	u32 i, sum = 0;

	for (i = 0; i < nr; i++)
		sum += ents[i] ? entity[i].percent : 0;
	return sum;
}

static void any_trouble(void)
{
	u32 i = fuzz_below(nr), percent;
	struct share_entity *e = &entity[i];
	u64 late, taken;

	switch (fuzz_below(10)) {
	case 0:
		share_wake(e, now);
		break;
	case 1:
		share_block(e, now);
		break;
	case 2:
		percent = 1 + fuzz_below(100);
		if (percents() - e->percent + percent <= 100)
			share_set_percent(e, percent, now);
		break;
	case 3:
		share_charge(e, fuzz_bytes(3) % LONGEST);
		break;
	case 4:
		now += fuzz_bytes(3) % LONGEST;
		break;
	case 5:
		e->capped = fuzz_flip();
		break;
	case 6:
		late = fuzz_bytes(3) % LONGEST;
		taken = fuzz_bytes(3);
		run_slice(now + 1 + fuzz_bytes(2), late, taken);
		break;
	default:
		run_slice(now + 1 + fuzz_bytes(2), 0, 0);
	}
}

static void run_until(u64 end)
{
	u32 turns = 0;

	while (now < end) {
		run_slice(end, 0, 0);
		FUZZ_CHECK(++turns < 100000, "too many slices");
	}
}

/*
 * Everybody wants to run: within two periods each one does that has no debt for work done
 * for it, and after that debt, at most 50 periods, each gets its share.
 */
static void check_recovery(void)
{
	bool debt[MAX];
	u64 was[MAX];
	u32 i, k;

	for (i = 0; i < nr; i++) {
		share_wake(&entity[i], now);
		entity[i].capped = true;
		was[i] = entity[i].used;
		debt[i] = entity[i].left < -(s64)entity[i].budget / 2;
	}
	run_until(now + 2 * T + T / 2);
	for (i = 0; i < nr; i++)
		FUZZ_CHECK(entity[i].used > was[i] || debt[i], "%u did not run", i);
	run_until(now + 60 * T);
	for (k = 0; k < 4; k++) {
		for (i = 0; i < nr; i++)
			was[i] = entity[i].used;
		run_until(now + 10 * T);
		for (i = 0; i < nr; i++) {
			u64 got = entity[i].used - was[i], want = 10 * entity[i].budget;

			FUZZ_CHECK(got + entity[i].budget >= want &&
				   got <= want + entity[i].budget,
				   "%u got %llu of %llu", i, got, want);
		}
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 i, percent, sum = 0, steps = 0;

	fuzz_start(data, size);
	now = 1ULL << 62;
	nr = 1 + fuzz_below(MAX);
	for (i = 0; i < nr; i++) {
		percent = 1 + fuzz_below(100 - sum - (nr - i - 1));
		sum += percent;
		share_entity_init(&entity[i], percent, T, now);
		ents[i] = &entity[i];
	}
	while (fuzz_more() && steps++ < 400)
		any_trouble();
	check_recovery();
	return 0;
}
