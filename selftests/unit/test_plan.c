// SPDX-License-Identifier: GPL-2.0
/* sources: model/plan.c model/plan_room.c model/plan_frames.c model/plan_move.c */
/* sources: model/plan_print.c model/inventory.c model/ms.c model/ms_blocks.c model/range.c */
/* sources: model/es.c model/share.c model/channel.c model/state.c model/reason.c */

#include "pure.h"
#include "plan_machine.h"

static const char *reason_text(void)
{
	static char buf[256];

	lpar_reason_text(&why, buf, sizeof(buf));
	return buf;
}

/* The three LPARs of the patent's Figs. 3 and 4. */
static void define_patent_lpars(u64 pool)
{
	start(pool * MB);
	CHECK_EQ(define("LPAR1", 0, 256 * MB, 256 * MB, "1:100 2:50", 1), 0);
	CHECK_EQ(define("LPAR2", 512 * MB, 128 * MB, 0, "2:50 3:50", 6), 1);
	CHECK_EQ(define("LPAR3", 256 * MB, 256 * MB, 0, "3:50 4:100", 8), 2);
}

static void check_area(unsigned int slot, u64 origin, u64 size, u64 expansion)
{
	const struct ms_area *a = &inv.ms.area[slot];

	CHECK_EQ(a->origin, origin * MB);
	CHECK_EQ(a->size, size * MB);
	CHECK_EQ(a->expansion, expansion * MB);
}

static void check_shares(unsigned int slot, const char *expect)
{
	char buf[128];

	share_print(&inv.shares.set[slot], buf, sizeof(buf));
	CHECK_STR(buf, expect);
}

/* All moves of a plan and the donor's state, or nothing and -ESTALE. */
static int apply_all(struct inventory *inv, const struct plan *p)
{
	int ret = 0;
	u32 i;

	if (inv->lpar[p->donor].state != p->donor_state)
		return -ESTALE;
	for (i = 0; i < p->nr && !ret; i++)
		ret = plan_move_apply(inv, p, i);
	if (!ret) {
		inv->lpar[p->donor].state = p->after.lpar[p->donor].state;
		return 0;
	}
	for (i--; i > 0; i--)
		plan_move_undo(inv, p, i - 1);
	return ret;
}

static int undo_all(struct inventory *inv, const struct plan *p)
{
	int ret = 0;
	u32 i;

	if (inv->lpar[p->donor].state != p->after.lpar[p->donor].state)
		return -ESTALE;
	for (i = p->nr; i > 0 && !ret; i--)
		ret = plan_move_undo(inv, p, i - 1);
	if (!ret) {
		inv->lpar[p->donor].state = p->donor_state;
		return 0;
	}
	for (i++; i < p->nr; i++)
		plan_move_apply(inv, p, i);
	return ret;
}

TEST(plan_of_the_patents_example)
{
	define_patent_lpars(640);
	before.channels.ch[2].online = 0;
	REQUIRE(!plan_integrate(&before, 1, 0, &plan, &why));
	CHECK_EQ(plan.nr, 11);
	check_step(0, "202 release channel 1 of LPAR2");
	check_step(1, "202 release channel 2 of LPAR2");
	check_step(2, "202 release LIP 0 of LPAR2: 50% of CPU 2");
	check_step(3, "202 release LIP 1 of LPAR2: 50% of CPU 3");
	check_step(4, "202 release storage of LPAR2: 128 MB at 512 MB");
	check_step(5, "203 relocate LPAR3: 256 MB, from 256 MB to 384 MB");
	check_step(6, "205 storage for LPAR1: 128 MB at 256 MB");
	check_step(7, "206 channel 1 for LPAR1");
	check_step(8, "206 channel 2 for LPAR1");
	check_step(9, "207 LIP 1 of LPAR1 on CPU 2: 50% -> 100%");
	check_step(10, "207 new LIP 2 of LPAR1 on CPU 3: 50%");
	CHECK_EQ(plan.ms_start, 256 * MB);
	CHECK_EQ(plan.ms_len, 128 * MB);
	CHECK_EQ(plan.bytes_relocated, 256 * MB);
	CHECK(!plan.receiver_moves);

	inv = before;
	CHECK_EQ(apply_all(&inv, &plan), 0);
	CHECK(!memcmp(&inv, &plan.after, sizeof(inv)));
	check_area(0, 0, 384, 128);
	check_area(1, 0, 0, 0);
	check_area(2, 384, 256, 0);
	CHECK_EQ(ms_free_behind(&inv.ms, 0), 0);
	check_shares(0, "1:100 2:100 3:50");
	check_shares(1, "");
	check_shares(2, "3:50 4:100");
	CHECK_EQ(inv.lpar[1].state, LPAR_RELEASED);
	CHECK_EQ(inv.lpar[0].state, LPAR_ACTIVE);
	CHECK_EQ(channel_count(&inv.channels, 0), 3);
	CHECK(inv.channels.ch[1].online && !inv.channels.ch[2].online);
	CHECK(!inventory_verify(&inv));
	CHECK_EQ(inventory_remove(&inv, 1, &why), 0);
}

/* [0026] names MS and ES together: ES is handled in the same steps as MS. */
TEST(expanded_storage_goes_to_the_receiver)
{
	start(640 * MB);
	es_wanted = 6 * MB;
	CHECK_EQ(define("LPAR1", 0, 256 * MB, 256 * MB, "1:100 2:50", 0), 0);
	es_wanted = 10 * MB;
	CHECK_EQ(define("LPAR2", 512 * MB, 128 * MB, 0, "2:50", 0), 1);
	es_wanted = 112 * MB;
	CHECK_EQ(define("LPAR3", 256 * MB, 256 * MB, 0, "3:50", 0), 2);
	REQUIRE(!plan_integrate(&before, 1, 0, &plan, &why));
	check_step(2, "202 release expanded storage of LPAR2: 10 MB");
	check_step(5, "205 expanded storage for LPAR1: 10 MB, beside 6 MB");
	inv = before;
	CHECK_EQ(apply_all(&inv, &plan), 0);
	CHECK_EQ(inv.es.size[0], 16 * MB);
	CHECK_EQ(inv.es.size[1], 0);
	CHECK_EQ(inv.es.size[2], 112 * MB);
	CHECK(!inventory_verify(&inv));
	CHECK_EQ(undo_all(&inv, &plan), 0);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
}

/* A larger pool allows another plan of the same cost: the patent's is preferred. */
TEST(plan_of_the_patents_example_in_a_larger_pool)
{
	define_patent_lpars(2048);
	REQUIRE(!plan_integrate(&before, 1, 0, &plan, &why));
	inv = plan.after;
	check_area(0, 0, 384, 128);
	check_area(2, 384, 256, 0);
}

static unsigned int count(enum plan_kind kind)
{
	unsigned int n = 0;
	u32 i;

	for (i = 0; i < plan.nr; i++)
		n += plan.move[i].kind == kind;
	return n;
}

TEST(no_relocation_if_the_donor_is_adjacent)
{
	start(640 * MB);
	define("R", 0, 128 * MB, 128 * MB, "1:50", 0);
	define("D", 128 * MB, 128 * MB, 0, "1:50", 0);
	define("X", 256 * MB, 256 * MB, 0, "2:50", 0);
	REQUIRE(!plan_integrate(&before, 1, 0, &plan, &why));
	CHECK_EQ(count(PLAN_RELOCATE) + count(PLAN_FRAMES), 0);
	CHECK_EQ(plan.after.ms.area[0].size, 256 * MB);
}

TEST(no_relocation_if_a_hole_is_adjacent)
{
	start(640 * MB);
	define("R", 0, 128 * MB, 128 * MB, "1:50", 0);
	define("X", 256 * MB, 256 * MB, 0, "2:50", 0);
	define("D", 512 * MB, 128 * MB, 0, "1:50", 0);
	REQUIRE(!plan_integrate(&before, 2, 0, &plan, &why));
	CHECK_EQ(count(PLAN_RELOCATE), 0);
	CHECK_EQ(count(PLAN_FRAMES), 1);
	CHECK_EQ(plan.ms_start, 128 * MB);
}

/* A small LPAR in the way is moved past a large one instead of shifting both. */
TEST(plan_relocates_as_little_as_possible)
{
	start(640 * MB);
	define("R", 0, 64 * MB, 64 * MB, "1:50", 0);
	define("S", 64 * MB, 64 * MB, 0, "2:50", 0);
	define("L", 128 * MB, 400 * MB, 0, "2:50", 0);
	define("D", 528 * MB, 64 * MB, 0, "1:50", 0);
	REQUIRE(!plan_integrate(&before, 3, 0, &plan, &why));
	CHECK_EQ(plan.bytes_relocated, 64 * MB);
	CHECK_EQ(count(PLAN_RELOCATE), 1);
	CHECK_EQ(plan.after.ms.area[1].origin, 528 * MB);
}

/* Donor below the receiver, storage full: the receiver itself has to move. */
TEST(receiver_moves_as_a_last_resort)
{
	start(640 * MB);
	define("D", 0, 128 * MB, 0, "1:50", 0);
	define("X", 128 * MB, 64 * MB, 0, "3:50", 0);
	define("R", 192 * MB, 192 * MB, 128 * MB, "1:50", 0);
	define("Y", 384 * MB, 256 * MB, 0, "2:50", 0);
	REQUIRE(!plan_integrate(&before, 0, 2, &plan, &why));
	CHECK(plan.receiver_moves);
	inv = plan.after;
	check_area(1, 0, 64, 0);
	check_area(2, 64, 320, 0);
	check_area(3, 384, 256, 0);
}

TEST(impossible_integrations_are_refused_with_a_reason)
{
	define_patent_lpars(640);
	inv = before;
	CHECK_EQ(plan_integrate(&before, 0, 0, &plan, &why), -EINVAL);
	CHECK_STR(reason_text(), "LPAR1 cannot be integrated into itself");
	CHECK_EQ(plan_integrate(&before, 5, 0, &plan, &why), -ENOENT);
	CHECK_EQ(plan_integrate(&before, 0, LPAR_MAX_PARTS, &plan, &why), -ENOENT);
	CHECK_EQ(why.code, LPAR_REASON_UNKNOWN_LPAR);
	CHECK_EQ(plan_integrate(&before, 2, 1, &plan, &why), -ENOSPC);
	CHECK_STR(reason_text(), "LPAR2 needs 256 MB more storage, but its expansion is only 0 MB");
	CHECK_EQ(plan_integrate(&before, 2, 1, &plan, NULL), -ENOSPC);
	before.shares.set[0].max_lips = 2;
	CHECK_EQ(plan_integrate(&before, 1, 0, &plan, &why), -ENOSPC);
	CHECK_STR(reason_text(), "LPAR1 cannot have more than 2 LIPs");
	before.shares.set[0].max_lips = LPAR_MAX_LIPS;
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
	inventory_add(&before, "LPAR4", NULL);
	CHECK_EQ(plan_integrate(&before, 3, 0, &plan, &why), -EINVAL);
	CHECK_STR(reason_text(), "LPAR4 is defined: cannot be the donor of an integration");
	CHECK_EQ(plan_integrate(&before, 1, 3, &plan, &why), -EINVAL);
	CHECK_STR(reason_text(), "LPAR4 is defined: cannot be the receiver of an integration");
	before.lpar[0].state = LPAR_FAILED;
	CHECK_EQ(plan_integrate(&before, 1, 0, &plan, &why), -EINVAL);
	before.lpar[0].state = LPAR_OPERATING;
	before.lpar[1].state = LPAR_FAILED;
	CHECK_EQ(plan_integrate(&before, 1, 0, &plan, &why), 0);
	CHECK_EQ(why.code, LPAR_REASON_NONE);
	before.shares.set[2].lip[0].percent = 90;	/* inconsistent inventory */
	CHECK_EQ(plan_integrate(&before, 1, 0, &plan, &why), -ERANGE);
	CHECK_EQ(why.code, LPAR_REASON_SHARE_SUM);
}

TEST(apply_refuses_a_changed_inventory)
{
	define_patent_lpars(640);
	REQUIRE(!plan_integrate(&before, 1, 0, &plan, &why));
	inv = before;
	inv.shares.set[0].lip[1].percent = 40;
	before = inv;
	CHECK_EQ(apply_all(&inv, &plan), -ESTALE);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
	CHECK_EQ(undo_all(&inv, &plan), -ESTALE);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
	inv = plan.after;
	inv.ms.area[2].origin += SZ_2M;
	before = inv;
	CHECK_EQ(undo_all(&inv, &plan), -ESTALE);
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
}

/*
 * Random cases. A block has a frame (mapped placement) and contents (contiguous
 * placement: one word for each block); both are moved as the plan says, and every
 * LPAR must have its own afterwards.
 */
#define NR 64

static u64 frame[NR], frame_before[NR], byte_of[NR];
static struct ms_blocks blocks = { .frame = frame, .nr = NR };

static void random_case(void)
{
	char name[LPAR_NAME_LEN], shares[48];
	int i, n = 2 + tap_below(12);
	u64 origin, size;

	start(NR * BLK);
	for (i = 0; i < n; i++) {
		scnprintf(name, sizeof(name), "p%d", i);
		scnprintf(shares, sizeof(shares), "%llu:%llu %llu:%llu %llu:%llu", tap_below(8),
			  1 + tap_below(25), tap_below(8), 1 + tap_below(25), tap_below(8),
			  1 + tap_below(25));
		size = 1 + tap_below(tap_below(4) ? 5 : 24);
		origin = tap_below(3) ? tap_below(NR) : ms_used(&before.ms) / BLK;
		es_wanted = tap_below(3) * tap_below(12) * BLK;
		define(name, origin * BLK, size * BLK, tap_below(40) * BLK, shares,
		       tap_below(256) & tap_rand() & tap_rand());
	}
	for (i = 0; i < 8; i++)
		if (before.channels.ch[i].owner != CHANNEL_FREE)
			before.channels.ch[i].online = tap_below(4) > 0;
	for (i = 0; i < n; i++)
		if (tap_below(2))
			inventory_verb(&before, i, LPAR_LOAD + tap_below(2), NULL);
	for (i = 0; i < NR; i++)
		frame[i] = 5000 + i * 5 % NR;
	memcpy(frame_before, frame, sizeof(frame));
}

/* (Slot + 1) * 1000 + number of the block in the area; 0 where the pool is free. */
static void fill_bytes(const struct ms_map *ms)
{
	u64 i;
	int slot;

	for (i = 0; i < NR; i++) {
		slot = ms_owner(ms, i * BLK);
		byte_of[i] = slot < 0 ? 0 : (slot + 1) * 1000 + i - ms->area[slot].origin / BLK;
	}
}

static void copy_bytes(const struct plan_move *m)
{
	u64 from = m->from / BLK, to = m->to / BLK, n = m->len / BLK;
	u64 i, k;

	for (i = 0; i < n && m->kind == PLAN_RELOCATE; i++) {
		k = to > from ? n - 1 - i : i;	/* overwrites no block still to be copied */
		byte_of[to + k] = byte_of[from + k];
	}
	for (i = 0; i < n && m->kind == PLAN_RELEASE_MS; i++)
		byte_of[from + i] = 0;
}

static bool apply_step_by_step(void)
{
	u32 i;

	inv = before;
	fill_bytes(&before.ms);
	for (i = 0; i < plan.nr; i++) {
		if (i && plan.move[i].step < plan.move[i - 1].step)
			return false;
		if (plan_move_apply(&inv, &plan, i) || !ms_verify(&inv.ms))
			return false;
		if (plan_blocks_apply(&blocks, BLK, &plan, i))
			return false;
		copy_bytes(&plan.move[i]);
	}
	return !memcmp(&inv.ms, &plan.after.ms, sizeof(inv.ms)) &&
	       !memcmp(&inv.es, &plan.after.es, sizeof(inv.es)) &&
	       !memcmp(&inv.shares, &plan.after.shares, sizeof(inv.shares)) &&
	       !memcmp(&inv.channels, &plan.after.channels, sizeof(inv.channels));
}

/* Whether no frame is in the table twice, except MS_NO_FRAME. */
static bool frames_are_unique(const struct ms_blocks *b)
{
	u64 i, j;

	for (i = 0; i < b->nr; i++) {
		if (b->frame[i] == MS_NO_FRAME)
			continue;
		for (j = i + 1; j < b->nr; j++)
			if (b->frame[i] == b->frame[j])
				return false;
	}
	return true;
}

/* Each LPAR's frames and contents are where its area is, in order. */
static bool storage_moved_as_planned(void)
{
	u64 i, was, is, grown = before.ms.area[plan.receiver].size / BLK;
	int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		was = before.ms.area[slot].origin / BLK;
		is = plan.after.ms.area[slot].origin / BLK;
		for (i = 0; i < before.ms.area[slot].size / BLK && slot != plan.donor; i++)
			if (frame[is + i] != frame_before[was + i] ||
			    byte_of[is + i] != (slot + 1) * 1000 + i)
				return false;
	}
	was = before.ms.area[plan.donor].origin / BLK;
	is = plan.after.ms.area[plan.receiver].origin / BLK + grown;
	if (is != plan.ms_start / BLK)
		return false;
	for (i = 0; i < plan.ms_len / BLK; i++)
		if (frame[is + i] != frame_before[was + i])
			return false;
	return frames_are_unique(&blocks);
}

static bool resources_conserved(void)
{
	const struct ms_area *r = &before.ms.area[plan.receiver];
	const struct ms_area *d = &before.ms.area[plan.donor];
	const struct inventory *after = &plan.after;
	int slot;
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (share_sum(&before.shares, i, -1) != share_sum(&after->shares, i, -1) ||
		    share_on(&after->shares.set[plan.receiver], i) !=
		    share_on(&before.shares.set[plan.receiver], i) +
		    share_on(&before.shares.set[plan.donor], i))
			return false;
	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		if (slot == plan.donor || slot == plan.receiver)
			continue;
		if (before.ms.area[slot].size != after->ms.area[slot].size ||
		    before.ms.area[slot].expansion != after->ms.area[slot].expansion ||
		    before.es.size[slot] != after->es.size[slot] ||
		    memcmp(&before.shares.set[slot], &after->shares.set[slot],
			   sizeof(struct share_set)) ||
		    channel_count(&before.channels, slot) != channel_count(&after->channels, slot))
			return false;
	}
	return ms_used(&before.ms) == ms_used(&after->ms) &&
	       after->ms.area[plan.receiver].size == r->size + d->size &&
	       after->ms.area[plan.receiver].expansion == r->expansion - d->size &&
	       !after->ms.area[plan.donor].size &&
	       !after->es.size[plan.donor] &&
	       after->es.size[plan.receiver] ==
	       before.es.size[plan.receiver] + before.es.size[plan.donor] &&
	       !channel_count(&after->channels, plan.donor) &&
	       channel_count(&after->channels, CHANNEL_FREE) ==
	       channel_count(&before.channels, CHANNEL_FREE);
}

static bool undone_exactly(u32 from)
{
	u32 i;

	for (i = from; i > 0; i--)
		if (plan_move_undo(&inv, &plan, i - 1) ||
		    plan_blocks_undo(&blocks, BLK, &plan, i - 1))
			return false;
	return !memcmp(&inv, &before, sizeof(inv)) && !memcmp(frame, frame_before, sizeof(frame));
}

/* Fail after a random number of moves: undo restores the initial state. */
static bool undo_from_any_move(void)
{
	u32 i, k = tap_below(plan.nr + 1);

	inv = before;
	memcpy(frame, frame_before, sizeof(frame));
	for (i = 0; i < k; i++)
		if (plan_move_apply(&inv, &plan, i) || plan_blocks_apply(&blocks, BLK, &plan, i))
			return false;
	return undone_exactly(k);
}

static u32 seen[PLAN_NEW_LIP + 1];
static u32 receiver_moved, planned, moved_several;

static void try_pair(unsigned int donor, unsigned int receiver)
{
	u32 i, moved = 0;
	int ret;

	inv = before;
	ret = plan_integrate(&before, donor, receiver, &plan, &why);
	REQUIRE(!memcmp(&inv, &before, sizeof(inv)));
	if (ret) {
		/* the only possible reason in these cases */
		REQUIRE(ret == -ENOSPC && why.code == LPAR_REASON_MS_EXPANSION);
		REQUIRE(before.ms.area[donor].size > before.ms.area[receiver].expansion);
		return;
	}
	planned++;
	receiver_moved += plan.receiver_moves;
	for (i = 0; i < plan.nr; i++) {
		seen[plan.move[i].kind]++;
		moved += plan.move[i].kind == PLAN_RELOCATE;
	}
	moved_several += moved > 1;
	memcpy(frame, frame_before, sizeof(frame));
	REQUIRE(!inventory_verify(&plan.after));
	REQUIRE(apply_step_by_step());
	REQUIRE(storage_moved_as_planned());
	REQUIRE(resources_conserved());
	REQUIRE(undone_exactly(plan.nr));
	REQUIRE(undo_from_any_move());
	inv = before;
	REQUIRE(!apply_all(&inv, &plan) && !memcmp(&inv, &plan.after, sizeof(inv)));
	REQUIRE(!undo_all(&inv, &plan) && !memcmp(&inv, &before, sizeof(inv)));
}

TEST(random_plans_apply_and_undo)
{
	unsigned int a, b;
	int n;

	for (n = 0; n < 400; n++) {
		random_case();
		REQUIRE(!inventory_verify(&before));
		for (a = 0; a < 14; a++)
			for (b = 0; b < 14; b++)
				if (a != b && before.ms.area[a].size && before.ms.area[b].size)
					try_pair(a, b);
	}
	printf("# %u plans, %u relocations, in %u more than one, receiver moved %u times\n",
	       planned, seen[PLAN_RELOCATE], moved_several, receiver_moved);
	CHECK(planned > 2000 && moved_several > 100 && receiver_moved > 20);
	for (n = 0; n <= PLAN_NEW_LIP; n++)
		CHECK(seen[n] > 50);
}

/* Donor below the receiver: its scattered frames are gathered in few moves. */
TEST(donor_below_the_receiver_needs_few_frame_moves)
{
	u32 d, gap, r, i, frames, most = 0;

	for (d = 1; d < 60; d++)
		for (gap = 0; gap < 6; gap++)
			for (r = 1; r < 60; r++) {
				start((d + gap + r) * BLK);
				define("D", 0, d * BLK, 0, "1:10", 0);
				define("R", (d + gap) * BLK, r * BLK, d * BLK, "1:10", 0);
				if (plan_integrate(&before, 0, 1, &plan, &why))
					continue;
				for (i = 0, frames = 0; i < plan.nr; i++)
					frames += plan.move[i].kind == PLAN_FRAMES;
				most = max(most, frames);
			}
	printf("# at most %u moves of frames\n", most);
	CHECK(most <= 4);
}

/* The plan's array is large enough for the largest possible plan. */
TEST(largest_plan_fits)
{
	struct inventory_want want = { 0 };
	unsigned int i;

	inventory_init(&before);
	CHECK_EQ(inventory_set_pool(&before, 200 * BLK, BLK, NULL), 0);
	for (i = 0; i < LPAR_MAX_PCPUS; i++)
		inventory_set_pcpu(&before, i, true, NULL);
	for (i = 0; i < LPAR_MAX_CHANNELS; i++)
		channel_add(&before.channels, i);
	define("R", 0, BLK, 3 * BLK, "511:1", 0);
	for (i = 0; i < LPAR_MAX_PARTS - 2; i++) {
		char name[8];

		scnprintf(name, sizeof(name), "x%u", i);
		CHECK(define(name, (2 + 3 * i) * BLK, 2 * BLK, 0, "500:1", 0) > 0);
	}
	CHECK_EQ(inventory_add(&before, "D", NULL), LPAR_MAX_PARTS - 1);
	want.ms = (struct ms_area){ 190 * BLK, 3 * BLK, 0 };
	want.shares.max_lips = LPAR_MAX_LIPS;
	for (i = 0; i < LPAR_MAX_LIPS - 1; i++)
		want.shares.lip[i] = (struct share_lip){ .pcpu = i, .percent = 7 };
	want.channels[0] = U64_MAX;
	want.channels[1] = U64_MAX;
	CHECK_EQ(inventory_activate(&before, LPAR_MAX_PARTS - 1, &want, &why), 0);
	CHECK_EQ(plan_integrate(&before, LPAR_MAX_PARTS - 1, 0, &plan, &why), 0);
	CHECK(!inventory_verify(&plan.after));
	inv = before;
	CHECK(!apply_all(&inv, &plan) && !undo_all(&inv, &plan));
	CHECK(!memcmp(&inv, &before, sizeof(inv)));
	CHECK(plan.nr > 380);
}
