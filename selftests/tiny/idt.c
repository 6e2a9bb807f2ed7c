// SPDX-License-Identifier: GPL-2.0
/* Interrupt descriptor table, one for all LIPs. */
#include "tiny.h"

#define SEL_CODE	0x10
#define GATE		0x8e00	/* present, interrupt gate */
#define STUB_SIZE	16

struct gate {
	u16 offset_low, selector, flags, offset_mid;
	u32 offset_high, zero;
} __attribute__((packed));

struct table_register {
	u16 limit;
	u64 base;
} __attribute__((packed));

volatile u64 trap_resume;
volatile int trap_vector;
static struct gate idt[256];
static irq_fn handlers[256];

static void idt_fill(void)
{
	u64 stub = (u64)idt_stubs;
	int i;

	for (i = 0; i < 256; i++, stub += STUB_SIZE)
		idt[i] = (struct gate) {
			.offset_low = (u16)stub,
			.selector = SEL_CODE,
			.flags = GATE,
			.offset_mid = (u16)(stub >> 16),
			.offset_high = (u32)(stub >> 32),
		};
}

void idt_load(void)
{
	struct table_register r = { sizeof(idt) - 1, (u64)idt };

	if (!idt[0].selector)
		idt_fill();
	asm volatile("lidt %0" : : "m" (r));
}

void idt_set(u8 vector, irq_fn fn)
{
	handlers[vector] = fn;
}

void idt_handle(struct frame *f);
void idt_handle(struct frame *f)
{
	u64 cr2;

	if (handlers[f->vector]) {
		handlers[f->vector](f);
		return;
	}
	if (trap_resume && f->vector < 32) {
		trap_vector = f->vector;
		f->rip = trap_resume;
		return;
	}
	asm volatile("mov %%cr2, %0" : "=r" (cr2));
	say("TINY %s FAIL exception %llu error 0x%llx rip 0x%llx cr2 0x%llx",
	    option("case") ?: "?", f->vector, f->error, f->rip, cr2);
	stop_here();
}
