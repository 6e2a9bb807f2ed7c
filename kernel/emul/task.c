// SPDX-License-Identifier: GPL-2.0
/*
 * emul/task.c - emulate a hardware task switch, 16- and 32-bit TSS, in the order of
 * steps of SDM volume 3, "Task Switching". L0: calls only the functions it is given.
 */
#include "pure.h"
#include <asm/processor-flags.h>

#include "emul/insn.h"
#include "emul/task.h"

enum { FAULT_TS = 10, FAULT_NP = 11, FAULT_SS = 12, FAULT_GP = 13 };

#define FLAGS_KNOWN	0x003f7fd5U

#define SELECTOR_RPL	3
#define SELECTOR_TI	BIT(2)
#define SELECTOR_INDEX	0xfff8

#define TYPE_LDT	2
#define TYPE_TSS16	1
#define TYPE_TSS32	9
#define TYPE_BUSY	BIT(1)
#define TYPE_ACCESSED	BIT(0)

#define TSS32_LIMIT	0x67U
#define TSS16_LIMIT	0x2bU
#define TSS32_SAVED	0x20	/* EIP to GS: what a switch writes */
#define TSS16_SAVED	0x0e	/* IP to DS */
#define TSS32_CR3	0x1c
#define TSS32_TRAP	0x64

/* Order in a TSS: GPRs, then ES, CS, SS, DS, FS, GS, LDT */
#define TSS_GPRS	8
#define TSS32_SEGS	6
#define TSS16_SEGS	4

#define DEBUG_TRAP	BIT(0)

/**
 * struct task - a switch in progress
 * @cpu: the processor
 * @req: the request
 * @mem: the guest's memory
 * @fault: output: the exception
 * @old: TSS of the old task
 * @new: TSS of the new task
 */
struct task {
	struct task_cpu *cpu;
	const struct task_request *req;
	const struct task_memory *mem;
	struct task_fault *fault;
	struct lip_segment old, new;
};

static int task_fail(struct task *t, u8 vector, u16 selector)
{
	t->fault->vector = vector;
	t->fault->error = (selector & ~SELECTOR_RPL) |
			  (t->req->source == TASK_GATE && t->req->external);
	return -EFAULT;
}

static int task_read(struct task *t, u64 at, void *data, u32 len)
{
	return t->mem->read(t->mem->ctx, at, data, len, t->fault);
}

static int task_write(struct task *t, u64 at, const void *data, u32 len)
{
	return t->mem->write(t->mem->ctx, at, data, len, t->fault);
}

static bool task_is_32(const struct lip_segment *tss)
{
	return tss->attr & SEGMENT_CODE;
}

/* ---- descriptors ---- */

/* Linear address of a descriptor; false: beyond the table's limit. */
static bool desc_at(const struct task_cpu *cpu, u16 selector, u64 *at)
{
	const struct lip_segment *ldt = &cpu->seg[SEGMENT_LDTR];
	u32 offset = selector & SELECTOR_INDEX;

	if (selector & SELECTOR_TI) {
		*at = ldt->base + offset;
		return ldt->attr & SEGMENT_P && offset + 7 <= ldt->limit;
	}
	*at = cpu->gdt_base + offset;
	return offset + 7 <= cpu->gdt_limit;
}

static void desc_unpack(u16 selector, u64 desc, struct lip_segment *seg)
{
	u32 limit = (desc & 0xffff) | (desc >> 32 & 0xf0000);

	seg->selector = selector;
	seg->attr = desc >> 40 & 0xf0ff;
	seg->limit = seg->attr & SEGMENT_G ? limit << 12 | 0xfff : limit;
	seg->base = (desc >> 16 & 0xffffff) | (desc >> 32 & 0xff000000);
}

static u8 seg_dpl(const struct lip_segment *seg)
{
	return (seg->attr & SEGMENT_DPL) >> 5;
}

/* Raises @vector if the selector is beyond the table's limit. */
static int desc_read(struct task *t, u16 selector, u8 vector, struct lip_segment *seg)
{
	u64 at, desc;
	int err;

	if (!desc_at(t->cpu, selector, &at))
		return task_fail(t, vector, selector);
	err = task_read(t, at, &desc, sizeof(desc));
	if (!err)
		desc_unpack(selector, desc, seg);
	return err;
}

/* Set and clear bits of the descriptor's type. */
static int desc_mark(struct task *t, u16 selector, u8 set, u8 clear)
{
	u64 at;
	u8 byte;
	int err;

	if (!desc_at(t->cpu, selector, &at))
		return task_fail(t, FAULT_TS, selector);
	err = task_read(t, at + 5, &byte, 1);
	if (err || ((byte & set) == set && !(byte & clear)))
		return err;
	byte = (byte | set) & ~clear;
	return task_write(t, at + 5, &byte, 1);
}

/* ---- the old task ---- */

static int task_find_new(struct task *t)
{
	u16 selector = t->req->selector;
	bool iret = t->req->source == TASK_IRET;
	u8 vector = iret ? FAULT_TS : FAULT_GP, type;
	int err;

	if (!(selector & SELECTOR_INDEX) || selector & SELECTOR_TI)
		return task_fail(t, vector, selector);
	err = desc_read(t, selector, vector, &t->new);
	if (err)
		return err;
	type = t->new.attr & (SEGMENT_TYPE | SEGMENT_S);
	if ((type & ~TYPE_BUSY) != TYPE_TSS16 && (type & ~TYPE_BUSY) != TYPE_TSS32)
		return task_fail(t, vector, selector);
	if (!!(type & TYPE_BUSY) != iret)
		return task_fail(t, vector, selector);
	if (!(t->new.attr & SEGMENT_P))
		return task_fail(t, FAULT_NP, selector);
	if (t->new.limit < (task_is_32(&t->new) ? TSS32_LIMIT : TSS16_LIMIT))
		return task_fail(t, FAULT_TS, selector);
	return 0;
}

static int task_save32(struct task *t, u32 eflags)
{
	const struct task_cpu *cpu = t->cpu;
	u32 to[2 + TSS_GPRS + TSS32_SEGS];
	unsigned int i;

	to[0] = t->req->next;
	to[1] = eflags;
	for (i = 0; i < TSS_GPRS; i++)
		to[2 + i] = cpu->gpr[i];
	for (i = 0; i < TSS32_SEGS; i++)
		to[2 + TSS_GPRS + i] = cpu->seg[i].selector;
	return task_write(t, t->old.base + TSS32_SAVED, to, sizeof(to));
}

static int task_save16(struct task *t, u32 eflags)
{
	const struct task_cpu *cpu = t->cpu;
	u16 to[2 + TSS_GPRS + TSS16_SEGS];
	unsigned int i;

	to[0] = t->req->next;
	to[1] = eflags;
	for (i = 0; i < TSS_GPRS; i++)
		to[2 + i] = cpu->gpr[i];
	for (i = 0; i < TSS16_SEGS; i++)
		to[2 + TSS_GPRS + i] = cpu->seg[i].selector;
	return task_write(t, t->old.base + TSS16_SAVED, to, sizeof(to));
}

/* Steps up to the point after which errors are raised in the new task. */
static int task_leave(struct task *t)
{
	bool nested = t->req->source == TASK_CALL || t->req->source == TASK_GATE;
	bool iret = t->req->source == TASK_IRET;
	u32 eflags = t->cpu->eflags & ~(iret ? X86_EFLAGS_NT : 0);
	u16 link = t->old.selector;
	int err = 0;

	if (!nested)
		err = desc_mark(t, t->old.selector, 0, TYPE_BUSY);
	if (!err)
		err = task_is_32(&t->old) ? task_save32(t, eflags) : task_save16(t, eflags);
	if (!err && nested)
		err = task_write(t, t->new.base, &link, sizeof(link));
	if (!err && !iret)
		err = desc_mark(t, t->new.selector, TYPE_BUSY, 0);
	return err;
}

/* ---- the new task ---- */

/* Contents of a TSS of either size */
struct task_image {
	u32 eip, eflags, cr3;
	u32 gpr[TSS_GPRS];
	u16 seg[TSS32_SEGS];
	u16 ldt;
	bool trap;
};

static int task_image32(struct task *t, struct task_image *to)
{
	u32 tss[(TSS32_LIMIT + 1) / 4];
	int err = task_read(t, t->new.base, tss, sizeof(tss));
	const u32 *from = tss + TSS32_SAVED / 4;
	unsigned int i;

	if (err)
		return err;
	to->cr3 = tss[TSS32_CR3 / 4];
	to->trap = tss[TSS32_TRAP / 4] & DEBUG_TRAP;
	to->eip = from[0];
	to->eflags = from[1];
	for (i = 0; i < TSS_GPRS; i++)
		to->gpr[i] = from[2 + i];
	for (i = 0; i < TSS32_SEGS; i++)
		to->seg[i] = from[2 + TSS_GPRS + i];
	to->ldt = from[2 + TSS_GPRS + TSS32_SEGS];
	return 0;
}

/* A 16-bit TSS has neither FS, GS nor CR3. */
static int task_image16(struct task *t, struct task_image *to)
{
	u16 tss[(TSS16_LIMIT + 1) / 2];
	int err = task_read(t, t->new.base, tss, sizeof(tss));
	const u16 *from = tss + TSS16_SAVED / 2;
	unsigned int i;

	if (err)
		return err;
	*to = (struct task_image){ .eip = from[0], .eflags = from[1], .cr3 = t->cpu->cr3 };
	for (i = 0; i < TSS_GPRS; i++)
		to->gpr[i] = from[2 + i];
	for (i = 0; i < TSS16_SEGS; i++)
		to->seg[i] = from[2 + TSS_GPRS + i];
	to->ldt = from[2 + TSS_GPRS + TSS16_SEGS];
	return 0;
}

static int load_ldt(struct task *t, u16 selector)
{
	struct lip_segment *ldt = &t->cpu->seg[SEGMENT_LDTR], seg;
	int err;

	*ldt = (struct lip_segment){ .selector = selector };
	if (!(selector & SELECTOR_INDEX) && !(selector & SELECTOR_TI))
		return 0;
	if (selector & SELECTOR_TI)
		return task_fail(t, FAULT_TS, selector);
	err = desc_read(t, selector, FAULT_TS, &seg);
	if (err)
		return err;
	if ((seg.attr & (SEGMENT_TYPE | SEGMENT_S)) != TYPE_LDT || !(seg.attr & SEGMENT_P))
		return task_fail(t, FAULT_TS, selector);
	*ldt = seg;
	return 0;
}

/* Vector of the fault that loading @seg into @reg raises, or 0. */
static u8 seg_wrong(const struct lip_segment *seg, enum emul_seg reg, u8 cpl)
{
	u8 rpl = seg->selector & SELECTOR_RPL, dpl = seg_dpl(seg);
	bool code = seg->attr & SEGMENT_CODE, free = code && seg->attr & SEGMENT_DOWN;
	bool ok = seg->attr & SEGMENT_S;

	if (reg == EMUL_CS)
		ok = ok && code && (free ? dpl <= rpl : dpl == rpl);
	else if (reg == EMUL_SS)
		ok = ok && !code && seg->attr & SEGMENT_RW && rpl == cpl && dpl == cpl;
	else
		ok = ok && (!code || seg->attr & SEGMENT_RW) &&
		     (free || dpl >= max(cpl, rpl));
	if (!ok)
		return FAULT_TS;
	if (seg->attr & SEGMENT_P)
		return 0;
	return reg == EMUL_SS ? FAULT_SS : FAULT_NP;
}

static int load_seg(struct task *t, enum emul_seg reg, u16 selector, u8 cpl)
{
	struct lip_segment seg;
	u8 vector;
	int err;

	if (!(selector & ~SELECTOR_RPL)) {
		if (reg == EMUL_CS || reg == EMUL_SS)
			return task_fail(t, FAULT_TS, selector);
		t->cpu->seg[reg] = (struct lip_segment){ .selector = selector };
		return 0;
	}
	err = desc_read(t, selector, FAULT_TS, &seg);
	if (err)
		return err;
	vector = seg_wrong(&seg, reg, cpl);
	if (vector)
		return task_fail(t, vector, selector);
	err = desc_mark(t, selector, TYPE_ACCESSED, 0);
	seg.attr |= TYPE_ACCESSED;
	if (!err)
		t->cpu->seg[reg] = seg;
	return err;
}

/*
 * Load one after the other, so that the state is valid for VM entry if one fails.
 * The CPL is SS.DPL.
 */
static int load_segs(struct task *t, const u16 *selectors)
{
	static const u8 order[] = { EMUL_SS, EMUL_DS, EMUL_ES, EMUL_FS, EMUL_GS };
	struct lip_segment *ss = &t->cpu->seg[EMUL_SS];
	u8 cpl = selectors[EMUL_CS] & SELECTOR_RPL;
	unsigned int i;
	int err = load_seg(t, EMUL_CS, selectors[EMUL_CS], cpl);

	if (!err)
		ss->attr = (ss->attr & ~SEGMENT_DPL) | cpl << 5;
	for (i = 0; i < ARRAY_SIZE(order) && !err; i++)
		err = load_seg(t, order[i], selectors[order[i]], cpl);
	return err;
}

/* Virtual-8086 mode: base = selector * 16 */
static void load_v86_segs(struct task_cpu *cpu, const u16 *selectors)
{
	unsigned int i;

	for (i = 0; i < TSS32_SEGS; i++)
		cpu->seg[i] = (struct lip_segment){
			.selector = selectors[i], .base = selectors[i] << 4,
			.limit = 0xffff, .attr = 0xf3,
		};
}

/* Load the registers that need no check, then those whose faults are the new task's. */
static int task_enter(struct task *t, const struct task_image *image)
{
	bool nested = t->req->source == TASK_CALL || t->req->source == TASK_GATE;
	struct task_cpu *cpu = t->cpu;
	unsigned int i;
	int err;

	cpu->eip = image->eip;
	cpu->eflags = (image->eflags & FLAGS_KNOWN) | X86_EFLAGS_FIXED;
	cpu->eflags |= nested ? X86_EFLAGS_NT : 0;
	for (i = 0; i < TSS_GPRS; i++)
		cpu->gpr[i] = image->gpr[i];
	for (i = 0; i < TSS32_SEGS; i++)
		cpu->seg[i].selector = image->seg[i];
	cpu->seg[SEGMENT_TR] = t->new;
	cpu->seg[SEGMENT_TR].attr |= TYPE_BUSY;
	cpu->trap = image->trap;
	if (cpu->paging && task_is_32(&t->new)) {
		cpu->cr3 = image->cr3;
		if (t->mem->new_cr3(t->mem->ctx, image->cr3))
			return task_fail(t, FAULT_TS, t->new.selector);
	}
	err = load_ldt(t, image->ldt);
	if (err)
		return err;
	if (cpu->eflags & X86_EFLAGS_VM) {
		load_v86_segs(cpu, image->seg);
		return 0;
	}
	return load_segs(t, image->seg);
}

/* Push the event's error code onto the new stack. */
static int task_push_error(struct task *t)
{
	const struct lip_segment *ss = &t->cpu->seg[EMUL_SS];
	u32 size = task_is_32(&t->new) ? 4 : 2, *esp = &t->cpu->gpr[4];
	u32 mask = ss->attr & SEGMENT_DB ? U32_MAX : U16_MAX;
	u32 sp = (*esp - size) & mask;
	u64 at;
	int err;

	if (segment_linear(ss, false, false, sp, size, true, &at))
		return task_fail(t, FAULT_SS, 0);
	err = task_write(t, at, &t->req->error, size);
	if (!err)
		*esp = (*esp & ~mask) | sp;
	return err;
}

/**
 * task_switch() - emulate a task switch
 * @cpu: the processor's state
 * @req: the request
 * @mem: the guest's memory
 * @fault: output: the exception raised instead, or before the new task's first
 *	instruction
 *
 * The caller sets CR0.TS and clears DR7's local enables.
 *
 * Context: that of @mem.
 * Return: 0; -EFAULT: raise @fault in the new task; -EPERM: raise @fault in the old
 * task, which continues.
 */
int task_switch(struct task_cpu *cpu, const struct task_request *req,
		const struct task_memory *mem, struct task_fault *fault)
{
	struct task t = {
		.cpu = cpu, .req = req, .mem = mem, .fault = fault,
		.old = cpu->seg[SEGMENT_TR],
	};
	struct task_image image;
	int err;

	*fault = (struct task_fault){ 0 };
	cpu->trap = false;
	if (task_find_new(&t))
		return -EPERM;
	err = task_is_32(&t.new) ? task_image32(&t, &image) : task_image16(&t, &image);
	if (err || task_leave(&t))
		return -EPERM;
	err = task_enter(&t, &image);
	if (!err && req->source == TASK_GATE && req->has_error)
		err = task_push_error(&t);
	return err;
}
