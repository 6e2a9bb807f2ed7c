// SPDX-License-Identifier: GPL-2.0
/*
 * L0: apply and undo the moves of a plan in the inventory and in the block table.
 * Calls model/inventory and below.
 *
 * Each function first checks that the inventory is what the move was planned for,
 * and changes nothing if it is not.
 */
#include "pure.h"
#include "model/plan.h"

struct move_ops {
	int (*apply)(struct inventory *inv, const struct plan *p, const struct plan_move *m);
	int (*undo)(struct inventory *inv, const struct plan *p, const struct plan_move *m);
};

/* Replace an area if it is @old and @new is valid. */
static int set_area(struct ms_map *ms, unsigned int slot, struct ms_area old, struct ms_area new)
{
	struct ms_area *a = &ms->area[slot];

	if (a->origin != old.origin || a->size != old.size || a->expansion != old.expansion)
		return -ESTALE;
	if (new.size && ms_check(ms, slot, &new, NULL))
		return -ESTALE;
	*a = new;
	return 0;
}

static struct ms_area area_of(const struct plan_move *m)
{
	return (struct ms_area){ .origin = m->from, .size = m->len, .expansion = m->expansion };
}

static int release_ms_apply(struct inventory *inv, const struct plan *p,
			    const struct plan_move *m)
{
	return set_area(&inv->ms, m->slot, area_of(m), (struct ms_area){ 0 });
}

static int release_ms_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_area(&inv->ms, m->slot, (struct ms_area){ 0 }, area_of(m));
}

static int relocate_apply(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	struct ms_area there = area_of(m);

	there.origin = m->to;
	return set_area(&inv->ms, m->slot, area_of(m), there);
}

static int relocate_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	struct ms_area there = area_of(m);

	there.origin = m->to;
	return set_area(&inv->ms, m->slot, there, area_of(m));
}

/* An area without and with [from, len] at its end: the receiver's new storage, or what the
 * donor gives.
 */
static struct ms_area area_small(const struct inventory *inv, const struct plan_move *m)
{
	u64 origin = inv->ms.area[m->slot].origin;

	return (struct ms_area){ .origin = origin, .size = m->from - origin,
				 .expansion = m->expansion };
}

static struct ms_area area_grown(const struct inventory *inv, const struct plan_move *m)
{
	struct ms_area a = area_small(inv, m);

	a.size += m->len;
	a.expansion -= m->len;
	return a;
}

static int grow_apply(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_area(&inv->ms, m->slot, area_small(inv, m), area_grown(inv, m));
}

static int grow_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_area(&inv->ms, m->slot, area_grown(inv, m), area_small(inv, m));
}

/* Replace the size of an LPAR's expanded storage if it is @old and @new is valid. */
static int set_es(struct es_map *es, unsigned int slot, u64 old, u64 new)
{
	if (es->size[slot] != old || es_check(es, slot, new, NULL))
		return -ESTALE;
	es->size[slot] = new;
	return 0;
}

static int release_es_apply(struct inventory *inv, const struct plan *p,
			    const struct plan_move *m)
{
	return set_es(&inv->es, m->slot, m->from, m->from - m->len);
}

static int release_es_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_es(&inv->es, m->slot, m->from - m->len, m->from);
}

static int grow_es_apply(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_es(&inv->es, m->slot, m->from, m->from + m->len);
}

static int grow_es_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_es(&inv->es, m->slot, m->from + m->len, m->from);
}

/* Replace a channel's owner and state if they are @old. */
static int set_channel(struct inventory *inv, unsigned int id, struct channel old, int owner,
		       bool online)
{
	const struct channel *ch = &inv->channels.ch[id];

	if (!ch->exists || ch->owner != old.owner || ch->online != old.online)
		return -ESTALE;
	channel_set(&inv->channels, id, owner, online);
	return 0;
}

static int release_channel_apply(struct inventory *inv, const struct plan *p,
				 const struct plan_move *m)
{
	struct channel old = { .owner = p->donor, .online = m->before };

	return set_channel(inv, m->id, old, p->donor, false);
}

static int release_channel_undo(struct inventory *inv, const struct plan *p,
				const struct plan_move *m)
{
	struct channel old = { .owner = p->donor, .online = false };

	return set_channel(inv, m->id, old, p->donor, m->before);
}

static int channel_apply(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	struct channel old = { .owner = p->donor, .online = false };

	return set_channel(inv, m->id, old, p->receiver, m->after);
}

static int channel_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	struct channel old = { .owner = p->receiver, .online = m->after };

	return set_channel(inv, m->id, old, p->donor, false);
}

/* Replace a LIP's percentage if it is @old; 0 means not defined. */
static int set_lip(struct inventory *inv, const struct plan_move *m, u16 old, u16 new)
{
	struct share_lip *lip = &inv->shares.set[m->slot].lip[m->lip];

	if (lip->percent != old || (old && lip->pcpu != m->pcpu))
		return -ESTALE;
	if (share_sum(&inv->shares, m->pcpu, -1) + new > 100U + old)
		return -ESTALE;
	lip->percent = new;
	lip->pcpu = new ? m->pcpu : 0;
	return 0;
}

static int lip_apply(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_lip(inv, m, m->before, m->after);
}

static int lip_undo(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return set_lip(inv, m, m->after, m->before);
}

/* PLAN_FRAMES changes the block table only. */
static int frames_nop(struct inventory *inv, const struct plan *p, const struct plan_move *m)
{
	return 0;
}

static const struct move_ops move_ops_table[] = {
	[PLAN_RELEASE_CHANNEL] = { release_channel_apply, release_channel_undo },
	[PLAN_RELEASE_LIP] = { lip_apply, lip_undo },
	[PLAN_RELEASE_MS] = { release_ms_apply, release_ms_undo },
	[PLAN_RELEASE_ES] = { release_es_apply, release_es_undo },
	[PLAN_RELOCATE] = { relocate_apply, relocate_undo },
	[PLAN_FRAMES] = { frames_nop, frames_nop },
	[PLAN_GROW] = { grow_apply, grow_undo },
	[PLAN_GROW_ES] = { grow_es_apply, grow_es_undo },
	[PLAN_CHANNEL] = { channel_apply, channel_undo },
	[PLAN_SHARE] = { lip_apply, lip_undo },
	[PLAN_NEW_LIP] = { lip_apply, lip_undo },
	[PLAN_SHRINK] = { grow_undo, grow_apply },
};

int plan_move_apply(struct inventory *inv, const struct plan *p, u32 i)
{
	return move_ops_table[p->move[i].kind].apply(inv, p, &p->move[i]);
}

int plan_move_undo(struct inventory *inv, const struct plan *p, u32 i)
{
	return move_ops_table[p->move[i].kind].undo(inv, p, &p->move[i]);
}

static bool moves_frames(const struct plan_move *m)
{
	return m->kind == PLAN_RELOCATE || m->kind == PLAN_FRAMES;
}

int plan_blocks_apply(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i)
{
	const struct plan_move *m = &p->move[i];

	if (!moves_frames(m))
		return 0;
	return ms_blocks_move(blocks, m->from / block_size, m->to / block_size,
			      m->len / block_size);
}

int plan_blocks_undo(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i)
{
	const struct plan_move *m = &p->move[i];

	if (!moves_frames(m))
		return 0;
	return ms_blocks_move(blocks, m->to / block_size, m->from / block_size,
			      m->len / block_size);
}
