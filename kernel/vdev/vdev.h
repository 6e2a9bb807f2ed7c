/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/vdev.h - dispatch of accesses to devices.
 *
 * One table type serves both ports and memory-mapped registers. Where there is no
 * device, reads return all ones and writes are ignored. L0: calls only the callbacks it was given.
 */
#ifndef LPAR_VDEV_VDEV_H
#define LPAR_VDEV_VDEV_H

#include "pure.h"

#define VDEV_MAX_RANGES 16

/**
 * struct vdev_ops - how a device is read and written
 * @read: value of @size bytes at @offset from the range's base
 * @write: store the low @size bytes of @val
 *
 * @size is 1, 2, 4 or 8, and the access lies within the range. Bits above
 * @size of what @read returns are dropped.
 */
struct vdev_ops {
	u64 (*read)(void *dev, u64 offset, unsigned int size);
	void (*write)(void *dev, u64 offset, unsigned int size, u64 val);
};

struct vdev_range {
	u64 base;
	u64 len;
	const struct vdev_ops *ops;
	void *dev;
};

/* All zero is an empty table. */
struct vdev_table {
	unsigned int count;
	struct vdev_range ranges[VDEV_MAX_RANGES];
};

int vdev_add(struct vdev_table *t, u64 base, u64 len,
	     const struct vdev_ops *ops, void *dev);
const struct vdev_range *vdev_find(const struct vdev_table *t, u64 addr);
u64 vdev_read(const struct vdev_table *t, u64 addr, unsigned int size);
void vdev_write(const struct vdev_table *t, u64 addr, unsigned int size,
		u64 val);

/**
 * vdev_mask() - the value bits of an access
 * @size: bytes, 1 to 8
 *
 * Context: any.
 * Return: a mask of @size * 8 bits.
 */
static inline u64 vdev_mask(unsigned int size)
{
	return size >= 8 ? ~0ULL : (1ULL << (size * 8)) - 1;
}

#endif
