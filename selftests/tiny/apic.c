// SPDX-License-Identifier: GPL-2.0
/* Local APIC in both modes, and the IO-APIC. */
#include "tiny.h"

#define X2_MSR		0x800u
#define SVR_ON		0x1ffu		/* enabled, spurious vector 0xff */
#define ICR_BUSY	0x1000u
#define KVM_TIMING	0x40000010u	/* kHz of TSC and of the APIC timer */
#define MMIO32(a)	(*(volatile u32 *)(u64)(a))

bool apic_x2;

static volatile u32 *reg_address(enum apic_reg reg)
{
	return (volatile u32 *)(u64)(LAYOUT_LAPIC_BASE + reg);
}

u32 apic_read(enum apic_reg reg)
{
	return apic_x2 ? (u32)rdmsr(X2_MSR + (reg >> 4)) : *reg_address(reg);
}

void apic_write(enum apic_reg reg, u32 v)
{
	if (apic_x2)
		wrmsr(X2_MSR + (reg >> 4), v);
	else
		*reg_address(reg) = v;
}

void apic_icr(u32 dest, u32 low)
{
	if (apic_x2) {
		wrmsr(X2_MSR + (APIC_ICR >> 4), (u64)dest << 32 | low);
		return;
	}
	*reg_address(APIC_ICR + 0x10) = dest << 24;
	*reg_address(APIC_ICR) = low;
	while (*reg_address(APIC_ICR) & ICR_BUSY)
		pause();
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

static void spurious(struct frame *f)
{
	(void)f;
}

void apic_enable(bool x2)
{
	u64 base = rdmsr(MSR_APIC_BASE);

	if ((base & APIC_BASE_X2) && !x2)	/* only via disabled */
		wrmsr(MSR_APIC_BASE, base & ~(u64)(APIC_BASE_X2 | APIC_BASE_ENABLE));
	base = (base & ~(u64)APIC_BASE_X2) | APIC_BASE_ENABLE;
	wrmsr(MSR_APIC_BASE, base | (x2 ? APIC_BASE_X2 : 0));
	apic_x2 = x2;
	idt_set(0xff, spurious);
	apic_write(APIC_SVR, SVR_ON);
	apic_write(APIC_TPR, 0);
}

u32 lip_self(void)
{
	u32 r[4];

	cpuid(1, 0, r);
	return r[1] >> 24;
}

u32 timer_ratio(void)
{
	u32 r[4];

	cpuid(KVM_TIMING, 0, r);
	return r[1] ? (r[0] + r[1] / 2) / r[1] : 1;
}

void ioapic_route(u32 pin, u8 vector, u32 dest)
{
	MMIO32(LAYOUT_IOAPIC_BASE) = 0x11 + 2 * pin;
	MMIO32(LAYOUT_IOAPIC_BASE + 0x10) = dest << 24;
	MMIO32(LAYOUT_IOAPIC_BASE) = 0x10 + 2 * pin;
	MMIO32(LAYOUT_IOAPIC_BASE + 0x10) = vector;	/* edge, high, fixed */
}
