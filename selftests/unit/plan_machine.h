/* SPDX-License-Identifier: GPL-2.0 */
/* The machine of the tests of plans: a pool, eight CPUs and channels, and LPARs. */
#ifndef UNIT_PLAN_MACHINE_H
#define UNIT_PLAN_MACHINE_H

#include "tap.h"
#include "model/plan.h"

#define MB ((u64)SZ_1M)
#define BLK ((u64)SZ_2M)

static struct inventory before, inv;
static struct plan plan;
static struct lpar_reason why;
static u64 es_wanted;	/* expanded storage of the next define() */

static int define(const char *name, u64 origin, u64 size, u64 expansion, const char *shares,
		  u64 channels)
{
	struct inventory_want want = { 0 };
	int slot = inventory_add(&before, name, NULL);

	want.ms = (struct ms_area){ origin, size, expansion };
	want.channels[0] = channels;
	want.es = es_wanted;
	if (slot < 0 || share_parse(shares, &want.shares, NULL) < 0)
		return -EINVAL;
	if (inventory_activate(&before, slot, &want, NULL)) {
		inventory_remove(&before, slot, NULL);
		return -EBUSY;
	}
	return slot;
}

static void start(u64 pool)
{
	unsigned int i;

	inventory_init(&before);
	CHECK_EQ(inventory_set_pool(&before, pool, SZ_2M, NULL), 0);
	CHECK_EQ(inventory_set_es(&before, 64 * BLK, BLK, NULL), 0);
	es_wanted = 0;
	for (i = 0; i < 8; i++) {
		CHECK_EQ(inventory_set_pcpu(&before, i, true, NULL), 0);
		CHECK_EQ(channel_add(&before.channels, i), 0);
	}
}

static void check_step(u32 i, const char *expect)
{
	char buf[128];

	plan_print(&plan, i, buf, sizeof(buf));
	CHECK_STR(buf, expect);
}

#endif
