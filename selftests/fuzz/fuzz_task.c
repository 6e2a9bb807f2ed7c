// SPDX-License-Identifier: GPL-2.0
/* sources: emul/task.c emul/segment.c */

/*
 * Hardware task switches with any descriptors and task-state segments, in a memory of which
 * parts fault. Compared with the manual's text are what is saved, loaded and marked; a switch
 * that is refused in the old task has changed nothing (SDM volume 3, "Task Switching").
 */
#include "pure.h"
#include "fuzz.h"

#include <asm/processor-flags.h>

#include "emul/insn.h"
#include "emul/task.h"

#define SIZE	0x2000
#define GDT	0x100
#define LDT	0x400
#define OLD	0x800
#define NEW	0xa00

static u8 mem[SIZE], was[SIZE];
static u32 faults_at;		/* an access of this byte faults */
static bool faulted, bad_cr3;

static int mem_access(u32 at, void *data, u32 len, bool write, struct task_fault *fault)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (at + i >= SIZE || at + i == faults_at) {
			*fault = (struct task_fault){ 14, write ? 2 : 0, at + i };
			faulted = true;
			return -EFAULT;
		}
	}
	if (write)
		memcpy(mem + at, data, len);
	else
		memcpy(data, mem + at, len);
	return 0;
}

static int mem_read(void *ctx, u32 at, void *data, u32 len, struct task_fault *fault)
{
	return mem_access(at, data, len, false, fault);
}

static int mem_write(void *ctx, u32 at, const void *data, u32 len, struct task_fault *fault)
{
	return mem_access(at, (void *)data, len, true, fault);
}

static int new_cr3(void *ctx, u32 cr3)
{
	return bad_cr3 ? -EFAULT : 0;
}

static void put_desc(u32 at, u32 base, u32 limit, u16 attr)
{
	u64 d = (limit & 0xffff) | (u64)(base & 0xffffff) << 16 | (u64)(attr & 0xff) << 40 |
		(u64)(limit >> 16 & 15) << 48 | (u64)(attr >> 12) << 52 |
		(u64)(base >> 24) << 56;

	memcpy(mem + at, &d, 8);
}

/* Segments that are mostly usable: flat code and data of ring 0 and 3 */
static void any_descriptors(u32 table)
{
	static const u16 attrs[] = { 0xc09b, 0xc093, 0xc0fb, 0xc0f3, 0xc09f, 0xc097, 0xc09a,
				     0xc092, 0x0082, 0xc013 };
	u32 i, base, attr;

	for (i = 1; i < 16; i++) {
		base = fuzz_rarely(8) ? fuzz_number() : 0;
		attr = fuzz_rarely(8) ? fuzz_bytes(2) & 0xf0ff :
					attrs[fuzz_below(ARRAY_SIZE(attrs))];
		put_desc(table + 8 * i, base, 0xfffff, attr);
	}
}

static u16 any_selector(void)
{
	u8 how = fuzz_byte();

	return how < 8 ? fuzz_bytes(2) : (how % 16) << 3 | (how & 0x10 ? how >> 6 : 0) |
	       (how >= 0xf0 ? 4 : 0);
}

/* Both sizes of a TSS; for a 16-bit one only its lower part counts. */
static void any_tss(bool wide)
{
	u32 i;

	for (i = 0; i < 0x68; i++)
		mem[NEW + i] = fuzz_byte();
	if (!wide)
		return;
	for (i = 0x48; i <= 0x60; i += 4) {
		u16 s = any_selector();

		memcpy(mem + NEW + i, &s, 2);
	}
	if (!fuzz_rarely(8))
		mem[NEW + 0x26] &= ~2;	/* EFLAGS.VM */
	for (i = 0x48; i < 0x60 && fuzz_flip(); i += 4)
		mem[NEW + i] = i == 0x4c ? 0x08 : 0x10;
}

static void any_cpu(struct task_cpu *cpu, bool wide_old)
{
	u32 i;

	memset(cpu, 0, sizeof(*cpu));
	for (i = 0; i < 8; i++)
		cpu->gpr[i] = fuzz_bytes(2) * 0x10001;
	cpu->eip = 0x1000;
	cpu->eflags = 2 | (fuzz_flip() ? X86_EFLAGS_NT : 0);
	cpu->cr3 = 0x3000;
	cpu->paging = fuzz_flip();
	cpu->gdt_base = GDT;
	cpu->gdt_limit = fuzz_rarely(8) ? fuzz_byte() : 0xff;
	cpu->seg[SEGMENT_TR] = (struct lip_segment){
		.selector = 0x18, .attr = wide_old ? 0x8b : 0x83, .limit = 0x67, .base = OLD,
	};
}

static u32 get(const u8 *from, u32 at, u32 size)
{
	u32 val = 0;

	memcpy(&val, from + at, size);
	return val;
}

/* The old task's registers in its TSS, and both descriptors' busy bits */
static void check_saved(const struct task_cpu *old, const struct task_request *req, bool wide)
{
	bool nested = req->source == TASK_CALL || req->source == TASK_GATE;
	u32 i, step = wide ? 4 : 2, at = OLD + (wide ? 0x20 : 0x0e);
	u32 flags = old->eflags & ~(req->source == TASK_IRET ? X86_EFLAGS_NT : 0);

	FUZZ_EQ(get(mem, at, step), wide ? req->next : (u16)req->next, "EIP saved");
	FUZZ_EQ(get(mem, at + step, step), wide ? flags : (u16)flags, "EFLAGS saved");
	for (i = 0; i < 8; i++)
		FUZZ_EQ(get(mem, at + (2 + i) * step, step),
			wide ? old->gpr[i] : (u16)old->gpr[i], "register saved");
	FUZZ_EQ(get(mem, GDT + 0x18 + 5, 1) >> 1 & 1, nested, "old task is busy");
	FUZZ_EQ(get(mem, GDT + req->selector + 5, 1) >> 1 & 1, 1, "new task is busy");
	if (nested)
		FUZZ_EQ(get(mem, NEW, 2), 0x18, "link");
}

static void check_loaded(const struct task_cpu *cpu, const struct task_request *req, bool wide)
{
	bool nested = req->source == TASK_CALL || req->source == TASK_GATE;
	u32 i, step = wide ? 4 : 2, at = NEW + (wide ? 0x20 : 0x0e);

	FUZZ_EQ(cpu->eip, get(was, at, step), "EIP");
	FUZZ_EQ(cpu->eflags & 0xcd5, get(was, at + step, step) & 0xcd5, "EFLAGS");
	FUZZ_EQ(cpu->eflags & 2, 2, "EFLAGS bit 1");
	FUZZ_CHECK(!nested || cpu->eflags & X86_EFLAGS_NT, "NT");
	for (i = 0; i < 8; i++)
		FUZZ_CHECK(cpu->gpr[i] == get(was, at + (2 + i) * step, step) || i == 4,
			   "register %u", i);
	FUZZ_EQ(cpu->seg[SEGMENT_TR].selector, req->selector, "TR");
	FUZZ_EQ(cpu->seg[SEGMENT_TR].attr & 0xf, wide ? 11 : 3, "TR is busy");
	if (wide && cpu->paging)
		FUZZ_EQ(cpu->cr3, get(was, NEW + 0x1c, 4), "CR3");
}

/* What any processor has after a switch, with the privilege of CS's RPL */
static void check_segments(const struct task_cpu *cpu)
{
	const struct lip_segment *cs = &cpu->seg[EMUL_CS], *ss = &cpu->seg[EMUL_SS];
	u32 cpl = cs->selector & 3, i;

	if (cpu->eflags & X86_EFLAGS_VM) {
		for (i = 0; i < 6; i++)
			FUZZ_EQ(cpu->seg[i].base, cpu->seg[i].selector * 16, "base");
		return;
	}
	FUZZ_EQ(cs->attr & 0x98, 0x98, "CS is code and present");
	FUZZ_EQ(ss->attr & 0x9a, 0x92, "SS is writable data and present");
	FUZZ_CHECK((ss->attr >> 5 & 3) == cpl && (ss->selector & 3) == cpl, "SS");
	for (i = 0; i < 6; i++) {
		const struct lip_segment *s = &cpu->seg[i];

		if (!(s->attr & 0x80)) {
			FUZZ_CHECK(s->selector < 4, "selector %x is unusable", s->selector);
			continue;
		}
		FUZZ_CHECK(s->attr & 0x10 && s->attr & 1, "segment %u: %x", i, s->attr);
		FUZZ_CHECK(i == EMUL_CS || i == EMUL_SS || (s->attr & 0xc) == 0xc ||
			   (s->attr >> 5 & 3) >= cpl, "segment %u is more privileged", i);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct task_memory m = { .read = mem_read, .write = mem_write, .new_cr3 = new_cr3 };
	bool wide_old, wide_new;
	struct task_cpu cpu, old;
	struct task_request req;
	struct task_fault fault;
	int ret;

	fuzz_start(data, size);
	memset(mem, 0, sizeof(mem));
	wide_old = !fuzz_rarely(4);
	wide_new = !fuzz_rarely(4);
	req = (struct task_request){
		.source = fuzz_below(4), .external = fuzz_flip(), .has_error = fuzz_flip(),
		.error = fuzz_byte(), .next = 0x12345678,
		.selector = fuzz_rarely(8) ? any_selector() : 0x20,
	};
	bad_cr3 = fuzz_rarely(16);
	faults_at = fuzz_rarely(4) ? fuzz_below(0x1000) : SIZE;
	faulted = false;
	any_cpu(&cpu, wide_old);
	any_descriptors(GDT);
	any_descriptors(LDT);
	put_desc(GDT + 0x18, OLD, 0x67, wide_old ? 0x8b : 0x83);
	put_desc(GDT + 0x20, NEW, fuzz_rarely(8) ? fuzz_byte() : 0x67,
		 (wide_new ? 0x89 : 0x81) | (req.source == TASK_IRET ? 2 : 0));
	put_desc(GDT + 0x28, LDT, 0x7f, 0x82);
	any_tss(wide_new);
	memcpy(was, mem, sizeof(was));
	old = cpu;
	ret = task_switch(&cpu, &req, &m, &fault);
	FUZZ_CHECK(ret == 0 || ret == -EFAULT || ret == -EPERM, "%d", ret);
	FUZZ_EQ(fault.vector != 0, ret != 0, "an exception");
	if (ret == -EPERM) {
		FUZZ_CHECK(!memcmp(&cpu, &old, sizeof(cpu)), "the old task");
		FUZZ_CHECK(faulted || !memcmp(mem, was, sizeof(mem)), "memory");
		return 0;
	}
	if (req.selector != 0x20)
		return 0;
	check_loaded(&cpu, &req, wide_new);
	if (!faulted)
		check_saved(&old, &req, wide_old);
	if (!ret)
		check_segments(&cpu);
	return 0;
}
