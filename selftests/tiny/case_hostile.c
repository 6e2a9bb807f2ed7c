// SPDX-License-Identifier: GPL-2.0
/*
 * Cases: guests that try to take CPU time from others, and one that reports how much work
 * it gets done meanwhile.
 */
#include "tiny.h"

#define STORM_VECTOR	0x41
#define GAP		400	/* ticks; an exit takes more, a read of the TSC less */
#define LVT_DEADLINE	0x40000u

/*
 * Measure how much of the time the processor executes this guest, by its own TSC: a time
 * between two reads of it that is longer than GAP was not the guest's. Print
 * "TINY work <ticks of its own> of <all ticks>" every ms= milliseconds, without end. Both
 * are in ticks, so that the speed of an emulator does not matter.
 */
CASE(work)
{
	u64 every = option_number("ms", 200) * tsc_khz(), own = 0, start = rdtsc();
	u64 now = start, last = start, told = start;

	/* After an entry with RFLAGS.IF clear Bochs takes no interrupts at all. */
	irq_on();
	for (;;) {
		now = rdtsc();
		if (now - last < GAP)
			own += now - last;
		last = now;
		if (now - told < every)
			continue;
		say("TINY work %llu of %llu", own, now - start);
		told = now;
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

static void flood_console(u32 lip)
{
	(void)lip;
	irq_on();
	for (;;)
		outb(LAYOUT_UART_PORT, '.');
}

/* Answers to notifications that there never were */
static void flood_answers(u32 lip)
{
	u32 n;

	(void)lip;
	irq_on();
	for (n = 0;; n++) {
		outl(LAYOUT_GED_PORT + GED_CPU_SELECT, n % 2);
		outl(LAYOUT_GED_PORT + GED_CPU_OST_EVENT, 1);
		outl(LAYOUT_GED_PORT + GED_CPU_OST_STATUS, n % 3);
	}
}

static void flood_exits(u32 lip)
{
	u32 r[4];

	(void)lip;
	irq_on();
	for (;;)
		cpuid(0, 0, r);
}

/* kind=console, answers, exits: both LIPs do the same without end */
CASE(flood)
{
	static const struct {
		const char *name;
		lip_fn fn;
	} kinds[] = {
		{ "console", flood_console }, { "answers", flood_answers },
		{ "exits", flood_exits },
	};
	const char *kind = option("kind");
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kinds) && !streq(kinds[i].name, kind); i++)
		;
	if (i == ARRAY_SIZE(kinds))
		return "unknown kind";
	say("TINY flood %s", kind);
	if (lip_start(1, kinds[i].fn))
		return "LIP 1 does not start";
	kinds[i].fn(0);
	return NULL;
}

/* kind=deaf, high, light, timers, start: what LIP 1 does, and what LIP 0 sends it */
CASE(storm)
{
	static const struct {
		const char *name;
		lip_fn fn;
	} kinds[] = {
		{ "deaf", sleep_deaf }, { "high", sleep_high }, { "light", sleep_light },
		{ "timers", sleep_timers }, { "start", sleep_once },
	};
	const char *kind = option("kind");
	u64 n;
	u32 i;

	idt_set(STORM_VECTOR, storm_irq);
	for (i = 0; i < ARRAY_SIZE(kinds) && !streq(kinds[i].name, kind); i++)
		;
	if (i == ARRAY_SIZE(kinds))
		return "unknown kind";
	if (lip_start(1, kinds[i].fn))
		return "LIP 1 does not start";
	spin_us(10000);
	say("TINY storm %s", kind);
	irq_on();
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
