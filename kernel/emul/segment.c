// SPDX-License-Identifier: GPL-2.0
/* L0: segment checks (SDM, "Limit Checking", "Type Checking"). Calls nothing. */
#include "pure.h"

#include "emul/segment.h"

#define SEGMENT_CANONICAL 48	/* bits of a linear address */

static bool segment_type_allows(u16 attr, bool write)
{
	if (!(attr & SEGMENT_P))
		return false;
	if (attr & SEGMENT_CODE)
		return !write && attr & SEGMENT_RW;
	return !write || attr & SEGMENT_RW;
}

static bool segment_holds(const struct lip_segment *seg, u32 offset, u32 size)
{
	u64 last = (u64)offset + size - 1;

	if ((seg->attr & (SEGMENT_CODE | SEGMENT_DOWN)) == SEGMENT_DOWN)
		return offset > seg->limit &&
		       last <= (seg->attr & SEGMENT_DB ? U32_MAX : U16_MAX);
	return last <= seg->limit;
}

static bool segment_canonical(u64 gva)
{
	unsigned int unused = 64 - SEGMENT_CANONICAL;

	return (u64)((s64)(gva << unused) >> unused) == gva;
}

/**
 * segment_linear() - compute the linear address of an operand
 * @seg: its segment register
 * @code64: 64-bit code: neither limits nor types are checked
 * @based: the segment's base is used in 64-bit code: FS and GS
 * @offset: its offset, truncated to the address size
 * @size: bytes
 * @write: write access
 * @gva: output: linear address
 *
 * Context: any.
 * Return: 0, or -EFAULT if the processor would raise #GP(0), or #SS(0) for SS.
 */
int segment_linear(const struct lip_segment *seg, bool code64, bool based, u64 offset,
		   unsigned int size, bool write, u64 *gva)
{
	if (code64) {
		*gva = offset + (based ? seg->base : 0);
		return segment_canonical(*gva) && segment_canonical(*gva + size - 1) ?
		       0 : -EFAULT;
	}
	*gva = (u32)(seg->base + offset);
	return segment_type_allows(seg->attr, write) && segment_holds(seg, offset, size) ?
	       0 : -EFAULT;
}
