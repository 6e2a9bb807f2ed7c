// SPDX-License-Identifier: GPL-2.0
/* Time by the TSC, whose frequency is in CPUID. */
#include "tiny.h"

#define KVM_TIMING 0x40000010u

u64 tsc_khz(void)
{
	static u64 khz;
	u32 r[4];

	if (!khz) {
		cpuid(KVM_TIMING, 0, r);
		khz = r[0] ?: 1000000;
	}
	return khz;
}

void spin_ticks(u64 ticks)
{
	u64 end = rdtsc() + ticks;

	while (rdtsc() < end)
		pause();
}

void spin_us(u64 us)
{
	spin_ticks(us * tsc_khz() / 1000);
}

#define SLEEP_VECTOR	0x4f
#define LVT_DEADLINE	0x40000u

static void wake_up(struct frame *f)
{
	(void)f;
	apic_eoi();
}

/* Halting costs an emulator less than spinning. */
void doze_until(u64 tsc)
{
	idt_set(SLEEP_VECTOR, wake_up);
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | SLEEP_VECTOR);
	wrmsr(MSR_TSC_DEADLINE, tsc);
	wait_irq();
}

void sleep_until(u64 tsc)
{
	while (rdtsc() < tsc)
		doze_until(tsc);
}
