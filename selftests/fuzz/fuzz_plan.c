// SPDX-License-Identifier: GPL-2.0
/* sources: model/plan.c model/plan_room.c model/plan_frames.c model/plan_move.c */
/* sources: model/plan_print.c model/inventory.c model/ms.c model/ms_blocks.c model/range.c */
/* sources: model/es.c model/share.c model/channel.c model/state.c model/reason.c */
/* max_len: 256 */

/*
 * Integrations in machines of any kind: one is possible exactly if the rules say so;
 * nothing is lost or doubled; nobody else loses anything; each LPAR's data stays in its
 * frames; undo restores everything bit by bit.
 */
#include "pure.h"
#include "fuzz.h"

#include "model/plan.h"

#define BLK	((u64)SZ_2M)
#define BLOCKS	64
#define PCPUS	6
#define CHANNELS 8

static struct inventory before, now;
static struct plan plan;
static u64 frame[BLOCKS], frame_before[BLOCKS];

static u64 next_origin;	/* behind the last area, so that storage is short */
static u32 nr_lpars;

static void any_lpar(u32 i)
{
	static const enum lpar_verb verbs[] = { LPAR_LOAD, LPAR_STOP, LPAR_FAIL };
	struct inventory_want want = { 0 };
	char name[16];
	int slot;
	u32 n;

	snprintf(name, sizeof(name), "L%u", i);
	slot = inventory_add(&before, name, NULL);
	want.ms = (struct ms_area){
		.origin = next_origin + (fuzz_rarely(3) ? fuzz_below(6) * BLK : 0),
		.size = (1 + fuzz_below(8)) * BLK,
		.expansion = (fuzz_rarely(4) ? fuzz_below(8) : 32) * BLK,
	};
	want.es = fuzz_below(8) * BLK;
	want.channels[0] = fuzz_bytes(1);
	want.shares.max_lips = fuzz_rarely(4) ? 1 + fuzz_below(6) : 8;
	for (n = 1 + fuzz_below(4); n--;)
		want.shares.lip[fuzz_below(want.shares.max_lips)] = (struct share_lip){
			fuzz_below(PCPUS), 1 + fuzz_below(fuzz_rarely(4) ? 60 : 10) };
	if (inventory_activate(&before, slot, &want, NULL))
		return;
	next_origin = want.ms.origin + want.ms.size;
	for (n = 0; n < CHANNELS; n++)
		if (before.channels.ch[n].owner == slot)
			before.channels.ch[n].online = fuzz_flip();
	for (n = fuzz_rarely(3) ? fuzz_below(ARRAY_SIZE(verbs) + 1) : 0; n--;)
		inventory_verb(&before, slot, verbs[fuzz_below(ARRAY_SIZE(verbs))], NULL);
}

static void any_machine(void)
{
	u32 i;

	next_origin = 0;
	inventory_init(&before);
	inventory_set_pool(&before, (8 + fuzz_below(BLOCKS - 7)) * BLK, BLK, NULL);
	inventory_set_es(&before, 32 * BLK, BLK, NULL);
	for (i = 0; i < PCPUS; i++)
		inventory_set_pcpu(&before, i, true, NULL);
	for (i = 0; i < CHANNELS; i++)
		channel_add(&before.channels, i);
	nr_lpars = 2 + fuzz_below(10);
	for (i = 0; i < nr_lpars; i++)
		any_lpar(i);
	for (i = 0; i < BLOCKS; i++)
		frame[i] = 100 + i;
	FUZZ_CHECK(!inventory_verify(&before), "%s", inventory_verify(&before));
}

/* LIPs that the receiver needs: one for each CPU on which only the donor has a share. */
static u32 new_lips(u32 donor, u32 receiver)
{
	u32 pcpu, n = 0;

	for (pcpu = 0; pcpu < PCPUS; pcpu++)
		n += share_on(&before.shares.set[donor], pcpu) &&
		     !share_on(&before.shares.set[receiver], pcpu);
	return n;
}

static int expect(u32 donor, u32 receiver)
{
	const struct share_set *set = &before.shares.set[receiver];

	if (donor >= LPAR_MAX_PARTS || receiver >= LPAR_MAX_PARTS ||
	    !before.lpar[donor].name[0] || !before.lpar[receiver].name[0])
		return -ENOENT;
	if (donor == receiver || !state_owns(before.lpar[donor].state) ||
	    !state_owns(before.lpar[receiver].state) ||
	    before.lpar[receiver].state == LPAR_FAILED)
		return -EINVAL;
	if (before.ms.area[donor].size > before.ms.area[receiver].expansion)
		return -ENOSPC;
	return new_lips(donor, receiver) > set->max_lips - share_count(set) ? -ENOSPC : 0;
}

/* The frame that is behind a byte of an LPAR's storage must not change. */
static void check_frames(u32 slot, u64 from, u64 to, u64 len)
{
	u64 i;

	for (i = 0; i < len / BLK; i++)
		FUZZ_CHECK(frame[to / BLK + i] == frame_before[from / BLK + i],
			   "slot %u: block %llu of another", slot, i);
}

static void check_others(u32 slot)
{
	const struct ms_area *a = &before.ms.area[slot], *b = &now.ms.area[slot];

	FUZZ_CHECK(a->size == b->size && a->expansion == b->expansion, "slot %u: storage", slot);
	FUZZ_CHECK(!memcmp(&before.shares.set[slot], &now.shares.set[slot],
			   sizeof(struct share_set)), "slot %u: shares", slot);
	FUZZ_EQ(now.es.size[slot], before.es.size[slot], "expanded storage of another");
	FUZZ_EQ(now.lpar[slot].state, before.lpar[slot].state, "state of another");
	check_frames(slot, a->origin, b->origin, a->size);
}

static void check_pair(u32 donor, u32 receiver)
{
	const struct ms_area *d = &before.ms.area[donor], *r = &before.ms.area[receiver];
	const struct ms_area *a = &now.ms.area[receiver];
	u32 i;

	FUZZ_EQ(a->size, r->size + d->size, "storage of the receiver");
	FUZZ_EQ(a->expansion, r->expansion - d->size, "its expansion");
	FUZZ_EQ(plan.ms_start, a->origin + r->size, "start of the new storage");
	FUZZ_EQ(plan.ms_len, d->size, "its length");
	FUZZ_CHECK(plan.receiver_moves || a->origin == r->origin, "the receiver moved");
	check_frames(receiver, r->origin, a->origin, r->size);
	if (plan.nr_segs < PLAN_MAX_SEGS)
		check_frames(donor, d->origin, plan.ms_start, d->size);
	FUZZ_EQ(now.es.size[receiver], before.es.size[receiver] + before.es.size[donor],
		"expanded storage");
	for (i = 0; i < PCPUS; i++) {
		FUZZ_EQ(share_on(&now.shares.set[receiver], i),
			share_on(&before.shares.set[receiver], i) +
			share_on(&before.shares.set[donor], i), "share");
		FUZZ_EQ(share_on(&now.shares.set[donor], i), 0, "share of the donor");
	}
	for (i = 0; i < CHANNELS; i++) {
		struct channel want = before.channels.ch[i];

		if (want.owner == (s16)donor)
			want.owner = (s16)receiver;
		FUZZ_CHECK(!memcmp(&now.channels.ch[i], &want, sizeof(want)), "channel %u", i);
	}
}

static void check_moves(void)
{
	char all[256], part[256];
	u64 bytes = 0;
	size_t size;
	u32 i;

	for (i = 0; i < plan.nr; i++) {
		FUZZ_CHECK(!i || plan.move[i].step >= plan.move[i - 1].step, "step %u", i);
		bytes += plan.move[i].kind == PLAN_RELOCATE ? plan.move[i].len : 0;
		size = 1 + fuzz_below(sizeof(part) - 1);
		plan_print(&plan, i, all, sizeof(all));
		FUZZ_CHECK(plan_print(&plan, i, part, size) < (int)size &&
			   !strncmp(all, part, strlen(part)), "%s", part);
	}
	FUZZ_EQ(plan.bytes_relocated, bytes, "bytes relocated");
}

static void apply_all(void)
{
	struct ms_blocks blocks = { frame, now.ms.pool_size / BLK };
	u32 i;

	for (i = 0; i < plan.nr; i++) {
		FUZZ_EQ(plan_move_apply(&now, &plan, i), 0, "move");
		FUZZ_EQ(plan_blocks_apply(&blocks, BLK, &plan, i), 0, "move of frames");
		FUZZ_CHECK(ms_verify(&now.ms) && es_verify(&now.es) &&
			   channel_verify(&now.channels), "after move %u", i);
	}
	now.lpar[plan.donor].state = plan.after.lpar[plan.donor].state;
}

static void undo_all(u32 from)
{
	struct ms_blocks blocks = { frame, now.ms.pool_size / BLK };
	u32 i;

	now.lpar[plan.donor].state = plan.donor_state;
	for (i = from; i--;) {
		FUZZ_EQ(plan_move_undo(&now, &plan, i), 0, "undo");
		FUZZ_EQ(plan_blocks_undo(&blocks, BLK, &plan, i), 0, "undo of frames");
	}
	FUZZ_CHECK(!memcmp(&now, &before, sizeof(now)), "undo");
	FUZZ_CHECK(!memcmp(frame, frame_before, sizeof(frame)), "undo of frames");
}

/* A move of another plan changes nothing if it is refused. */
static void check_stale(void)
{
	static struct inventory was;
	u32 i = fuzz_below(plan.nr);

	was = now;
	if (plan_move_apply(&now, &plan, i))
		FUZZ_CHECK(!memcmp(&now, &was, sizeof(was)), "a refused move");
	now = was;
	if (plan_move_undo(&now, &plan, i))
		FUZZ_CHECK(!memcmp(&now, &was, sizeof(was)), "a refused undo");
	now = was;
}

static void integrate(u32 donor, u32 receiver)
{
	struct lpar_reason why = { 0 };
	int ret = plan_integrate(&before, donor, receiver, &plan, &why);
	u32 i;

	FUZZ_EQ(ret, expect(donor, receiver), "whether it is possible");
	FUZZ_EQ(!!ret, why.code != LPAR_REASON_NONE, "a reason");
	if (ret)
		return;
	check_moves();
	now = before;
	memcpy(frame_before, frame, sizeof(frame));
	apply_all();
	FUZZ_CHECK(!memcmp(&now, &plan.after, sizeof(now)), "the plan's result");
	FUZZ_CHECK(!inventory_verify(&now), "%s", inventory_verify(&now));
	for (i = 0; i < LPAR_MAX_PARTS; i++)
		if (i != donor && i != receiver)
			check_others(i);
	check_pair(donor, receiver);
	check_stale();
	if (fuzz_flip())
		undo_all(plan.nr);
	before = now;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 i, donor;

	fuzz_start(data, size);
	any_machine();
	for (i = 0; i < 6; i++) {
		donor = fuzz_below(nr_lpars + 1);
		integrate(donor, fuzz_below(nr_lpars + 1));
	}
	return 0;
}
