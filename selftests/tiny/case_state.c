// SPDX-License-Identifier: GPL-2.0
/*
 * Cases: registers that the monitor switches keep their values while another guest on
 * the same CPU uses other values (another seed). The option ms is the duration in
 * milliseconds.
 */
#include "tiny.h"

#define CR4_OSFXSR	BIT_ULL(9)
#define CR4_OSXSAVE	BIT_ULL(18)
#define AREA_SIZE	4096
#define LEGACY_REGS	32
#define XMM_AT		160
#define LEGACY_END	416
#define HEADER		512

static u64 seed(void)
{
	return option_number("seed", 1) * 0x0123456789abcdull;
}

static bool time_left(u64 *end)
{
	if (!*end)
		*end = rdtsc() + option_number("ms", 500) * tsc_khz();
	return rdtsc() < *end;
}

static u8 area[AREA_SIZE] __attribute__((aligned(64)));
static u8 back[AREA_SIZE] __attribute__((aligned(64)));

static u64 all_components(void)
{
	u32 r[4];

	cpuid(0xd, 0, r);
	return r[0] | (u64)r[3] << 32;
}

static void fill(u8 *to, u32 len)
{
	u64 s = seed() | 1;
	u32 i;

	for (i = 0; i < len; i++) {
		s = s * 6364136223846793005ull + 1442695040888963407ull;
		to[i] = s >> 56;
	}
}

static void component(u32 n, u32 *at, u32 *len)
{
	u32 r[4];

	cpuid(0xd, n, r);
	*len = r[0];
	*at = r[1];
}

/* Not PKRU: random bits would forbid the next memory access. */
static u64 wanted_components(void)
{
	return all_components() & 0xe7;
}

static void fill_area(u64 mask)
{
	u32 i, at, len;

	memset(area, 0, sizeof(area));
	*(u16 *)area = 0x37f;
	*(u32 *)(area + 24) = 0x1f80;
	area[4] = 0xff;				/* no x87 register is empty */
	for (i = 0; i < 8; i++)
		fill(area + LEGACY_REGS + i * 16, 10);
	fill(area + XMM_AT, LEGACY_END - XMM_AT);
	*(u64 *)(area + HEADER) = mask;
	for (i = 2; i < 63; i++) {
		if (!(mask >> i & 1))
			continue;
		component(i, &at, &len);
		fill(area + at, len);
	}
}

static const char *compare_area(u64 mask)
{
	u32 i, at, len;

	for (i = 0; i < 8; i++)
		if (memcmp(area + LEGACY_REGS + i * 16, back + LEGACY_REGS + i * 16, 10))
			return why("x87 register %u changed", i);
	if (memcmp(area + XMM_AT, back + XMM_AT, LEGACY_END - XMM_AT))
		return "an XMM register changed";
	for (i = 2; i < 63; i++) {
		if (!(mask >> i & 1))
			continue;
		component(i, &at, &len);
		if (memcmp(area + at, back + at, len))
			return why("XSAVE component %u changed", i);
	}
	return NULL;
}

static void fpu_on(u64 mask)
{
	asm volatile("mov %%cr4, %%rax; or %0, %%rax; mov %%rax, %%cr4"
		     : : "r" (CR4_OSFXSR | CR4_OSXSAVE) : "rax");
	asm volatile("xsetbv" : : "a" ((u32)mask), "d" ((u32)(mask >> 32)), "c" (0));
}

CASE(fpu)
{
	u64 mask = wanted_components(), end = 0, rounds = 0;
	const char *fault = NULL;
	u32 r[4];

	cpuid(1, 0, r);
	if (!(r[2] & 1u << 26))
		return "no XSAVE";
	fpu_on(mask);
	fill_area(mask);
	while (time_left(&end) && !fault) {
		asm volatile("xrstor64 %0" : : "m" (area), "a" ((u32)mask), "d" (0));
		spin_us(1500);
		asm volatile("xsave64 %0" : "+m" (back) : "a" ((u32)mask), "d" (0));
		fault = compare_area(mask);
		rounds++;
	}
	say("TINY fpu components 0x%llx, %llu rounds", mask, rounds);
	return fault;
}

#define GET_DR(n) ({ u64 v; asm volatile("mov %%db" #n ", %0" : "=r" (v)); v; })
#define SET_DR(n, v) ({ asm volatile("mov %0, %%db" #n : : "r" ((u64)(v))); })

static volatile u32 hits;
static volatile u64 dr6_seen;

static void debug_trap(struct frame *f)
{
	dr6_seen = GET_DR(6);
	hits++;
	f->rflags |= 1ull << 16;		/* RF: continue after the breakpoint */
}

static NOINLINE void marked(void)
{
	asm volatile("nop");
}

/* DR1-3 keep their values, and the breakpoint in DR0 is hit. */
static const char *check_dr(u64 s)
{
	u32 before = hits;

	if (GET_DR(1) != s + 1 || GET_DR(2) != s + 2 || GET_DR(3) != s + 3)
		return why("DR1-3 are 0x%llx, 0x%llx, 0x%llx", GET_DR(1), GET_DR(2),
			   GET_DR(3));
	if (GET_DR(0) != (u64)marked || (GET_DR(7) & 0xff) != 2)
		return why("DR0 is 0x%llx, DR7 0x%llx", GET_DR(0), GET_DR(7));
	SET_DR(6, 0xffff0ff0);
	marked();
	if (hits != before + 1)
		return "the breakpoint was not hit once";
	if (!(dr6_seen & 1) || !(GET_DR(6) & 1))
		return why("DR6 is 0x%llx after the hit", GET_DR(6));
	return NULL;
}

CASE(dr)
{
	const char *fault = NULL;
	u64 s = seed() & 0xffffffff, end = 0;

	idt_set(1, debug_trap);
	SET_DR(0, marked);
	SET_DR(1, s + 1);
	SET_DR(2, s + 2);
	SET_DR(3, s + 3);
	SET_DR(7, 0x400 | 2);			/* G0: execution at DR0 */
	while (time_left(&end) && !fault) {
		spin_us(1500);
		fault = check_dr(s);
	}
	say("TINY dr %u hits", hits);
	return fault;
}

#define SWITCHED 9
static const u32 switched[SWITCHED] = {
	0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000102, 0xc0000100,
	0xc0000101, 0x175, 0x176,
};

CASE(msrs)
{
	u64 s = seed() & 0x7fffffffffff, end = 0, v;
	u32 i, aux, r[4], mask;

	cpuid(0x80000001, 0, r);
	for (i = 0; i < SWITCHED; i++)
		wrmsr(switched[i], i == 3 ? (u32)s : s + i);
	wrmsr(0x174, (u32)s & 0xffff);
	if (r[3] & 1u << 27)
		wrmsr(0xc0000103, (u32)s);
	while (time_left(&end)) {
		spin_us(1500);
		for (i = 0; i < SWITCHED; i++) {
			mask = switched[i] == 0xc0000084;
			v = mask ? (u32)s : s + i;
			if (rdmsr(switched[i]) != v)
				return why("MSR 0x%x is 0x%llx, not 0x%llx",
					   switched[i], rdmsr(switched[i]), v);
		}
		if (rdmsr(0x174) != ((u32)s & 0xffff))
			return "SYSENTER_CS changed";
		if (!(r[3] & 1u << 27))
			continue;
		asm volatile("rdtscp" : "=c" (aux) : : "rax", "rdx");
		if (aux != (u32)s)
			return why("TSC_AUX is 0x%x, not 0x%x", aux, (u32)s);
	}
	return NULL;
}

static volatile u32 low, high;

static void low_irq(struct frame *f)
{
	(void)f;
	low++;
	apic_eoi();
}

static void high_irq(struct frame *f)
{
	(void)f;
	high++;
	apic_eoi();
}

#define SET_CR8(v) ({ asm volatile("mov %0, %%cr8" : : "r" ((u64)(v)) : "memory"); })

static u64 get_cr8(void)
{
	u64 v;

	asm volatile("mov %%cr8, %0" : "=r" (v));
	return v;
}

/* CR8 and TPR are one register, which blocks interrupts up to its priority. */
CASE(cr8)
{
	u64 end = 0;
	u32 n = 0;

	idt_set(0x51, low_irq);
	idt_set(0x61, high_irq);
	while (time_left(&end)) {
		SET_CR8(5);
		if (get_cr8() != 5 || apic_read(APIC_TPR) != 0x50)
			return why("CR8 %llu, TPR 0x%x", get_cr8(), apic_read(APIC_TPR));
		irq_on();
		apic_icr(0, ICR_SELF | ICR_ASSERT | 0x51);
		apic_icr(0, ICR_SELF | ICR_ASSERT | 0x61);
		spin_us(1000);
		irq_off();
		if (low != n || high != n + 1)
			return why("with CR8 5: %u low and %u high interrupts", low, high);
		irq_on();
		SET_CR8(0);
		spin_us(100);
		irq_off();
		n++;
		if (low != n)
			return "the blocked interrupt was not delivered";
		apic_write(APIC_TPR, 0x70);
		if (get_cr8() != 7)
			return "TPR does not show in CR8";
	}
	return NULL;
}

/* Put a value that is in no memory, the XOR of these, into registers, and keep it there. */
#define SECRET_A	0x5a17c3d2e4f60b19ull
#define SECRET_B	0x1b2e94a86f03d7c5ull

CASE(secret)
{
	u64 cr4;

	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 | CR4_OSFXSR));
	say("TINY secret is kept");
	asm volatile("xor %1, %0\n\t"
		     "mov %0, %%r12; mov %0, %%r13; mov %0, %%r14; mov %0, %%r15\n\t"
		     "movq %0, %%xmm9; movq %0, %%xmm15\n"
		     "1:\tpause; jmp 1b"
		     : : "r" (SECRET_A), "r" (SECRET_B));
	return NULL;
}
