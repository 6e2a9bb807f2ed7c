// SPDX-License-Identifier: GPL-2.0
/*
 * part/frames.c - lists of host frames, of which an LPAR's storage consists. Layer L3.
 */
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/string.h>

#include "host/pages.h"
#include "part/part.h"

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

void frames_clear(const struct lpar_frames *frames)
{
	u64 i;

	for (i = 0; i < frames->nr; i++)
		host_clear(PFN_PHYS(frames->pfn[i]), HOST_BLOCK_SIZE);
}
