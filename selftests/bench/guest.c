// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's guest, a freestanding 64-bit ELF for the Linux/x86 Boot
 * Protocol's 64-bit entry: the same file runs in an LPAR and under KVM. It
 * measures round trips to the monitor with RDTSC and prints one line for each
 * on its UART:
 *
 *	bench <name> <least ticks> <mean ticks> <median ticks>
 *
 * in tenths of a tick for one operation. It measures batches, since the emulated TSC
 * of several CPUs advances in small jumps. With "burn" in its command line it only
 * computes; with "steps" it computes and exits after each step, so that the host can
 * count them; with "idle" it only halts.
 */
#include "guest.h"

#define BATCH		32
#define ROUNDS		48
#define ROUNDS_SLOW	64		/* batches of one operation */
#define WAKE_TICKS	100000		/* duration of a halt */
#define STEP		20000		/* rounds of computing in one step */

#define UART		0x3f8
#define UART_LSR	(UART + 5)
#define LSR_THRE	0x20
#define IOAPIC		0xfec00000UL
#define CMDLINE_PTR	0x228		/* in the zero page */

#define MSR_APIC_BASE	0x1b
#define MSR_MISC_ENABLE	0x1a0
#define MSR_HWCR	0xc0010015	/* AMD has no MISC_ENABLE */
#define MSR_DEADLINE	0x6e0
#define MSR_X2_EOI	0x80b
#define MSR_X2_SPIV	0x80f
#define MSR_X2_ICR	0x830
#define MSR_X2_TIMER	0x832
#define APIC_X2		0xc00		/* enabled, x2APIC */
#define SPIV_ON		0x1ff
#define ICR_SELF	0x40000		/* shorthand for the destination */
#define TIMER_DEADLINE	0x40000

#define VECTOR		0x40
#define NO_SUCH_CALL	0x7777
#define KVM_ENOSYS	(-1000L)

struct gate {
	u16 low, selector, attr, mid;
	u32 high, zero;
};

static struct gate idt[256];

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

static inline void outb(u16 port, u8 val)
{
	asm volatile("outb %0, %1" : : "a" (val), "Nd" (port) : "memory");
}

static inline u8 inb(u16 port)
{
	u8 val;

	asm volatile("inb %1, %0" : "=a" (val) : "Nd" (port) : "memory");
	return val;
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr) : "memory");
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 val)
{
	asm volatile("wrmsr" : : "a" ((u32)val), "d" (val >> 32),
		     "c" (msr) : "memory");
}

static inline u32 mmio_read(u64 addr)
{
	u32 val;

	asm volatile("movl (%1), %0" : "=r" (val) : "r" (addr) : "memory");
	return val;
}

static inline void mmio_write(u64 addr, u32 val)
{
	asm volatile("movl %0, (%1)" : : "r" (val), "r" (addr) : "memory");
}

/* TSC in the last interrupt's handler, or 0 if there was none since the reset. */
static inline u64 last_irq(void)
{
	asm volatile("" : : : "memory");
	return irq_tsc;
}

static inline void do_cpuid(void)
{
	u32 leaf = 0, sub = 0, ebx, edx;

	asm volatile("cpuid" : "+a" (leaf), "+c" (sub), "=b" (ebx), "=d" (edx));
}

/* Use the vendor's own hypercall instruction; KVM would emulate or patch the other. */
static int amd;

static void find_vendor(void)
{
	u32 leaf = 0, sub = 0, ebx, edx;

	asm volatile("cpuid" : "+a" (leaf), "+c" (sub), "=b" (ebx), "=d" (edx));
	amd = ebx == 0x68747541;		/* "Auth" */
}

static inline long do_hypercall(void)
{
	long ret = NO_SUCH_CALL;

	if (amd)
		asm volatile("vmmcall" : "+a" (ret) : : "memory");
	else
		asm volatile("vmcall" : "+a" (ret) : : "memory");
	return ret;
}

static void put_char(char c)
{
	while (!(inb(UART_LSR) & LSR_THRE))
		;
	outb(UART, c);
}

static void put_text(const char *s)
{
	while (*s)
		put_char(*s++);
}

static void put_number(u64 n)
{
	char buf[24];
	int i = sizeof(buf) - 1;

	buf[i] = 0;
	do {
		buf[--i] = '0' + n % 10;
		n /= 10;
	} while (n);
	put_text(buf + i);
}

struct sample {
	u64 sum, count, per;		/* @per: operations in each */
	u64 ticks[ROUNDS_SLOW];
};

static inline void sample_add(struct sample *s, u64 ticks)
{
	s->ticks[s->count++] = ticks;
	s->sum += ticks;
}

static void sort(u64 *val, u64 n)
{
	u64 i, j, v;

	for (i = 1; i < n; i++) {
		v = val[i];
		for (j = i; j && val[j - 1] > v; j--)
			val[j] = val[j - 1];
		val[j] = v;
	}
}

static u64 tenths(u64 ticks, u64 n, u64 minus)
{
	u64 val = ticks * 10 / n;

	return val > minus ? val - minus : 0;
}

/* The cost of measuring, in tenths of a tick: of an empty batch */
static u64 empty_least, empty_mean, empty_median;

static void report(const char *name, struct sample *s)
{
	sort(s->ticks, s->count);
	put_text("bench ");
	put_text(name);
	put_char(' ');
	put_number(tenths(s->ticks[0], s->per, empty_least));
	put_char(' ');
	put_number(tenths(s->sum, s->count * s->per, empty_mean));
	put_char(' ');
	put_number(tenths(s->ticks[s->count / 2], s->per, empty_median));
	put_char('\n');
}

#define BENCH(name, code)						\
	do {								\
		struct sample s = { .per = BATCH };			\
		int round, i;						\
									\
		for (round = 0; round < ROUNDS; round++) {		\
			u64 start = rdtsc();			\
									\
			for (i = 0; i < BATCH; i++)			\
				code;					\
			sample_add(&s, rdtsc() - start);		\
		}							\
		report(name, &s);					\
	} while (0)

static void measure_empty(void)
{
	struct sample s = { .per = BATCH };
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		u64 start = rdtsc();

		for (i = 0; i < BATCH; i++)
			asm volatile("");
		sample_add(&s, rdtsc() - start);
	}
	report("empty", &s);
	empty_least = tenths(s.ticks[0], s.per, 0);
	empty_mean = tenths(s.sum, s.count * s.per, 0);
	empty_median = tenths(s.ticks[s.count / 2], s.per, 0);
}

/* From the instruction that sends the IPI until its handler has returned. */
static void measure_self_ipi(void)
{
	struct sample s = { .per = 1 };
	int i;

	for (i = 0; i < ROUNDS_SLOW; i++) {
		u64 start;

		irq_tsc = 0;
		asm volatile("sti");
		start = rdtsc();
		wrmsr(MSR_X2_ICR, ICR_SELF | VECTOR);
		while (!last_irq())
			;
		sample_add(&s, rdtsc() - start);
		asm volatile("cli");
	}
	report("self-ipi", &s);
}

/* From the deadline until the handler of the halted guest runs. */
static void measure_wake(void)
{
	struct sample s = { .per = 1 };
	int i;

	wrmsr(MSR_X2_TIMER, TIMER_DEADLINE | VECTOR);
	for (i = 0; i < ROUNDS_SLOW; i++) {
		u64 deadline = rdtsc() + WAKE_TICKS;

		irq_tsc = 0;
		wrmsr(MSR_DEADLINE, deadline);
		while (!last_irq())
			asm volatile("sti; hlt; cli" : : : "memory");
		sample_add(&s, last_irq() - deadline);
	}
	report("timer-wake", &s);
}

static void measure_msrs(void)
{
	u32 plain = amd ? MSR_HWCR : MSR_MISC_ENABLE;
	u64 far = rdtsc() + (1ULL << 40);

	BENCH("rdmsr", rdmsr(plain));
	BENCH("rdmsr-apicbase", rdmsr(MSR_APIC_BASE));
	wrmsr(MSR_X2_TIMER, TIMER_DEADLINE | VECTOR);
	BENCH("wrmsr-deadline", wrmsr(MSR_DEADLINE, far));
	wrmsr(MSR_DEADLINE, 0);
}

static void measure_io(void)
{
	BENCH("uart-write", outb(UART, '\r'));
	BENCH("uart-read", inb(UART_LSR));
	BENCH("ioapic-write", mmio_write(IOAPIC, 1));
	BENCH("ioapic-read", mmio_read(IOAPIC));
}

static void irq_init(void)
{
	struct { u16 limit; u64 base; } __packed idtr = {
		sizeof(idt) - 1, (u64)idt,
	};
	u16 cs;
	int i;

	asm volatile("mov %%cs, %0" : "=r" (cs));
	for (i = 0; i < 256; i++) {
		u64 entry = (u64)(i < 32 ? exceptions + EXCEPTION_SIZE * i :
						     irq_entry);

		idt[i] = (struct gate){
			.low = entry, .selector = cs, .attr = 0x8e00,
			.mid = entry >> 16, .high = entry >> 32,
		};
	}
	asm volatile("lidt %0" : : "m" (idtr) : "memory");
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_X2);
	wrmsr(MSR_X2_SPIV, SPIV_ON);
}

/* No exception is expected: print it and stop. */
void guest_exception(u64 vector)
{
	put_text("bench-wrong exception ");
	put_number(vector);
	put_text("\nbench-end\n");
	for (;;)
		asm volatile("cli; hlt");
}

static int option(const u8 *zero_page, const char *word)
{
	const char *line = (char *)(u64)*(u32 *)(zero_page + CMDLINE_PTR);
	int i;

	for (; line && *line; line++) {
		for (i = 0; word[i] && line[i] == word[i]; i++)
			;
		if (!word[i])
			return 1;
	}
	return 0;
}

/*
 * Enable interrupts, although none are sent: with them disabled Bochs does not exit for
 * host interrupts, as a processor would.
 */
static void burn(void)
{
	irq_init();
	asm volatile("sti");
	for (;;)
		asm volatile("");
}

static void steps(void)
{
	int i;

	irq_init();
	asm volatile("sti");
	for (;;) {
		for (i = 0; i < STEP; i++)
			asm volatile("");
		do_cpuid();
	}
}

void guest_main(const u8 *zero_page)
{
	put_text("bench-begin\n");
	if (option(zero_page, "burn"))
		burn();
	if (option(zero_page, "steps"))
		steps();
	if (option(zero_page, "idle"))
		return;
	find_vendor();
	measure_empty();
	BENCH("cpuid", do_cpuid());
	BENCH("hypercall", do_hypercall());
	if (do_hypercall() != KVM_ENOSYS)
		put_text("bench-wrong hypercall\n");
	irq_init();
	measure_msrs();
	measure_io();
	measure_self_ipi();
	measure_wake();
	put_text("bench-end\n");
}
