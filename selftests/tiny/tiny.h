/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tiny guest: a library for bare-metal programs in an LPAR.
 *
 * case=NAME in the command line selects a case, which is a function. It returns NULL on
 * success, else an error message; the result is printed on the console as
 * "TINY <case> ok" or "TINY <case> FAIL <why>".
 */
#ifndef TINY_H
#define TINY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

/* Only the constants of layout.h, without its C declarations. */
#define __ASSEMBLER__ 1
#include "vdev/layout.h"
#undef __ASSEMBLER__

#define MAX_LIPS	64
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT_ULL(n)	(1ull << (n))
#define NOINLINE	__attribute__((noinline))

struct tiny_case {
	const char *name;
	const char *(*run)(void);
};

#define CASE(id)						\
	static const char *case_##id(void);			\
	static const struct tiny_case case_entry_##id		\
	__attribute__((used, aligned(8), section(".cases"))) = { #id, case_##id }; \
	static const char *case_##id(void)

/* Instructions that have no equivalent in C */
static inline void outb(u16 port, u8 v)
{
	asm volatile("outb %0, %1" : : "a" (v), "Nd" (port));
}

static inline void outw(u16 port, u16 v)
{
	asm volatile("outw %0, %1" : : "a" (v), "Nd" (port));
}

static inline void outl(u16 port, u32 v)
{
	asm volatile("outl %0, %1" : : "a" (v), "Nd" (port));
}

static inline u8 inb(u16 port)
{
	u8 v;

	asm volatile("inb %1, %0" : "=a" (v) : "Nd" (port));
	return v;
}

static inline u16 inw(u16 port)
{
	u16 v;

	asm volatile("inw %1, %0" : "=a" (v) : "Nd" (port));
	return v;
}

static inline u32 inl(u16 port)
{
	u32 v;

	asm volatile("inl %1, %0" : "=a" (v) : "Nd" (port));
	return v;
}

static inline u64 rdmsr(u32 msr)
{
	u32 lo, hi;

	asm volatile("rdmsr" : "=a" (lo), "=d" (hi) : "c" (msr));
	return (u64)hi << 32 | lo;
}

static inline void wrmsr(u32 msr, u64 v)
{
	asm volatile("wrmsr" : : "c" (msr), "a" ((u32)v), "d" ((u32)(v >> 32))
		     : "memory");
}

static inline u64 rdtsc(void)
{
	u32 lo, hi;

	asm volatile("rdtsc" : "=a" (lo), "=d" (hi) : : "memory");
	return (u64)hi << 32 | lo;
}

static inline void cpuid(u32 leaf, u32 subleaf, u32 r[4])
{
	asm volatile("cpuid" : "=a" (r[0]), "=b" (r[1]), "=c" (r[2]), "=d" (r[3])
		     : "a" (leaf), "c" (subleaf));
}

static inline void pause(void)
{
	asm volatile("pause" : : : "memory");
}

static inline void irq_on(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void irq_off(void)
{
	asm volatile("cli" : : : "memory");
}

/* Enable interrupts, halt until one is handled, disable them. */
static inline void wait_irq(void)
{
	asm volatile("sti; hlt; cli" : : : "memory");
}

/* console.c; a lock keeps the LIPs' lines apart */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *why(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int console_getc(void);		/* -1: nothing typed */

/* string.c */
int streq(const char *a, const char *b);
const char *option(const char *name);	/* value of name=, NULL: not given */
u64 option_number(const char *name, u64 otherwise);
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* idt.c */
struct frame {
	u64 rax, rbx, rcx, rdx, rsi, rdi, rbp;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss;
};

typedef void (*irq_fn)(struct frame *f);
void idt_load(void);
void idt_set(u8 vector, irq_fn fn);
/* For TRY(): where to continue after a fault, and its vector. */
extern volatile u64 trap_resume;
extern volatile int trap_vector;

/* Run one instruction; the vector of the exception it raised, or -1. */
#define TRY(insn, ...) ({						\
	trap_vector = -1;						\
	asm volatile("movq $1f, trap_resume\n\t" insn "\n1:\n\t"	\
		     "movq $0, trap_resume" : : __VA_ARGS__ : "memory", "cc"); \
	trap_vector; })

/* firmware.c: from zero page and ACPI tables */
extern u64 ram_end;			/* end of the RAM below the hole */
extern u64 lips_present;		/* bit n: LIP n is present at boot */
extern u64 lips_possible;
void firmware_read(const u8 *zero_page);
void *map_page(u64 gpa);		/* a 2 MiB window, also above 4 GiB */

/* apic.c */
enum apic_reg {
	APIC_ID = 0x20, APIC_VERSION = 0x30, APIC_TPR = 0x80, APIC_EOI = 0xb0,
	APIC_SVR = 0xf0, APIC_ESR = 0x280, APIC_ICR = 0x300, APIC_LVT_TIMER = 0x320,
	APIC_TIMER_COUNT = 0x380, APIC_TIMER_NOW = 0x390, APIC_TIMER_DIVIDE = 0x3e0,
};

#define ICR_FIXED	0u
#define ICR_NMI		0x400u
#define ICR_INIT	0x500u
#define ICR_SIPI	0x600u
#define ICR_ASSERT	0x4000u
#define ICR_SELF	0x40000u
#define ICR_ALL		0x80000u
#define ICR_OTHERS	0xc0000u

#define MSR_APIC_BASE		0x1bu
#define MSR_TSC_DEADLINE	0x6e0u
#define APIC_BASE_ENABLE	0x800u
#define APIC_BASE_X2		0x400u

extern bool apic_x2;
void apic_enable(bool x2);
u32 apic_read(enum apic_reg reg);
void apic_write(enum apic_reg reg, u32 v);
void apic_icr(u32 dest, u32 low);
void apic_eoi(void);
u32 lip_self(void);
u32 timer_ratio(void);		/* TSC cycles in a tick of the APIC's timer */
void ioapic_route(u32 pin, u8 vector, u32 dest);

/* smp.c; a started LIP calls lip_main() */
typedef void (*lip_fn)(u32 lip);
void lip_main(u32 lip);
int lip_start(u32 lip, lip_fn fn);	/* 0, or -1 if it does not start */
int lips_start(lip_fn fn);		/* starts all that are present; returns their number */
extern volatile u64 lips_up;		/* bit n: LIP n runs */

/* clock.c */
u64 tsc_khz(void);
void spin_ticks(u64 ticks);
void spin_us(u64 us);
void doze_until(u64 tsc);	/* interrupts off; any interrupt ends it */
void sleep_until(u64 tsc);

/* main.c */
void power_off(void);
void reset_machine(void);
void __attribute__((noreturn)) stop_here(void);

extern char image_end[], idt_stubs[], trampoline[], trampoline_end[];
extern const struct tiny_case cases_start[], cases_end[];

#endif /* TINY_H */
