// SPDX-License-Identifier: GPL-2.0
/* L0: the block table. Calls nothing. */
#include "pure.h"
#include "model/ms.h"

static void reverse_frames(u64 *frame, u64 count)
{
	u64 i;

	for (i = 0; i < count / 2; i++)
		swap(frame[i], frame[count - 1 - i]);
}

/* Rotate left in place, by three reversals. */
static void rotate_frames(u64 *frame, u64 count, u64 by)
{
	reverse_frames(frame, by);
	reverse_frames(frame + by, count - by);
	reverse_frames(frame, count);
}

static void swap_frames(u64 *a, u64 *b, u64 count)
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
		swap_frames(blocks->frame + from, blocks->frame + to, count);
	else if (by)
		/* the `by` blocks next to the area change sides */
		rotate_frames(blocks->frame + low, count + by, to > from ? count : by);
	return 0;
}
