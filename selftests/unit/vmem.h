/* SPDX-License-Identifier: GPL-2.0 */
/* Guest memory that holds a split virtqueue, as a driver would write it. */
#ifndef UNIT_VMEM_H
#define UNIT_VMEM_H

#include "pure.h"
#include "vdev/virtq.h"

#define VMEM_SIZE	0x40000
#define VMEM_PIECE	0x1000	/* guest memory is contiguous only within a piece */
#define VMEM_DESC	0x1000
#define VMEM_AVAIL	0x2000
#define VMEM_USED	0x3000
#define VMEM_INDIRECT	0x4000
#define VMEM_DATA	0x10000

static u8 vmem[VMEM_SIZE] __aligned(4096);
static u16 vmem_idx;

static void *vmem_va(void *ctx, u64 gpa, u32 len)
{
	if (gpa >= VMEM_SIZE || len > VMEM_PIECE - gpa % VMEM_PIECE)
		return NULL;
	return vmem + gpa;
}

static inline void vmem_desc(u64 table, u32 i, u64 addr, u32 len, u16 flags, u16 next)
{
	u8 *d = vmem + table + i * 16;

	memcpy(d, &addr, 8);
	memcpy(d + 8, &len, 4);
	memcpy(d + 12, &flags, 2);
	memcpy(d + 14, &next, 2);
}

static inline u16 vmem16(u64 at)
{
	u16 val;

	memcpy(&val, vmem + at, 2);
	return val;
}

static inline u32 vmem32(u64 at)
{
	u32 val;

	memcpy(&val, vmem + at, 4);
	return val;
}

static inline void vmem_put16(u64 at, u16 val)
{
	memcpy(vmem + at, &val, 2);
}

/* Make the chain that begins with descriptor @head available. */
static inline void vmem_offer(u16 size, u16 head)
{
	vmem_put16(VMEM_AVAIL + 4 + 2 * (vmem_idx % size), head);
	vmem_put16(VMEM_AVAIL + 2, ++vmem_idx);
}

static inline void vmem_reset(void)
{
	memset(vmem, 0, sizeof(vmem));
	vmem_idx = 0;
}

#endif
