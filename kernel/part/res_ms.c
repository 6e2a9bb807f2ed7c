// SPDX-License-Identifier: GPL-2.0
/*
 * Main storage of one LPAR: from its blocks to what its guest sees.
 *
 * An LPAR's area is contiguous in the MS address space, its frames need not be
 * so in the host, and the guest has a hole below 4 GiB. Layer L3.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "host/pages.h"
#include "part/part.h"
#include "vdev/layout.h"

#define BLOCK_PAGES	(HOST_BLOCK_SIZE / PAGE_SIZE)

int frames_alloc(struct lpar_frames *frames, u64 nr)
{
	frames->pfn = kvmalloc_array(nr, sizeof(*frames->pfn), GFP_KERNEL);
	if (!frames->pfn)
		return -ENOMEM;
	frames->nr = nr;
	return 0;
}

int frames_extend(struct lpar_frames *frames, const struct lpar_frames *now, u64 more)
{
	int err = frames_alloc(frames, now->nr + more);

	if (!err)
		memcpy(frames->pfn, now->pfn, now->nr * sizeof(*now->pfn));
	return err;
}

void frames_free(struct lpar_frames *frames)
{
	kvfree(frames->pfn);
	frames->pfn = NULL;
	frames->nr = 0;
}

void frames_copy(struct lpar_frames *frames, u64 first, u64 ms_origin, u64 nr)
{
	lockdep_assert_held(&part.lock);
	memcpy(frames->pfn + first,
	       part.blocks.frame + ms_origin / HOST_BLOCK_SIZE,
	       nr * sizeof(*frames->pfn));
}

void frames_clear(const struct lpar_frames *frames)
{
	u64 i;

	for (i = 0; i < frames->nr; i++)
		host_clear(PFN_PHYS(frames->pfn[i]), HOST_BLOCK_SIZE);
}

/* How many blocks from @i on are neighbours for the host and for the guest. */
static u64 run_length(const struct lpar_frames *frames, u64 i)
{
	u64 gpa = layout_gpa_of_ms(i * HOST_BLOCK_SIZE);
	u64 n;

	for (n = 1; i + n < frames->nr; n++) {
		if (frames->pfn[i + n] != frames->pfn[i] + n * BLOCK_PAGES)
			break;
		if (layout_gpa_of_ms((i + n) * HOST_BLOCK_SIZE) !=
		    gpa + n * HOST_BLOCK_SIZE)
			break;
	}
	return n;
}

/*
 * Give the guest the blocks from @first to the end. All of them, also where physical
 * devices cannot reach some; what that failed with first is returned.
 */
int storage_map(struct machine *m, const struct lpar_frames *frames, u64 first)
{
	int err, failed = 0;
	u64 i, n;

	for (i = first; i < frames->nr; i += n) {
		n = run_length(frames, i);
		err = machine_map(m, layout_gpa_of_ms(i * HOST_BLOCK_SIZE),
				  PFN_PHYS(frames->pfn[i]),
				  n * HOST_BLOCK_SIZE);
		failed = failed ?: err;
	}
	return failed;
}

/* Calls @fn for the guest-physical pieces of the LPAR's [offset, offset+len). */
static int each_piece(struct machine *m, u64 offset, u64 len,
		      int (*fn)(struct machine *m, gpa_t gpa, u64 len))
{
	struct layout_range piece[LAYOUT_MAX_SPLIT];
	int n = layout_split(offset, len, piece);
	int i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = fn(m, piece[i].start, piece[i].len);
	return err;
}

int storage_reserve(struct machine *m, u64 offset, u64 len)
{
	return each_piece(m, offset, len, machine_reserve_map);
}

int storage_announce(struct machine *m, u64 offset, u64 len)
{
	return each_piece(m, offset, len, machine_notify_memory);
}
