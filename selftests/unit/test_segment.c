// SPDX-License-Identifier: GPL-2.0
/* sources: emul/segment.c */

/* Linear addresses within segments of every type, and faults outside. */
#include "pure.h"
#include "tap.h"
#include "emul/segment.h"

static const struct lip_segment flat = { .attr = 0xc093, .limit = U32_MAX };
static u64 gva;

static int at(const struct lip_segment *seg, u64 offset, unsigned int size, bool write)
{
	gva = 0xdead;
	return segment_linear(seg, false, false, offset, size, write, &gva);
}

TEST(limit_is_checked)
{
	struct lip_segment seg = { .attr = 0x93, .limit = 0xfff, .base = 0xfffff000 };

	CHECK_EQ(at(&seg, 0xffc, 4, true), 0);
	CHECK_EQ(gva, 0xfffffffc);
	CHECK_EQ(at(&seg, 0xffd, 4, true), -EFAULT);
	CHECK_EQ(at(&seg, 0x1000, 1, false), -EFAULT);
	seg.limit = 0x2fff;
	CHECK_EQ(at(&seg, 0x1010, 1, false), 0);
	CHECK_EQ(gva, 0x10);			/* it wraps at 4 GiB */
	CHECK_EQ(at(&flat, U32_MAX, 1, true), 0);
	CHECK_EQ(at(&flat, U32_MAX, 2, true), -EFAULT);
}

TEST(expand_down_segment)
{
	struct lip_segment seg = { .attr = 0x97, .limit = 0xfff };

	CHECK_EQ(at(&seg, 0xfff, 1, true), -EFAULT);
	CHECK_EQ(at(&seg, 0x1000, 1, true), 0);
	CHECK_EQ(at(&seg, 0xfffe, 2, true), 0);
	CHECK_EQ(at(&seg, 0xffff, 2, true), -EFAULT);
	seg.attr |= SEGMENT_DB;
	CHECK_EQ(at(&seg, 0xffff, 2, true), 0);
}

TEST(type_decides_read_and_write)
{
	static const struct { u16 attr; bool read, write; } t[] = {
		{ 0x91, true, false }, { 0x93, true, true }, { 0x99, false, false },
		{ 0x9b, true, false }, { 0x9f, true, false }, { 0x13, false, false },
		{ 0, false, false },
	};
	struct lip_segment seg = flat;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		seg.attr = t[i].attr;
		CHECK_EQ(at(&seg, 0, 4, false), t[i].read ? 0 : -EFAULT);
		CHECK_EQ(at(&seg, 0, 4, true), t[i].write ? 0 : -EFAULT);
	}
}

TEST(long_mode_checks_canonical_addresses_only)
{
	struct lip_segment none = { .base = 0x1000 };
	u64 top = 1ULL << 47;

	CHECK_EQ(segment_linear(&none, true, false, 0x10, 8, true, &gva), 0);
	CHECK_EQ(gva, 0x10);
	CHECK_EQ(segment_linear(&none, true, true, 0x10, 8, true, &gva), 0);
	CHECK_EQ(gva, 0x1010);
	CHECK_EQ(segment_linear(&none, true, false, top - 8, 8, false, &gva), 0);
	CHECK_EQ(segment_linear(&none, true, false, top - 4, 8, false, &gva), -EFAULT);
	CHECK_EQ(segment_linear(&none, true, false, top, 1, false, &gva), -EFAULT);
	CHECK_EQ(segment_linear(&none, true, false, -top, 1, false, &gva), 0);
	CHECK_EQ(segment_linear(&none, true, true, -0x1000ULL, 1, false, &gva), 0);
	CHECK_EQ(gva, 0);
}
