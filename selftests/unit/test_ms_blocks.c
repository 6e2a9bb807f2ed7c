// SPDX-License-Identifier: GPL-2.0
/* sources: model/ms_blocks.c */

#include "pure.h"
#include "tap.h"
#include "model/ms.h"

#define NR 64

static u64 frame[NR], before[NR];
static struct ms_blocks blocks = { .frame = frame, .nr = NR };

static void fill_frames(void)
{
	u64 i;

	for (i = 0; i < NR; i++)
		frame[i] = 1000 + i * 7 % NR;
	memcpy(before, frame, sizeof(frame));
}

/* Whether no frame is in the table twice, except MS_NO_FRAME. */
static bool frames_are_unique(const struct ms_blocks *b)
{
	u64 i, j;

	for (i = 0; i < b->nr; i++) {
		if (b->frame[i] == MS_NO_FRAME)
			continue;
		for (j = i + 1; j < b->nr; j++)
			if (b->frame[i] == b->frame[j])
				return false;
	}
	return true;
}

TEST(blocks_move_random_and_back)
{
	u64 from, to, count, i;
	int n;

	for (n = 0; n < 50000; n++) {
		fill_frames();
		count = tap_below(NR + 1);
		from = tap_below(NR - count + 1);
		to = tap_below(NR - count + 1);
		REQUIRE(!ms_blocks_move(&blocks, from, to, count));
		REQUIRE(frames_are_unique(&blocks));
		for (i = 0; i < count; i++)
			REQUIRE(frame[to + i] == before[from + i]);
		for (i = 0; i < NR; i++)	/* no other block was touched */
			if (!(i >= from && i < from + count) && !(i >= to && i < to + count))
				REQUIRE(frame[i] == before[i]);
		REQUIRE(!ms_blocks_move(&blocks, to, from, count));
		REQUIRE(!memcmp(frame, before, sizeof(frame)));
	}
}

TEST(blocks_move_checks_bounds)
{
	fill_frames();
	CHECK_EQ(ms_blocks_move(&blocks, 0, NR - 3, 4), -EINVAL);
	CHECK_EQ(ms_blocks_move(&blocks, NR, 0, 1), -EINVAL);
	CHECK_EQ(ms_blocks_move(&blocks, U64_MAX, 0, 2), -EINVAL);
	CHECK_EQ(ms_blocks_move(&blocks, 0, 0, NR + 1), -EINVAL);
	CHECK_EQ(ms_blocks_move(&blocks, 0, 0, NR), 0);
	CHECK(!memcmp(frame, before, sizeof(frame)));
}
