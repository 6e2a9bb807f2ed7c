// SPDX-License-Identifier: GPL-2.0
/* sources: model/plan.c model/plan_part.c model/plan_room.c model/plan_frames.c */
/* sources: model/plan_move.c model/plan_print.c model/inventory.c model/ms.c model/ms_blocks.c */
/* sources: model/range.c model/es.c model/share.c model/channel.c model/state.c model/reason.c */

#include "pure.h"
#include "plan_machine.h"

static struct inventory_want part;

static void name_part(u64 ms, u64 es, const char *shares, u64 channels)
{
	memset(&part, 0, sizeof(part));
	part.ms.size = ms;
	part.es = es;
	part.channels[0] = channels;
	REQUIRE(share_parse(shares, &part.shares, NULL) >= 0);
}

/* Move @part of 1 to 0: it is refused, and the reason is @expect. */
static void check_refused(int err, const char *expect)
{
	char buf[256];

	inv = before;
	CHECK_EQ(plan_part(&before, 1, 0, &part, &plan, &why), err);
	lpar_reason_text(&why, buf, sizeof(buf));
	CHECK_STR(buf, expect);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
	CHECK_EQ(plan_part(&before, 1, 0, &part, &plan, NULL), err);
}

static void define_three(void)
{
	start(1024 * MB);
	CHECK_EQ(define("LPAR1", 0, 256 * MB, 256 * MB, "1:100 2:50", 1), 0);
	es_wanted = 64 * MB;
	CHECK_EQ(define("LPAR2", 512 * MB, 384 * MB, 0, "2:50 3:50 3:10", 0x2e), 1);
	es_wanted = 0;
	CHECK_EQ(define("LPAR3", 256 * MB, 256 * MB, 0, "3:30 4:100", 16), 2);
}

TEST(a_part_of_each_resource)
{
	define_three();
	name_part(128 * MB, 16 * MB, "2:25,3:50", 0x28);
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK(plan.part && why.code == LPAR_REASON_NONE);
	CHECK_EQ(plan.nr, 15);
	check_step(0, "202 release channel 3 of LPAR2");
	check_step(1, "202 release channel 5 of LPAR2");
	check_step(2, "202 release LIP 0 of LPAR2: 25% of CPU 2");
	check_step(3, "202 release LIP 2 of LPAR2: 10% of CPU 3");
	check_step(4, "202 release LIP 1 of LPAR2: 40% of CPU 3");
	check_step(5, "202 release storage of LPAR2: 128 MB at 768 MB");
	check_step(6, "202 release expanded storage of LPAR2: 16 MB");
	check_step(7, "203 relocate LPAR3: 256 MB, from 256 MB to 768 MB");
	check_step(8, "205 storage for LPAR1: 128 MB at 256 MB");
	check_step(9, "205 expanded storage for LPAR1: 16 MB, beside 0 MB");
	check_step(10, "206 channel 3 for LPAR1");
	check_step(11, "206 channel 5 for LPAR1");
	check_step(12, "207 LIP 1 of LPAR1 on CPU 2: 50% -> 75%");
	check_step(13, "207 new LIP 2 of LPAR1 on CPU 3: 10%");
	check_step(14, "207 LIP 2 of LPAR1 on CPU 3: 10% -> 50%");
}

/* There and back again: all as before but for the places of areas. */
TEST(the_way_back)
{
	static struct inventory first;
	int i;

	define_three();
	before.ms.area[1].expansion = 64 * MB;
	before.shares.set[1].max_lips = LPAR_MAX_LIPS;
	first = before;
	name_part(128 * MB, 64 * MB, "2:25 3:60", 0x28);
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK_EQ(plan.after.ms.area[1].size, 256 * MB);
	CHECK_EQ(plan.after.ms.area[1].expansion, 192 * MB);
	before = plan.after;
	CHECK(!inventory_verify(&before));
	CHECK_EQ(plan_part(&before, 0, 1, &part, &plan, &why), 0);
	inv = plan.after;
	CHECK(!inventory_verify(&inv));
	for (i = 0; i < 3; i++)
		inv.ms.area[i].origin = first.ms.area[i].origin;
	/* one LIP on CPU 3 instead of two */
	CHECK_EQ(share_on(&inv.shares.set[1], 3), 60);
	inv.shares.set[1] = first.shares.set[1];
	CHECK(!memcmp(&inv, &first, sizeof(inv)));
}

TEST(what_cannot_be_moved_is_refused_with_a_reason)
{
	define_three();
	name_part(0, 0, "", 0);
	check_refused(-EINVAL, "nothing to move from LPAR2: name ms=, shares=, channels= or es=");
	name_part(384 * MB, 0, "", 0);
	check_refused(-ENOSPC,
		      "LPAR2 has 384 MB of storage: it cannot give 384 MB and keep at least 2 MB");
	name_part(3 * MB, 0, "", 0);
	check_refused(-EINVAL, "3 MB is not a multiple of the block size, 2 MB");
	name_part(258 * MB, 0, "", 0);
	check_refused(-ENOSPC, "LPAR1 needs 258 MB more storage, but its expansion is only 256 MB");
	name_part(0, 66 * MB, "", 0);
	check_refused(-ENOSPC, "LPAR2 has 64 MB of expanded storage: it cannot give 66 MB");
	name_part(0, 1 * MB, "", 0);
	check_refused(-EINVAL, "1 MB is not a multiple of the block size, 2 MB");
	name_part(0, 0, "3:61", 0);
	check_refused(-ENOSPC, "LPAR2 has 60 percent of CPU 3: it cannot give 61");
	name_part(0, 0, "3:60 3:1", 0);
	check_refused(-ENOSPC, "LPAR2 has 60 percent of CPU 3: it cannot give 61");
	name_part(0, 0, "7:1", 0);
	check_refused(-ENOSPC, "LPAR2 has 0 percent of CPU 7: it cannot give 1");
	name_part(0, 0, "2:50", 0);
	check_refused(-ENOSPC,
		      "LPAR2 keeps LIP 0, which is on CPU 2: it can give at most 49 percent of that, not 50");
	name_part(0, 0, "", 1);
	check_refused(-ENOENT, "channel 0 does not belong to LPAR2");
	name_part(0, 0, "", 1 << 12);
	check_refused(-ENOENT, "channel 12 does not belong to LPAR2");
	name_part(2 * MB, 0, "", 0);
	CHECK_EQ(plan_part(&before, 1, 1, &part, &plan, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_PART_SELF);
	CHECK_EQ(plan_part(&before, 1, 9, &part, &plan, &why), -ENOENT);
	CHECK_EQ(plan_part(&before, LPAR_MAX_PARTS, 0, &part, &plan, &why), -ENOENT);
	name_part(0, 0, "3:60", 0);
	before.shares.set[0].max_lips = 2;
	check_refused(-ENOSPC, "LPAR1 cannot have more than 2 LIPs");
	name_part(2 * MB, 0, "", 0);
	before.lpar[0].state = LPAR_FAILED;
	check_refused(-EINVAL, "LPAR1 is failed: cannot take resources of another LPAR");
	before.lpar[1].state = LPAR_RELEASED;
	check_refused(-EINVAL, "LPAR2 is released: cannot give resources to another LPAR");
}

TEST(what_a_donor_with_a_guest_can_give)
{
	define_three();
	before.lpar[1].state = LPAR_OPERATING;
	name_part(2 * MB, 0, "", 0);
	check_refused(-EBUSY,
		      "LPAR2 is operating: it can only give shares of LIPs that it keeps; stop it first");
	name_part(0, 2 * MB, "", 0);
	check_refused(-EBUSY,
		      "LPAR2 is operating: it can only give shares of LIPs that it keeps; stop it first");
	name_part(0, 0, "", 8);
	CHECK_EQ(plan_part(&before, 1, 0, &part, &plan, &why), -EBUSY);
	name_part(0, 0, "3:10", 0);	/* all of LIP 2 */
	CHECK_EQ(plan_part(&before, 1, 0, &part, &plan, &why), -EBUSY);
	name_part(0, 0, "3:9 2:49", 0);
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK_EQ(plan.after.lpar[1].state, LPAR_OPERATING);
	before.lpar[1].state = LPAR_STOPPED;
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK(!plan_ends_guest(&plan));
	CHECK_EQ(plan.after.lpar[1].state, LPAR_STOPPED);
	name_part(0, 0, "3:10", 0);
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK(plan_ends_guest(&plan));
	CHECK_EQ(plan.after.lpar[1].state, LPAR_ACTIVE);
	before.lpar[1].state = LPAR_FAILED;
	REQUIRE(!plan_part(&before, 1, 0, &part, &plan, &why));
	CHECK(!plan_ends_guest(&plan));
	CHECK_EQ(plan.after.lpar[1].state, LPAR_FAILED);
}

/*
 * Random sequences: LPARs give each other random parts, again and again. Each move of each
 * plan is applied and undone; sums, single ownership and the frames of everybody are
 * checked.
 */
#define NR 64

static u64 frame[NR], frame_before[NR];
static struct ms_blocks blocks = { .frame = frame, .nr = NR };
static u32 seen[PLAN_SHRINK + 1], planned, refused, relocated_donor;

static void random_lpars(void)
{
	char name[LPAR_NAME_LEN], shares[48];
	int i, n = 2 + tap_below(8);

	start(NR * BLK);
	for (i = 0; i < n; i++) {
		scnprintf(name, sizeof(name), "p%d", i);
		scnprintf(shares, sizeof(shares), "%llu:%llu %llu:%llu %llu:%llu", tap_below(8),
			  1 + tap_below(25), tap_below(8), 1 + tap_below(25), tap_below(8),
			  1 + tap_below(25));
		es_wanted = tap_below(3) * tap_below(8) * BLK;
		define(name, tap_below(NR) * BLK, (1 + tap_below(12)) * BLK,
		       tap_below(40) * BLK, shares, tap_below(256) & tap_rand());
	}
	for (i = 0; i < 8; i++)
		if (before.channels.ch[i].owner != CHANNEL_FREE)
			before.channels.ch[i].online = tap_below(4) > 0;
	for (i = 0; i < NR; i++)
		frame[i] = 5000 + i * 5 % NR;
}

static void random_state(unsigned int slot)
{
	static const enum lpar_state states[] = {
		LPAR_ACTIVE, LPAR_ACTIVE, LPAR_FAILED, LPAR_STOPPED, LPAR_OPERATING,
	};

	if (before.ms.area[slot].size)
		before.lpar[slot].state = states[tap_below(ARRAY_SIZE(states))];
}

/* Mostly what the donor has, in random amounts; sometimes more than that, or nothing. */
static void random_part(unsigned int donor)
{
	const struct share_set *set = &before.shares.set[donor];
	unsigned int i, n = 0;

	memset(&part, 0, sizeof(part));
	part.shares.max_lips = LPAR_MAX_LIPS;
	if (tap_below(3))
		part.ms.size = tap_below(before.ms.area[donor].size / BLK + 2) * BLK;
	if (tap_below(2))
		part.es = tap_below(before.es.size[donor] / BLK + 2) * BLK;
	for (i = 0; i < LPAR_MAX_LIPS; i++)
		if (set->lip[i].percent && tap_below(2))
			part.shares.lip[n++] = (struct share_lip){
				.pcpu = set->lip[i].pcpu,
				.percent = 1 + tap_below(set->lip[i].percent),
			};
	for (i = 0; i < 8; i++)
		if ((before.channels.ch[i].owner == (int)donor || !tap_below(40)) && tap_below(2))
			part.channels[0] |= BIT_ULL(i);
}

static bool apply_all(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (i && plan.move[i].step < plan.move[i - 1].step)
			return false;
		if (plan_move_apply(&inv, &plan, i) || !ms_verify(&inv.ms))
			return false;
		if (plan_blocks_apply(&blocks, BLK, &plan, i))
			return false;
	}
	return true;
}

static bool undo_all(u32 nr)
{
	while (nr--)
		if (plan_move_undo(&inv, &plan, nr) ||
		    plan_blocks_undo(&blocks, BLK, &plan, nr))
			return false;
	return !memcmp(&inv, &before, sizeof(inv)) && !memcmp(frame, frame_before, sizeof(frame));
}

/* The first @nr blocks of an LPAR have the frames that they had. */
static bool kept(unsigned int slot, u64 nr)
{
	u64 was = before.ms.area[slot].origin / BLK, is = inv.ms.area[slot].origin / BLK;

	return !memcmp(frame + is, frame_before + was, nr * sizeof(*frame));
}

/* Frames: everybody keeps his; the receiver gets those from the donor's end. */
static bool frames_moved(void)
{
	u64 given = part.ms.size / BLK, i, j;
	unsigned int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++)
		if (!kept(slot, before.ms.area[slot].size / BLK -
				(slot == plan.donor ? given : 0)))
			return false;
	i = (inv.ms.area[plan.receiver].origin + inv.ms.area[plan.receiver].size) / BLK - given;
	j = (before.ms.area[plan.donor].origin + before.ms.area[plan.donor].size) / BLK - given;
	if (memcmp(frame + i, frame_before + j, given * sizeof(*frame)))
		return false;
	for (i = 0; i < NR; i++)
		for (j = i + 1; j < NR; j++)
			if (frame[i] == frame[j])
				return false;
	return true;
}

/* What @slot has more than before is what is named, @sign times. */
static bool changed_by(unsigned int slot, int sign)
{
	unsigned int i, channels = 0;

	for (i = 0; i < 8; i++) {
		channels += !!(part.channels[0] & BIT_ULL(i));
		if (share_on(&inv.shares.set[slot], i) !=
		    share_on(&before.shares.set[slot], i) + sign * share_on(&part.shares, i))
			return false;
	}
	return inv.ms.area[slot].size == before.ms.area[slot].size + sign * part.ms.size &&
	       inv.ms.area[slot].size + inv.ms.area[slot].expansion ==
	       before.ms.area[slot].size + before.ms.area[slot].expansion &&
	       inv.es.size[slot] == before.es.size[slot] + sign * part.es &&
	       channel_count(&inv.channels, slot) ==
	       channel_count(&before.channels, slot) + sign * channels;
}

static bool others_unchanged(void)
{
	unsigned int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		if (slot == plan.donor || slot == plan.receiver)
			continue;
		if (before.ms.area[slot].size != inv.ms.area[slot].size ||
		    before.ms.area[slot].expansion != inv.ms.area[slot].expansion ||
		    before.es.size[slot] != inv.es.size[slot] ||
		    before.lpar[slot].state != inv.lpar[slot].state ||
		    memcmp(&before.shares.set[slot], &inv.shares.set[slot],
			   sizeof(struct share_set)) ||
		    channel_count(&before.channels, slot) != channel_count(&inv.channels, slot))
			return false;
	}
	return inv.shares.set[plan.donor].lip[0].percent > 0;
}

static void count_moves(void)
{
	u32 i;

	planned++;
	for (i = 0; i < plan.nr; i++) {
		seen[plan.move[i].kind]++;
		relocated_donor += plan.move[i].kind == PLAN_RELOCATE &&
				   plan.move[i].slot == plan.donor;
	}
}

/* Only these reasons are possible with such parts. */
static bool reason_fits(int ret)
{
	switch (why.code) {
	case LPAR_REASON_PART_NOTHING:
		return ret == -EINVAL;
	case LPAR_REASON_PART_CHANNEL:
		return ret == -ENOENT;
	case LPAR_REASON_PART_RUNS:
		return ret == -EBUSY;
	case LPAR_REASON_STATE:
		return ret == -EINVAL && why.a == LPAR_FAILED && why.b == LPAR_TAKE;
	default:
		return ret == -ENOSPC && (why.code == LPAR_REASON_MS_EXPANSION ||
					  why.code == LPAR_REASON_PART_MS ||
					  why.code == LPAR_REASON_PART_ES ||
					  why.code == LPAR_REASON_PART_SHARE ||
					  why.code == LPAR_REASON_PART_LIP0);
	}
}

/* One move of a part; after it the next one starts from there. */
static void try_part(unsigned int donor, unsigned int receiver)
{
	u32 some;
	int ret;

	random_state(donor);
	random_state(receiver);
	random_part(donor);
	inv = before;
	memcpy(frame_before, frame, sizeof(frame));
	ret = plan_part(&before, donor, receiver, &part, &plan, &why);
	REQUIRE(!memcmp(&inv, &before, sizeof(inv)));
	if (ret) {
		refused++;
		REQUIRE(reason_fits(ret));
		return;
	}
	count_moves();
	some = tap_below(plan.nr + 1);
	REQUIRE(apply_all(some) && undo_all(some));
	REQUIRE(apply_all(plan.nr) && undo_all(plan.nr));
	REQUIRE(apply_all(plan.nr));
	inv.lpar[donor].state = plan.after.lpar[donor].state;
	REQUIRE(!memcmp(&inv, &plan.after, sizeof(inv)));
	REQUIRE(!inventory_verify(&inv));
	REQUIRE(frames_moved());
	REQUIRE(changed_by(donor, -1) && changed_by(receiver, 1) && others_unchanged());
	before = inv;
}

/* An LPAR that owns something; there are two. */
static unsigned int random_owner(void)
{
	unsigned int slot;

	do {
		slot = tap_below(10);
	} while (!before.ms.area[slot].size);
	return slot;
}

TEST(random_sequences)
{
	unsigned int a, b;
	int n, k;

	for (n = 0; n < 300; n++) {
		do {
			random_lpars();
		} while (!before.ms.area[1].size);
		for (k = 0; k < 60; k++) {
			a = random_owner();
			b = random_owner();
			if (a != b)
				try_part(a, b);
		}
	}
	printf("# %u parts moved, %u refused, donor relocated %u times\n", planned, refused,
	       relocated_donor);
	CHECK(planned > 2000 && refused > 500 && relocated_donor > 50);
	CHECK(!seen[PLAN_RELEASE_MS]);
	for (n = 0; n <= PLAN_SHRINK; n++)
		CHECK(n == PLAN_RELEASE_MS || seen[n] > 50);
}
