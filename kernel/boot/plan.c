// SPDX-License-Identifier: GPL-2.0
/*
 * Plan a guest's memory at IPL: place kernel, initrd and command line.
 *
 * L0: includes L0 headers only.
 */
#include "pure.h"
#include "boot/image.h"
#include "vdev/layout.h"

/*
 * Place the initrd as high as possible, out of the way of the kernel's decompressor
 * and so that it does not fragment low memory.
 */
static bool place_initrd(const struct boot_image *image, u64 ram_end, u64 size,
			 struct boot_plan *plan)
{
	u64 top = ram_end;

	if (image->initrd_max < top)
		top = image->initrd_max + 1;
	if (size > top)
		return false;
	plan->initrd = ALIGN_DOWN(top - size, SZ_4K);
	plan->initrd_size = size;
	return plan->initrd >= plan->kernel + plan->kernel_size;
}

int boot_plan_make(const struct boot_image *image, u64 ram_size,
		   u64 initrd_size, u64 cmdline_len, struct boot_plan *plan,
		   struct lpar_reason *why)
{
	u64 ram_end = min_t(u64, ram_size, LAYOUT_HOLE_START);
	u64 limit = min_t(u64, image->cmdline_max, LAYOUT_CMDLINE_SIZE - 1);
	u64 need = image->start + image->size;

	memset(plan, 0, sizeof(*plan));
	if (cmdline_len > limit) {
		lpar_reason_set(why, LPAR_REASON_CMDLINE, NULL, cmdline_len,
				limit, 0);
		return -E2BIG;
	}
	plan->ram_size = ram_size;
	plan->kernel = image->start;
	plan->kernel_size = image->size;
	plan->entry = image->entry;
	plan->cmdline = LAYOUT_CMDLINE;
	plan->cmdline_len = cmdline_len;
	if (need > ram_end) {
		lpar_reason_set(why, LPAR_REASON_IMAGE_SIZE, NULL, need,
				ram_end, 0);
		return -ENOSPC;
	}
	if (initrd_size && !place_initrd(image, ram_end, initrd_size, plan)) {
		lpar_reason_set(why, LPAR_REASON_IMAGE_SIZE, NULL,
				need + initrd_size, ram_end, 0);
		return -ENOSPC;
	}
	return 0;
}
