// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/exit.c - translate a VM exit into struct lip_exit.
 *
 * SDM: "Basic Exit Reasons", "Exit Qualification". Layer L1.
 */
#include <linux/kernel.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "hw/vmx/vmcs.h"

/* Not in <asm/vmx.h>. */
#define VMX_EXIT_GETSEC		11
#define VMX_EXIT_SEAMCALL	76
#define VMX_EXIT_TDCALL		77
/* EPT violation: by the access itself, not by the guest's page walk */
#define EPT_VIOLATION_OPERAND	BIT(8)
/* EPT violation: the page is readable */
#define VMX_EPT_READABLE	BIT(3)

/* Few exits need RSP, and a VMREAD is expensive. */
void vmx_read_rsp(struct vmx_lip *vl)
{
	vl->hl.regs[LIP_RSP] = vmread(GUEST_RSP);
	vl->rsp_read = true;
}

/* Exits that need no further information */
static const u8 vmx_simple_exits[] = {
	[EXIT_REASON_EXTERNAL_INTERRUPT] = LIP_EXIT_HOST_IRQ,
	[EXIT_REASON_TRIPLE_FAULT] = LIP_EXIT_SHUTDOWN,
	[EXIT_REASON_INTERRUPT_WINDOW] = LIP_EXIT_IRQ_WINDOW,
	[EXIT_REASON_NMI_WINDOW] = LIP_EXIT_IRQ_WINDOW,
	[EXIT_REASON_CPUID] = LIP_EXIT_CPUID,
	[VMX_EXIT_GETSEC] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_HLT] = LIP_EXIT_HLT,
	[EXIT_REASON_INVD] = LIP_EXIT_SKIP,
	[EXIT_REASON_RDPMC] = LIP_EXIT_PROTECTION,
	[EXIT_REASON_VMCALL] = LIP_EXIT_HYPERCALL,
	[EXIT_REASON_VMCLEAR] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMLAUNCH] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMPTRLD] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMPTRST] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMREAD] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMRESUME] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMWRITE] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMOFF] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_VMON] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_MSR_READ] = LIP_EXIT_RDMSR,
	[EXIT_REASON_MSR_WRITE] = LIP_EXIT_WRMSR,
	[EXIT_REASON_MWAIT_INSTRUCTION] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_MONITOR_INSTRUCTION] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_PAUSE_INSTRUCTION] = LIP_EXIT_SKIP,
	[EXIT_REASON_PREEMPTION_TIMER] = LIP_EXIT_TIMER,
	[EXIT_REASON_WBINVD] = LIP_EXIT_SKIP,
	[EXIT_REASON_XSETBV] = LIP_EXIT_XSETBV,
	[EXIT_REASON_INVEPT] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_INVVPID] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_INVPCID] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_RDTSCP] = LIP_EXIT_UNDEFINED,
	[EXIT_REASON_ENCLS] = LIP_EXIT_UNDEFINED,
	[VMX_EXIT_SEAMCALL] = LIP_EXIT_UNDEFINED,
	[VMX_EXIT_TDCALL] = LIP_EXIT_UNDEFINED,
};

static void vmx_read_io(struct lip_exit *exit)
{
	u64 q = vmread(EXIT_QUALIFICATION);

	exit->kind = LIP_EXIT_IO;
	exit->io.size = (q & 7) + 1;
	exit->io.in = q & 8;
	exit->io.string = q & 16;
	exit->io.port = q >> 16;
}

static void vmx_read_mmio(struct vmx_lip *vl, struct lip_exit *exit)
{
	u64 q = vmread(EXIT_QUALIFICATION);

	vmx_read_rsp(vl);
	exit->kind = LIP_EXIT_MMIO;
	exit->mmio.gpa = vmread(GUEST_PHYSICAL_ADDRESS);
	exit->mmio.write = q & EPT_VIOLATION_ACC_WRITE;
	exit->mmio.fetch = q & EPT_VIOLATION_ACC_INSTR;
	/* A stack, descriptor or page table outside of storage cannot be emulated. */
	exit->mmio.implicit = vl->entry_event || !(q & EPT_VIOLATION_OPERAND);
	if (exit->mmio.fetch && q & VMX_EPT_READABLE)
		exit->kind = LIP_EXIT_NX;
}

static void vmx_read_fail(u32 reason, struct lip_exit *exit)
{
	exit->kind = LIP_EXIT_FAIL;
	exit->fail.refused = reason & VMX_EXIT_REASONS_FAILED_VMENTRY;
	exit->fail.code = reason;
	exit->fail.info = vmread(EXIT_QUALIFICATION);
}

/*
 * Forward NMI and #MC to the host. True: the guest consumed a memory error.
 */
static bool vmx_host_events(struct vmx_lip *vl, u32 reason)
{
	u32 info;

	if (unlikely((u16)reason == EXIT_REASON_MCE_DURING_VMENTRY)) {
		vmx_to_host(&vl->hl);
		return hw_machine_check();
	}
	if (reason != EXIT_REASON_EXCEPTION_NMI)
		return false;
	info = vmread(VM_EXIT_INTR_INFO);
	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR) {
		vmx_to_host(&vl->hl);
		asm volatile("int $2");
	} else if ((info & INTR_INFO_VECTOR_MASK) == X86_TRAP_MC) {
		vmx_to_host(&vl->hl);
		return hw_machine_check();
	}
	return false;
}

/* Exits that can occur during the delivery of an event */
static bool vmx_exit_in_delivery(u32 reason)
{
	return reason == EXIT_REASON_EPT_VIOLATION ||
	       reason == EXIT_REASON_EXCEPTION_NMI ||
	       reason == EXIT_REASON_EPT_MISCONFIG;
}

/* Exits that need more than vmx_simple_exits[]. */
static void vmx_read_special(struct vmx_lip *vl, u32 reason,
			     struct lip_exit *exit)
{
	if (vmx_host_events(vl, reason)) {
		exit->kind = LIP_EXIT_MEMORY_ERROR;
		return;
	}
	if (vmx_exit_in_delivery(reason))
		vmx_reinject(vl);
	switch (reason) {
	case EXIT_REASON_EXCEPTION_NMI:
		vmx_exception(vl, exit);
		return;
	case EXIT_REASON_TASK_SWITCH:
		vmx_read_task(vl, exit);
		return;
	case EXIT_REASON_CR_ACCESS:
		vmx_read_rsp(vl);
		vmx_cr_access(vl, exit);
		return;
	case EXIT_REASON_IO_INSTRUCTION:
		vmx_read_io(exit);
		return;
	case EXIT_REASON_EOI_INDUCED:
		exit->kind = LIP_EXIT_EOI;
		exit->vector = vmread(EXIT_QUALIFICATION);
		return;
	case EXIT_REASON_APIC_WRITE:
		/* SELF_IPI with an invalid vector; a trap: RIP has advanced. */
		exit->kind = LIP_EXIT_WRMSR;
		exit->msr = X2APIC_MSR(vmread(EXIT_QUALIFICATION));
		exit->insn_len = 0;
		return;
	case EXIT_REASON_EPT_VIOLATION:
		vmx_read_mmio(vl, exit);
		return;
	}
	vmx_read_fail(reason, exit);
}

/**
 * vmx_read_exit() - fill @exit from the current VMCS
 * @vl: the LIP that exited
 * @reason: VM_EXIT_REASON, with its failure bit
 * @exit: output
 */
void vmx_read_exit(struct vmx_lip *vl, u32 reason, struct lip_exit *exit)
{
	u8 kind = reason < ARRAY_SIZE(vmx_simple_exits) ? vmx_simple_exits[reason] : 0;

	if (unlikely(vl->cr_try.shadow) && reason != EXIT_REASON_EXCEPTION_NMI)
		vmx_cr_try_result(vl, false);

	if (kind == LIP_EXIT_HOST_IRQ || kind == LIP_EXIT_TIMER) {
		exit->kind = kind;
		return;
	}
	exit->insn_len = vmread(VM_EXIT_INSTRUCTION_LEN);
	if (kind) {
		exit->kind = kind;
		exit->msr = vl->hl.regs[LIP_RCX];
		return;
	}
	vmx_read_special(vl, reason, exit);
}

/* See struct lpar_hw_ops. */
void vmx_paging(struct hw_lip *hl, struct lip_paging *out)
{
	u32 cs = vmread(GUEST_CS_AR_BYTES);

	out->cr0 = vmread(GUEST_CR0);
	out->cr3 = vmread(GUEST_CR3);
	out->cr4 = vmread(GUEST_CR4);
	out->efer = vmread(GUEST_IA32_EFER);
	out->cs_base = vmread(GUEST_CS_BASE);
	out->cs_long = (cs & VMX_AR_L_MASK) && (out->efer & EFER_LMA);
	out->cs_db = cs & VMX_AR_DB_MASK;
	out->cpl = VMX_AR_DPL(vmread(GUEST_SS_AR_BYTES));
	out->ac = vmread(GUEST_RFLAGS) & X86_EFLAGS_AC;
}

/* See struct lpar_hw_ops. VMCS fields of segments are in the order of @index. */
void vmx_get_segment(struct hw_lip *hl, unsigned int index, struct lip_segment *out)
{
	u32 attr = vmread(GUEST_ES_AR_BYTES + 2 * index);

	out->selector = vmread(GUEST_ES_SELECTOR + 2 * index);
	out->limit = vmread(GUEST_ES_LIMIT + 2 * index);
	out->base = vmread(GUEST_ES_BASE + 2 * index);
	out->attr = attr & VMX_AR_UNUSABLE_MASK ? 0 : attr;
}
