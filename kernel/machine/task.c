// SPDX-License-Identifier: GPL-2.0
/*
 * machine/task.c - task-switch exits (VMX). Layer L2.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "emul/task.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "machine/operand.h"

#define PDPTE_RESERVED	(GENMASK_ULL(2, 1) | GENMASK_ULL(8, 5))

/**
 * struct task_memory_ctx - context of struct task_memory
 * @lip: the LIP
 * @pg: its control state, with supervisor rights
 * @pdptes: the PDPTEs at @pg.cr3 in PAE mode
 * @has_pdptes: @pdptes is valid
 */
struct task_memory_ctx {
	struct lip *lip;
	struct lip_paging pg;
	u64 pdptes[4];
	bool has_pdptes;
};

static int task_copy(struct task_memory_ctx *c, u32 at, u8 *data, u32 len, bool write,
		     struct task_fault *fault)
{
	struct machine *m = c->lip->machine;
	u32 part;
	gpa_t gpa;

	for (; len; len -= part, at += part, data += part) {
		int err = operand_translate(c->lip, &c->pg, at, write, &gpa, &fault->error);

		part = min_t(u32, len, PAGE_SIZE - offset_in_page(at));
		if (!err)
			err = write ? machine_write(m, gpa, data, part) :
				      machine_read(m, gpa, data, part);
		if (!err)
			continue;
		/* Also if an entry has changed meanwhile: the guest's handler just returns. */
		fault->vector = X86_TRAP_PF;
		fault->address = at;
		return -EFAULT;
	}
	return 0;
}

static int task_read(void *ctx, u32 at, void *data, u32 len, struct task_fault *fault)
{
	return task_copy(ctx, at, data, len, false, fault);
}

static int task_write(void *ctx, u32 at, const void *data, u32 len, struct task_fault *fault)
{
	return task_copy(ctx, at, (u8 *)data, len, true, fault);
}

/* In PAE mode the PDPTEs are loaded into registers. */
static int task_new_cr3(void *ctx, u32 cr3)
{
	struct task_memory_ctx *c = ctx;
	u64 reserved = PDPTE_RESERVED | ~GENMASK_ULL(c->lip->machine->msr.phys_bits - 1, 0);
	unsigned int i;

	c->pg.cr3 = cr3;
	if (!(c->pg.cr4 & X86_CR4_PAE))
		return 0;
	if (machine_read(c->lip->machine, cr3 & ~31U, c->pdptes, sizeof(c->pdptes)))
		return -EFAULT;
	for (i = 0; i < ARRAY_SIZE(c->pdptes); i++)
		if (c->pdptes[i] & 1 && c->pdptes[i] & reserved)
			return -EFAULT;
	c->has_pdptes = true;
	return 0;
}

/*
 * Whether an exception in the delivery of another makes a double fault (SDM, "Interrupt
 * 8 - Double Fault Exception").
 */
static bool task_is_double(const struct lip_exit *exit, u8 vector)
{
	const u32 contributory = BIT(X86_TRAP_DE) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
				 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP);
	u32 first = exit->task.exception ? BIT(exit->task.vector) : 0, second = BIT(vector);

	return (first & contributory && second & contributory) ||
	       (first & BIT(X86_TRAP_PF) && second & (contributory | BIT(X86_TRAP_PF)));
}

static void task_inject(struct lip *lip, const struct task_fault *fault)
{
	if (fault->vector == X86_TRAP_PF)
		lpar_hw->set_cr2(lip->hw, fault->address);
	lpar_hw->inject_fault(lip->hw, fault->vector, fault->error);
}

/* Raise the fault in the old task; in the delivery of an event it may be a #DF. */
static void task_refused(struct lip *lip, const struct lip_exit *exit, struct task_fault *fault)
{
	if (exit->task.exception && exit->task.vector == X86_TRAP_DF) {
		lip_fault(lip, LPAR_REASON_TRIPLE_FAULT, lip->hw->rip, 0);
		return;
	}
	if (task_is_double(exit, fault->vector))
		*fault = (struct task_fault){ .vector = X86_TRAP_DF };
	task_inject(lip, fault);
}

void lip_exit_task(struct lip *lip, struct lip_exit *exit)
{
	struct task_memory_ctx c = { .lip = lip };
	const struct task_memory mem = {
		.read = task_read, .write = task_write, .new_cr3 = task_new_cr3, .ctx = &c,
	};
	const struct task_request req = {
		.selector = exit->task.selector, .source = exit->task.source,
		.external = exit->task.external, .has_error = exit->task.has_error,
		.error = exit->task.error, .next = lip->hw->rip + exit->insn_len,
	};
	struct task_fault fault;
	struct task_cpu cpu;
	int err;

	lpar_hw->paging(lip->hw, &c.pg);
	/* Descriptor tables and TSSs are accessed with supervisor rights. */
	c.pg.cpl = 0;
	c.pg.ac = false;
	lpar_hw->get_task(lip->hw, &cpu);
	err = task_switch(&cpu, &req, &mem, &fault);
	if (err == -EPERM) {
		task_refused(lip, exit, &fault);
		return;
	}
	cpu.trap = cpu.trap && !err;
	lpar_hw->set_task(lip->hw, &cpu, c.has_pdptes ? c.pdptes : NULL);
	lip->recheck = true;
	if (err)
		task_inject(lip, &fault);
}
