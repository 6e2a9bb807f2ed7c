// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the plan of moving a part of one LPAR to another. Calls model/inventory,
 * model/plan_* and below.
 *
 * The moves are those of an integration; only what the donor releases differs.
 */
#include "pure.h"
#include "model/plan.h"
#include "model/plan_room.h"

static bool part_is_empty(const struct inventory_want *part)
{
	unsigned int id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_in(part->channels, id))
			return false;
	return !part->ms.size && !part->es && !share_count(&part->shares);
}

static int part_check_storage(const struct inventory *inv, unsigned int donor,
			      const struct inventory_want *part, struct lpar_reason *why)
{
	const char *name = inv->lpar[donor].name;
	int ret = ms_check_blocks(part->ms.size, inv->ms.block_size, why);

	if (ret)
		return ret;
	if (part->ms.size && part->ms.size >= inv->ms.area[donor].size) {
		lpar_reason_set(why, LPAR_REASON_PART_MS, name, part->ms.size,
				inv->ms.area[donor].size, inv->ms.block_size);
		return -ENOSPC;
	}
	if (part->es > inv->es.size[donor]) {
		lpar_reason_set(why, LPAR_REASON_PART_ES, name, part->es, inv->es.size[donor], 0);
		return -ENOSPC;
	}
	return ms_check_blocks(part->es, inv->es.block_size, why);
}

/* All entries of one CPU together. */
static int part_check_share(const struct inventory *inv, unsigned int donor,
			    const struct inventory_want *part, unsigned int pcpu,
			    struct lpar_reason *why)
{
	const struct share_set *set = &inv->shares.set[donor];
	unsigned int has = share_on(set, pcpu), asked = share_on(&part->shares, pcpu);
	bool lip0 = set->lip[0].percent && set->lip[0].pcpu == pcpu;

	if (asked > has || (asked == has && lip0)) {
		lpar_reason_set(why, asked > has ? LPAR_REASON_PART_SHARE : LPAR_REASON_PART_LIP0,
				inv->lpar[donor].name, pcpu, asked, asked > has ? has : has - 1);
		return -ENOSPC;
	}
	return 0;
}

static int part_check_shares(const struct inventory *inv, unsigned int donor,
			     const struct inventory_want *part, struct lpar_reason *why)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < LPAR_MAX_LIPS && !ret; i++)
		if (part->shares.lip[i].percent)
			ret = part_check_share(inv, donor, part, part->shares.lip[i].pcpu, why);
	return ret;
}

static int part_check_channels(const struct inventory *inv, unsigned int donor,
			       const struct inventory_want *part, struct lpar_reason *why)
{
	const struct channel *ch = inv->channels.ch;
	unsigned int id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!channel_in(part->channels, id) ||
		    (ch[id].exists && ch[id].owner == (int)donor))
			continue;
		lpar_reason_set(why, LPAR_REASON_PART_CHANNEL, inv->lpar[donor].name, id, 0, 0);
		return -ENOENT;
	}
	return 0;
}

static int part_check(const struct inventory *inv, unsigned int donor,
		      const struct inventory_want *part, struct lpar_reason *why)
{
	int ret;

	if (part_is_empty(part)) {
		lpar_reason_set(why, LPAR_REASON_PART_NOTHING, inv->lpar[donor].name, 0, 0, 0);
		return -EINVAL;
	}
	ret = part_check_storage(inv, donor, part, why);
	if (!ret)
		ret = part_check_shares(inv, donor, part, why);
	return ret ?: part_check_channels(inv, donor, part, why);
}

/*
 * 202, in the order of an integration.
 */
static int part_release_channels(struct plan *p, const struct inventory_want *part)
{
	unsigned int id;
	int ret = 0;

	for (id = 0; id < LPAR_MAX_CHANNELS && !ret; id++)
		if (channel_in(part->channels, id))
			ret = plan_release_channel(p, id);
	return ret;
}

/* Take @percent of a CPU from the donor's LIPs there, so that LIP 0 comes last. */
static int part_release_cpu(struct plan *p, unsigned int pcpu, unsigned int percent)
{
	const struct share_lip *lip = p->after.shares.set[p->donor].lip;
	struct plan_move m = {
		.step = PLAN_STEP_RELEASE,
		.kind = PLAN_RELEASE_LIP,
		.slot = p->donor,
		.pcpu = pcpu,
	};
	unsigned int i = LPAR_MAX_LIPS;
	int ret = 0;

	while (i-- && percent && !ret) {
		if (!lip[i].percent || lip[i].pcpu != pcpu)
			continue;
		m.lip = i;
		m.before = lip[i].percent;
		m.after = m.before - min_t(unsigned int, m.before, percent);
		percent -= m.before - m.after;
		ret = plan_add(p, &m);
	}
	return ret;
}

static int part_release_lips(struct plan *p, const struct inventory_want *part)
{
	const struct share_lip *lip = part->shares.lip;
	unsigned int i;
	int ret = 0;

	/* each CPU once, at its first entry */
	for (i = 0; i < LPAR_MAX_LIPS && !ret; i++)
		if (lip[i].percent && share_lip_on(&part->shares, lip[i].pcpu) == (int)i)
			ret = part_release_cpu(p, lip[i].pcpu,
					       share_on(&part->shares, lip[i].pcpu));
	return ret;
}

static int part_release_ms(struct plan *p, u64 len)
{
	const struct ms_area *a = &p->after.ms.area[p->donor];
	struct plan_move m = {
		.step = PLAN_STEP_RELEASE,
		.kind = PLAN_SHRINK,
		.slot = p->donor,
		.from = a->origin + a->size - len,
		.len = len,
		.expansion = a->expansion + len,
	};

	return len ? plan_add(p, &m) : 0;
}

static int part_release(struct plan *p, const struct inventory_want *part)
{
	int ret = part_release_channels(p, part);

	if (!ret)
		ret = part_release_lips(p, part);
	if (!ret)
		ret = part_release_ms(p, part->ms.size);
	return ret ?: plan_release_es(p, part->es);
}

/* Does the donor's guest keep all that it knows of? Shares are invisible to it. */
static bool part_is_invisible(const struct plan *p)
{
	u32 i;

	for (i = 0; i < p->nr; i++)
		if (p->move[i].kind != PLAN_RELEASE_LIP || !p->move[i].after)
			return false;
	return true;
}

/* The donor's state afterwards. Only its releases are in the plan. */
static int part_check_guest(struct plan *p, struct lpar_reason *why)
{
	if (part_is_invisible(p))
		return 0;
	if (p->donor_state == LPAR_OPERATING) {
		lpar_reason_set(why, LPAR_REASON_PART_RUNS, p->after.lpar[p->donor].name, 0, 0, 0);
		return -EBUSY;
	}
	if (p->donor_state == LPAR_STOPPED)
		p->after.lpar[p->donor].state = state_next(p->donor_state, LPAR_POWEROFF);
	return 0;
}

bool plan_ends_guest(const struct plan *p)
{
	return p->donor_state == LPAR_STOPPED && p->after.lpar[p->donor].state != LPAR_STOPPED;
}

int plan_part(const struct inventory *before, unsigned int donor, unsigned int receiver,
	      const struct inventory_want *part, struct plan *out, struct lpar_reason *why)
{
	int ret = plan_check_pair(before, donor, receiver, LPAR_GIVE, LPAR_TAKE, why);
	u64 end;

	if (ret)
		return ret;
	ret = part_check(before, donor, part, why);
	if (ret)
		return ret;
	ret = plan_check_expansion(before, receiver, part->ms.size, why);
	if (ret)
		return ret;
	plan_init(out, before, donor, receiver);
	out->part = true;
	/* the reason of all failures that have no other */
	lpar_reason_set(why, LPAR_REASON_INTERNAL, before->lpar[donor].name, donor, 0, 0);
	ret = part_release(out, part);
	if (ret)
		return ret;
	ret = part_check_guest(out, why);
	if (ret)
		return ret;
	end = before->ms.area[donor].origin + before->ms.area[donor].size;
	ret = plan_assign(out, end - part->ms.size, part->ms.size, why);
	if (!ret)
		lpar_reason_set(why, LPAR_REASON_NONE, NULL, 0, 0, 0);
	return ret;
}
