// SPDX-License-Identifier: GPL-2.0
/* sources: emul/task.c emul/segment.c */

/* Task switches on a simple machine whose memory is one array. */
#include "pure.h"
#include "tap.h"
#include "emul/insn.h"
#include "emul/task.h"

#define GDT	0x1000
#define OLD	0x2000
#define NEW	0x3000
#define GAP	0x8000	/* a page that does not exist */
#define NT	0x4000
#define VM	0x20000

enum {
	S_OLD = 0x08, S_NEW = 0x10, S_SMALL = 0x18, S_CODE = 0x20, S_DATA = 0x28, S_LDT = 0x30,
	S_CODE3 = 0x3b, S_DATA3 = 0x43, S_ABSENT = 0x48, S_RO = 0x50, S_ABSENT_STACK = 0x58,
	S_COUNT = 12,
};

static u8 memory[0x10000];
static struct task_cpu cpu;
static struct task_request req;
static struct task_fault fault;
static u32 cr3_seen;
static int cr3_error;

static bool reaches_gap(u32 at, u32 len)
{
	return at + len > GAP && at < GAP + 0x1000;
}

static int read_memory(void *ctx, u32 at, void *data, u32 len, struct task_fault *f)
{
	if (reaches_gap(at, len)) {
		*f = (struct task_fault){ .vector = 14, .address = at };
		return -EFAULT;
	}
	if (at + len > sizeof(memory))
		return -EINVAL;
	memcpy(data, memory + at, len);
	return 0;
}

static int write_memory(void *ctx, u32 at, const void *data, u32 len, struct task_fault *f)
{
	if (reaches_gap(at, len)) {
		*f = (struct task_fault){ .vector = 14, .error = 2, .address = at };
		return -EFAULT;
	}
	if (at + len > sizeof(memory))
		return -EINVAL;
	memcpy(memory + at, data, len);
	return 0;
}

static int new_cr3(void *ctx, u32 cr3)
{
	cr3_seen = cr3;
	return cr3_error;
}

static const struct task_memory mem = {
	.read = read_memory, .write = write_memory, .new_cr3 = new_cr3,
};

static u32 get32(u32 at) { u32 v; memcpy(&v, memory + at, 4); return v; }
static u16 get16(u32 at) { u16 v; memcpy(&v, memory + at, 2); return v; }
static void put32(u32 at, u32 v) { memcpy(memory + at, &v, 4); }
static void put16(u32 at, u16 v) { memcpy(memory + at, &v, 2); }

static void desc(u16 selector, u32 base, u32 limit, u8 type, u8 flags)
{
	u32 at = GDT + (selector & ~7);

	put32(at, (limit & 0xffff) | base << 16);
	put32(at + 4, (base >> 16 & 0xff) | type << 8 | (limit & 0xf0000) | flags << 20 |
	      (base & 0xff000000));
}

static u8 type_of(u16 selector)
{
	return memory[GDT + (selector & ~7) + 5];
}

static const struct lip_segment flat_code = {
	.selector = S_CODE, .attr = 0xc09b, .limit = U32_MAX,
};

static const struct lip_segment flat_data = {
	.selector = S_DATA, .attr = 0xc093, .limit = U32_MAX,
};

/* Set up a switch from the old task to @selector. */
static void begin(u16 selector, enum task_source source)
{
	unsigned int i;

	memset(memory, 0, sizeof(memory));
	desc(S_OLD, OLD, 0x67, 0x8b, 0);
	desc(S_NEW, NEW, 0x67, source == TASK_IRET ? 0x8b : 0x89, 0);
	desc(S_SMALL, NEW, 0x2b, source == TASK_IRET ? 0x83 : 0x81, 0);
	desc(S_CODE, 0, 0xfffff, 0x9a, 0xc);
	desc(S_DATA, 0, 0xfffff, 0x92, 0xc);
	desc(S_LDT, 0x4000, 0xff, 0x82, 0);
	desc(S_CODE3, 0, 0xfffff, 0xfa, 0xc);
	desc(S_DATA3, 0, 0xfffff, 0xf2, 0xc);
	desc(S_ABSENT, 0, 0xfffff, 0x1a, 0xc);
	desc(S_RO, 0, 0xfffff, 0x90, 0xc);
	desc(S_ABSENT_STACK, 0, 0xfffff, 0x12, 0xc);
	cpu = (struct task_cpu){
		.eip = 0x700, .eflags = 0x202 | (source == TASK_IRET ? NT : 0), .cr3 = 0x9000,
		.paging = true, .gdt_base = GDT, .gdt_limit = 8 * S_COUNT - 1,
	};
	for (i = 0; i < 8; i++)
		cpu.gpr[i] = 0x11111111 * (i + 1);
	for (i = 0; i < 6; i++)
		cpu.seg[i] = i == EMUL_CS ? flat_code : flat_data;
	cpu.seg[SEGMENT_TR] = (struct lip_segment){
		.selector = S_OLD, .attr = 0x8b, .limit = 0x67, .base = OLD,
	};
	req = (struct task_request){ .selector = selector, .source = source, .next = 0x705 };
	put32(NEW + 0x1c, 0xa000);
	put32(NEW + 0x20, 0x1234);
	put32(NEW + 0x24, 0x2);
	for (i = 0; i < 8; i++)
		put32(NEW + 0x28 + 4 * i, 0x1000 + i);
	for (i = 0; i < 6; i++)
		put32(NEW + 0x48 + 4 * i, i == EMUL_CS ? S_CODE : S_DATA);
	cr3_seen = 0;
	cr3_error = 0;
}

static void make_16_bit_tss(void)
{
	unsigned int i;

	memset(memory + NEW, 0, 0x68);
	put16(NEW + 0x0e, 0x1234);
	put16(NEW + 0x10, 0x2);
	for (i = 0; i < 8; i++)
		put16(NEW + 0x12 + 2 * i, 0x1000 + i);
	for (i = 0; i < 4; i++)
		put16(NEW + 0x22 + 2 * i, i == EMUL_CS ? S_CODE : S_DATA);
}

static int run(void)
{
	return task_switch(&cpu, &req, &mem, &fault);
}

static void check_old_task_saved(u32 eflags)
{
	unsigned int i;

	CHECK_EQ(get32(OLD + 0x20), 0x705);
	CHECK_EQ(get32(OLD + 0x24), eflags);
	for (i = 0; i < 8; i++)
		CHECK_EQ(get32(OLD + 0x28 + 4 * i), 0x11111111 * (i + 1));
	for (i = 0; i < 6; i++)
		CHECK_EQ(get32(OLD + 0x48 + 4 * i), i == EMUL_CS ? S_CODE : S_DATA);
	/* The processor does not save these. */
	CHECK_EQ(get32(OLD + 0x1c), 0);
	CHECK_EQ(get32(OLD + 0x60), 0);
}

static void check_new_task_loaded(u32 eflags)
{
	unsigned int i;

	CHECK_EQ(cpu.eip, 0x1234);
	CHECK_EQ(cpu.eflags, eflags);
	for (i = 0; i < 8; i++)
		CHECK_EQ(cpu.gpr[i], 0x1000 + i);
	CHECK_EQ(cpu.seg[EMUL_CS].attr, 0xc09b);
	CHECK_EQ(cpu.seg[EMUL_SS].attr, 0xc093);
	CHECK_EQ(cpu.seg[EMUL_SS].limit, U32_MAX);
	CHECK_EQ(type_of(S_CODE), 0x9b);	/* accessed */
}

TEST(call_nests_the_task)
{
	begin(S_NEW, TASK_CALL);
	CHECK_EQ(run(), 0);
	check_old_task_saved(0x202);
	check_new_task_loaded(2 | NT);
	CHECK_EQ(get16(NEW), S_OLD);
	CHECK_EQ(type_of(S_OLD), 0x8b);
	CHECK_EQ(type_of(S_NEW), 0x8b);
	CHECK_EQ(cpu.seg[SEGMENT_TR].selector, S_NEW);
	CHECK_EQ(cpu.seg[SEGMENT_TR].attr & 0xff, 0x8b);
	CHECK_EQ(cr3_seen, 0xa000);
	CHECK_EQ(cpu.cr3, 0xa000);
}

TEST(jmp_leaves_the_old_task)
{
	begin(S_NEW, TASK_JMP);
	cpu.paging = false;
	CHECK_EQ(run(), 0);
	check_old_task_saved(0x202);
	check_new_task_loaded(2);
	CHECK_EQ(get16(NEW), 0);
	CHECK_EQ(type_of(S_OLD), 0x89);
	CHECK_EQ(type_of(S_NEW), 0x8b);
	CHECK_EQ(cr3_seen, 0);
	CHECK_EQ(cpu.cr3, 0x9000);
}

TEST(iret_returns_to_the_previous_task)
{
	begin(S_NEW, TASK_IRET);
	CHECK_EQ(run(), 0);
	check_old_task_saved(0x202);			/* without NT */
	check_new_task_loaded(2);
	CHECK_EQ(type_of(S_OLD), 0x89);
	CHECK_EQ(type_of(S_NEW), 0x8b);
}

TEST(task_gate_pushes_the_error_code)
{
	begin(S_NEW, TASK_GATE);
	put32(NEW + 0x38, 0x6000);
	req.has_error = true;
	req.error = 0xabcd1234;
	CHECK_EQ(run(), 0);
	CHECK(cpu.eflags & NT);
	CHECK_EQ(cpu.gpr[4], 0x5ffc);
	CHECK_EQ(get32(0x5ffc), 0xabcd1234);
	/* Without a mapped stack the fault is raised in the new task. */
	begin(S_NEW, TASK_GATE);
	put32(NEW + 0x38, GAP + 8);
	req.has_error = true;
	CHECK_EQ(run(), -EFAULT);
	CHECK(fault.vector == 14 && fault.address == GAP + 4 && cpu.eip == 0x1234);
}

TEST(switch_to_and_from_a_16_bit_tss)
{
	begin(S_SMALL, TASK_CALL);
	make_16_bit_tss();
	CHECK_EQ(run(), 0);
	check_old_task_saved(0x202);
	check_new_task_loaded(2 | NT);
	CHECK_EQ(cpu.cr3, 0x9000);
	CHECK_EQ(cpu.seg[EMUL_FS].attr, 0);
	CHECK_EQ(cpu.seg[EMUL_GS].selector, 0);
	/* And from a 16-bit TSS. */
	begin(S_NEW, TASK_JMP);
	cpu.seg[SEGMENT_TR].attr = 0x83;
	CHECK_EQ(run(), 0);
	CHECK_EQ(get16(OLD + 0x0e), 0x705);
	CHECK_EQ(get16(OLD + 0x10), 0x202);
	CHECK_EQ(get16(OLD + 0x12), 0x1111);
	CHECK_EQ(get16(OLD + 0x20), 0x8888);
	CHECK_EQ(get16(OLD + 0x22), S_DATA);
	CHECK_EQ(get16(OLD + 0x24), S_CODE);
	CHECK_EQ(get16(OLD + 0x2a), 0);
	/* The error code is pushed as a word. */
	begin(S_SMALL, TASK_GATE);
	make_16_bit_tss();
	put16(NEW + 0x1a, 0x6000);
	req.has_error = true;
	req.error = 0x1234;
	CHECK_EQ(run(), 0);
	CHECK_EQ(cpu.gpr[4], 0x5ffe);
	CHECK_EQ(get16(0x5ffe), 0x1234);
}

TEST(switch_to_virtual_8086_mode)
{
	begin(S_NEW, TASK_JMP);
	put32(NEW + 0x24, VM | 0x202);
	put32(NEW + 0x4c, 0xf000);
	put32(NEW + 0x50, 0);
	CHECK_EQ(run(), 0);
	CHECK_EQ(cpu.seg[EMUL_CS].base, 0xf0000);
	CHECK_EQ(cpu.seg[EMUL_CS].attr, 0xf3);
	CHECK_EQ(cpu.seg[EMUL_SS].attr, 0xf3);
	CHECK_EQ(cpu.seg[EMUL_DS].limit, 0xffff);
}

TEST(switch_to_a_user_task_with_ldt)
{
	begin(S_NEW, TASK_JMP);
	put32(NEW + 0x60, S_LDT);
	put32(NEW + 0x4c, S_CODE3);
	put32(NEW + 0x50, S_DATA3);
	put32(NEW + 0x54, 0x07);		/* LDT, entry 0, RPL 3 */
	put32(NEW + 0x48, 0);
	put32(NEW + 0x58, S_DATA3);
	put32(NEW + 0x5c, 3);			/* null, its RPL is ignored */
	put32(0x4000, 0x5000ffff);
	put32(0x4004, 0x00cff200);
	put16(NEW + 0x64, 1);
	CHECK_EQ(run(), 0);
	CHECK_EQ(cpu.seg[SEGMENT_LDTR].base, 0x4000);
	CHECK_EQ(cpu.seg[EMUL_DS].base, 0x5000);
	CHECK_EQ(cpu.seg[EMUL_SS].attr & SEGMENT_DPL, 3 << 5);
	CHECK_EQ(cpu.seg[EMUL_ES].attr | cpu.seg[EMUL_GS].attr, 0);
	CHECK(cpu.trap);
}

/* A fault in the old task's context: nothing but the fault changes. */
static void check_refused(u16 selector, enum task_source source, u8 vector, u32 error)
{
	struct task_cpu before = cpu;
	u8 old[0x68], tss[0x68];

	memcpy(old, memory + OLD, sizeof(old));
	memcpy(tss, memory + NEW, sizeof(tss));
	req.selector = selector;
	req.source = source;
	CHECK_EQ(run(), -EPERM);
	CHECK_EQ(fault.vector, vector);
	CHECK_EQ(fault.error, error);
	CHECK(!memcmp(&before, &cpu, sizeof(cpu)));
	CHECK(!memcmp(old, memory + OLD, sizeof(old)) && !memcmp(tss, memory + NEW, sizeof(tss)));
	CHECK_EQ(type_of(S_OLD), 0x8b);
}

TEST(bad_tss_faults_in_the_old_task)
{
	begin(S_NEW, TASK_CALL);
	check_refused(0, TASK_CALL, 13, 0);
	check_refused(S_NEW | 4, TASK_JMP, 13, S_NEW | 4);
	check_refused(8 * S_COUNT, TASK_CALL, 13, 8 * S_COUNT);
	check_refused(S_DATA, TASK_CALL, 13, S_DATA);
	check_refused(S_LDT, TASK_CALL, 13, S_LDT);
	check_refused(S_OLD, TASK_JMP, 13, S_OLD);		/* busy */
	check_refused(S_NEW, TASK_IRET, 10, S_NEW);		/* not busy */
	desc(S_NEW, NEW, 0x67, 0x09, 0);
	check_refused(S_NEW, TASK_CALL, 11, S_NEW);
	req.external = true;
	check_refused(S_NEW, TASK_GATE, 11, S_NEW | 1);
	req.external = false;
	desc(S_NEW, NEW, 0x66, 0x89, 0);
	check_refused(S_NEW, TASK_CALL, 10, S_NEW);
	desc(S_SMALL, NEW, 0x2a, 0x81, 0);
	check_refused(S_SMALL, TASK_CALL, 10, S_SMALL);
	desc(S_NEW, GAP - 0x20, 0x67, 0x89, 0);
	check_refused(S_NEW, TASK_CALL, 14, 0);
	CHECK_EQ(fault.address, GAP - 0x20);
}

/* A fault in the new task's context, and a register state that can be entered. */
static void check_new_task_fault(u32 offset, u16 selector, u8 vector)
{
	begin(S_NEW, TASK_CALL);
	put32(NEW + offset, selector);
	CHECK_EQ(run(), -EFAULT);
	if (fault.vector != vector || fault.error != (selector & ~3))
		tap_fail(__FILE__, __LINE__, "%#x at %#x: vector %u error %#x", selector, offset,
			 fault.vector, fault.error);
	CHECK_EQ(cpu.eip, 0x1234);
	CHECK_EQ(cpu.seg[SEGMENT_TR].selector, S_NEW);
	/* VM entry fails unless CS and SS have the same DPL. */
	CHECK_EQ(cpu.seg[EMUL_CS].attr & SEGMENT_DPL, cpu.seg[EMUL_SS].attr & SEGMENT_DPL);
	CHECK(cpu.seg[EMUL_CS].attr & SEGMENT_P && cpu.seg[EMUL_SS].attr & SEGMENT_P);
}

TEST(bad_tss_contents_fault_in_the_new_task)
{
	check_new_task_fault(0x60, S_DATA, 10);
	check_new_task_fault(0x60, 4, 10);
	check_new_task_fault(0x60, 8 * S_COUNT, 10);
	check_new_task_fault(0x4c, 0, 10);
	check_new_task_fault(0x4c, S_DATA, 10);
	check_new_task_fault(0x4c, S_CODE | 3, 10);
	check_new_task_fault(0x4c, S_ABSENT, 11);
	check_new_task_fault(0x50, 0, 10);
	check_new_task_fault(0x50, S_CODE, 10);
	check_new_task_fault(0x50, S_RO, 10);
	check_new_task_fault(0x50, S_DATA | 1, 10);
	check_new_task_fault(0x50, S_ABSENT_STACK, 12);
	check_new_task_fault(0x54, S_ABSENT, 11);
	check_new_task_fault(0x58, S_NEW, 10);
	check_new_task_fault(0x5c, 4, 10);			/* there is no LDT */
	/* A stack segment with another DPL than the code's. */
	begin(S_NEW, TASK_CALL);
	put32(NEW + 0x4c, S_CODE3);
	CHECK_EQ(run(), -EFAULT);
	CHECK(fault.vector == 10 && fault.error == S_DATA);
	CHECK_EQ(cpu.seg[EMUL_SS].attr & SEGMENT_DPL, 3 << 5);
	begin(S_NEW, TASK_CALL);
	cr3_error = -EFAULT;
	CHECK_EQ(run(), -EFAULT);
	CHECK_EQ(fault.vector, 10);
}
