// SPDX-License-Identifier: GPL-2.0
/* Time by the TSC, whose rate the monitor tells in CPUID. */
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
