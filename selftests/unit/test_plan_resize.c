// SPDX-License-Identifier: GPL-2.0
/* sources: model/plan.c model/plan_resize.c model/plan_room.c model/plan_frames.c */
/* sources: model/plan_move.c model/plan_print.c model/inventory.c model/ms.c model/ms_blocks.c */
/* sources: model/range.c model/es.c model/share.c model/channel.c model/state.c model/reason.c */

#include "pure.h"
#include "plan_machine.h"

static struct share_set want;

static const struct share_set *shares(const char *text)
{
	memset(&want, 0, sizeof(want));
	CHECK(share_parse(text, &want, NULL) >= 0);
	return &want;
}

static void check_refused(int err, u64 size, const char *text, const char *expect)
{
	char buf[256];

	inv = before;
	CHECK_EQ(plan_resize(&before, 0, size, text ? shares(text) : NULL, &plan, &why), err);
	lpar_reason_text(&why, buf, sizeof(buf));
	CHECK_STR(buf, expect);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
}

static void define_two(void)
{
	start(1024 * MB);
	CHECK_EQ(define("LPAR1", 256 * MB, 256 * MB, 512 * MB, "1:100 2:50", 1), 0);
	CHECK_EQ(define("LPAR2", 512 * MB, 256 * MB, 0, "2:40 3:50", 2), 1);
}

TEST(more_of_everything)
{
	define_two();
	REQUIRE(!plan_resize(&before, 0, 384 * MB, shares("1:60 2:60 3:50 1:40"), &plan, &why));
	CHECK_EQ(plan.nr, 6);
	check_step(0, "203 relocate LPAR2: 256 MB, from 512 MB to 640 MB");
	check_step(1, "205 storage for LPAR1: 128 MB at 512 MB");
	check_step(2, "207 LIP 0 of LPAR1 on CPU 1: 100% -> 60%");
	check_step(3, "207 LIP 1 of LPAR1 on CPU 2: 50% -> 60%");
	check_step(4, "207 new LIP 2 of LPAR1 on CPU 3: 50%");
	check_step(5, "207 new LIP 3 of LPAR1 on CPU 1: 40%");
	CHECK(!inventory_verify(&plan.after));
	/* what it has already */
	REQUIRE(!plan_resize(&before, 0, 256 * MB, shares("1:100 2:50"), &plan, &why));
	CHECK_EQ(plan.nr, 0);
	CHECK(!memcmp(&plan.after, &before, sizeof(before)));
}

/* A LIP's number may be missing: entries belong to the LIPs that there are, in order. */
TEST(lips_with_a_gap)
{
	define_two();
	before.shares.set[0].lip[3] = before.shares.set[0].lip[1];
	before.shares.set[0].lip[1] = (struct share_lip){ 0 };
	REQUIRE(!plan_resize(&before, 0, 0, shares("1:100 2:60 3:10"), &plan, &why));
	check_step(0, "207 LIP 3 of LPAR1 on CPU 2: 50% -> 60%");
	check_step(1, "207 new LIP 1 of LPAR1 on CPU 3: 10%");
}

/* All free storage, which is on both sides; no hole is large enough for the other LPAR. */
TEST(free_storage_on_both_sides)
{
	start(1024 * MB);
	CHECK_EQ(define("LPAR1", 256 * MB, 256 * MB, 512 * MB, "1:100 2:50", 1), 0);
	CHECK_EQ(define("LPAR2", 512 * MB, 300 * MB, 0, "2:40 3:50", 2), 1);
	REQUIRE(!plan_resize(&before, 0, 724 * MB, NULL, &plan, &why));
	CHECK(plan.receiver_moves);
	CHECK_EQ(plan.after.ms.area[0].origin, 0);
	CHECK_EQ(plan.after.ms.area[0].size, 724 * MB);
	CHECK_EQ(plan.after.ms.area[0].expansion, 44 * MB);
	CHECK_EQ(plan.after.ms.area[1].origin, 724 * MB);
	CHECK(!inventory_verify(&plan.after));
}

TEST(what_is_not_possible_is_refused_with_a_reason)
{
	define_two();
	check_refused(-EBUSY, 128 * MB, NULL,
		      "LPAR1 has 256 MB of storage: deactivate it before reducing that, or move a part of it");
	check_refused(-EINVAL, 257 * MB, NULL,
		      "257 MB is not a multiple of the block size, 2 MB");
	check_refused(-ENOSPC, 770 * MB, NULL,
		      "LPAR1 needs 514 MB more storage, but its expansion is only 512 MB");
	before.ms.area[0].expansion = 1024 * MB;
	check_refused(-ENOSPC, 770 * MB, NULL,
		      "LPAR1 needs 514 MB of storage, but only 512 MB is free");
	check_refused(-EBUSY, 0, "1:100",
		      "LPAR1 has 2 LIPs, and its shares name 1: deactivate it before removing LIPs");
	check_refused(-EBUSY, 0, "1:100 3:50",
		      "LIP 1 of LPAR1 is on CPU 2: deactivate it before moving that to CPU 3");
	check_refused(-ENOSPC, 0, "1:100 2:61",
		      "CPU 2 already has 40 percent assigned: 61 more would exceed 100");
	check_refused(-EINVAL, 0, "1:100 2:50 9:1",
		      "CPU 9 does not belong to the monitor: add it to processors/online");
	check_refused(-EINVAL, 0, "", "LPAR1 has no LIPs: set its shares");
	before.shares.set[0].max_lips = 2;
	check_refused(-ENOSPC, 0, "1:100 2:50 3:1", "LPAR1 cannot have more than 2 LIPs");
	before.lpar[0].state = LPAR_FAILED;
	check_refused(-EBUSY, 512 * MB, NULL, "LPAR1 is failed: cannot change this attribute");
	before.lpar[0].state = LPAR_DEFINED;
	check_refused(-EBUSY, 512 * MB, NULL, "LPAR1 is defined: cannot change this attribute");
}

/*
 * Random growth in random maps: what is free in total is always enough; frames of everybody
 * stay his, and an undo is exact.
 */
#define NR 64

static u64 frame[NR], frame_before[NR];
static struct ms_blocks blocks = { .frame = frame, .nr = NR };
static u32 planned, moved, both;

static void random_lpars(void)
{
	char name[LPAR_NAME_LEN];
	int i;

	start(NR * BLK);
	for (i = 0; i < 9; i++) {
		scnprintf(name, sizeof(name), "p%d", i);
		define(name, tap_below(NR) * BLK, (1 + tap_below(12)) * BLK, NR * BLK, "1:5 2:3",
		       0);
	}
	for (i = 0; i < NR; i++)
		frame[i] = 5000 + i * 5 % NR;
	memcpy(frame_before, frame, sizeof(frame));
}

static bool apply_all(void)
{
	u32 i;

	inv = before;
	for (i = 0; i < plan.nr; i++)
		if (plan_move_apply(&inv, &plan, i) || !ms_verify(&inv.ms) ||
		    plan_blocks_apply(&blocks, BLK, &plan, i))
			return false;
	return !memcmp(&inv, &plan.after, sizeof(inv)) && !inventory_verify(&inv);
}

static bool undo_all(void)
{
	u32 i;

	for (i = plan.nr; i > 0; i--)
		if (plan_move_undo(&inv, &plan, i - 1) ||
		    plan_blocks_undo(&blocks, BLK, &plan, i - 1))
			return false;
	return !memcmp(&inv, &before, sizeof(inv)) && !memcmp(frame, frame_before, sizeof(frame));
}

static bool frames_kept(void)
{
	u64 was, is;
	int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		was = before.ms.area[slot].origin / BLK;
		is = inv.ms.area[slot].origin / BLK;
		if (memcmp(frame + is, frame_before + was,
			   before.ms.area[slot].size / BLK * sizeof(*frame)))
			return false;
	}
	return true;
}

static void try_growth(unsigned int slot)
{
	u64 free = before.ms.pool_size - ms_used(&before.ms);
	u64 size = before.ms.area[slot].size + (1 + tap_below(free / BLK)) * BLK;

	REQUIRE(!plan_resize(&before, slot, size, shares("1:3 2:9 3:1"), &plan, &why));
	planned++;
	moved += plan.nr > 4;
	both += plan.receiver_moves;
	REQUIRE(apply_all());
	REQUIRE(frames_kept());
	CHECK_EQ(inv.ms.area[slot].size, size);
	CHECK_EQ(share_on(&inv.shares.set[slot], 2), 9);
	REQUIRE(undo_all());
}

TEST(random_growth)
{
	unsigned int slot;
	int n;

	for (n = 0; n < 800; n++) {
		random_lpars();
		for (slot = 0; slot < 9; slot++)
			if (before.ms.area[slot].size && ms_used(&before.ms) < NR * BLK)
				try_growth(slot);
	}
	printf("# %u plans, %u with relocations, receiver moved %u times\n", planned, moved, both);
	CHECK(planned > 2000 && moved > 1000 && both > 300);
}
