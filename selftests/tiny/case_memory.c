// SPDX-License-Identifier: GPL-2.0
/* Cases: storage is zero at first, and nobody else changes it. */
#include "tiny.h"

#define MB		BIT_ULL(20)
#define BLOCK		(2 * MB)

/* The first word that is not 0, or @end. */
static u64 first_dirty(u64 start, u64 end)
{
	u64 n = (end - start) / 8;
	const u64 *p = (const u64 *)start;
	u8 zero;

	asm volatile("xor %%eax, %%eax; cmp %%eax, %%eax; repe scasq; sete %2"
		     : "+D" (p), "+c" (n), "=r" (zero) : : "rax", "cc", "memory");
	return zero ? end : (u64)(p - 1);
}

/* All of the storage except what the loader and this program use. */
CASE(readzero)
{
	const struct { u64 start, end; } part[] = {
		{ 0x0, LAYOUT_ZERO_PAGE },
		{ LAYOUT_CMDLINE + 0x1000, LAYOUT_LOWRAM_END & ~0xfffull },
		{ ((u64)image_end + 7) & ~7ull, ram_end },
	};
	u64 bad;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(part); i++) {
		bad = first_dirty(part[i].start, part[i].end);
		if (bad != part[i].end)
			return why("0x%llx holds 0x%llx", bad, *(u64 *)bad);
	}
	return NULL;
}

static u64 mark(u64 at, u64 seed)
{
	return (at ^ seed) * 0x9e3779b97f4a7c15ull;
}

/*
 * Write a word every "step" bytes of the storage and verify them repeatedly, with a line
 * for each round. Options: seed of the pattern, number of rounds (0: without end), pause
 * in microseconds between rounds.
 */
CASE(pattern)
{
	u64 seed = option_number("seed", 1) << 32, step = option_number("step", 512);
	u64 rounds = option_number("rounds", 0), n, at;
	u64 pause_us = option_number("pause", 10000);
	u64 start = ((u64)image_end + BLOCK) & ~(BLOCK - 1);

	for (at = start; at < ram_end; at += step)
		*(u64 *)at = mark(at, seed);
	say("TINY pattern filled %llu MB", (ram_end - start) / MB);
	for (n = 1; !rounds || n <= rounds; n++) {
		for (at = start; at < ram_end; at += step)
			if (*(volatile u64 *)at != mark(at, seed))
				return why("round %llu: 0x%llx holds 0x%llx", n, at,
					   *(u64 *)at);
		say("TINY pattern round %llu", n);
		sleep_until(rdtsc() + pause_us * tsc_khz() / 1000);
	}
	return NULL;
}

/* Leave data in every word for the next owner to find. */
CASE(dirty)
{
	u64 *p = (u64 *)(((u64)image_end + 7) & ~7ull);
	u64 n = (ram_end - (u64)p) / 8;

	asm volatile("rep stosq" : "+D" (p), "+c" (n)
		     : "a" (0x5ec4e75ec4e75ec4) : "memory");
	return NULL;
}
