// SPDX-License-Identifier: GPL-2.0
/* Case: hardware task switches by LIP 1 in 32-bit protected mode; see task.S. */
#include "tiny.h"

#define TASK_CODE	0x14000u
#define TSS_SIZE	0x80u
#define TSS_CR3		0x1cu
#define DONE		100
#define PAGE_4M		0x87u		/* present, writable, user */
#define CR4_PSE		0x10u
#define CR4_PAE		0x20u

extern char task_code[], task_code_end[], task_result[], task_found[], task_tss[];
extern char task_cr3[], task_cr4[];

static u32 directory[1024] __attribute__((aligned(4096)));
static u64 pointers[4] __attribute__((aligned(32)));
static u64 directories[512] __attribute__((aligned(4096)));

static volatile u32 *at(const char *label)
{
	return (volatile u32 *)(u64)(TASK_CODE + (u32)(label - task_code));
}

static void set_up(u32 cr3, u32 cr4)
{
	u32 i;

	memcpy((void *)(u64)TASK_CODE, task_code, task_code_end - task_code);
	*at(task_cr3) = cr3;
	*at(task_cr4) = cr4;
	/* The third TSS is a 16-bit one, without CR3. */
	for (i = 0; i < 5; i++)
		if (i != 2)
			*at(task_tss + i * TSS_SIZE + TSS_CR3) = cr3;
}

static const char *run(const char *what, u32 cr3, u32 cr4)
{
	u64 end = rdtsc() + 2000 * tsc_khz();

	set_up(cr3, cr4);
	apic_icr(1, ICR_INIT | ICR_ASSERT);
	spin_us(100);
	apic_icr(1, ICR_SIPI | ICR_ASSERT | TASK_CODE >> 12);
	while (*at(task_result) != DONE && !*at(task_found) && rdtsc() < end)
		pause();
	if (*at(task_result) == DONE)
		return NULL;
	return why("%s: step %u %s", what, *at(task_result),
		   *at(task_found) ? "finds a wrong value" : "does not end");
}

CASE(task)
{
	const char *fault;
	u32 i;

	for (i = 0; i < 1024; i++)
		directory[i] = i << 22 | PAGE_4M;
	for (i = 0; i < 512; i++)
		directories[i] = (u64)i << 21 | PAGE_4M;
	pointers[0] = (u64)directories | 1;
	fault = run("no paging", 0, 0);
	fault = fault ?: run("paging", (u32)(u64)directory, CR4_PSE);
	return fault ?: run("PAE", (u32)(u64)pointers, CR4_PAE);
}
