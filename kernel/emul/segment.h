/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/segment.h - L0: segment registers and linear addresses.
 */
#ifndef LPAR_EMUL_SEGMENT_H
#define LPAR_EMUL_SEGMENT_H

#include "pure.h"

/* LDTR and TR follow the segment registers of emul/insn.h. */
enum { SEGMENT_LDTR = 6, SEGMENT_TR, SEGMENT_COUNT };

#define SEGMENT_TYPE	0xf
#define SEGMENT_CODE	BIT(3)	/* if S = 1; likewise the next two */
#define SEGMENT_DOWN	BIT(2)	/* data: expands down; code: conforming */
#define SEGMENT_RW	BIT(1)	/* data: writable; code: readable */
#define SEGMENT_S	BIT(4)	/* code or data */
#define SEGMENT_DPL	(BIT(5) | BIT(6))
#define SEGMENT_P	BIT(7)
#define SEGMENT_L	BIT(13)
#define SEGMENT_DB	BIT(14)
#define SEGMENT_G	BIT(15)

/**
 * struct lip_segment - a segment register with its hidden part
 * @selector: the visible part
 * @attr: access rights: descriptor bits 40-47 in bits 0-7, 52-55 in bits 12-15;
 *	unusable without SEGMENT_P
 * @limit: offset of the last byte
 * @base: linear address of the first byte
 */
struct lip_segment {
	u16 selector;
	u16 attr;
	u32 limit;
	u64 base;
};

int segment_linear(const struct lip_segment *seg, bool code64, bool based, u64 offset,
		   unsigned int size, bool write, u64 *gva);

#endif
