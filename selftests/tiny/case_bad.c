// SPDX-License-Identifier: GPL-2.0
/* Cases that must end in state "failed", and must not affect anything else. */
#include "tiny.h"

/* xorshift64 */
static u64 next_random(u64 *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/*
 * Run random bytes as a program, without an IDT: any fault is a triple fault. It may
 * also loop or halt, so the host ends it.
 */
CASE(garbage)
{
	static u64 code[512] __attribute__((aligned(4096)));
	u64 seed = option_number("seed", 1) * 0x9e3779b97f4a7c15ull + 1;
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) none = { 0, 0 };
	int i;

	for (i = 0; i < 512; i++)
		code[i] = next_random(&seed);
	asm volatile("lidt %0; jmp *%1" : : "m" (none), "r" (code) : "memory");
	return "came back";
}

CASE(nostorage)
{
	u64 gpa = option_number("at", ram_end);
	volatile u64 *p = map_page(gpa);

	if (option("write"))
		*p = 1;
	else
		(void)*p;
	return "access outside the storage did not fault";
}

/* Instruction fetch from an unassigned address */
CASE(fetch)
{
	u64 gpa = option_number("at", 0xd0000000);

	asm volatile("jmp *%0" : : "r" (map_page(gpa)));
	return "came back";
}

static void fault_here(u32 lip)
{
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) none = { 0, 0 };

	(void)lip;
	asm volatile("lidt %0; ud2" : : "m" (none));
}

/* Another LIP has the triple fault. */
CASE(lipfault)
{
	lips_start(fault_here);
	spin_us(3000000);
	return "still here";
}
