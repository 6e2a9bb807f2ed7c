// SPDX-License-Identifier: GPL-2.0
/* Case: hypercall KVM_HC_CLOCK_PAIRING, from kernel and user mode. */
#include "tiny.h"

#define HC_CLOCK_PAIRING	9
#define KVM_EPERM		1
#define KVM_EFAULT		14
#define KVM_EOPNOTSUPP		95
#define KVM_ENOSYS		1000

#define SEL_CODE	0x10
#define SEL_DATA	0x18
#define SEL_USER_CODE	0x23
#define SEL_USER_DATA	0x2b
#define SEL_TSS		0x30
#define PAGE_USER	4
#define UD		6

static struct { long long sec, nsec; u64 tsc; u32 flags, pad[9]; } pair;
static u64 gdt[8];
static u8 tss[104] __attribute__((aligned(128)));
static u8 stack[4096] __attribute__((aligned(16)));
static u64 user_resume, user_rsp;

static bool amd(void)
{
	u32 r[4];

	cpuid(0, 0, r);
	return r[1] == 0x68747541;	/* "Auth" */
}

static long long hypercall(u64 nr, u64 a0, u64 a1)
{
	if (amd())
		asm volatile("vmmcall" : "+a" (nr) : "b" (a0), "c" (a1) : "memory");
	else
		asm volatile("vmcall" : "+a" (nr) : "b" (a0), "c" (a1) : "memory");
	return nr;
}

/* User mode ends with UD2, which follows the hypercall. */
static void back(struct frame *f)
{
	f->rip = user_resume;
	f->rsp = user_rsp;
	f->cs = SEL_CODE;
	f->ss = SEL_DATA;
}

static long long user_hypercall(u64 nr, u64 a0, u64 a1)
{
	asm volatile("movq %%rsp, %[rsp]\n\t"
		     "movq $1f, %[resume]\n\t"
		     "movq %%rsp, %%r10\n\t"
		     "pushq %[ss]\n\t"
		     "pushq %%r10\n\t"
		     "pushq $2\n\t"
		     "pushq %[cs]\n\t"
		     "pushq $2f\n\t"
		     "iretq\n"
		     "2:\t"
		     "testb %b[amd], %b[amd]\n\t"
		     "jz 3f\n\t"
		     "vmmcall\n\t"
		     "ud2\n"
		     "3:\t"
		     "vmcall\n\t"
		     "ud2\n"
		     "1:"
		     : "+a" (nr), [rsp] "=m" (user_rsp), [resume] "=m" (user_resume)
		     : "b" (a0), "c" (a1), [amd] "d" (amd()),
		       [ss] "i" (SEL_USER_DATA), [cs] "i" (SEL_USER_CODE)
		     : "r10", "memory", "cc");
	return nr;
}

static void open_pages(u64 table, int entries)
{
	u64 *e = (u64 *)table;

	while (entries--)
		*e++ |= PAGE_USER;
}

static void user_mode(void)
{
	struct { u16 limit; u64 base; } __attribute__((packed)) r = { sizeof(gdt) - 1, (u64)gdt };
	u64 base = (u64)tss, rsp0 = (u64)(stack + sizeof(stack)), cr3;

	memcpy(gdt, (void *)LAYOUT_BOOT_GDT, 4 * sizeof(*gdt));
	gdt[4] = 0x00affa000000ffff;
	gdt[5] = 0x00cff2000000ffff;
	gdt[6] = (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56 | 0x8900ull << 32 |
		 (sizeof(tss) - 1);
	gdt[7] = base >> 32;
	memcpy(tss + 4, &rsp0, sizeof(rsp0));
	asm volatile("lgdt %0; ltr %w1" : : "m" (r), "r" (SEL_TSS) : "memory");
	open_pages(LAYOUT_BOOT_PML4, 1);
	open_pages(LAYOUT_BOOT_PDPT, 4);
	open_pages(LAYOUT_BOOT_PD, LAYOUT_BOOT_PD_PAGES * 512);
	asm volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r" (cr3) : : "memory");
	idt_set(UD, back);
}

CASE(pairing)
{
	u64 before = rdtsc(), after;
	long long ret = hypercall(HC_CLOCK_PAIRING, (u64)&pair, 0);

	after = rdtsc();
	if (ret || pair.tsc < before || pair.tsc > after || pair.flags)
		return why("%lld, TSC %llu in %llu to %llu", ret, pair.tsc, before, after);
	say("TINY pairing %lld %lld", pair.sec, pair.nsec);
	ret = hypercall(HC_CLOCK_PAIRING, (u64)&pair, 1);
	if (ret != -KVM_EOPNOTSUPP)
		return why("another clock: %lld", ret);
	ret = hypercall(HC_CLOCK_PAIRING, LAYOUT_HOLE_START, 0);
	if (ret != -KVM_EFAULT)
		return why("no storage: %lld", ret);
	ret = hypercall(1234, 0, 0);
	if (ret != -KVM_ENOSYS)
		return why("unknown: %lld", ret);
	user_mode();
	pair.tsc = 0;
	ret = user_hypercall(HC_CLOCK_PAIRING, (u64)&pair, 0);
	if (ret != -KVM_EPERM || pair.tsc)
		return why("user mode: %lld, TSC %llu", ret, pair.tsc);
	return NULL;
}
