// SPDX-License-Identifier: GPL-2.0
/*
 * L0: how room is made directly behind the receiver. Calls model/plan and model/ms.
 *
 * Four ways are tried on the plan's own copy of the map; each is a series of
 * relocations in which no area ever overlaps another one's. The first two move
 * third LPARs, as patent [0022] does; the last two move the receiver too, and
 * are taken only where the others do not suffice: when the donor stood in front
 * of the receiver and the storage behind it is full.
 *
 * One of them always works: a donor behind the receiver leaves a hole for
 * slide_up(), a donor in front of it leaves one for slide_down().
 */
#include "pure.h"
#include "model/plan_room.h"

static u64 end_of(const struct ms_area *a)
{
	return a->origin + a->size;
}

/* The area with the lowest origin at or above @from, or -1. */
static int next_area(const struct ms_map *ms, u64 from)
{
	int best = -1;
	int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		if (!ms->area[i].size || ms->area[i].origin < from)
			continue;
		if (best < 0 || ms->area[i].origin < ms->area[best].origin)
			best = i;
	}
	return best;
}

/* The area with the highest origin below @below, or -1. */
static int prev_area(const struct ms_map *ms, u64 below)
{
	int best = -1;
	int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		if (!ms->area[i].size || ms->area[i].origin >= below)
			continue;
		if (best < 0 || ms->area[i].origin > ms->area[best].origin)
			best = i;
	}
	return best;
}

static int relocate(struct plan *p, unsigned int slot, u64 to)
{
	const struct ms_area *a = &p->after.ms.area[slot];
	struct plan_move m = {
		.step = PLAN_STEP_REASSIGN,
		.kind = PLAN_RELOCATE,
		.slot = slot,
		.from = a->origin,
		.to = to,
		.len = a->size,
		.expansion = a->expansion,
	};

	return plan_add(p, &m);
}

/*
 * Push what stands behind the receiver up, as far as it has to go: the pushed
 * ones end up side by side. The highest goes first.
 */
static int slide_up(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	u64 start = end_of(&ms->area[p->receiver]);
	u64 end = start + need;
	u64 below = start;
	int slot, ret = 0;

	for (slot = next_area(ms, below); slot >= 0; slot = next_area(ms, below)) {
		if (ms->area[slot].origin >= end)
			break;
		end += ms->area[slot].size;
		below = ms->area[slot].origin + 1;
	}
	if (end > ms->pool_size)
		return -ENOSPC;
	while (!ret && end > start + need) {
		slot = prev_area(ms, below);
		below = ms->area[slot].origin;
		end -= ms->area[slot].size;
		ret = relocate(p, slot, end);
	}
	return ret;
}

/* Pull the receiver, and what is in its way, down. The lowest goes first. */
static int slide_down(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	const struct ms_area *r = &ms->area[p->receiver];
	u64 top = end_of(r) + ms_free_from(ms, end_of(r));
	u64 above = end_of(r);
	int slot, ret = 0;
	u64 low;

	if (top < need)
		return -ENOSPC;
	top -= need;
	low = top;
	for (slot = prev_area(ms, above); slot >= 0; slot = prev_area(ms, above)) {
		if (end_of(&ms->area[slot]) <= low)
			break;
		if (ms->area[slot].size > low)
			return -ENOSPC;
		low -= ms->area[slot].size;
		above = ms->area[slot].origin;
	}
	while (!ret && low < top) {
		slot = next_area(ms, above);
		above = end_of(&ms->area[slot]);
		ret = relocate(p, slot, low);
		low += ms->area[slot].size;
	}
	return ret;
}

/* Those in the way go to holes elsewhere. */
static int hop(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	struct lpar_range room = { .start = end_of(&ms->area[p->receiver]), .len = need };
	u64 to;
	int slot, ret = 0;

	if (room.len > ms->pool_size - room.start)
		return -ENOSPC;
	while (!ret) {
		slot = next_area(ms, room.start);
		if (slot < 0 || !lpar_range_has(&room, ms->area[slot].origin))
			return 0;
		if (!ms_find_hole(ms, ms->area[slot].size, &room, &to))
			return -ENOSPC;
		ret = relocate(p, slot, to);
	}
	return ret;
}

/* The receiver goes to a hole that takes it and its new part. */
static int hop_receiver(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	u64 to;

	if (!ms_find_hole(ms, ms->area[p->receiver].size + need, NULL, &to))
		return -ENOSPC;
	return relocate(p, p->receiver, to);
}

typedef int (*room_fn)(struct plan *p, u64 need);

/* Bytes that a way relocates; U64_MAX where it is none. The plan stays as it is. */
static u64 cost(struct plan *p, u64 need, room_fn way)
{
	u32 i, nr = p->nr;
	u64 sum = 0;

	if (way(p, need))
		sum = U64_MAX;
	for (i = nr; i < p->nr && sum != U64_MAX; i++)
		sum += p->move[i].len;
	plan_cut(p, nr);
	return sum;
}

/* The cheaper of two; @a when they cost the same. */
static int cheaper(struct plan *p, u64 need, room_fn a, room_fn b)
{
	u64 cost_a = cost(p, need, a);
	u64 cost_b = cost(p, need, b);

	if (cost_a == U64_MAX && cost_b == U64_MAX)
		return -ENOSPC;
	p->bytes_relocated = min(cost_a, cost_b);
	return cost_a <= cost_b ? a(p, need) : b(p, need);
}

int plan_make_room(struct plan *p, u64 need)
{
	int ret;

	if (ms_free_behind(&p->after.ms, p->receiver) >= need)
		return 0;
	ret = cheaper(p, need, slide_up, hop);
	if (ret != -ENOSPC)
		return ret;
	p->receiver_moves = true;
	return cheaper(p, need, slide_down, hop_receiver);
}
