// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's guest, a freestanding 64-bit ELF for the Linux/x86 Boot
 * Protocol's 64-bit entry: the same file runs in an LPAR and under KVM. It
 * measures round trips to the monitor with RDTSC and prints one line for each
 * on its UART:
 *
 *	bench <name> <least ticks> <mean ticks>
 *
 * both for one operation, in tenths of a tick; the least is that of a batch,
 * since an emulated TSC of several CPUs moves in small jumps. With "burn" in
 * its command line it only computes; with "idle", it only halts.
 */
#include <stddef.h>
#include <stdint.h>

#define BATCH		32
#define ROUNDS		48
#define ROUNDS_SLOW	64		/* batches of one */
#define WAKE_TICKS	100000		/* how long a halt lasts */

#define UART		0x3f8
#define UART_LSR	(UART + 5)
#define LSR_THRE	0x20
#define IOAPIC		0xfec00000UL
#define CMDLINE_PTR	0x228		/* in the zero page */

#define MSR_APIC_BASE	0x1b
#define MSR_MISC_ENABLE	0x1a0
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
	uint16_t low, selector, attr, mid;
	uint32_t high, zero;
};

static struct gate idt[256] __attribute__((aligned(16)));
volatile uint64_t irq_tsc;		/* TSC in the handler; 0: not yet */

extern char irq_entry[];

asm(".globl _start\n"
    "_start:\n"
    "	lea stack_top(%rip), %rsp\n"
    "	mov %rsi, %rdi\n"
    "	call guest_main\n"
    "1:	hlt\n"
    "	jmp 1b\n"
    "irq_entry:\n"
    "	push %rax\n"
    "	push %rcx\n"
    "	push %rdx\n"
    "	rdtsc\n"
    "	shl $32, %rdx\n"
    "	or %rdx, %rax\n"
    "	mov %rax, irq_tsc(%rip)\n"
    "	xor %eax, %eax\n"
    "	xor %edx, %edx\n"
    "	mov $0x80b, %ecx\n"	/* MSR_X2_EOI */
    "	wrmsr\n"
    "	pop %rdx\n"
    "	pop %rcx\n"
    "	pop %rax\n"
    "	iretq\n"
    ".bss\n"
    ".balign 16\n"
    ".skip 8192\n"
    "stack_top:\n"
    ".text\n");

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void outb(uint16_t port, uint8_t val)
{
	asm volatile("outb %0, %1" : : "a" (val), "Nd" (port) : "memory");
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t val;

	asm volatile("inb %1, %0" : "=a" (val) : "Nd" (port) : "memory");
	return val;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr) : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t val)
{
	asm volatile("wrmsr" : : "a" ((uint32_t)val), "d" (val >> 32),
		     "c" (msr) : "memory");
}

static inline void do_cpuid(void)
{
	uint32_t leaf = 0, sub = 0, ebx, edx;

	asm volatile("cpuid" : "+a" (leaf), "+c" (sub), "=b" (ebx), "=d" (edx));
}

static inline long do_vmcall(void)
{
	long ret = NO_SUCH_CALL;

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

static void put_number(uint64_t n)
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
	uint64_t least, sum, count, per;	/* @per: operations in each */
};

static inline void sample_add(struct sample *s, uint64_t ticks)
{
	if (!s->count || ticks < s->least)
		s->least = ticks;
	s->sum += ticks;
	s->count++;
}

static uint64_t tenths(uint64_t ticks, uint64_t n, uint64_t minus)
{
	uint64_t val = ticks * 10 / n;

	return val > minus ? val - minus : 0;
}

/* What the measuring itself costs, in tenths: the empty line. */
static uint64_t empty_least, empty_mean;

static void report(const char *name, const struct sample *s)
{
	uint64_t least = tenths(s->least, s->per, 0);
	uint64_t mean = tenths(s->sum, s->count * s->per, 0);

	put_text("bench ");
	put_text(name);
	put_char(' ');
	put_number(least > empty_least ? least - empty_least : 0);
	put_char(' ');
	put_number(mean > empty_mean ? mean - empty_mean : 0);
	put_char('\n');
}

#define BENCH(name, code)						\
	do {								\
		struct sample s = { .per = BATCH };			\
		int round, i;						\
									\
		for (round = 0; round < ROUNDS; round++) {		\
			uint64_t start = rdtsc();			\
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
		uint64_t start = rdtsc();

		for (i = 0; i < BATCH; i++)
			asm volatile("");
		sample_add(&s, rdtsc() - start);
	}
	report("empty", &s);
	empty_least = tenths(s.least, s.per, 0);
	empty_mean = tenths(s.sum, s.count * s.per, 0);
}

/* From the instruction that sends it until its handler has returned. */
static void measure_self_ipi(void)
{
	struct sample s = { .per = 1 };
	int i;

	for (i = 0; i < ROUNDS_SLOW; i++) {
		uint64_t start;

		irq_tsc = 0;
		asm volatile("sti");
		start = rdtsc();
		wrmsr(MSR_X2_ICR, ICR_SELF | VECTOR);
		while (!irq_tsc)
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
		uint64_t deadline = rdtsc() + WAKE_TICKS;

		irq_tsc = 0;
		wrmsr(MSR_DEADLINE, deadline);
		while (!irq_tsc)
			asm volatile("sti; hlt; cli" : : : "memory");
		sample_add(&s, irq_tsc - deadline);
	}
	report("timer-wake", &s);
}

static void measure_msrs(void)
{
	uint64_t far = rdtsc() + (1ULL << 40);

	BENCH("rdmsr", rdmsr(MSR_MISC_ENABLE));
	BENCH("rdmsr-apicbase", rdmsr(MSR_APIC_BASE));
	wrmsr(MSR_X2_TIMER, TIMER_DEADLINE | VECTOR);
	BENCH("wrmsr-deadline", wrmsr(MSR_DEADLINE, far));
	wrmsr(MSR_DEADLINE, 0);
}

static void measure_io(void)
{
	volatile uint32_t *select = (void *)IOAPIC;

	BENCH("uart-write", outb(UART, '\r'));
	BENCH("uart-read", inb(UART_LSR));
	BENCH("ioapic-write", *select = 1);
	BENCH("ioapic-read", (void)*select);
}

static void irq_init(void)
{
	struct { uint16_t limit; uint64_t base; } __attribute__((packed)) idtr = {
		sizeof(idt) - 1, (uint64_t)idt,
	};
	uint64_t entry = (uint64_t)irq_entry;
	uint16_t cs;
	int i;

	asm volatile("mov %%cs, %0" : "=r" (cs));
	for (i = 32; i < 256; i++)
		idt[i] = (struct gate){
			.low = entry, .selector = cs, .attr = 0x8e00,
			.mid = entry >> 16, .high = entry >> 32,
		};
	asm volatile("lidt %0" : : "m" (idtr) : "memory");
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_X2);
	wrmsr(MSR_X2_SPIV, SPIV_ON);
}

static int option(const uint8_t *zero_page, const char *word)
{
	const char *line = (char *)(uint64_t)*(uint32_t *)(zero_page + CMDLINE_PTR);
	size_t i;

	for (; line && *line; line++) {
		for (i = 0; word[i] && line[i] == word[i]; i++)
			;
		if (!word[i])
			return 1;
	}
	return 0;
}

void guest_main(const uint8_t *zero_page)
{
	put_text("bench-begin\n");
	if (option(zero_page, "burn"))
		for (;;)
			asm volatile("");
	if (option(zero_page, "idle"))
		return;
	measure_empty();
	BENCH("cpuid", do_cpuid());
	BENCH("hypercall", do_vmcall());
	if (do_vmcall() != KVM_ENOSYS)
		put_text("bench-wrong hypercall\n");
	irq_init();
	measure_msrs();
	measure_io();
	measure_self_ipi();
	measure_wake();
	put_text("bench-end\n");
}
