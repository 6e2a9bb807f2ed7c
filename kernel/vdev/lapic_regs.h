/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/lapic_regs.h - registers of a local APIC and the layout of struct
 * lapic_id. Private to vdev/lapic*.c and their tests. L0.
 */
#ifndef LPAR_VDEV_LAPIC_REGS_H
#define LPAR_VDEV_LAPIC_REGS_H

#include "pure.h"
#include "vdev/lapic.h"

/* Offsets in the page; x2APIC: MSR_X2APIC + offset / 16 */
enum {
	LREG_ID = 0x020,
	LREG_VERSION = 0x030,
	LREG_TPR = 0x080,
	LREG_APR = 0x090,
	LREG_PPR = 0x0a0,
	LREG_EOI = 0x0b0,
	LREG_RRD = 0x0c0,
	LREG_LDR = 0x0d0,
	LREG_DFR = 0x0e0,
	LREG_SVR = 0x0f0,
	LREG_ISR = 0x100,
	LREG_TMR = 0x180,
	LREG_IRR = 0x200,
	LREG_ESR = 0x280,
	LREG_ICR = 0x300,
	LREG_ICR2 = 0x310,
	LREG_LVT_TIMER = 0x320,
	LREG_LVT_THERMAL = 0x330,
	LREG_LVT_PERF = 0x340,
	LREG_LVT_LINT0 = 0x350,
	LREG_LVT_LINT1 = 0x360,
	LREG_LVT_ERROR = 0x370,
	LREG_TMICT = 0x380,
	LREG_TMCCT = 0x390,
	LREG_TDCR = 0x3e0,
	LREG_SELF_IPI = 0x3f0,
	LREG_END = 0x400,
};

#define MSR_APIC_BASE		0x1b
#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC		0x800
#define MSR_X2APIC_END		0x8ff

#define APIC_BASE_BSP		BIT_ULL(8)
#define APIC_BASE_X2APIC	BIT_ULL(10)
#define APIC_BASE_ENABLE	BIT_ULL(11)
#define APIC_BASE_FLAGS		(APIC_BASE_BSP | APIC_BASE_X2APIC | \
				 APIC_BASE_ENABLE)

/* Integrated APIC, six LVT entries. */
#define VERSION_VALUE		(0x14 | 5 << 16)

#define SVR_ENABLE		0x100U
#define SVR_WRITABLE		0x3ffU

#define LVT_VECTOR		0xffU
#define LVT_DELIVERY		0x700U
#define LVT_POLARITY		0x2000U
#define LVT_LEVEL		0x8000U
#define LVT_MASKED		0x10000U
#define LVT_TIMER_MODE		0x60000U
#define LVT_TIMER_PERIODIC	0x20000U
#define LVT_TIMER_TSC		0x40000U

#define TDCR_WRITABLE		0xbU

#define ESR_SEND_VECTOR		0x20U
#define ESR_RECEIVE_VECTOR	0x40U
#define ESR_REGISTER		0x80U

#define ICR_VECTOR		0xffU
#define ICR_DELIVERY		8	/* shift, 3 bits */
#define ICR_LOGICAL		0x800U
#define ICR_ASSERT		0x4000U
#define ICR_LEVEL		0x8000U
#define ICR_SHORTHAND		18	/* shift, 2 bits */
#define ICR_WRITABLE		0xccfffU

/* struct lapic_id: bits 0-31 hold the APIC id. */
#define LAPIC_ID_LDR		32	/* shift, 8 bits: xAPIC logical id */
#define LAPIC_ID_FLAT		BIT_ULL(40)
#define LAPIC_ID_X2APIC		BIT_ULL(41)
#define LAPIC_ID_HW_ON		BIT_ULL(42)
#define LAPIC_ID_SW_ON		BIT_ULL(43)

/* Keeps count * divisor * ratio well below 2^64. */
#define LAPIC_MAX_RATIO		1024U

/* Logical x2APIC id: cluster in the upper half, one bit in the lower. */
static inline u32 x2apic_ldr(u32 id)
{
	return id >> 4 << 16 | 1U << (id & 0xf);
}

static inline u32 lapic_get(const struct lapic *l, u32 reg)
{
	return l->regs[reg / 4];
}

static inline void lapic_set(struct lapic *l, u32 reg, u32 val)
{
	l->regs[reg / 4] = val;
}

static inline bool lapic_hw_on(const struct lapic *l)
{
	return l->base & APIC_BASE_ENABLE;
}

static inline bool lapic_x2apic_on(const struct lapic *l)
{
	return l->base & APIC_BASE_X2APIC;
}

static inline bool lapic_sw_on(const struct lapic *l)
{
	return lapic_get(l, LREG_SVR) & SVR_ENABLE;
}

/* lapic_timer.c, called by the register code in lapic.c */
u32 lapic_timer_count(const struct lapic *l, u64 now);
void lapic_timer_disarm(struct lapic *l);
void lapic_write_tmict(struct lapic *l, u32 val, u64 now);
void lapic_write_tdcr(struct lapic *l, u32 val, u64 now);
void lapic_write_lvt_timer(struct lapic *l, u32 val, u64 now);
u64 lapic_read_tsc_deadline(const struct lapic *l, u64 now);
void lapic_write_tsc_deadline(struct lapic *l, u64 val, u64 now);

#endif
