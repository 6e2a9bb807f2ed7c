// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the plan of an integration. Calls model/inventory, model/plan_* and below.
 *
 * Moves are added in the order of the patent's steps. Each is applied at once to the
 * plan's own inventory, so that the next one is checked against the result.
 */
#include "pure.h"
#include "model/plan.h"
#include "model/plan_room.h"

int plan_add(struct plan *p, const struct plan_move *m)
{
	int ret;

	if (p->nr == PLAN_MAX_MOVES)
		return -E2BIG;
	p->move[p->nr] = *m;
	ret = plan_move_apply(&p->after, p, p->nr);
	if (!ret)
		p->nr++;
	return ret;
}

void plan_cut(struct plan *p, u32 nr)
{
	for (; p->nr > nr; p->nr--)
		plan_move_undo(&p->after, p, p->nr - 1);
}

static bool slot_used(const struct inventory *inv, unsigned int slot)
{
	return slot < LPAR_MAX_PARTS && inv->lpar[slot].name[0];
}

/* The reason why two LPARs that are the same cannot do that. */
static enum lpar_reason_code reason_same(enum lpar_verb give)
{
	return give == LPAR_DONATE ? LPAR_REASON_SAME_LPAR : LPAR_REASON_PART_SELF;
}

int plan_check_pair(const struct inventory *inv, unsigned int donor, unsigned int receiver,
		    enum lpar_verb give, enum lpar_verb take, struct lpar_reason *why)
{
	int ret;

	if (!slot_used(inv, donor) || !slot_used(inv, receiver)) {
		lpar_reason_set(why, LPAR_REASON_UNKNOWN_LPAR, NULL, 0, 0, 0);
		return -ENOENT;
	}
	if (donor == receiver) {
		lpar_reason_set(why, reason_same(give), inv->lpar[donor].name, 0, 0, 0);
		return -EINVAL;
	}
	ret = state_check(inv->lpar[donor].state, give, inv->lpar[donor].name, why);
	if (ret < 0)
		return ret;
	ret = state_check(inv->lpar[receiver].state, take, inv->lpar[receiver].name, why);
	return ret < 0 ? ret : 0;
}

int plan_check_expansion(const struct inventory *inv, unsigned int receiver, u64 need,
			 struct lpar_reason *why)
{
	u64 expansion = inv->ms.area[receiver].expansion;

	if (need <= expansion)
		return 0;
	lpar_reason_set(why, LPAR_REASON_MS_EXPANSION, inv->lpar[receiver].name, need, expansion,
			0);
	return -ENOSPC;
}

int plan_release_channel(struct plan *p, unsigned int id)
{
	struct plan_move m = {
		.step = PLAN_STEP_RELEASE,
		.kind = PLAN_RELEASE_CHANNEL,
		.slot = p->donor,
		.id = id,
		.before = p->after.channels.ch[id].online,
	};

	return plan_add(p, &m);
}

/* 202: channels first, so that no I/O is in flight when the storage is released. */
static int release_channels(struct plan *p, const struct inventory *before)
{
	unsigned int id;
	int ret = 0;

	for (id = 0; id < LPAR_MAX_CHANNELS && !ret; id++)
		if (before->channels.ch[id].exists && before->channels.ch[id].owner == p->donor)
			ret = plan_release_channel(p, id);
	return ret;
}

static int release_lips(struct plan *p, const struct inventory *before)
{
	const struct share_set *set = &before->shares.set[p->donor];
	unsigned int i;
	int ret = 0;

	for (i = 0; i < LPAR_MAX_LIPS && !ret; i++) {
		struct plan_move m = {
			.step = PLAN_STEP_RELEASE,
			.kind = PLAN_RELEASE_LIP,
			.slot = p->donor,
			.lip = i,
			.pcpu = set->lip[i].pcpu,
			.before = set->lip[i].percent,
		};

		if (set->lip[i].percent)
			ret = plan_add(p, &m);
	}
	return ret;
}

static int release_ms(struct plan *p, const struct inventory *before)
{
	const struct ms_area *a = &before->ms.area[p->donor];
	struct plan_move m = {
		.step = PLAN_STEP_RELEASE,
		.kind = PLAN_RELEASE_MS,
		.slot = p->donor,
		.from = a->origin,
		.len = a->size,
		.expansion = a->expansion,
	};

	return plan_add(p, &m);
}

int plan_release_es(struct plan *p, u64 len)
{
	struct plan_move m = {
		.step = PLAN_STEP_RELEASE,
		.kind = PLAN_RELEASE_ES,
		.slot = p->donor,
		.from = p->after.es.size[p->donor],
		.len = len,
	};

	return len ? plan_add(p, &m) : 0;
}

static int release_donor(struct plan *p, const struct inventory *before)
{
	int ret = release_channels(p, before);

	if (ret)
		return ret;
	ret = release_lips(p, before);
	if (ret)
		return ret;
	ret = release_ms(p, before);
	if (ret)
		return ret;
	return plan_release_es(p, before->es.size[p->donor]);
}

/* 203 and 205. */
static int assign_ms(struct plan *p, u64 from, u64 len, struct lpar_reason *why)
{
	const struct ms_area *r = &p->after.ms.area[p->receiver];
	struct plan_move m = {
		.step = PLAN_STEP_STORAGE,
		.kind = PLAN_GROW,
		.slot = p->receiver,
		.len = len,
		.expansion = r->expansion,
	};
	int ret = plan_make_room(p, len);

	if (ret) {
		lpar_reason_set(why, LPAR_REASON_MS_NO_ROOM, p->after.lpar[p->receiver].name,
				len, ms_free_behind(&p->after.ms, p->receiver), 0);
		return ret;
	}
	m.from = r->origin + r->size;
	p->ms_start = m.from;
	p->ms_len = m.len;
	if (p->donor != PLAN_NO_DONOR)
		plan_frames(p, from, len);
	return plan_add(p, &m);
}

/* 205: expanded storage has no addresses, so no room has to be made for it. */
static int assign_es(struct plan *p)
{
	struct plan_move m = {
		.step = PLAN_STEP_STORAGE,
		.kind = PLAN_GROW_ES,
		.slot = p->receiver,
		.from = p->after.es.size[p->receiver],
	};
	u32 i;

	for (i = 0; i < p->nr; i++)
		if (p->move[i].kind == PLAN_RELEASE_ES)
			m.len += p->move[i].len;
	return m.len ? plan_add(p, &m) : 0;
}

/* 206: what was online comes online again. */
static int assign_channels(struct plan *p)
{
	u32 i, released = p->nr;
	int ret = 0;

	for (i = 0; i < released && !ret; i++) {
		struct plan_move m = p->move[i];

		if (m.kind != PLAN_RELEASE_CHANNEL)
			continue;
		m.step = PLAN_STEP_CHANNELS;
		m.kind = PLAN_CHANNEL;
		m.slot = p->receiver;
		m.after = m.before;
		ret = plan_add(p, &m);
	}
	return ret;
}

static void reason_share(const struct plan *p, const struct share_set *set,
			 const struct plan_move *m, int err, struct lpar_reason *why)
{
	if (err == -ENOSPC)
		lpar_reason_set(why, LPAR_REASON_LIPS, p->after.lpar[p->receiver].name,
				share_count(set), set->max_lips, 0);
	else
		lpar_reason_set(why, LPAR_REASON_SHARE_SUM, NULL, m->pcpu,
				share_sum(&p->after.shares, m->pcpu, -1), m->before - m->after);
}

/* Add the move for one of the donor's shares; share_merge() works on a copy. */
static int assign_share(struct plan *p, const struct plan_move *from, struct lpar_reason *why)
{
	struct share_set set = p->after.shares.set[p->receiver];
	struct share_merge merge;
	struct plan_move m = {
		.step = PLAN_STEP_PROCESSORS,
		.slot = p->receiver,
		.pcpu = from->pcpu,
	};
	int ret = share_merge(&set, from->pcpu, from->before - from->after, &merge);

	if (!ret) {
		m.kind = merge.before ? PLAN_SHARE : PLAN_NEW_LIP;
		m.lip = merge.lip;
		m.before = merge.before;
		m.after = merge.after;
		ret = plan_add(p, &m) ? -ERANGE : 0;
	}
	if (ret)
		reason_share(p, &set, from, ret, why);
	return ret;
}

/* 207: patent [0023], [0024]. */
static int assign_shares(struct plan *p, struct lpar_reason *why)
{
	u32 i, nr = p->nr;
	int ret = 0;

	for (i = 0; i < nr && !ret; i++)
		if (p->move[i].kind == PLAN_RELEASE_LIP)
			ret = assign_share(p, &p->move[i], why);
	return ret;
}

void plan_init(struct plan *p, const struct inventory *before, unsigned int donor,
	       unsigned int receiver)
{
	p->donor = donor;
	p->receiver = receiver;
	p->donor_state = donor == PLAN_NO_DONOR ? LPAR_DEFINED : before->lpar[donor].state;
	p->receiver_moves = false;
	p->part = false;
	p->bytes_relocated = 0;
	p->ms_start = 0;
	p->ms_len = 0;
	p->nr = 0;
	p->after = *before;
}

int plan_assign(struct plan *p, u64 from, u64 len, struct lpar_reason *why)
{
	int ret = len ? assign_ms(p, from, len, why) : 0;

	if (ret)
		return ret;
	ret = assign_es(p);
	if (ret)
		return ret;
	ret = assign_channels(p);
	if (ret)
		return ret;
	return assign_shares(p, why);
}

int plan_integrate(const struct inventory *before, unsigned int donor, unsigned int receiver,
		   struct plan *out, struct lpar_reason *why)
{
	int ret = plan_check_pair(before, donor, receiver, LPAR_DONATE, LPAR_RECEIVE, why);
	const struct ms_area *area;

	if (ret)
		return ret;
	area = &before->ms.area[donor];
	ret = plan_check_expansion(before, receiver, area->size, why);
	if (ret)
		return ret;
	plan_init(out, before, donor, receiver);
	/* the reason of all failures that have no other */
	lpar_reason_set(why, LPAR_REASON_INTERNAL, before->lpar[donor].name, donor, 0, 0);
	ret = release_donor(out, before);
	if (!ret)
		ret = plan_assign(out, area->origin, area->size, why);
	if (ret)
		return ret;
	out->after.lpar[donor].state = state_next(out->donor_state, LPAR_RELEASE);
	lpar_reason_set(why, LPAR_REASON_NONE, NULL, 0, 0, 0);
	return 0;
}
