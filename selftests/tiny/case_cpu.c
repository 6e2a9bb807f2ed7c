// SPDX-License-Identifier: GPL-2.0
/* Cases: instructions that the monitor carries out do all that the processor's do. */
#include "tiny.h"

#define CR4_MCE	BIT_ULL(6)

static u64 get_cr4(void)
{
	u64 v;

	asm volatile("mov %%cr4, %0" : "=r" (v));
	return v;
}

static void set_cr4(u64 v)
{
	asm volatile("mov %0, %%cr4" : : "r" (v));
}

/* The monitor keeps CR4.MCE for itself: it reads as it was written all the same. */
CASE(cr4mce)
{
	u64 before = get_cr4();
	int i;

	for (i = 0; i < 3; i++) {
		set_cr4(before ^ CR4_MCE);
		if (get_cr4() != (before ^ CR4_MCE))
			return why("CR4 is 0x%llx, not 0x%llx", get_cr4(), before ^ CR4_MCE);
		set_cr4(before);
		if (get_cr4() != before)
			return why("CR4 is 0x%llx, not 0x%llx", get_cr4(), before);
	}
	return NULL;
}
