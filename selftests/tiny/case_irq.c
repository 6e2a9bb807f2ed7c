// SPDX-License-Identifier: GPL-2.0
/* Cases: modes of the APIC timer, HLT, IPIs and NMIs. */
#include "tiny.h"

#define TIMER_VECTOR	0x40
#define IPI_VECTOR	0x41
#define LVT_PERIODIC	0x20000u
#define LVT_DEADLINE	0x40000u
#define LVT_MASKED	0x10000u
#define ROUNDS		10
#define X2_SELF_IPI	0x83fu
#define RFLAGS_IF	0x200u
#define ESR_SEND_VECTOR	0x20u

static volatile u64 fired_at;
static volatile u32 fired;
static volatile u32 got[MAX_LIPS], got_nmi[MAX_LIPS];

static void timer_irq(struct frame *f)
{
	(void)f;
	fired_at = rdtsc();
	fired++;
	apic_eoi();
}

/* The timer fires within @late ticks after the deadline, never before it. */
static const char *one_shot(u64 in, u64 late, u64 *worst)
{
	u64 when, end;

	fired = 0;
	when = rdtsc() + in;
	wrmsr(MSR_TSC_DEADLINE, when);
	end = when + late * 10;
	while (!fired && rdtsc() < end)
		wait_irq();
	if (!fired)
		return "the deadline timer did not fire";
	if (fired_at < when)
		return why("fired %llu ticks too early", when - fired_at);
	if (fired_at - when > *worst)
		*worst = fired_at - when;
	if (fired_at - when > late)
		return why("fired %llu ticks too late", fired_at - when);
	if (rdmsr(MSR_TSC_DEADLINE))
		return "the deadline is still armed";
	return NULL;
}

static const char *deadline_mode(u64 late)
{
	const char *fault = NULL;
	u64 worst = 0, when;
	int i;

	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | TIMER_VECTOR);
	for (i = 1; i <= ROUNDS && !fault; i++)
		fault = one_shot(i * tsc_khz(), late, &worst);
	say("TINY timer deadline: at most %llu ticks late", worst);
	if (fault)
		return fault;
	/* A deadline in the past fires at once, zero disarms. */
	fired = 0;
	wrmsr(MSR_TSC_DEADLINE, rdtsc() - 1000);
	irq_on();
	spin_ticks(late);
	irq_off();
	if (fired != 1)
		return why("a deadline in the past fired %u times", fired);
	when = rdtsc() + late + tsc_khz();
	wrmsr(MSR_TSC_DEADLINE, when);
	wrmsr(MSR_TSC_DEADLINE, 0);
	irq_on();
	while (rdtsc() < when + 2 * tsc_khz())
		pause();
	irq_off();
	return fired == 1 ? NULL : "a disarmed timer fired";
}

/* No time may be lost over ROUNDS periods. */
static const char *periodic_mode(u64 late)
{
	u64 period = 2 * tsc_khz(), start, took;

	fired = 0;
	apic_write(APIC_TIMER_DIVIDE, 0xb);		/* by 1 */
	apic_write(APIC_LVT_TIMER, LVT_PERIODIC | TIMER_VECTOR);
	start = rdtsc();
	apic_write(APIC_TIMER_COUNT, period / timer_ratio());
	while (fired < ROUNDS && rdtsc() < start + 3 * ROUNDS * period + late)
		wait_irq();
	took = fired_at - start;
	apic_write(APIC_TIMER_COUNT, 0);
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	if (fired < ROUNDS)
		return why("the periodic timer fired %u times", fired);
	say("TINY timer periodic: %llu ticks for %llu", took, ROUNDS * period);
	if (took + timer_ratio() * ROUNDS < ROUNDS * period ||
	    took > ROUNDS * period + late)
		return why("%d periods took %llu ticks, not %llu", ROUNDS, took,
			   ROUNDS * period);
	return NULL;
}

static const char *one_shot_mode(u64 late)
{
	u64 count = tsc_khz() / timer_ratio(), start;

	fired = 0;
	apic_write(APIC_TIMER_DIVIDE, 0);		/* by 2 */
	apic_write(APIC_LVT_TIMER, TIMER_VECTOR);
	start = rdtsc();
	apic_write(APIC_TIMER_COUNT, count);
	while (!fired && rdtsc() < start + 100 * tsc_khz() + late)
		wait_irq();
	if (!fired || fired_at < start + 2 * (count - 1) * timer_ratio() ||
	    fired_at > start + 2 * count * timer_ratio() + late)
		return why("one shot of %llu ticks took %llu",
			   2 * count * timer_ratio(), fired_at - start);
	if (apic_read(APIC_TIMER_NOW))
		return "an expired timer still counts";
	return NULL;
}

/*
 * Options in milliseconds. late: allowance for a LIP that shares its CPU; tcg: allowance
 * for an emulator whose clock runs on while it does not get a CPU.
 */
CASE(timer)
{
	u64 late = (option_number("late", 1) + option_number("tcg", 0)) * tsc_khz();
	const char *fault;

	idt_set(TIMER_VECTOR, timer_irq);
	fault = deadline_mode(late);
	if (!fault)
		fault = one_shot_mode(late);
	if (!fault)
		fault = periodic_mode(late);
	return fault;
}

static void ipi_irq(struct frame *f)
{
	(void)f;
	__atomic_add_fetch(&got[lip_self()], 1, __ATOMIC_SEQ_CST);
	apic_eoi();
}

static void nmi(struct frame *f)
{
	(void)f;
	__atomic_add_fetch(&got_nmi[lip_self()], 1, __ATOMIC_SEQ_CST);
}

/* Wait until each LIP of @who has got one more than @before, and no other LIP any. */
static const char *check_received(const char *what, volatile u32 *count,
				  const u32 *before, u64 who)
{
	u64 end = rdtsc() + 2000 * tsc_khz();
	int i;

	irq_on();
	for (i = 0; i < MAX_LIPS; i++)
		while (who >> i & 1 && count[i] == before[i] && rdtsc() < end)
			pause();
	spin_us(2000);
	irq_off();
	for (i = 0; i < MAX_LIPS; i++)
		if (count[i] != before[i] + (who >> i & 1))
			return why("%s: LIP %d got %u of %u", what, i,
				   count[i] - before[i], (u32)(who >> i & 1));
	return NULL;
}

struct ipi_kind {
	const char *what;
	u32 dest, low;
	u64 who;
};

static const char *send_kind(const struct ipi_kind *k)
{
	volatile u32 *count = k->low & ICR_NMI ? got_nmi : got;
	u32 before[MAX_LIPS];

	memcpy(before, (const void *)count, sizeof(before));
	apic_icr(k->dest, k->low | ICR_ASSERT);
	return check_received(k->what, count, before, k->who);
}

static const char *send_all_kinds(u64 all, u32 self)
{
	u32 last = 63 - __builtin_clzll(all), broadcast = apic_x2 ? ~0u : 0xff;
	u64 me = 1ull << self;
	const struct ipi_kind kinds[] = {
		{ "fixed", last, IPI_VECTOR, 1ull << last },
		{ "to itself by id", self, IPI_VECTOR, me },
		{ "self", 0, ICR_SELF | IPI_VECTOR, me },
		{ "all", 0, ICR_ALL | IPI_VECTOR, all },
		{ "others", 0, ICR_OTHERS | IPI_VECTOR, all & ~me },
		{ "broadcast", broadcast, IPI_VECTOR, all },
		{ "nobody", 0x55, IPI_VECTOR, 0 },
		{ "NMI", last, ICR_NMI, 1ull << last },
		{ "NMI to others", 0, ICR_OTHERS | ICR_NMI, all & ~me },
		{ "fixed again", last, IPI_VECTOR, 1ull << last },
	};
	const char *fault = NULL;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kinds) && !fault; i++)
		fault = send_kind(&kinds[i]);
	return fault;
}

static const char *self_ipi(void)
{
	u32 before[MAX_LIPS];

	memcpy(before, (const void *)got, sizeof(before));
	wrmsr(X2_SELF_IPI, IPI_VECTOR);
	return check_received("x2APIC self IPI", got, before, 1ull << lip_self());
}

static const char *ipi_in_mode(bool x2)
{
	const char *fault;

	apic_enable(x2);
	fault = send_all_kinds(lips_up, lip_self());
	if (!fault && x2)
		fault = self_ipi();
	return fault;
}

/* An NMI that the host sends. */
CASE(nmipower)
{
	idt_set(2, nmi);
	say("TINY nmipower ready");
	while (!got_nmi[0])
		pause();
	return NULL;
}

CASE(ipi)
{
	int n;

	idt_set(IPI_VECTOR, ipi_irq);
	idt_set(2, nmi);
	n = lips_start(NULL);
	say("TINY ipi %d LIPs", n);
	return ipi_in_mode(true);
}

/* xAPIC mode from the start, through MMIO, on every LIP. */
CASE(ipixapic)
{
	apic_enable(false);
	idt_set(IPI_VECTOR, ipi_irq);
	idt_set(2, nmi);
	lips_start(NULL);
	return ipi_in_mode(false);
}

static const char *apic_is_off(void)
{
	volatile u32 *page = (volatile u32 *)(u64)LAYOUT_LAPIC_BASE;
	u32 r[4];

	cpuid(1, 0, r);
	if (r[3] & 1u << 9)
		return "CPUID still shows a disabled APIC";
	if (page[APIC_VERSION / 4] != ~0u)
		return "a disabled APIC responds";
	return NULL;
}

/* Disable and enable again, from both modes; and the transition that is not allowed. */
CASE(xapic)
{
	u64 base = rdmsr(MSR_APIC_BASE) & ~0xc00ull;
	const char *fault;

	idt_set(IPI_VECTOR, ipi_irq);
	idt_set(2, nmi);
	if (TRY("wrmsr", "c" (MSR_APIC_BASE), "a" ((u32)(base | 0x800)),
		"d" ((u32)(base >> 32))) != 13)
		return "x2APIC to xAPIC does not raise #GP";
	wrmsr(MSR_APIC_BASE, base);
	fault = apic_is_off();
	if (fault)
		return fault;
	apic_enable(false);
	if (apic_read(APIC_ID) >> 24 != lip_self())
		return why("the APIC ID register is 0x%x", apic_read(APIC_ID));
	apic_write(APIC_TPR, 0x20);
	if (apic_read(APIC_TPR) != 0x20)
		return "TPR does not hold";
	wrmsr(MSR_APIC_BASE, base);
	apic_enable(false);
	if (apic_read(APIC_TPR))
		return "TPR survived a disabled APIC";
	fault = ipi_in_mode(false);
	if (!fault)
		fault = ipi_in_mode(true);
	return fault;
}

#define APIC_ELSEWHERE 0xfef01000ull

/* The registers move with the base. */
CASE(apicmove)
{
	volatile u32 *there = (volatile u32 *)APIC_ELSEWHERE;
	volatile u32 *here = (volatile u32 *)(u64)LAYOUT_LAPIC_BASE;
	u64 base;
	u32 version;

	apic_enable(false);
	base = rdmsr(MSR_APIC_BASE);
	version = apic_read(APIC_VERSION);
	wrmsr(MSR_APIC_BASE, (base & 0xfff) | APIC_ELSEWHERE);
	if (rdmsr(MSR_APIC_BASE) != ((base & 0xfff) | APIC_ELSEWHERE))
		return why("the base is 0x%llx", rdmsr(MSR_APIC_BASE));
	if (there[APIC_VERSION / 4] != version || here[APIC_VERSION / 4] != ~0u)
		return "the registers have not moved";
	there[APIC_TPR / 4] = 0x20;
	wrmsr(MSR_APIC_BASE, base);
	if (apic_read(APIC_TPR) != 0x20 || there[APIC_VERSION / 4] != ~0u)
		return "the registers have not moved back";
	return TRY("wrmsr", "c" (MSR_APIC_BASE), "a" ((u32)base), "d" (1u << 31)) == 13 ?
	       NULL : "a base beyond the address width does not raise #GP";
}

/*
 * An NMI that is blocked until the IRET of another one is delivered right after it: before
 * the second instruction (the first one may be executed in the shadow of the IRET).
 */
static volatile u32 late_nmis;
static volatile u64 late_turns, late_worst;

static void late_nmi(struct frame *f)
{
	(void)f;
	if (late_nmis++ & 1) {
		if (late_turns > late_worst)
			late_worst = late_turns;
		return;
	}
	apic_icr(0, ICR_NMI | ICR_ASSERT);
	late_turns = 0;
}

CASE(nmilate)
{
	u32 i;

	idt_set(2, late_nmi);
	for (i = 0; i < 20; i++) {
		u64 end = rdtsc() + 2000 * tsc_khz();

		apic_icr(0, ICR_NMI | ICR_ASSERT);
		/* No exits in this loop: the monitor has no other chance to inject. */
		while (late_nmis < 2 * (i + 1) && rdtsc() < end)
			late_turns++;
		if (late_nmis != 2 * (i + 1))
			return why("round %u: %u NMIs", i, late_nmis);
	}
	say("TINY nmilate at most %llu turns late", late_worst);
	return late_worst <= 1 ? NULL : why("%llu turns late", late_worst);
}

/* One NMI can be in its handler and one can be pending; any more are lost. */
static volatile u32 nmis, nmi_depth, nmi_nested;

static void nmi_sends(struct frame *f)
{
	(void)f;
	nmi_nested += nmi_depth++;
	if (!nmis++) {
		apic_icr(0, ICR_NMI | ICR_ASSERT);
		apic_icr(0, ICR_NMI | ICR_ASSERT);
		spin_us(1000);
	}
	nmi_depth--;
}

static void wait_nmis(u64 us)
{
	u64 end = rdtsc() + us * tsc_khz() / 1000;

	while (rdtsc() < end)
		pause();
}

/* LIP 1 shares LIP 0's CPU: it does not run while LIP 0 sends. */
static const char *two_nmis(u32 round)
{
	u32 before = got_nmi[1];
	u64 end;

	apic_icr(1, ICR_NMI | ICR_ASSERT);
	apic_icr(1, ICR_NMI | ICR_ASSERT);
	end = rdtsc() + 2000 * tsc_khz();
	while (got_nmi[1] < before + 2 && rdtsc() < end)
		pause();
	wait_nmis(1000);
	if (got_nmi[1] != before + 2)
		return why("round %u: %u of 2 NMIs", round, got_nmi[1] - before);
	return NULL;
}

CASE(nmis)
{
	const char *fault = NULL;
	u32 i;

	idt_set(2, nmi_sends);
	apic_icr(0, ICR_NMI | ICR_ASSERT);
	wait_nmis(option("tcg") ? 1000000 : 20000);
	if (nmis != 2 || nmi_nested)
		return why("%u NMIs, %u nested, not 2 and 0", nmis, nmi_nested);
	idt_set(2, nmi);
	if (lip_start(1, NULL))
		return "LIP 1 does not start";
	for (i = 0; i < 10 && !fault; i++)
		fault = two_nmis(i);
	return fault;
}

/* HLT is ended by the timer interrupt, and not without a cause. */
CASE(hlt)
{
	u64 wait = option_number("us", 2000) * tsc_khz() / 1000, end;
	u32 i, rounds = option_number("rounds", 20);

	idt_set(TIMER_VECTOR, timer_irq);
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | TIMER_VECTOR);
	for (i = 0; i < rounds; i++) {
		fired = 0;
		end = rdtsc() + wait;
		wrmsr(MSR_TSC_DEADLINE, end);
		wait_irq();
		if (!fired || rdtsc() < end)
			return why("woken without an interrupt in round %u", i);
	}
	return NULL;
}

/*
 * No interrupt is delivered between STI and the following HLT, or it would not end the
 * HLT. The deadlines are chosen such that many expire just there.
 */
CASE(stihlt)
{
	u64 end = rdtsc() + option_number("ms", 200) * tsc_khz(), after = 0;
	u32 rounds = 0;

	idt_set(TIMER_VECTOR, timer_irq);
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | TIMER_VECTOR);
	while (rdtsc() < end) {
		fired = 0;
		after = after < 50 ? after + 1 : 1;
		wrmsr(MSR_TSC_DEADLINE, rdtsc() + after * tsc_khz() / 1000);
		wait_irq();
		if (!fired)
			return why("woken without an interrupt in round %u", rounds);
		rounds++;
	}
	say("TINY stihlt woken %u times", rounds);
	return rounds ? NULL : "no round was completed";
}

/* With interrupts disabled only an NMI ends HLT. */
static volatile u64 nmi_time;

static void send_nmi_late(u32 lip)
{
	(void)lip;
	spin_us(30000);
	nmi_time = rdtsc();
	apic_icr(0, ICR_NMI | ICR_ASSERT);
}

CASE(hltcli)
{
	idt_set(TIMER_VECTOR, timer_irq);
	idt_set(2, nmi);
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | TIMER_VECTOR);
	if (lip_start(1, send_nmi_late))
		return "LIP 1 does not start";
	wrmsr(MSR_TSC_DEADLINE, rdtsc() + tsc_khz());
	asm volatile("cli; hlt" : : : "memory");
	if (!nmi_time)
		return "an interrupt ended HLT while interrupts were disabled";
	if (!got_nmi[0])
		return "HLT ended without the NMI";
	if (fired)
		return "an interrupt was delivered while interrupts were disabled";
	irq_on();
	spin_us(100);
	irq_off();
	return fired == 1 ? NULL : "the pending interrupt was lost";
}

/* All LIPs send IPIs to all LIPs as fast as possible. */
static volatile bool flood_begins, flood_ends;

static void flood(u32 lip)
{
	u32 n = 0;

	/* No NMI may hit a LIP that is still in real mode. */
	while (!flood_begins)
		pause();
	irq_on();
	while (!flood_ends) {
		n++;
		apic_icr(0, (n & 1 ? ICR_SELF : ICR_ALL) | ICR_ASSERT |
			 (IPI_VECTOR + (n & 15)));
		if (!(n & 63))
			apic_icr(lip ^ 1, ICR_NMI | ICR_ASSERT);
	}
}

CASE(irqflood)
{
	u32 i, all = 0;
	u64 end;

	for (i = 0; i < 17; i++)
		idt_set(IPI_VECTOR + i, ipi_irq);
	idt_set(2, nmi);
	lips_start(flood);
	flood_begins = true;
	end = rdtsc() + option_number("ms", 500) * tsc_khz();
	irq_on();
	while (rdtsc() < end) {
		apic_icr(0, ICR_ALL | ICR_ASSERT | IPI_VECTOR);
		apic_icr(1, ICR_NMI | ICR_ASSERT);
	}
	flood_ends = true;
	irq_off();
	for (i = 0; i < MAX_LIPS; i++)
		all += got[i];
	say("TINY irqflood %u interrupts", all);
	return all > 1000 ? NULL : "too few interrupts were delivered";
}

/*
 * Long handlers, so that an interrupt that is delivered twice nests there. No PAUSE in
 * them: it makes the emulator leave its execution loop.
 */
static volatile bool inside;
static volatile u32 nested;
static u64 once_ticks;

static void once_irq(struct frame *f)
{
	u64 end = rdtsc() + once_ticks;

	if (inside || !(f->rflags & RFLAGS_IF)) {
		nested++;
		return;
	}
	inside = true;
	fired++;
	while (rdtsc() < end)
		;
	inside = false;
	apic_eoi();
}

CASE(irqonce)
{
	u64 end = rdtsc() + option_number("ms", 500) * tsc_khz();
	u32 sent = 0;

	once_ticks = tsc_khz() / 5;
	idt_set(IPI_VECTOR, once_irq);
	irq_on();
	while (rdtsc() < end && !nested) {
		apic_icr(0, ICR_SELF | ICR_ASSERT | IPI_VECTOR);
		sent++;
		spin_us(50);
	}
	irq_off();
	say("TINY irqonce %u sent, %u taken", sent, fired);
	if (nested)
		return why("interrupt %u nested in its own handler", fired);
	return fired == sent ? NULL : "interrupts were lost or delivered twice";
}

/*
 * A level-triggered interrupt that its handler does not deassert is delivered again after
 * its EOI, and not before: the EOI has to reach the IO-APIC.
 */
#define LEVEL_VECTOR	0x45
#define LEVEL_ROUNDS	5
#define UART_IER	0x3f9
#define UART_THRE	2
#define UART_PIN	4
#define RTE_LEVEL	0x8000u
#define RTE_REMOTE	0x4000u

static u32 ioapic(u32 reg)
{
	*(volatile u32 *)(u64)LAYOUT_IOAPIC_BASE = reg;
	return *(volatile u32 *)(u64)(LAYOUT_IOAPIC_BASE + 0x10);
}

static void ioapic_set(u32 reg, u32 val)
{
	*(volatile u32 *)(u64)LAYOUT_IOAPIC_BASE = reg;
	*(volatile u32 *)(u64)(LAYOUT_IOAPIC_BASE + 0x10) = val;
}

static void level_irq(struct frame *f)
{
	(void)f;
	if (++fired >= LEVEL_ROUNDS)
		outb(UART_IER, 0);
	irq_on();
	spin_us(100);
	irq_off();
	apic_eoi();
}

CASE(level)
{
	u32 reg = 0x10 + 2 * UART_PIN;
	u64 end = rdtsc() + (option("tcg") ? 10000 : 1000) * tsc_khz();

	idt_set(LEVEL_VECTOR, level_irq);
	ioapic_set(reg + 1, 0);
	ioapic_set(reg, RTE_LEVEL | LEVEL_VECTOR);
	irq_on();
	outb(UART_IER, UART_THRE);
	while (fired < LEVEL_ROUNDS && rdtsc() < end)
		pause();
	spin_us(1000);
	irq_off();
	if (fired != LEVEL_ROUNDS)
		return why("delivered %u times, not %u", fired, LEVEL_ROUNDS);
	return ioapic(reg) & RTE_REMOTE ? "Remote IRR is still set" : NULL;
}

/* An invalid vector sets an error in ESR, and does nothing else. */
CASE(selfipi)
{
	u32 esr;

	idt_set(IPI_VECTOR, ipi_irq);
	apic_write(APIC_ESR, 0);
	wrmsr(X2_SELF_IPI, 5);
	apic_write(APIC_ESR, 0);
	esr = apic_read(APIC_ESR);
	wrmsr(X2_SELF_IPI, IPI_VECTOR);
	irq_on();
	spin_us(100);
	irq_off();
	if (esr != ESR_SEND_VECTOR)
		return why("ESR is 0x%x, not 0x%x", esr, ESR_SEND_VECTOR);
	return got[0] == 1 ? NULL : why("a valid vector was delivered %u times", got[0]);
}

/* The stack for an interrupt frame is missing; the instruction at RIP is not involved. */
CASE(nostack)
{
	static u32 word;

	idt_set(TIMER_VECTOR, timer_irq);
	apic_write(APIC_LVT_TIMER, LVT_DEADLINE | TIMER_VECTOR);
	wrmsr(MSR_TSC_DEADLINE, rdtsc() + tsc_khz());
	asm volatile("mov %0, %%rsp; sti; 1: mov (%1), %%eax; jmp 1b" : :
		     "r" (map_page(0x140000000) + 0x1000), "r" (&word) : "rax", "memory");
	__builtin_unreachable();
}
