/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/task.h - L0: a hardware task switch (SDM volume 3, "Task Management").
 *
 * Processors that leave it to the monitor have checked who may switch; everything
 * from the new TSS's descriptor on is done here. The guest is not in IA-32e mode.
 */
#ifndef LPAR_EMUL_TASK_H
#define LPAR_EMUL_TASK_H

#include "emul/segment.h"
#include "pure.h"

/* What switches, as an exit encodes it. */
enum task_source { TASK_CALL, TASK_IRET, TASK_JMP, TASK_GATE };

/**
 * struct task_request - what is to be done
 * @selector: of the new TSS
 * @source: enum task_source; TASK_GATE: an event by a task gate in the IDT
 * @external: of TASK_GATE: no INT n, INT3, INTO: errors say so
 * @has_error: of TASK_GATE: @error goes onto the new task's stack
 * @error: see @has_error
 * @next: EIP that the old task goes on at
 */
struct task_request {
	u16 selector;
	u8 source;
	bool external;
	bool has_error;
	u32 error;
	u32 next;
};

/**
 * struct task_cpu - the state that a switch changes
 * @gpr: EAX to EDI in encoding order
 * @eip: instruction pointer
 * @eflags: flags
 * @cr3: page tables, for task_memory to use from when it changes
 * @paging: paging is on
 * @seg: ES to GS in encoding order, LDTR, TR
 * @gdt_base: of the GDT
 * @gdt_limit: offset of its last byte
 * @trap: the new TSS wants a debug trap (T)
 */
struct task_cpu {
	u32 gpr[8];
	u32 eip;
	u32 eflags;
	u32 cr3;
	bool paging;
	struct lip_segment seg[SEGMENT_COUNT];
	u64 gdt_base;
	u32 gdt_limit;
	bool trap;
};

/**
 * struct task_fault - an exception instead
 * @vector: which
 * @error: its error code
 * @address: of a page fault
 */
struct task_fault {
	u8 vector;
	u32 error;
	u64 address;
};

/**
 * struct task_memory - the guest's memory by linear address, as the kernel of the guest
 * @read: @len bytes. 0; -EFAULT: a page fault, which is in @fault
 * @write: likewise
 * @new_cr3: what follows goes by other page tables. 0; -EFAULT: they cannot be used
 * @ctx: first argument of all
 */
struct task_memory {
	int (*read)(void *ctx, u32 at, void *data, u32 len, struct task_fault *fault);
	int (*write)(void *ctx, u32 at, const void *data, u32 len, struct task_fault *fault);
	int (*new_cr3)(void *ctx, u32 cr3);
	void *ctx;
};

int task_switch(struct task_cpu *cpu, const struct task_request *req,
		const struct task_memory *mem, struct task_fault *fault);

#endif
