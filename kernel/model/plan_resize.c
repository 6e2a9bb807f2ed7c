// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the plan of a change of what an LPAR with resources has, from and to what is free.
 * Calls model/inventory, model/plan_* and below.
 */
#include "pure.h"
#include "model/plan.h"
#include "model/plan_room.h"

static int resize_check_ms(const struct inventory *inv, unsigned int slot, u64 size,
			   struct lpar_reason *why)
{
	u64 now = inv->ms.area[slot].size, free = inv->ms.pool_size - ms_used(&inv->ms);
	const char *name = inv->lpar[slot].name;

	if (ms_check_blocks(size, inv->ms.block_size, why))
		return -EINVAL;
	if (size < now) {
		lpar_reason_set(why, LPAR_REASON_MS_SHRINK, name, now, 0, 0);
		return -EBUSY;
	}
	if (plan_check_expansion(inv, slot, size - now, why))
		return -ENOSPC;
	if (size - now > free) {
		lpar_reason_set(why, LPAR_REASON_MS_NO_ROOM, name, size - now, free, 0);
		return -ENOSPC;
	}
	return 0;
}

static int resize_check_shares(const struct inventory *inv, unsigned int slot,
			       const struct share_set *want, struct lpar_reason *why)
{
	const struct share_set *set = &inv->shares.set[slot];
	int ret = inventory_check_pcpus(inv, want, why);

	if (ret)
		return ret;
	ret = share_check(&inv->shares, slot, want, why);
	if (ret) {
		if (why)
			strscpy(why->who, inv->lpar[slot].name, LPAR_NAME_LEN);
		return ret;
	}
	if (share_count(want) < share_count(set)) {
		lpar_reason_set(why, LPAR_REASON_SHARE_FEWER, inv->lpar[slot].name,
				share_count(set), share_count(want), 0);
		return -EBUSY;
	}
	if (share_count(want) > set->max_lips) {
		lpar_reason_set(why, LPAR_REASON_LIPS, inv->lpar[slot].name, share_count(want),
				set->max_lips, 0);
		return -ENOSPC;
	}
	return 0;
}

/* The LIP of the @n-th entry of `shares`, which lists the defined LIPs in order, or -1. */
static int resize_lip(const struct share_set *set, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_LIPS; i++)
		if (set->lip[i].percent && !n--)
			return i;
	return -1;
}

static int resize_share(struct plan *p, unsigned int lip, const struct share_lip *want,
			struct lpar_reason *why)
{
	const struct share_lip *now = &p->after.shares.set[p->receiver].lip[lip];
	struct plan_move m = {
		.step = PLAN_STEP_PROCESSORS,
		.kind = now->percent ? PLAN_SHARE : PLAN_NEW_LIP,
		.slot = p->receiver,
		.lip = lip,
		.pcpu = want->pcpu,
		.before = now->percent,
		.after = want->percent,
	};

	if (now->percent && now->pcpu != want->pcpu) {
		lpar_reason_set(why, LPAR_REASON_SHARE_MOVED, p->after.lpar[p->receiver].name, lip,
				now->pcpu, want->pcpu);
		return -EBUSY;
	}
	return plan_add(p, &m);
}

/* Of the LIPs that there are: those that get less, or those that get more. */
static int resize_shares_of(struct plan *p, const struct share_set *before,
			    const struct share_set *want, bool more, struct lpar_reason *why)
{
	unsigned int n;
	int ret = 0, lip;
	bool gets_more;

	for (n = 0; n < share_count(before) && !ret; n++) {
		lip = resize_lip(before, n);
		if (want->lip[n].percent == before->lip[lip].percent &&
		    want->lip[n].pcpu == before->lip[lip].pcpu)
			continue;
		gets_more = want->lip[n].percent > before->lip[lip].percent;
		if (gets_more == more)
			ret = resize_share(p, lip, &want->lip[n], why);
	}
	return ret;
}

/* 207: less first, so that no CPU is over 100 percent in between. */
static int resize_shares(struct plan *p, const struct share_set *before,
			 const struct share_set *want, struct lpar_reason *why)
{
	unsigned int n;
	int ret = resize_shares_of(p, before, want, false, why);

	if (!ret)
		ret = resize_shares_of(p, before, want, true, why);
	for (n = share_count(before); n < share_count(want) && !ret; n++)
		ret = resize_share(p, share_free_lip(&p->after.shares.set[p->receiver]),
				   &want->lip[n], why);
	return ret;
}

int plan_resize(const struct inventory *before, unsigned int slot, u64 size,
		const struct share_set *shares, struct plan *out, struct lpar_reason *why)
{
	int ret = state_check(before->lpar[slot].state, LPAR_RESIZE, before->lpar[slot].name, why);

	if (ret < 0)
		return ret;
	ret = size ? resize_check_ms(before, slot, size, why) : 0;
	if (!ret && shares)
		ret = resize_check_shares(before, slot, shares, why);
	if (ret)
		return ret;
	plan_init(out, before, PLAN_NO_DONOR, slot);
	/* the reason of all failures that have no other */
	lpar_reason_set(why, LPAR_REASON_INTERNAL, before->lpar[slot].name, slot, 0, 0);
	if (size > before->ms.area[slot].size)
		ret = plan_assign(out, 0, size - before->ms.area[slot].size, why);
	if (!ret && shares)
		ret = resize_shares(out, &before->shares.set[slot], shares, why);
	if (!ret)
		lpar_reason_set(why, LPAR_REASON_NONE, NULL, 0, 0, 0);
	return ret;
}
