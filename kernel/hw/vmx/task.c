// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/task.c - hardware task switches, which always exit on VMX.
 *
 * SDM: "Treatment of Task Switches", "Exit Qualification for Task Switches". Layer L1.
 */
#include <uapi/asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "emul/task.h"
#include "hw/vmx/vmcs.h"

#define DR7_LOCAL	(BIT(0) | BIT(2) | BIT(4) | BIT(6) | BIT(8))

/* Task gate in the IDT: the task switch delivers the event. */
static void vmx_task_event(struct lip_exit *exit)
{
	u32 info = vmread(IDT_VECTORING_INFO_FIELD);
	u32 type = info & VECTORING_INFO_TYPE_MASK;

	exit->task.vector = info & VECTORING_INFO_VECTOR_MASK;
	exit->task.exception = type == INTR_TYPE_HARD_EXCEPTION;
	exit->task.external = type == INTR_TYPE_EXT_INTR || type == INTR_TYPE_NMI_INTR ||
			      type == INTR_TYPE_HARD_EXCEPTION;
	exit->task.has_error = info & VECTORING_INFO_DELIVER_CODE_MASK;
	exit->task.error = vmread(IDT_VECTORING_ERROR_CODE);
	/* The event was not caused by the instruction at RIP. */
	if (exit->task.external)
		exit->insn_len = 0;
}

void vmx_read_task(struct vmx_lip *vl, struct lip_exit *exit)
{
	u64 q = vmread(EXIT_QUALIFICATION);

	vmx_read_rsp(vl);
	exit->kind = LIP_EXIT_TASK;
	exit->task.selector = q;
	exit->task.source = q >> 30 & 3;
	exit->task.external = false;
	exit->task.has_error = false;
	exit->task.exception = false;
	if (exit->task.source == TASK_GATE)
		vmx_task_event(exit);
	/* IRET unblocks NMIs, even if it faults. */
	if (exit->task.source == TASK_IRET)
		vmwrite(GUEST_INTERRUPTIBILITY_INFO,
			vmread(GUEST_INTERRUPTIBILITY_INFO) & ~GUEST_INTR_STATE_NMI);
}

/* See struct lpar_hw_ops. */
void vmx_get_task(struct hw_lip *hl, struct task_cpu *cpu)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cpu->gpr); i++)
		cpu->gpr[i] = hl->regs[i];
	for (i = 0; i < SEGMENT_COUNT; i++)
		vmx_get_segment(hl, i, &cpu->seg[i]);
	cpu->eip = hl->rip;
	cpu->eflags = vmread(GUEST_RFLAGS);
	cpu->cr3 = vmread(GUEST_CR3);
	cpu->paging = vmread(GUEST_CR0) & X86_CR0_PG;
	cpu->gdt_base = vmread(GUEST_GDTR_BASE);
	cpu->gdt_limit = vmread(GUEST_GDTR_LIMIT);
}

static void vmx_set_segment(unsigned int index, const struct lip_segment *seg)
{
	vmwrite(GUEST_ES_SELECTOR + 2 * index, seg->selector);
	vmwrite(GUEST_ES_LIMIT + 2 * index, seg->limit);
	vmwrite(GUEST_ES_BASE + 2 * index, seg->base);
	vmwrite(GUEST_ES_AR_BYTES + 2 * index,
		seg->attr & SEGMENT_P ? seg->attr : VMX_AR_UNUSABLE_MASK);
}

static void vmx_set_tables(struct vmx_lip *vl, const struct task_cpu *cpu, const u64 *pdptes)
{
	unsigned int i;

	vmwrite(GUEST_CR3, cpu->cr3);
	for (i = 0; pdptes && i < 4; i++)
		vmwrite(GUEST_PDPTR0 + 2 * i, pdptes[i]);
	vmx_flush_linear(vl);
}

/* See struct lpar_hw_ops. */
void vmx_set_task(struct hw_lip *hl, const struct task_cpu *cpu, const u64 *pdptes)
{
	struct vmx_lip *vl = to_vmx(hl);
	unsigned long dr6;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cpu->gpr); i++)
		hl->regs[i] = cpu->gpr[i];
	for (i = 0; i < SEGMENT_COUNT; i++)
		vmx_set_segment(i, &cpu->seg[i]);
	hl->rip = cpu->eip;
	hl->rip_dirty = true;
	vmwrite(GUEST_RFLAGS, cpu->eflags);
	vmx_set_tables(vl, cpu, pdptes);
	vmwrite(GUEST_CR0, vmread(GUEST_CR0) | X86_CR0_TS);
	vmwrite(GUEST_DR7, vmread(GUEST_DR7) & ~DR7_LOCAL);
	vmwrite(GUEST_INTERRUPTIBILITY_INFO, vmread(GUEST_INTERRUPTIBILITY_INFO) &
		~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS));
	if (!cpu->trap)
		return;
	/* The guest's DR6 is loaded. */
	asm volatile("mov %%db6, %0" : "=r" (dr6));
	asm volatile("mov %0, %%db6" : : "r" (dr6 | DR_SWITCH));
	vmx_inject_fault(hl, X86_TRAP_DB, 0);
}
