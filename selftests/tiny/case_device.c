// SPDX-License-Identifier: GPL-2.0
/* Cases: emulation of all kinds of instructions on device memory and ports. */
#include "tiny.h"

#define UD		6
#define PF		14
#define GP		13
#define ECAM		0xe0000000ull	/* config space of the host bridge */
#define TPR		(LAYOUT_LAPIC_BASE + 0x80ull)
#define NOBODY		0xd0000000ull
#define NOT_MAPPED	0x700000000000ull
#define NOT_CANONICAL	0x8000000000000000ull
#define UART_DATA	0x3f8
#define UART_SCRATCH	0x3ff
#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define CR4_OSFXSR	BIT_ULL(9)
#define CR4_OSXSAVE	BIT_ULL(18)
#define DWORDS		200		/* more than the monitor emulates in one exit */

static u32 to[DWORDS + 1], wanted[DWORDS];

static volatile u32 *tpr(void)
{
	return (volatile u32 *)TPR;
}

/* String instructions that read config space: forwards, backwards, by bytes. */
static const char *string_loads(void)
{
	volatile u32 *ecam = (volatile u32 *)ECAM;
	void *di = to, *si = (void *)ECAM;
	u64 n = DWORDS;
	u32 i, val;

	for (i = 0; i < DWORDS; i++)
		wanted[i] = ecam[i];
	asm volatile("rep movsl" : "+D" (di), "+S" (si), "+c" (n) : : "memory");
	if (n || di != to + DWORDS || si != (void *)(ECAM + sizeof(wanted)))
		return why("rep movsl: %llu left, rdi %p, rsi %p", n, di, si);
	if (memcmp(to, wanted, sizeof(wanted)))
		return "rep movsl copies wrong data";
	memset(to, 0, sizeof(to));
	n = 40;
	di = (u8 *)to + 39;
	si = (void *)(ECAM + 39);
	asm volatile("std; rep movsb; cld" : "+D" (di), "+S" (si), "+c" (n) : : "memory");
	if (memcmp(to, wanted, 40) || to[10] || n)
		return "rep movsb backwards copies wrong data";
	si = (void *)ECAM;
	asm volatile("lodsl" : "=a" (val), "+S" (si));
	if (val != wanted[0] || si != (void *)(ECAM + 4))
		return why("lodsl: 0x%x", val);
	si = (void *)ECAM;
	di = wanted;
	n = DWORDS;
	asm volatile("repe cmpsl" : "+S" (si), "+D" (di), "+c" (n) : : "memory", "cc");
	if (n)
		return why("repe cmpsl: %llu left", n);
	wanted[100] ^= 1;
	si = wanted;
	di = (void *)ECAM;
	n = DWORDS;
	asm volatile("repe cmpsl" : "+S" (si), "+D" (di), "+c" (n) : : "memory", "cc");
	if (n != DWORDS - 101)
		return why("repe cmpsl: %llu left at the difference", n);
	di = (void *)NOBODY;
	n = 100;
	asm volatile("repne scasl" : "+D" (di), "+c" (n) : "a" (~0u) : "cc");
	return n == 99 ? NULL : why("repne scasl: %llu left", n);
}

static const char *string_stores(void)
{
	u32 val[4] = { 0x30 };
	void *di = (void *)TPR, *si = val;
	u64 n = 4;

	asm volatile("rep movsl" : "+D" (di), "+S" (si), "+c" (n) : : "memory");
	if (*tpr() != 0x30)
		return "rep movsl does not reach the APIC";
	di = (void *)TPR;
	asm volatile("stosl" : "+D" (di) : "a" (0x40) : "memory");
	if (*tpr() != 0x40 || di != (void *)(TPR + 4))
		return "stosl does not reach the APIC";
	n = 3;
	di = (void *)NOBODY;
	si = (void *)ECAM;
	asm volatile("rep movsq" : "+D" (di), "+S" (si), "+c" (n) : : "memory");
	if (n || di != (void *)(NOBODY + 24))
		return "rep movsq from device to device";
	/* A 32-bit count clears the upper half of RCX. */
	n = 5ull << 32 | 2;
	di = (void *)NOBODY;
	asm volatile("rep stosb %%al, %%es:(%%edi)" : "+D" (di), "+c" (n) : "a" (0));
	return n ? why("rep stosb of 32 bits: rcx is 0x%llx", n) : NULL;
}

static const char *string_ports(void)
{
	static const char text[] = "TINY device says so\n";
	const char *si = text;
	void *di = to;
	u64 n = sizeof(text) - 1;
	u32 i;

	asm volatile("rep outsb" : "+S" (si), "+c" (n) : "d" (UART_DATA));
	if (n || si != text + sizeof(text) - 1)
		return why("rep outsb: %llu left", n);
	outl(PCI_ADDRESS, 0x80000000);
	n = DWORDS;
	memset(to, 0, sizeof(to));
	asm volatile("rep insl" : "+D" (di), "+c" (n) : "d" (PCI_DATA) : "memory");
	for (i = 0; i < DWORDS; i++)
		if (to[i] != *(volatile u32 *)ECAM)
			return why("rep insl: element %u is 0x%x", i, to[i]);
	if (to[DWORDS] || n || di != to + DWORDS)
		return "rep insl goes too far";
	si = "\x5a";
	asm volatile("outsb" : "+S" (si) : "d" (UART_SCRATCH));
	return inb(UART_SCRATCH) == 0x5a ? NULL : "outsb does not reach the UART";
}

/* Run one instruction with these registers; its exception, or -1. Sets left to RCX. */
static u64 left;

static int try_string(const char *insn, u64 si, u64 di, u64 n)
{
	u64 dx = PCI_DATA;

	trap_vector = -1;
	if (streq(insn, "rep insl"))
		asm volatile("movq $1f, trap_resume\n\trep insl\n1:\tmovq $0, trap_resume"
			     : "+S" (si), "+D" (di), "+c" (n), "+d" (dx) : : "memory");
	else
		asm volatile("movq $1f, trap_resume\n\trep movsl\n1:\tmovq $0, trap_resume"
			     : "+S" (si), "+D" (di), "+c" (n), "+d" (dx) : : "memory");
	left = n;
	return trap_vector;
}

static u64 get_cr2(void)
{
	u64 v;

	asm volatile("mov %%cr2, %0" : "=r" (v));
	return v;
}

/* A fault by the memory operand is injected, without progress. */
static const char *string_faults(void)
{
	static const struct { const char *insn; u64 di; int want; } t[] = {
		{ "rep insl", NOT_MAPPED, PF },
		{ "rep insl", NOT_CANONICAL, GP },
		{ "rep movsl", NOT_MAPPED, PF },
		{ "rep movsl", NOT_CANONICAL, GP },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		int got = try_string(t[i].insn, ECAM, t[i].di, 7);

		if (got != t[i].want || left != 7)
			return why("%s to 0x%llx: exception %d, %llu left", t[i].insn, t[i].di,
				   got, left);
		if (got == PF && get_cr2() != t[i].di)
			return why("%s: cr2 is 0x%llx", t[i].insn, get_cr2());
	}
	return NULL;
}

CASE(devstring)
{
	const char *fault;

	apic_enable(false);
	fault = string_loads();
	fault = fault ?: string_stores();
	fault = fault ?: string_ports();
	return fault ?: string_faults();
}

static const char *one_word(void)
{
	u32 a = 0x10, d = 0, b = 0x50, c = 0;
	u8 flag;

	*tpr() = 0x10;
	asm volatile("lock cmpxchgl %2, %1" : "+a" (a), "+m" (*tpr()) : "r" (0x20) : "cc");
	if (*tpr() != 0x20)
		return why("cmpxchg: 0x%x", *tpr());
	asm volatile("lock cmpxchgl %2, %1" : "+a" (a), "+m" (*tpr()) : "r" (0x30) : "cc");
	if (a != 0x20 || *tpr() != 0x20)
		return why("cmpxchg that fails: 0x%x", a);
	asm volatile("lock btsl $7, %0; setc %1" : "+m" (*tpr()), "=r" (flag) : : "cc");
	if (flag || *tpr() != 0xa0)
		return why("bts: 0x%x", *tpr());
	asm volatile("lock btrl %2, %0; setc %1" : "+m" (*tpr()), "=r" (flag) : "r" (5) : "cc");
	if (!flag || *tpr() != 0x80)
		return why("btr: 0x%x", *tpr());
	asm volatile("btl %2, -4(%1); setc %0" : "=r" (flag) : "r" (TPR), "r" (32 + 7) : "cc");
	if (!flag)
		return "bt with a bit offset beyond the operand";
	asm volatile("stc; setc %0" : "+m" (*(volatile u8 *)TPR) : : "cc");
	if (*tpr() != 0x01)
		return why("setc: 0x%x", *tpr());
	*tpr() = 0x40;
	asm volatile("clc; cmovnc %1, %0" : "+r" (d) : "m" (*tpr()) : "cc");
	if (d != 0x40)
		return why("cmov: 0x%x", d);
	a = 0x40;
	d = 0;
	asm volatile("lock cmpxchg8b %0" : "+m" (*(volatile u64 *)TPR), "+a" (a), "+d" (d)
		     : "b" (b), "c" (c) : "cc");
	if (*tpr() != 0x50)
		return why("cmpxchg8b: 0x%x", *tpr());
	asm volatile("clflush %0" : "+m" (*tpr()));
	return NULL;
}

static const char *optional_words(void)
{
	u32 r[4], val;

	cpuid(1, 0, r);
	if (r[2] & 1u << 22) {
		asm volatile("movbe %1, %0" : "=m" (*tpr()) : "r" (0x60000000));
		asm volatile("movbe %1, %0" : "=r" (val) : "m" (*tpr()));
		if (*tpr() != 0x60 || val != 0x60000000)
			return why("movbe: 0x%x, 0x%x", *tpr(), val);
	}
	cpuid(7, 0, r);
	if (r[2] & 1u << 27) {
		asm volatile(".byte 0x0f, 0x38, 0xf9, 0x02" : : "d" (TPR), "a" (0x70) : "memory");
		if (*tpr() != 0x70)
			return why("movdiri: 0x%x", *tpr());
	}
	return NULL;
}

/* Load XMM9 from (RDX) with one instruction, store it to (RAX) with the other. */
#define VECTOR(load, store, from, at) ({				\
	asm volatile("movups wanted_zero(%%rip), %%xmm9\n\t"		\
		     load " (%%rdx), %%xmm9\n\t" store " %%xmm9, (%%rax)" \
		     : : "d" (from), "a" (at) : "memory"); })

u32 wanted_zero[4] = { 1, 2, 3, 4 };

static const char *vectors(void)
{
	u32 val[4] = { 0x20, 1, 2, 3 };
	volatile u32 *ecam = (volatile u32 *)ECAM;

	asm volatile("mov %%cr4, %%rax; or %0, %%rax; mov %%rax, %%cr4"
		     : : "r" (CR4_OSFXSR) : "rax");
	VECTOR("movups", "movups", ECAM, to);
	if (to[0] != ecam[0] || to[1] != ecam[1] || to[2] != ecam[2] || to[3] != ecam[3])
		return "movups loads wrong data";
	VECTOR("movd", "movups", ECAM + 8, to);
	if (to[0] != ecam[2] || to[1] || to[3])
		return "movd loads wrong data";
	VECTOR("movq", "movups", ECAM, to);
	if (to[1] != ecam[1] || to[2] || to[3])
		return "movq loads wrong data";
	VECTOR("movups", "movntdq", val, TPR);
	if (*tpr() != 0x20)
		return why("movntdq: 0x%x", *tpr());
	val[0] = 0x30;
	VECTOR("movups", "movss", val, TPR);
	return *tpr() == 0x30 ? NULL : why("movss: 0x%x", *tpr());
}

static const char *wide_vectors(void)
{
	volatile u32 *ecam = (volatile u32 *)ECAM;
	u32 r[4], i;

	cpuid(1, 0, r);
	if ((r[2] & (1u << 26 | 1u << 28)) != (1u << 26 | 1u << 28)) {
		say("TINY device not checked: avx");
		return NULL;
	}
	asm volatile("mov %%cr4, %%rax; or %0, %%rax; mov %%rax, %%cr4"
		     : : "r" (CR4_OSXSAVE) : "rax");
	asm volatile("xsetbv" : : "a" (7), "d" (0), "c" (0));
	asm volatile("vmovups (%0), %%ymm12; vmovups %%ymm12, (%1)" : : "r" (ECAM), "r" (to)
		     : "memory");
	for (i = 0; i < 8; i++)
		if (to[i] != ecam[i])
			return "vmovups of 32 bytes loads wrong data";
	/* A VEX load of 16 bytes clears the upper half. */
	asm volatile("vmovdqu (%0), %%xmm12; vmovups %%ymm12, (%1)" : : "r" (ECAM), "r" (to)
		     : "memory");
	return to[0] == ecam[0] && to[3] == ecam[3] && !to[4] && !to[7] ? NULL :
	       "vmovdqu of 16 bytes does not clear the upper half";
}

CASE(devinsn)
{
	const char *fault;

	apic_enable(false);
	fault = one_word();
	fault = fault ?: optional_words();
	fault = fault ?: vectors();
	return fault ?: wide_vectors();
}

/* Instructions that are not emulated raise #UD, and the guest goes on. */
CASE(devrest)
{
	const struct { const char *what; int got; } t[] = {
		{ "shl", TRY("shll $1, (%0)", "r" (NOBODY)) },
		{ "push", TRY("pushq (%0)", "r" (NOBODY)) },
		{ "pop", TRY("popq (%0)", "r" (NOBODY)) },
		{ "imul", TRY("imull (%0), %%eax", "r" (NOBODY)) },
		{ "fild", TRY("fildl (%0)", "r" (NOBODY)) },
		{ "jmp", TRY("jmp *(%0)", "r" (NOBODY)) },
		{ "fetch", TRY("jmp *%0", "r" (NOBODY)) },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		if (t[i].got != UD)
			return why("%s: exception %d", t[i].what, t[i].got);
	return *(volatile u32 *)NOBODY == ~0u ? NULL : "unassigned memory does not read all ones";
}
