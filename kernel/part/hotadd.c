// SPDX-License-Identifier: GPL-2.0
/*
 * part/hotadd.c - what a running guest makes of main storage that it gets: announcing it
 * in pieces that the guest can add (model/hotadd.h), and how much of it lies idle.
 *
 * lpar->hotadd changes under lpar->lock and part.lock. Layer L3.
 */
#include "part/integrate.h"
#include "part/part.h"
#include "trace.h"

static bool hotadd_has_guest(const struct lpar *lpar)
{
	enum lpar_state state = part_state(lpar);

	return state == LPAR_OPERATING || state == LPAR_STOPPED;
}

/* The size of the guest's memory blocks; part.lock. */
static u64 hotadd_block(const struct lpar *lpar)
{
	return lpar->want.memory_block ?: hotadd_auto_block(lpar->hotadd.ram);
}

void part_hotadd_ipl(struct lpar *lpar, u64 size)
{
	guard(mutex)(&part.lock);
	hotadd_ipl(&lpar->hotadd, size);
}

void part_hotadd_grow(struct lpar *lpar, u64 offset, u64 len)
{
	guard(mutex)(&part.lock);
	hotadd_grow(&lpar->hotadd, offset, len);
}

/* One LPAR does not use up the memory devices of its firmware in one announcement. */
static int hotadd_next_plan(struct lpar *lpar, struct hotadd_plan *plan)
{
	u32 free = machine_free_memory(lpar->machine);
	u64 block;

	guard(mutex)(&part.lock);
	block = hotadd_block(lpar);
	return hotadd_make_plan(&lpar->hotadd, block,
				clamp(hotadd_need(&lpar->hotadd, block), free / 2, free), plan);
}

static int hotadd_tell_one(struct lpar *lpar, const struct layout_range *device)
{
	int err = machine_notify_memory(lpar->machine, device->start, device->len);

	if (err)
		return err;
	trace_lpar_hotplug(lpar->name, "memory", device->start, device->len);
	guard(mutex)(&part.lock);
	hotadd_tell(&lpar->hotadd, device);
	return 0;
}

int part_hotadd_announce(struct lpar *lpar)
{
	struct hotadd_plan plan;
	int err = hotadd_next_plan(lpar, &plan), told = 0;
	u32 i;

	for (i = 0; i < plan.nr && !told; i++)
		told = hotadd_tell_one(lpar, &plan.device[i]);
	return told ?: err;
}

/*
 * Before an integration: what the receiver would have then.
 */
static bool hotadd_after(const struct integrate *ig, struct hotadd *h)
{
	const struct lpar *lpar = ig->receiver;

	lockdep_assert_held(&part.lock);
	/* Without a guest there is none to be told: the next IPL's tables say it. */
	if (!hotadd_has_guest(lpar))
		return false;
	*h = lpar->hotadd;
	hotadd_grow(h, part.inv.ms.area[lpar->slot].size, ig->plan.ms_len);
	return true;
}

u32 part_hotadd_need(const struct integrate *ig)
{
	struct hotadd h;

	return hotadd_after(ig, &h) ? hotadd_need(&h, hotadd_block(ig->receiver)) : 0;
}

int part_hotadd_warn(const struct integrate *ig, char *buf, size_t size)
{
	u64 block = hotadd_block(ig->receiver), idle;
	struct hotadd_plan plan;
	struct hotadd h;

	if (!hotadd_after(ig, &h))
		return 0;
	hotadd_make_plan(&h, block, HOTADD_DEVICES, &plan);
	idle = part.inv.ms.area[ig->receiver->slot].size + ig->plan.ms_len - h.ram - h.told -
	       plan.bytes;
	if (!idle)
		return 0;
	return scnprintf(buf, size,
			 "idle until the next IPL of %s: %llu MB, because its guest adds storage in whole blocks of %llu MB only\n",
			 ig->receiver->name, idle / SZ_1M, block / SZ_1M);
}

/*
 * After it: what the guest has answered.
 */
static u64 hotadd_sum(struct lpar *lpar, u64 sum[GED_NR_ANSWERS])
{
	const struct hotadd *h = &lpar->hotadd;
	struct machine *m;
	unsigned long flags;

	lockdep_assert_held(&part.lock);
	memset(sum, 0, sizeof(*sum) * GED_NR_ANSWERS);
	if (!hotadd_has_guest(lpar))
		return 0;
	m = part_machine_get(lpar, &flags);
	if (m)
		machine_memory_answers(m, sum);
	part_machine_put(lpar, flags);
	/* Since its IPL it has got this much. */
	return part.inv.ms.area[lpar->slot].size - h->ram;
}

u64 lpar_get_memory_idle(struct lpar *lpar)
{
	u64 sum[GED_NR_ANSWERS], got;

	guard(mutex)(&part.lock);
	got = hotadd_sum(lpar, sum);
	return got > sum[GED_ADDED] ? got - sum[GED_ADDED] : 0;
}

int part_hotadd_show(struct lpar *lpar, char *buf, size_t size)
{
	u64 sum[GED_NR_ANSWERS], got = hotadd_sum(lpar, sum);

	if (!got)
		return 0;
	return scnprintf(buf, size,
			 "guest: %llu MB since its IPL: %llu added, %llu pending, %llu failed, %llu not announced\n",
			 got / SZ_1M, sum[GED_ADDED] / SZ_1M, sum[GED_PENDING] / SZ_1M,
			 (sum[GED_FAILED] + sum[GED_EJECTED]) / SZ_1M,
			 (got - lpar->hotadd.told) / SZ_1M);
}
