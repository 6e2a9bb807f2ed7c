// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the block table and the order of copies when an area moves. Calls
 * nothing.
 */
#include "pure.h"
#include "model/ms.h"

static void reverse(u64 *frame, u64 count)
{
	u64 i;

	for (i = 0; i < count / 2; i++)
		swap(frame[i], frame[count - 1 - i]);
}

/* Left rotation in place by three reversals: two stores per entry and pass. */
static void rotate_left(u64 *frame, u64 count, u64 by)
{
	reverse(frame, by);
	reverse(frame + by, count - by);
	reverse(frame, count);
}

static void exchange(u64 *a, u64 *b, u64 count)
{
	u64 i;

	for (i = 0; i < count; i++)
		swap(a[i], b[i]);
}

static bool in_table(const struct ms_blocks *blocks, u64 first, u64 count)
{
	return count <= blocks->nr && first <= blocks->nr - count;
}

int ms_blocks_move(struct ms_blocks *blocks, u64 from, u64 to, u64 count)
{
	u64 low = min(from, to);
	u64 by = max(from, to) - low;

	if (!in_table(blocks, from, count) || !in_table(blocks, to, count))
		return -EINVAL;
	if (by >= count)
		exchange(blocks->frame + from, blocks->frame + to, count);
	else if (by)
		/* what stood in the `by` blocks beside the area changes sides */
		rotate_left(blocks->frame + low, count + by, to > from ? count : by);
	return 0;
}

u64 ms_copy_next(u64 from, u64 to, u64 count, u64 i)
{
	return to > from ? count - 1 - i : i;
}

bool ms_blocks_verify(const struct ms_blocks *blocks)
{
	u64 i, j;

	for (i = 0; i < blocks->nr; i++) {
		if (blocks->frame[i] == MS_NO_FRAME)
			continue;
		for (j = i + 1; j < blocks->nr; j++)
			if (blocks->frame[i] == blocks->frame[j])
				return false;
	}
	return true;
}
