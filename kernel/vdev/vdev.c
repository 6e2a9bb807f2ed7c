// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/vdev.c - address ranges of devices and the accesses to them.
 *
 * L0: calls only the callbacks in the table.
 */
#include "pure.h"

#include "vdev/vdev.h"

/**
 * vdev_add() - register a device for [@base, @base + @len)
 * @t: the table
 * @base: first address
 * @len: bytes
 * @ops: the device's callbacks; must outlive the table
 * @dev: first argument of the callbacks
 *
 * Context: any; the caller excludes readers of @t.
 * Return: 0, -EINVAL for an empty range or one that wraps, -EEXIST when it
 * overlaps another one, -ENOSPC when the table is full.
 */
int vdev_add(struct vdev_table *t, u64 base, u64 len,
	     const struct vdev_ops *ops, void *dev)
{
	unsigned int i;

	if (!len || base + len - 1 < base)
		return -EINVAL;
	for (i = 0; i < t->count; i++) {
		const struct vdev_range *r = &t->ranges[i];

		if (base <= r->base + r->len - 1 && r->base <= base + len - 1)
			return -EEXIST;
	}
	if (t->count == VDEV_MAX_RANGES)
		return -ENOSPC;
	t->ranges[t->count++] = (struct vdev_range){
		.base = base, .len = len, .ops = ops, .dev = dev,
	};
	return 0;
}

/**
 * vdev_find() - the range that holds an address
 * @t: the table
 * @addr: the address
 *
 * Context: any.
 * Return: the range, or NULL where there is no device.
 */
const struct vdev_range *vdev_find(const struct vdev_table *t, u64 addr)
{
	unsigned int i;

	for (i = 0; i < t->count; i++)
		if (addr - t->ranges[i].base < t->ranges[i].len)
			return &t->ranges[i];
	return NULL;
}

/* The range that holds all of an access, and the offset in it. */
static const struct vdev_range *vdev_target(const struct vdev_table *t,
					    u64 addr, unsigned int size,
					    u64 *offset)
{
	const struct vdev_range *r = vdev_find(t, addr);

	if (!r)
		return NULL;
	*offset = addr - r->base;
	if (r->len - *offset < size)
		return NULL;
	return r;
}

/**
 * vdev_read() - read access of the guest
 * @t: the table
 * @addr: port or guest-physical address
 * @size: bytes: 1, 2, 4 or 8
 *
 * Context: as the device's callback needs it.
 * Return: the value, all ones where there is no device.
 */
u64 vdev_read(const struct vdev_table *t, u64 addr, unsigned int size)
{
	const struct vdev_range *r;
	u64 offset;

	r = vdev_target(t, addr, size, &offset);
	if (!r)
		return vdev_mask(size);
	return r->ops->read(r->dev, offset, size) & vdev_mask(size);
}

/**
 * vdev_write() - write access of the guest
 * @t: the table
 * @addr: port or guest-physical address
 * @size: bytes: 1, 2, 4 or 8
 * @val: the value; bits above @size are dropped
 *
 * Context: as the device's callback needs it.
 */
void vdev_write(const struct vdev_table *t, u64 addr, unsigned int size,
		u64 val)
{
	const struct vdev_range *r;
	u64 offset;

	r = vdev_target(t, addr, size, &offset);
	if (r)
		r->ops->write(r->dev, offset, size, val & vdev_mask(size));
}
