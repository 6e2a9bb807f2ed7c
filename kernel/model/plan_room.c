// SPDX-License-Identifier: GPL-2.0
/*
 * L0: make room directly behind the receiver. Calls model/plan and model/ms.
 *
 * Four ways are tried on the plan's own copy of the map. Each is a series of
 * relocations in which areas never overlap. The first two move third LPARs, as in
 * patent [0022]; the last two move the receiver as well, and are used only if the
 * others fail: the donor was in front of the receiver and the storage behind it is
 * full.
 *
 * With a donor one of them always works: a donor behind the receiver leaves a hole for
 * slide_up(), a donor in front of it leaves one for slide_down(). Without one, a fifth way
 * uses the free storage on both sides.
 */
#include "pure.h"
#include "model/plan_room.h"

static u64 area_end(const struct ms_area *a)
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

static int add_relocation(struct plan *p, unsigned int slot, u64 to)
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
 * Move the areas behind the receiver up, as far as necessary; they end up adjacent.
 * The highest moves first.
 */
static int slide_up(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	u64 start = area_end(&ms->area[p->receiver]);
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
		ret = add_relocation(p, slot, end);
	}
	return ret;
}

/* Move the receiver and the areas in its way down. The lowest moves first. */
static int slide_down(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	const struct ms_area *r = &ms->area[p->receiver];
	u64 top = area_end(r) + ms_free_from(ms, area_end(r));
	u64 above = area_end(r);
	int slot, ret = 0;
	u64 low;

	if (top < need)
		return -ENOSPC;
	top -= need;
	low = top;
	for (slot = prev_area(ms, above); slot >= 0; slot = prev_area(ms, above)) {
		if (area_end(&ms->area[slot]) <= low)
			break;
		if (ms->area[slot].size > low)
			return -ENOSPC;
		low -= ms->area[slot].size;
		above = ms->area[slot].origin;
	}
	while (!ret && low < top) {
		slot = next_area(ms, above);
		above = area_end(&ms->area[slot]);
		ret = add_relocation(p, slot, low);
		low += ms->area[slot].size;
	}
	return ret;
}

/* Move the areas that are in the way to other holes. */
static int use_holes(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	struct lpar_range room = { .start = area_end(&ms->area[p->receiver]), .len = need };
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
		ret = add_relocation(p, slot, to);
	}
	return ret;
}

/* Move the receiver to a hole that has room for it and its new storage. */
static int use_hole_for_receiver(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	u64 to;

	if (!ms_find_hole(ms, ms->area[p->receiver].size + need, NULL, &to))
		return -ENOSPC;
	return add_relocation(p, p->receiver, to);
}

typedef int (*room_fn)(struct plan *p, u64 need);

/* Bytes that @way relocates; U64_MAX if it is impossible. Leaves the plan unchanged. */
static u64 relocation_cost(struct plan *p, u64 need, room_fn way)
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

/* Use the cheaper of two ways; @a if they cost the same. */
static int use_cheaper(struct plan *p, u64 need, room_fn a, room_fn b)
{
	u64 cost_a = relocation_cost(p, need, a);
	u64 cost_b = relocation_cost(p, need, b);

	if (cost_a == U64_MAX && cost_b == U64_MAX)
		return -ENOSPC;
	p->bytes_relocated = min(cost_a, cost_b);
	return cost_a <= cost_b ? a(p, need) : b(p, need);
}

/* Gather all free storage behind the receiver, then as much of that before it as is missing. */
static int slide_both(struct plan *p, u64 need)
{
	const struct ms_map *ms = &p->after.ms;
	u64 end = area_end(&ms->area[p->receiver]), behind = ms->pool_size - end;
	u32 nr = p->nr;
	int slot, ret;

	for (slot = next_area(ms, end); slot >= 0; slot = next_area(ms, ms->area[slot].origin + 1))
		behind -= ms->area[slot].size;
	ret = behind ? slide_up(p, behind) : 0;
	if (!ret)
		ret = slide_down(p, need);
	for (; nr < p->nr && !ret; nr++)
		p->bytes_relocated += p->move[nr].len;
	return ret;
}

int plan_make_room(struct plan *p, u64 need)
{
	int ret;

	if (ms_free_behind(&p->after.ms, p->receiver) >= need)
		return 0;
	ret = use_cheaper(p, need, slide_up, use_holes);
	if (ret != -ENOSPC)
		return ret;
	p->receiver_moves = true;
	ret = use_cheaper(p, need, slide_down, use_hole_for_receiver);
	return ret == -ENOSPC ? slide_both(p, need) : ret;
}
