// SPDX-License-Identifier: GPL-2.0
/* Starting other LIPs by INIT and SIPI. */
#include "tiny.h"

#define TRAMPOLINE	0x12000
#define UP_MS		2000

volatile u64 lips_up = 1;
static lip_fn lip_work[MAX_LIPS];

void lip_main(u32 lip)
{
	idt_load();
	apic_enable(apic_x2);
	__atomic_or_fetch(&lips_up, 1ull << lip, __ATOMIC_SEQ_CST);
	if (lip_work[lip])
		lip_work[lip](lip);
	irq_on();
	for (;;)
		asm volatile("hlt" : : : "memory");
}

static bool is_up(u32 lip)
{
	return lips_up >> lip & 1;
}

int lip_start(u32 lip, lip_fn fn)
{
	u64 end;

	memcpy((void *)TRAMPOLINE, trampoline, trampoline_end - trampoline);
	lip_work[lip] = fn;
	apic_icr(lip, ICR_INIT | ICR_ASSERT);
	spin_us(100);
	apic_icr(lip, ICR_SIPI | ICR_ASSERT | TRAMPOLINE >> 12);
	end = rdtsc() + UP_MS * tsc_khz();
	while (!is_up(lip) && rdtsc() < end)
		pause();
	return is_up(lip) ? 0 : -1;
}

int lips_start(lip_fn fn)
{
	u32 self = lip_self(), i;
	int n = 1;

	for (i = 0; i < MAX_LIPS; i++)
		if (lips_present >> i & 1 && i != self && !lip_start(i, fn))
			n++;
	return n;
}
