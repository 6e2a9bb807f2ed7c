// SPDX-License-Identifier: GPL-2.0
/* sources: model/hotadd.c */
/* max_len: 256 */

/*
 * Announcements of new storage to guests of every block size: what is announced is made of
 * whole blocks, was added, was not announced before and lies outside the hole; nothing
 * that can be announced is left out.
 */
#include "pure.h"
#include "fuzz.h"

#include "model/hotadd.h"

static struct hotadd h;
static u64 end;		/* of the storage that can be reached */
static u64 told_to;	/* guest-physical end of what the guest knows */
static u64 told;

static bool in_hole(u64 start, u64 len)
{
	return start < LAYOUT_HOLE_END && start + len > LAYOUT_HOLE_START;
}

static void check_device(const struct layout_range *d, u64 block)
{
	u64 offset = 0;

	FUZZ_CHECK(d->len && d->start % block == 0 && d->len % block == 0, "%llx at %llx", d->len,
		   d->start);
	FUZZ_CHECK(d->start >= told_to, "%llx is known", d->start);
	FUZZ_CHECK(!in_hole(d->start, d->len), "%llx at %llx in the hole", d->len, d->start);
	FUZZ_CHECK(layout_ms_of_gpa(d->start, &offset) && offset + d->len <= end,
		   "%llx at %llx was not added", d->len, d->start);
	told_to = d->start + d->len;
	told += d->len;
}

/* Whole blocks of storage from @told_to on, counted one by one */
static u64 blocks_left(u64 block)
{
	u64 gpa, offset, n = 0;

	for (gpa = ALIGN(told_to, block); n < 1000; gpa += block) {
		if (in_hole(gpa, block)) {
			/* A block that begins in front of the hole does not fit either. */
			gpa = ALIGN_DOWN((u64)LAYOUT_HOLE_END - 1, block);
			continue;
		}
		if (!layout_ms_of_gpa(gpa, &offset) || offset + block > end)
			break;
		n++;
	}
	return n;
}

static void announce(u64 block, u32 max)
{
	u64 want = blocks_left(block), was = told, most = 4 * (h.ram + h.told);
	struct hotadd_plan plan;
	u32 i, need = hotadd_need(&h, block);
	int ret = hotadd_make_plan(&h, block, max, &plan);

	FUZZ_CHECK(ret == 0 || ret == -ENOSPC, "%d", ret);
	FUZZ_CHECK(plan.nr <= max && plan.nr <= HOTADD_DEVICES, "%u devices", plan.nr);
	FUZZ_EQ(ret, max < need ? -ENOSPC : 0, "whether it fits");
	FUZZ_EQ(!need, !want, "whether there is something");
	for (i = 0; i < plan.nr; i++) {
		if (plan.nr < max && plan.nr < HOTADD_DEVICES)
			FUZZ_CHECK(plan.device[i].len <= ALIGN(most, block), "%llx is too large",
				   plan.device[i].len);
		most += 4 * plan.device[i].len;
		check_device(&plan.device[i], block);
		hotadd_tell(&h, &plan.device[i]);
	}
	FUZZ_EQ(plan.bytes, told - was, "sum");
	FUZZ_EQ(h.told, told, "sum of all");
	if (!ret && want < 1000)
		FUZZ_EQ((told - was) / block, want, "blocks announced");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u64 block, ram, len;

	fuzz_start(data, size);
	ram = (1 + fuzz_below(0x10000)) * (u64)SZ_2M;
	block = (u64)HOTADD_BLOCK_MIN << fuzz_below(11);
	if (fuzz_flip())
		block = hotadd_auto_block(ram);
	FUZZ_CHECK(is_power_of_2(block) && block >= HOTADD_BLOCK_MIN && block <= HOTADD_BLOCK_MAX,
		   "block %llx", block);
	hotadd_ipl(&h, ram);
	end = ram;
	told = 0;
	told_to = layout_gpa_of_ms(ram - 1) + 1;
	while (fuzz_more()) {
		len = (1 + fuzz_below(fuzz_flip() ? 0x10000 : 64)) * (u64)SZ_2M;
		if (fuzz_rarely(8)) {
			/* Behind a gap: cannot be reached. */
			hotadd_grow(&h, end + SZ_2M, len);
		} else {
			hotadd_grow(&h, end, len);
			end += len;
		}
		if (fuzz_flip())
			announce(block, fuzz_below(HOTADD_DEVICES + 4));
	}
	return 0;
}
