// SPDX-License-Identifier: GPL-2.0
/* Run the case that the command line names, print its result. */
#include "tiny.h"

#define SLP_EN		0x20
#define SLP_TYP_S5	(GED_SLP_TYP_S5 << 2)

void stop_here(void)
{
	for (;;)
		asm volatile("cli; hlt" : : : "memory");
}

void power_off(void)
{
	outb(LAYOUT_GED_PORT + GED_SLEEP_CONTROL, SLP_EN | SLP_TYP_S5);
}

void reset_machine(void)
{
	outb(LAYOUT_GED_PORT + GED_RESET, GED_RESET_VALUE);
}

static const struct tiny_case *find_case(const char *name)
{
	const struct tiny_case *c;

	for (c = cases_start; c < cases_end; c++)
		if (streq(c->name, name))
			return c;
	return NULL;
}

void tiny_main(const u8 *zero_page);
void tiny_main(const u8 *zero_page)
{
	const char *name = option("case") ?: "hello", *fault;
	const struct tiny_case *c = find_case(name);

	idt_load();
	firmware_read(zero_page);
	apic_enable(true);
	say("TINY %s begin ram %llu MB lips 0x%llx of 0x%llx", name, ram_end >> 20,
	    lips_present, lips_possible);
	if (c)
		name = c->name;		/* option() has few buffers */
	fault = c ? c->run() : "unknown case";
	if (fault)
		say("TINY %s FAIL %s", name, fault);
	else
		say("TINY %s ok", name);
	if (option("off"))
		power_off();
}
