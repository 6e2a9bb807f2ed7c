// SPDX-License-Identifier: GPL-2.0
/*
 * Cases: guests that try to take CPU time from others, and one that reports how much work
 * it gets done meanwhile.
 */
#include "tiny.h"

#define STORM_VECTOR	0x41
#define STEP		20000	/* rounds in a step of work */
#define LVT_DEADLINE	0x40000u

/* Print "TINY work <steps>" every each= steps, without end. */
CASE(work)
{
	u64 each = option_number("each", 50), steps;
	volatile u32 i;

	for (steps = 1;; steps++) {
		for (i = 0; i < STEP; i++)
			;
		if (steps % each == 0)
			say("TINY work %llu", steps);
	}
	return NULL;
}

static void storm_irq(struct frame *f)
{
	(void)f;
	apic_eoi();
}

/* Halt with interrupts disabled: no interrupt ends that. */
static void sleep_deaf(u32 lip)
{
	(void)lip;
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

/* Halt with interrupts enabled, but all of them below the APIC's task priority. */
static void sleep_high(u32 lip)
{
	(void)lip;
	apic_write(APIC_TPR, 0xf0);
	for (;;)
		asm volatile("sti; hlt" : : : "memory");
}

static void sleep_light(u32 lip)
{
	(void)lip;
	for (;;)
		wait_irq();
}

static void sleep_timers(u32 lip)
{
	(void)lip;
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | STORM_VECTOR);
	for (;;) {
		wrmsr(MSR_TSC_DEADLINE, rdtsc() + 5000);
		wait_irq();
	}
}

static void sleep_once(u32 lip)
{
	(void)lip;
	asm volatile("cli; hlt" : : : "memory");
}

/* sleeper=deaf, high, light, timers, start: what LIP 1 does, and what LIP 0 sends it */
CASE(storm)
{
	static const struct {
		const char *name;
		lip_fn fn;
	} kinds[] = {
		{ "deaf", sleep_deaf }, { "high", sleep_high }, { "light", sleep_light },
		{ "timers", sleep_timers }, { "start", sleep_once },
	};
	const char *kind = option("sleeper");
	u64 n;
	u32 i;

	idt_set(STORM_VECTOR, storm_irq);
	for (i = 0; i < ARRAY_SIZE(kinds) && !streq(kinds[i].name, kind); i++)
		;
	if (i == ARRAY_SIZE(kinds))
		return "unknown sleeper";
	if (lip_start(1, kinds[i].fn))
		return "LIP 1 does not start";
	spin_us(10000);
	say("TINY storm %s", kind);
	for (n = 0;; n++) {
		if (streq(kind, "start")) {
			apic_icr(1, ICR_INIT | ICR_ASSERT);
			apic_icr(1, ICR_SIPI | ICR_ASSERT | 0x12);
		} else if (!streq(kind, "timers")) {
			apic_icr(1, ICR_FIXED | ICR_ASSERT | STORM_VECTOR);
		}
	}
	return NULL;
}
