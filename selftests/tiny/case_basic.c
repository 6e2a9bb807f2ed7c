// SPDX-License-Identifier: GPL-2.0
/* Cases: boot, CPU load, idle, power off, reset, console input. */
#include "tiny.h"

CASE(hello)
{
	return NULL;
}

/* Never ends; the host reads "used" to see whether it runs. */
CASE(burn)
{
	for (;;)
		pause();
	return NULL;
}

static void burn_lip(u32 lip)
{
	say("TINY burnsmp lip %u", lip);
	for (;;)
		pause();
}

CASE(burnsmp)
{
	lips_start(burn_lip);
	burn_lip(0);
	return NULL;
}

CASE(poweroff)
{
	power_off();
	spin_us(1000000);
	return "still here";
}

/* A line every 100 ms shows that it runs. */
CASE(tick)
{
	u64 n, every = option_number("ms", 100) * tsc_khz(), next = rdtsc();

	for (n = 1;; n++) {
		say("TINY tick %llu", n);
		next += every;
		sleep_until(next);
	}
	return NULL;
}

static void triple_fault(void)
{
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) none = { 0, 0 };

	asm volatile("lidt %0; ud2" : : "m" (none));
}

/* Executes commands of one letter. */
CASE(command)
{
	int c;

	for (;;) {
		c = console_getc();
		if (c == 'p')
			say("TINY command pong");
		else if (c == 'r')
			reset_machine();
		else if (c == 'o')
			power_off();
		else if (c == 't')
			triple_fault();
		else if (c == 'q')
			return NULL;
		pause();
	}
}

/* Echo, by the UART's receive interrupt; a break is reported in a line. */
#define LSR_BREAK	0x10
#define LSR_READY	1
static volatile u64 typed;

static void uart_irq(struct frame *f)
{
	u8 c, status;

	(void)f;
	while ((status = inb(LAYOUT_UART_PORT + 5)) & LSR_READY) {
		c = inb(LAYOUT_UART_PORT);
		if (status & LSR_BREAK) {
			say("\r\nTINY echo break");
			continue;
		}
		outb(LAYOUT_UART_PORT, c);
		typed++;
		if (c == 'q')
			typed |= 1ull << 63;
	}
	apic_eoi();
}

CASE(echo)
{
	idt_set(0x50, uart_irq);
	ioapic_route(LAYOUT_UART_GSI, 0x50, lip_self());
	outb(LAYOUT_UART_PORT + 2, 7);		/* FIFOs on, empty */
	outb(LAYOUT_UART_PORT + 1, 1);		/* interrupt on data */
	outb(LAYOUT_UART_PORT + 4, 8);		/* OUT2: interrupts reach the pin */
	say("TINY echo ready");
	while (!(typed >> 63))
		wait_irq();
	outb(LAYOUT_UART_PORT + 1, 0);
	say("TINY echo %llu bytes", typed & ~BIT_ULL(63));
	return NULL;
}

CASE(triple)
{
	triple_fault();
	return "survived a triple fault";
}

/* Reset by writing val to port; no further instruction may be executed. */
CASE(resets)
{
	u16 port = option_number("port", 0);
	u8 val = option_number("val", 0);

	say("TINY resets: reads 0x%x", inb(port));
	outb(port, val);
	say("TINY resets: still here");
	spin_us(1000000);
	return "still here";
}

/*
 * Lines of 40 bytes, as many as the option says. The UART's transmitter is always empty, and
 * one instruction for each line causes one exit, where polling it causes 80.
 */
CASE(talk)
{
	u64 n, len, lines = option_number("lines", 100);
	const char *line;

	for (n = 1; n <= lines; n++) {
		line = why("TINY talk line %llu ....................\n", n);
		for (len = 0; line[len]; len++)
			;
		asm volatile("rep outsb" : "+S" (line), "+c" (len) : "d" (LAYOUT_UART_PORT) :
			     "memory");
	}
	return NULL;
}
