// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/vdev.c */

/* Address ranges: none overlap, and no device is called outside its own. */
#include "pure.h"
#include "tap.h"
#include "vdev/vdev.h"

struct probe {
	unsigned int reads, writes, size;
	u64 offset, val;
};

static u64 probe_read(void *dev, u64 offset, unsigned int size)
{
	struct probe *p = dev;

	p->reads++;
	p->offset = offset;
	p->size = size;
	return 0x1122334455667788ULL;
}

static void probe_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct probe *p = dev;

	p->writes++;
	p->offset = offset;
	p->size = size;
	p->val = val;
}

static const struct vdev_ops probe_ops = { probe_read, probe_write };

TEST(unclaimed_address_reads_all_ones)
{
	struct vdev_table t = { 0 };

	CHECK_EQ(vdev_read(&t, 0x80, 1), 0xff);
	CHECK_EQ(vdev_read(&t, 0x80, 2), 0xffff);
	CHECK_EQ(vdev_read(&t, 0x80, 4), 0xffffffff);
	CHECK_EQ(vdev_read(&t, U64_MAX, 8), U64_MAX);
	vdev_write(&t, 0x80, 4, 1);
	CHECK(!vdev_find(&t, 0));
}

TEST(reads_and_writes_reach_the_device)
{
	struct vdev_table t = { 0 };
	struct probe p = { 0 };

	CHECK_EQ(vdev_add(&t, 0x3f8, 8, &probe_ops, &p), 0);
	CHECK_EQ(vdev_read(&t, 0x3fd, 1), 0x88);
	CHECK_EQ(p.offset, 5);
	CHECK_EQ(p.size, 1);
	vdev_write(&t, 0x3f8, 2, 0xabcdef);
	CHECK_EQ(p.val, 0xcdef);
	CHECK_EQ(vdev_read(&t, 0x3f8, 8), 0x1122334455667788ULL);
	CHECK_EQ(p.reads, 2);
}

TEST(access_across_the_end_reaches_no_device)
{
	struct vdev_table t = { 0 };
	struct probe p = { 0 };

	vdev_add(&t, 0x100, 8, &probe_ops, &p);
	CHECK_EQ(vdev_read(&t, 0x106, 4), 0xffffffff);
	CHECK_EQ(vdev_read(&t, 0xfe, 4), 0xffffffff);
	CHECK_EQ(vdev_read(&t, 0x108, 1), 0xff);
	vdev_write(&t, 0x107, 2, 0);
	CHECK_EQ(p.reads + p.writes, 0);
}

TEST(bad_ranges_are_refused)
{
	struct vdev_table t = { 0 };
	struct probe p = { 0 };
	int i;

	CHECK_EQ(vdev_add(&t, 5, 0, &probe_ops, &p), -EINVAL);
	CHECK_EQ(vdev_add(&t, U64_MAX, 2, &probe_ops, &p), -EINVAL);
	CHECK_EQ(vdev_add(&t, U64_MAX, 1, &probe_ops, &p), 0);
	CHECK_EQ(vdev_read(&t, U64_MAX, 1), 0x88);
	CHECK_EQ(vdev_add(&t, 0x100, 0x10, &probe_ops, &p), 0);
	CHECK_EQ(vdev_add(&t, 0x10f, 1, &probe_ops, &p), -EEXIST);
	CHECK_EQ(vdev_add(&t, 0xff, 2, &probe_ops, &p), -EEXIST);
	CHECK_EQ(vdev_add(&t, 0x80, 0x1000, &probe_ops, &p), -EEXIST);
	CHECK_EQ(vdev_add(&t, 0x104, 1, &probe_ops, &p), -EEXIST);
	for (i = 2; i < VDEV_MAX_RANGES; i++)
		CHECK_EQ(vdev_add(&t, i * 0x1000, 1, &probe_ops, &p), 0);
	CHECK_EQ(vdev_add(&t, 0x100000, 1, &probe_ops, &p), -ENOSPC);
}
