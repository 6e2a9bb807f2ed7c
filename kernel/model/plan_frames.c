// SPDX-License-Identifier: GPL-2.0
/*
 * L0: track the donor's frames while areas are relocated, and plan the moves in the
 * block table that bring them behind the receiver. Calls model/plan.
 *
 * A relocation in the block table swaps the area's frames with those at its
 * destination (ms_blocks_move()), which may split the donor's frames into segments.
 * They are tracked as ranges; no table is needed.
 *
 * Segments beyond PLAN_MAX_SEGS stay where they are: the receiver then gets other
 * free frames, which is correct as well.
 */
#include "pure.h"
#include "model/plan_room.h"

/* The frames that a block move displaces: those at @at move to @to. */
struct displaced {
	struct lpar_range at;
	u64 to;
};

static struct displaced displaced_by(const struct plan_move *m)
{
	u64 by = max(m->from, m->to) - min(m->from, m->to);
	struct displaced d;

	d.at.len = min(by, m->len);
	d.at.start = m->to > m->from ? m->to + m->len - d.at.len : m->to;
	d.to = m->to > m->from ? m->from : m->from + m->len - d.at.len;
	return d;
}

static bool push_seg(struct plan *p, u64 at, u64 off, u64 len)
{
	if (!len)
		return true;
	if (p->nr_segs == PLAN_MAX_SEGS)
		return false;
	p->seg[p->nr_segs++] = (struct plan_seg){ .at = at, .off = off, .len = len };
	return true;
}

/* Split a segment at the bounds of @area and shift the part inside to @to. */
static void shift_seg(struct plan *p, u32 i, const struct lpar_range *area, u64 to)
{
	const struct plan_seg old = p->seg[i];
	const struct lpar_range whole = { .start = old.at, .len = old.len };
	const struct lpar_range in = lpar_range_common(&whole, area);
	u64 head, tail;

	if (!in.len)
		return;
	head = in.start - old.at;
	tail = old.len - head - in.len;
	p->seg[i] = (struct plan_seg){
		.at = to + (in.start - area->start),
		.off = old.off + head,
		.len = in.len,
	};
	push_seg(p, old.at, old.off, head);
	push_seg(p, old.at + old.len - tail, old.off + old.len - tail, tail);
}

/* Update the segments after a block move; those that a split adds are up to date. */
static void shift_segs(struct plan *p, const struct plan_move *m)
{
	struct displaced d = displaced_by(m);
	u32 i, nr = p->nr_segs;

	for (i = 0; i < nr; i++)
		shift_seg(p, i, &d.at, d.to);
}

/* Add the move that brings segment @i to its place; false if the plan is full. */
static bool place_seg(struct plan *p, u32 i)
{
	struct plan_seg *s = &p->seg[i];
	struct plan_move m = {
		.step = PLAN_STEP_REASSIGN,
		.kind = PLAN_FRAMES,
		.slot = p->donor,
		.from = s->at,
		.to = p->ms_start + s->off,
		.len = s->len,
	};

	if (plan_add(p, &m))
		return false;
	s->len = 0;	/* in its place: do not track it any more */
	shift_segs(p, &m);
	return true;
}

/*
 * The largest segment that is not in its place, or -1. Largest first causes the
 * fewest splits.
 */
static int next_seg(const struct plan *p)
{
	int best = -1;
	u32 i;

	for (i = 0; i < p->nr_segs; i++) {
		const struct plan_seg *s = &p->seg[i];

		if (s->len && s->at != p->ms_start + s->off &&
		    (best < 0 || s->len > p->seg[best].len))
			best = (int)i;
	}
	return best;
}

void plan_frames(struct plan *p, u64 from, u64 len)
{
	int next;
	u32 i;

	p->nr_segs = 0;
	push_seg(p, from, 0, len);
	for (i = 0; i < p->nr; i++)
		if (p->move[i].kind == PLAN_RELOCATE)
			shift_segs(p, &p->move[i]);
	do {
		next = next_seg(p);
	} while (next >= 0 && place_seg(p, next));
}
