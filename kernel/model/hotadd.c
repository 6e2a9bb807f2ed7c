// SPDX-License-Identifier: GPL-2.0
/* L0: which main storage a running guest is told of. Calls nothing. */
#include "pure.h"
#include "model/hotadd.h"

/* arch/x86/mm/init_64.c of Linux, probe_memory_block_size() */
#define LINUX_BLOCK		SZ_128M
#define LINUX_LARGE_RAM		(64ull * SZ_1G)

u64 hotadd_auto_block(u64 ram)
{
	u64 end = ram ? layout_gpa_of_ms(ram - 1) + 1 : 0;
	u64 block = HOTADD_BLOCK_MAX;

	if (end < LINUX_LARGE_RAM)
		return LINUX_BLOCK;
	while (block > LINUX_BLOCK && !IS_ALIGNED(end, block))
		block /= 2;
	return block;
}

void hotadd_ipl(struct hotadd *h, u64 size)
{
	*h = (struct hotadd) { .ram = size, .from = size, .to = size };
}

void hotadd_grow(struct hotadd *h, u64 offset, u64 len)
{
	if (h->to == offset)
		h->to += len;
}

/* The part of @r that consists of whole blocks; false: there is none. */
static bool hotadd_trim(struct layout_range *r, u64 block)
{
	u64 start = ALIGN(r->start, block);
	u64 end = ALIGN_DOWN(r->start + r->len, block);

	if (start >= end)
		return false;
	r->start = start;
	r->len = end - start;
	return true;
}

static u32 hotadd_ranges(const struct hotadd *h, u64 block,
			 struct layout_range out[LAYOUT_MAX_SPLIT])
{
	struct layout_range piece[LAYOUT_MAX_SPLIT];
	int i, n = layout_split(h->from, h->to - h->from, piece);
	u32 nr = 0;

	for (i = 0; i < n; i++)
		if (hotadd_trim(&piece[i], block))
			out[nr++] = piece[i];
	return nr;
}

u32 hotadd_need(const struct hotadd *h, u64 block)
{
	struct layout_range range[LAYOUT_MAX_SPLIT];

	return hotadd_ranges(h, block, range);
}

static void hotadd_put(struct hotadd_plan *plan, struct layout_range *r, u64 len)
{
	plan->device[plan->nr++] = (struct layout_range) { .start = r->start, .len = len };
	plan->bytes += len;
	r->start += len;
	r->len -= len;
}

/* The most that the next device may have. */
static u64 hotadd_step(const struct hotadd *h, const struct hotadd_plan *plan, u64 block)
{
	return ALIGN(4 * (h->ram + h->told + plan->bytes), block);
}

int hotadd_make_plan(const struct hotadd *h, u64 block, u32 max, struct hotadd_plan *plan)
{
	struct layout_range range[LAYOUT_MAX_SPLIT];
	u32 i, nr = hotadd_ranges(h, block, range);
	u64 len;

	*plan = (struct hotadd_plan) { 0 };
	max = min_t(u32, max, HOTADD_DEVICES);
	for (i = 0; i < nr; i++) {
		while (range[i].len) {
			if (plan->nr == max)
				return -ENOSPC;
			len = min(range[i].len, hotadd_step(h, plan, block));
			/* The last device that this range can have takes all of it. */
			if (max - plan->nr <= nr - i)
				len = range[i].len;
			hotadd_put(plan, &range[i], len);
		}
	}
	return 0;
}

void hotadd_tell(struct hotadd *h, const struct layout_range *device)
{
	u64 offset;

	if (!layout_ms_of_gpa(device->start, &offset))
		return;
	h->from = offset + device->len;
	h->told += device->len;
}
