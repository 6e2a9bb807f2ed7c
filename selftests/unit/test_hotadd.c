// SPDX-License-Identifier: GPL-2.0
/* sources: model/hotadd.c */

#include "pure.h"
#include "tap.h"
#include "model/hotadd.h"

#define MB(n)	((u64)(n) << 20)
#define GB(n)	((u64)(n) << 30)

static struct hotadd h;
static struct hotadd_plan plan;

/* A guest of @ram that got @more; the plan for 16 devices. */
static int grown(u64 ram, u64 more, u64 block)
{
	hotadd_ipl(&h, ram);
	hotadd_grow(&h, ram, more);
	return hotadd_make_plan(&h, block, 16, &plan);
}

static void tell_all(void)
{
	u32 i;

	for (i = 0; i < plan.nr; i++)
		hotadd_tell(&h, &plan.device[i]);
}

TEST(block_size_is_that_of_linux)
{
	CHECK_EQ(hotadd_auto_block(MB(16)), MB(128));
	CHECK_EQ(hotadd_auto_block(GB(3)), MB(128));
	CHECK_EQ(hotadd_auto_block(GB(32)), MB(128));
	/* RAM ends 1 GiB above its size, because of the hole. */
	CHECK_EQ(hotadd_auto_block(GB(63) - MB(2)), MB(128));
	CHECK_EQ(hotadd_auto_block(GB(63)), GB(2));
	CHECK_EQ(hotadd_auto_block(GB(64)), GB(1));
	CHECK_EQ(hotadd_auto_block(GB(100) + MB(512)), MB(512));
	CHECK_EQ(hotadd_auto_block(GB(100) + MB(2)), MB(128));
}

TEST(aligned_storage_is_one_device)
{
	CHECK_EQ(grown(MB(256), MB(384), MB(128)), 0);
	REQUIRE(plan.nr == 1);
	CHECK_EQ(plan.device[0].start, MB(256));
	CHECK_EQ(plan.device[0].len, MB(384));
	CHECK_EQ(plan.bytes, MB(384));
}

TEST(only_whole_blocks_are_announced)
{
	CHECK_EQ(grown(MB(200), MB(384), MB(128)), 0);
	REQUIRE(plan.nr == 1);
	CHECK_EQ(plan.device[0].start, MB(256));
	CHECK_EQ(plan.device[0].len, MB(256));
	/* Too little for one block, wherever it lies. */
	CHECK_EQ(grown(MB(200), MB(150), MB(128)), 0);
	CHECK_EQ(plan.nr, 0);
	CHECK_EQ(hotadd_need(&h, MB(128)), 0);
	/* A guest with small blocks takes all of it. */
	CHECK_EQ(grown(MB(200), MB(150), MB(2)), 0);
	CHECK_EQ(plan.bytes, MB(150));
}

TEST(what_was_idle_completes_a_block_later)
{
	CHECK_EQ(grown(MB(200), MB(200), MB(128)), 0);
	CHECK_EQ(plan.bytes, MB(128));
	tell_all();
	CHECK_EQ(h.from, MB(384));
	/* Nothing is announced twice. */
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 16, &plan), 0);
	CHECK_EQ(plan.nr, 0);
	hotadd_grow(&h, MB(400), MB(112));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 16, &plan), 0);
	REQUIRE(plan.nr == 1);
	CHECK_EQ(plan.device[0].start, MB(384));
	CHECK_EQ(plan.device[0].len, MB(128));
	tell_all();
	CHECK_EQ(h.told, MB(256));
	/* The next IPL finds all of it as RAM. */
	hotadd_ipl(&h, MB(512));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 16, &plan), 0);
	CHECK_EQ(plan.nr, 0);
}

TEST(storage_behind_a_gap_is_not_announced)
{
	hotadd_ipl(&h, MB(256));
	hotadd_grow(&h, MB(512), MB(128));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 16, &plan), 0);
	CHECK_EQ(plan.nr, 0);
}

TEST(the_hole_divides_it)
{
	CHECK_EQ(grown(GB(2) + MB(100), GB(3), MB(128)), 0);
	CHECK_EQ(hotadd_need(&h, MB(128)), 2);
	REQUIRE(plan.nr == 2);
	CHECK_EQ(plan.device[0].start, GB(2) + MB(128));
	CHECK_EQ(plan.device[0].start + plan.device[0].len, GB(3));
	CHECK_EQ(plan.device[1].start, GB(4));
	CHECK_EQ(plan.device[1].len, GB(2));
	tell_all();
	CHECK_EQ(h.from, GB(5));
	/* Up to the hole and no further: the offset of its end is that of its start. */
	CHECK_EQ(grown(GB(2), GB(1), MB(128)), 0);
	tell_all();
	CHECK_EQ(h.from, GB(3));
	hotadd_grow(&h, GB(3), GB(1));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 16, &plan), 0);
	REQUIRE(plan.nr == 1);
	CHECK_EQ(plan.device[0].start, GB(4));
}

TEST(a_large_donor_is_several_devices)
{
	u64 used = MB(128), end = MB(128);
	u32 i;

	CHECK_EQ(grown(MB(128), GB(100), MB(128)), 0);
	CHECK(plan.nr > 3);
	CHECK_EQ(plan.bytes, GB(100));
	for (i = 0; i < plan.nr; i++) {
		CHECK(plan.device[i].len <= ALIGN(4 * used, MB(128)));
		CHECK(plan.device[i].start == end || plan.device[i].start == GB(4));
		end = plan.device[i].start + plan.device[i].len;
		used += plan.device[i].len;
	}
}

TEST(few_devices_take_it_all_the_same)
{
	hotadd_ipl(&h, MB(128));
	hotadd_grow(&h, MB(128), GB(100));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 3, &plan), 0);
	CHECK_EQ(plan.nr, 3);
	CHECK_EQ(plan.bytes, GB(100));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 2, &plan), 0);
	CHECK_EQ(plan.nr, 2);
	CHECK_EQ(plan.bytes, GB(100));
	/* One for each side of the hole is the least; what fits is announced. */
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 1, &plan), -ENOSPC);
	CHECK_EQ(plan.nr, 1);
	CHECK_EQ(plan.device[0].start + plan.device[0].len, GB(3));
	CHECK_EQ(hotadd_make_plan(&h, MB(128), 0, &plan), -ENOSPC);
	CHECK_EQ(plan.nr, 0);
}

/* Devices are whole blocks, apart from each other, outside the hole, and all there is. */
TEST(random_growth)
{
	u64 size, more, block, offset, told;
	u32 n, i, k;

	for (n = 0; n < 20000; n++) {
		size = MB(2) * (1 + tap_below(4096));
		hotadd_ipl(&h, size);
		block = MB(2) << tap_below(11);
		for (k = 0; k < 4; k++) {
			more = MB(2) * tap_below(4096);
			hotadd_grow(&h, size, more);
			size += more;
			REQUIRE(hotadd_make_plan(&h, block, 2 + tap_below(20), &plan) == 0);
			told = h.told;
			for (i = 0; i < plan.nr; i++) {
				REQUIRE(plan.device[i].len);
				REQUIRE(IS_ALIGNED(plan.device[i].start, block));
				REQUIRE(IS_ALIGNED(plan.device[i].len, block));
				REQUIRE(layout_ms_of_gpa(plan.device[i].start, &offset));
				REQUIRE(offset >= h.from);
				hotadd_tell(&h, &plan.device[i]);
				REQUIRE(h.from <= h.to);
			}
			REQUIRE(h.told == told + plan.bytes);
			REQUIRE(hotadd_need(&h, block) == 0);
		}
		/* At most the two ends and both sides of the hole are idle. */
		REQUIRE(size - h.ram - h.told < 4 * block);
	}
}
