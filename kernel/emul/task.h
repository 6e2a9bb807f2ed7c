/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/task.h - L0: hardware task switches (SDM volume 3, "Task Management").
 *
 * The processor has checked privileges before the exit; everything from the new TSS's
 * descriptor on is done here. The guest is not in IA-32e mode.
 */
#ifndef LPAR_EMUL_TASK_H
#define LPAR_EMUL_TASK_H

#include "emul/segment.h"
#include "pure.h"

/* Cause of a switch, as encoded by VMX */
enum task_source { TASK_CALL, TASK_IRET, TASK_JMP, TASK_GATE };

/**
 * struct task_request - a switch to be emulated
 * @selector: of the new TSS
 * @source: enum task_source; TASK_GATE: an event by a task gate in the IDT
 * @external: TASK_GATE: not by INT n, INT3, INTO: sets EXT in error codes
 * @has_error: TASK_GATE: push @error onto the new task's stack
 * @error: see @has_error
 * @next: EIP at which the old task will continue
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
 * @cr3: page tables
 * @paging: paging is on
 * @seg: ES to GS in encoding order, LDTR, TR
 * @gdt_base: of the GDT
 * @gdt_limit: offset of its last byte
 * @trap: the new TSS has the T flag set: raise #DB
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
 * struct task_fault - an exception
 * @vector: its vector
 * @error: its error code
 * @address: of a page fault
 */
struct task_fault {
	u8 vector;
	u32 error;
	u64 address;
};

/**
 * struct task_memory - supervisor access to the guest's memory by linear address
 * @read: read @len bytes. 0, or -EFAULT with a page fault in @fault
 * @write: write @len bytes, likewise
 * @new_cr3: use other page tables from now on. 0, or -EFAULT if they are invalid
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
