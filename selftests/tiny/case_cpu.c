// SPDX-License-Identifier: GPL-2.0
/* Cases: instructions that the monitor emulates behave as on the processor. */
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

/* Run one instruction with these values in RAX, RCX and RDX; its exception, or -1. */
#define RUN(insn, ax, cx, dx) ({					\
	u64 a = (ax), c = (cx), d = (dx);				\
	trap_vector = -1;						\
	asm volatile("movq $1f, trap_resume\n\t" insn "\n1:\t"	\
		     "movq $0, trap_resume"				\
		     : "+a" (a), "+c" (c), "+d" (d) : : "rbx", "memory", "cc"); \
	trap_vector; })

/* The monitor keeps CR4.MCE set, but the guest reads what it wrote. */
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

#define CR0_NW	BIT_ULL(29)
#define CR0_CD	BIT_ULL(30)
#define CR0_PG	BIT_ULL(31)
#define CR0_PE	1ull
#define CR0_EM	4ull
#define CR0_TS	8ull
#define CR4_PAE	BIT_ULL(5)

static u64 get_cr0(void)
{
	u64 v;

	asm volatile("mov %%cr0, %0" : "=r" (v));
	return v;
}

static int try_cr0(u64 v)
{
	return TRY("mov %0, %%cr0", "r" (v));
}

static int try_cr4(u64 v)
{
	return TRY("mov %0, %%cr4", "r" (v));
}

/* A MOV to CR0 or CR4 that faults must not change anything. */
static const char *cr_faults(u64 cr0, u64 cr4)
{
	const struct { const char *what; int got, want; } t[] = {
		{ "cr0, pg without pe, cd changed", try_cr0((cr0 ^ CR0_CD) & ~CR0_PE), 13 },
		{ "cr0, nw without cd", try_cr0((cr0 | CR0_NW) & ~CR0_CD), 13 },
		{ "cr0, upper half, cd changed", try_cr0((cr0 ^ CR0_CD) | BIT_ULL(40)), 13 },
		{ "cr4, no pae, mce changed", try_cr4((cr4 ^ CR4_MCE) & ~CR4_PAE), 13 },
		{ "cr4, reserved, mce changed", try_cr4((cr4 ^ CR4_MCE) | BIT_ULL(30)), 13 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		if (t[i].got != t[i].want)
			return why("%s: exception %d, not %d", t[i].what, t[i].got, t[i].want);
	if (get_cr0() != cr0 || get_cr4() != cr4)
		return why("after faults CR0 is 0x%llx, not 0x%llx, CR4 0x%llx, not 0x%llx",
			   get_cr0(), cr0, get_cr4(), cr4);
	return NULL;
}

CASE(crfault)
{
	u64 cr0 = get_cr0(), cr4 = get_cr4();
	const char *fault = cr_faults(cr0, cr4);

	if (fault)
		return fault;
	/* Reserved bits of the lower half are ignored. */
	if (try_cr0(cr0 | BIT_ULL(6) | BIT_ULL(20)) != -1 || get_cr0() != cr0)
		return why("cr0, reserved bits: exception %d, CR0 is 0x%llx", trap_vector,
			   get_cr0());
	/* A write that does not fault, then the faults again. */
	if (try_cr4(cr4 ^ CR4_MCE) != -1 || get_cr4() != (cr4 ^ CR4_MCE))
		return "CR4.MCE does not change";
	set_cr4(cr4);
	return cr_faults(cr0, cr4);
}

/* CD and NW read as written whatever else changes, also by CLTS, LMSW and SMSW. */
CASE(crcd)
{
	u64 cr0 = get_cr0();
	u16 msw = 0;
	int i;

	for (i = 0; i < 2; i++) {
		if (try_cr0(cr0 | CR0_CD) != -1 || get_cr0() != (cr0 | CR0_CD))
			return why("CR0.CD set: CR0 is 0x%llx", get_cr0());
		if (try_cr0(cr0 | CR0_CD | CR0_NW) != -1 ||
		    get_cr0() != (cr0 | CR0_CD | CR0_NW))
			return why("CR0.NW set: CR0 is 0x%llx", get_cr0());
		if (try_cr0(cr0 | CR0_CD | CR0_TS) != -1)
			return "CR0.TS cannot be set";
		asm volatile("clts");
		if (get_cr0() != (cr0 | CR0_CD))
			return why("CLTS: CR0 is 0x%llx", get_cr0());
		asm volatile("smsw %0" : "=m" (msw));
		if (msw != (u16)cr0)
			return why("SMSW: 0x%x", msw);
		msw = (msw & 0xf) | CR0_EM;
		asm volatile("lmsw %0" : : "m" (msw));
		if (get_cr0() != (cr0 | CR0_CD | CR0_EM))
			return why("LMSW: CR0 is 0x%llx", get_cr0());
		if (try_cr0(cr0) != -1 || get_cr0() != cr0)
			return why("CR0.CD cleared: CR0 is 0x%llx", get_cr0());
		asm volatile("lmsw %0" : : "m" (msw));
		if (get_cr0() != (cr0 | CR0_EM))
			return why("LMSW alone: CR0 is 0x%llx", get_cr0());
		if (TRY("lmsw (%0)", "r" (0x700000000000ull)) != 14)
			return why("LMSW of unmapped memory: exception %d", trap_vector);
		try_cr0(cr0);
	}
	return NULL;
}

/* AMD's legacy counters: no CPUID bit tells that they do not exist. */
CASE(perfmsr)
{
	u32 r[4], msr;

	cpuid(0, 0, r);
	if (r[1] != 0x68747541)			/* "Auth" */
		return NULL;
	for (msr = 0xc0010000; msr < 0xc0010008; msr++) {
		wrmsr(msr, 0x530076);
		if (rdmsr(msr))
			return why("MSR 0x%x is 0x%llx", msr, rdmsr(msr));
	}
	return NULL;
}

#define RFLAGS_RF BIT_ULL(16)
static volatile u64 fault_rflags;

static void keep_rflags(struct frame *f)
{
	fault_rflags = f->rflags;
	trap_vector = f->vector;
	f->rip = trap_resume;
}

/* A fault pushes RFLAGS with RF set, also if the monitor injects it. */
CASE(faultrf)
{
	idt_set(13, keep_rflags);
	idt_set(6, keep_rflags);
	if (TRY("wrmsr", "c" (0xdeadbeef), "a" (0), "d" (0)) != 13 ||
	    !(fault_rflags & RFLAGS_RF))
		return why("#GP of WRMSR: RFLAGS 0x%llx", fault_rflags);
	if (try_cr0(get_cr0() & ~CR0_PE) != 13 || !(fault_rflags & RFLAGS_RF))
		return why("#GP of MOV to CR0: RFLAGS 0x%llx", fault_rflags);
	if (TRY("monitor", "a" (get_cr0), "c" (0), "d" (0)) != 6 ||
	    !(fault_rflags & RFLAGS_RF))
		return why("#UD of MONITOR: RFLAGS 0x%llx", fault_rflags);
	return NULL;
}

#define TF		BIT_ULL(8)
#define RF		BIT_ULL(16)
#define DR6_BS		BIT_ULL(14)
#define DR6_INIT	0xffff0ff0ull
#define GET_DR(n) ({ u64 v; asm volatile("mov %%db" #n ", %0" : "=r" (v)); v; })
#define SET_DR(n, v) ({ asm volatile("mov %0, %%db" #n : : "r" ((u64)(v))); })

/* Where the step must end; number of traps, RIP and DR6 of the first one. */
static volatile u64 step_end, step_rip, step_dr6;
static volatile u32 step_traps;

static void step_trap(struct frame *f)
{
	if (!step_traps++) {
		step_rip = f->rip;
		step_dr6 = GET_DR(6);
	}
	SET_DR(6, DR6_INIT);
	f->rflags &= ~TF;
}

static const char *step_fault(const char *insn)
{
	if (step_traps != 1)
		return why("%s: %u traps", insn, step_traps);
	if (step_rip != step_end)
		return why("%s: trap at 0x%llx, not 0x%llx", insn, step_rip, step_end);
	if (!(step_dr6 & DR6_BS))
		return why("%s: DR6 is 0x%llx", insn, step_dr6);
	return NULL;
}

/* Run one instruction with TF set; if its trap is lost, that of the NOP comes. */
#define STEP(insn, ax, cx, dx) ({					\
	step_traps = 0;							\
	RUN("movq $2f, step_end\n\t"					\
	    "pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\t"		\
	    insn "\n2:\tnop\n\tnop", ax, cx, dx);			\
	step_fault(#insn); })

#define PORT_NOBODY	0x80
#define MEMORY_NOBODY	0xd0000000
#define TSC_ADJUST	0x3b

/* A single step ends after the instruction, also if the monitor emulates it. */
CASE(step)
{
	const char *fault;

	idt_set(1, step_trap);
	SET_DR(6, DR6_INIT);
	fault = STEP("nop", 0, 0, 0);
	fault = fault ?: STEP("cpuid", 0, 0, 0);
	fault = fault ?: STEP("outb %%al, %%dx", 0, 0, PORT_NOBODY);
	fault = fault ?: STEP("inl %%dx, %%eax", 0, 0, PORT_NOBODY);
	fault = fault ?: STEP("rdmsr", 0, TSC_ADJUST, 0);
	fault = fault ?: STEP("wrmsr", 0, TSC_ADJUST, 0);
	fault = fault ?: STEP("mov %%rax, %%cr4", get_cr4(), 0, 0);
	fault = fault ?: STEP("mov %%rax, %%cr4", get_cr4() ^ CR4_MCE, 0, 0);
	fault = fault ?: STEP("mov %%cr4, %%rax", 0, 0, 0);
	fault = fault ?: STEP("mov %%rax, %%cr8", 0, 0, 0);
	fault = fault ?: STEP("movl (%%rdx), %%eax", 0, 0, MEMORY_NOBODY);
	fault = fault ?: STEP("wbinvd", 0, 0, 0);
	return fault ?: STEP("hlt", 0, 0, 0);
}

static void break_trap(struct frame *f)
{
	step_traps++;
	f->rflags |= RF;
}

/* Two adjacent breakpoints: RF suppresses only the first. */
CASE(breaks)
{
	idt_set(1, break_trap);
	asm volatile("mov $1f, %%rax\n\tmov %%rax, %%db0\n\t"
		     "mov $2f, %%rax\n\tmov %%rax, %%db1\n\t"
		     "mov %0, %%db7\n\txor %%eax, %%eax\n"
		     "1:\tcpuid\n2:\tnop\n\tmov %1, %%db7"
		     : : "r" (0x40aull), "r" (0x400ull)
		     : "rax", "rbx", "rcx", "rdx", "memory");
	return step_traps == 2 ? NULL : why("%u hits of 2 breakpoints", step_traps);
}

/* If RIP is advanced too little, the rest of the instruction and the NOPs fault. */
#define PREFIXED(bytes, ax, cx, dx) ({					\
	int vector = RUN(".byte " bytes "\n\t.skip 16, 0x90", ax, cx, dx); \
	vector < 0 ? NULL : why("%s: exception %d", #bytes, vector); })

/* The length of an emulated instruction includes its prefixes. */
CASE(prefixes)
{
	const char *fault;

	fault = PREFIXED("0x0f, 0xa2", 0, 0, 0);		/* CPUID */
	fault = fault ?: PREFIXED("0x66, 0x0f, 0xa2", 0, 0, 0);
	fault = fault ?: PREFIXED("0x48, 0x2e, 0x40, 0x0f, 0xa2", 0, 0, 0);
	fault = fault ?: PREFIXED("0x2e, 0x0f, 0x32", 0, TSC_ADJUST, 0);	/* RDMSR */
	fault = fault ?: PREFIXED("0x2e, 0x0f, 0x30", 0, TSC_ADJUST, 0);	/* WRMSR */
	fault = fault ?: PREFIXED("0x0f, 0x08", 0, 0, 0);	/* INVD */
	return fault ?: PREFIXED("0xf3, 0x0f, 0x09", 0, 0, 0);	/* WBNOINVD */
}
