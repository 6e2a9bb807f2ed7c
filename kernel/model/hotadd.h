/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model/hotadd.h - which main storage a running guest is told of after an integration
 * (patent [0037]).
 *
 * A guest adds memory in whole blocks of its own size, and takes nothing of a range that
 * is not made of such blocks. Linux answers success (_OST) even then. So only the aligned
 * middle of the new storage is announced. The rest is idle until the next IPL, or until
 * later storage completes the block.
 *
 * L0: calls nothing. Offsets are bytes from the LPAR's MS origin.
 */
#ifndef LPAR_MODEL_HOTADD_H
#define LPAR_MODEL_HOTADD_H

#include "pure.h"
#include "vdev/layout.h"

enum hotadd_limits {
	HOTADD_DEVICES = 16,		/* in one announcement */
};

#define HOTADD_BLOCK_MIN	SZ_2M
#define HOTADD_BLOCK_MAX	SZ_2G

/**
 * struct hotadd - what a guest knows of its main storage
 * @ram: bytes at its IPL
 * @told: bytes announced since then
 * @from: offset from which on nothing has been announced
 * @to: offset at which that ends which may be announced
 */
struct hotadd {
	u64 ram;
	u64 told;
	u64 from;
	u64 to;
};

/**
 * struct hotadd_plan - one announcement
 * @device: guest-physical ranges, each a memory device of its own; ascending
 * @nr: how many
 * @bytes: sum of their lengths
 */
struct hotadd_plan {
	struct layout_range device[HOTADD_DEVICES];
	u32 nr;
	u64 bytes;
};

/**
 * hotadd_auto_block() - size of the memory blocks of a Linux guest
 * @ram: bytes of main storage at its IPL
 *
 * As Linux selects it on x86-64 under a hypervisor: 128 MiB; where RAM ends at 64 GiB or
 * above, the largest power of two up to 2 GiB that divides that address.
 *
 * Context: any.
 * Return: bytes.
 */
u64 hotadd_auto_block(u64 ram);

/**
 * hotadd_ipl() - the guest was loaded: it knows all of its storage
 * @h: becomes the state of that guest
 * @size: bytes of main storage
 */
void hotadd_ipl(struct hotadd *h, u64 size);

/**
 * hotadd_grow() - storage was added at the end and can be reached by the guest
 * @h: the guest's state
 * @offset: where it begins
 * @len: bytes
 *
 * Storage behind a gap, which the guest cannot reach, is not announced.
 */
void hotadd_grow(struct hotadd *h, u64 offset, u64 len);

/**
 * hotadd_need() - the fewest memory devices that an announcement needs
 * @h: the guest's state
 * @block: size of the guest's memory blocks
 *
 * Return: 0, 1, or 2 where the storage lies on both sides of the hole below 4 GiB.
 */
u32 hotadd_need(const struct hotadd *h, u64 block);

/**
 * hotadd_make_plan() - divide what was not announced into memory devices
 * @h: the guest's state
 * @block: size of the guest's memory blocks, a power of two
 * @max: memory devices that may be used
 * @plan: the result
 *
 * A guest needs memory to describe memory (Linux: 1/64), and has to take it from what it
 * uses already. So no device is larger than four times what the guest can have by then,
 * as long as there are devices enough.
 *
 * Return: 0, or -ENOSPC: @max devices are too few, and @plan holds what fits.
 */
int hotadd_make_plan(const struct hotadd *h, u64 block, u32 max, struct hotadd_plan *plan);

/**
 * hotadd_tell() - one device of a plan has been announced
 * @h: the guest's state
 * @device: the device
 */
void hotadd_tell(struct hotadd *h, const struct layout_range *device);

#endif
