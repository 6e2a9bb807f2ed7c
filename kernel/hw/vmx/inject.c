// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/inject.c - inject events, and reinject those interrupted by an exit.
 *
 * SDM: "Event Injection", "Information for VM Exits That Occur During Event
 * Delivery", "Virtual NMIs". Layer L1.
 */
#include <uapi/asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "hw/vmx/vmcs.h"

#define BLOCKED_IRQ (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)
#define UNBLOCKED_BY_IRET BIT(12)

static void vmx_set_event(struct vmx_lip *vl, u32 info)
{
	vmwrite(VM_ENTRY_INTR_INFO_FIELD, info | INTR_INFO_VALID_MASK);
	vl->entry_event = true;
}

void vmx_inject_irq(struct hw_lip *hl, u8 vector)
{
	vmx_set_event(to_vmx(hl), INTR_TYPE_EXT_INTR | vector);
}

void vmx_inject_nmi(struct hw_lip *hl)
{
	vmx_set_event(to_vmx(hl), INTR_TYPE_NMI_INTR | X86_TRAP_NMI);
}

static bool vmx_has_error(u8 vector)
{
	return BIT(vector) & (BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
			      BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) |
			      BIT(X86_TRAP_AC));
}

void vmx_inject_fault(struct hw_lip *hl, u8 vector, u32 error)
{
	u32 info = INTR_TYPE_HARD_EXCEPTION | vector;

	/* Real mode pushes no error code. */
	if (vmx_has_error(vector) && vmread(GUEST_CR0) & X86_CR0_PE) {
		vmwrite(VM_ENTRY_EXCEPTION_ERROR_CODE, error);
		info |= INTR_INFO_DELIVER_CODE_MASK;
	}
	/*
	 * A fault pushes RF set, to suppress an instruction breakpoint on return (SDM,
	 * "Instruction-Breakpoint Exception Condition"). For #DB it depends on the
	 * cause.
	 */
	if (vector != X86_TRAP_DB)
		vmwrite(GUEST_RFLAGS, vmread(GUEST_RFLAGS) | X86_EFLAGS_RF);
	vmx_set_event(to_vmx(hl), info);
}

bool vmx_irq_ready(struct hw_lip *hl)
{
	return !to_vmx(hl)->entry_event &&
	       vmread(GUEST_RFLAGS) & X86_EFLAGS_IF &&
	       !(vmread(GUEST_INTERRUPTIBILITY_INFO) & BLOCKED_IRQ);
}

bool vmx_nmi_ready(struct hw_lip *hl)
{
	return !to_vmx(hl)->entry_event &&
	       !(vmread(GUEST_INTERRUPTIBILITY_INFO) &
		 (BLOCKED_IRQ | GUEST_INTR_STATE_NMI));
}

bool vmx_nmi_blocked(struct hw_lip *hl)
{
	return vmread(GUEST_INTERRUPTIBILITY_INFO) & GUEST_INTR_STATE_NMI;
}

void vmx_request_window(struct hw_lip *hl, bool irq, bool nmi)
{
	struct vmx_lip *vl = to_vmx(hl);
	u32 ctl = vl->cpu_ctl & ~(CPU_BASED_INTR_WINDOW_EXITING |
				  CPU_BASED_NMI_WINDOW_EXITING);

	if (irq)
		ctl |= CPU_BASED_INTR_WINDOW_EXITING;
	if (nmi)
		ctl |= CPU_BASED_NMI_WINDOW_EXITING;
	if (ctl == vl->cpu_ctl)
		return;
	vl->cpu_ctl = ctl;
	vmwrite(CPU_BASED_VM_EXEC_CONTROL, ctl);
}

/*
 * If the exit occurred during delivery of an event, deliver it again: the IDT-vectoring
 * information has the format of the entry field.
 */
void vmx_reinject(struct vmx_lip *vl)
{
	u32 info = vmread(IDT_VECTORING_INFO_FIELD);
	u32 type = info & VECTORING_INFO_TYPE_MASK;

	if (!(info & VECTORING_INFO_VALID_MASK)) {
		if (vmread(EXIT_QUALIFICATION) & UNBLOCKED_BY_IRET &&
		    vmread(VM_EXIT_REASON) == EXIT_REASON_EPT_VIOLATION)
			vmwrite(GUEST_INTERRUPTIBILITY_INFO,
				vmread(GUEST_INTERRUPTIBILITY_INFO) |
				GUEST_INTR_STATE_NMI);
		return;
	}
	if (info & VECTORING_INFO_DELIVER_CODE_MASK)
		vmwrite(VM_ENTRY_EXCEPTION_ERROR_CODE,
			vmread(IDT_VECTORING_ERROR_CODE));
	if (type == INTR_TYPE_SOFT_INTR || type == INTR_TYPE_SOFT_EXCEPTION ||
	    type == INTR_TYPE_PRIV_SW_EXCEPTION)
		vmwrite(VM_ENTRY_INSTRUCTION_LEN,
			vmread(VM_EXIT_INSTRUCTION_LEN));
	if (type == INTR_TYPE_NMI_INTR)
		vmwrite(GUEST_INTERRUPTIBILITY_INFO,
			vmread(GUEST_INTERRUPTIBILITY_INFO) &
			~GUEST_INTR_STATE_NMI);
	vmx_set_event(vl, info & ~BIT(12));
}

/* Pending #DB of the instruction just skipped, if it was single-stepped. */
void vmx_pend_single_step(void)
{
	vmwrite(GUEST_PENDING_DBG_EXCEPTIONS,
		vmread(GUEST_PENDING_DBG_EXCEPTIONS) | DR_STEP);
}

/* Raise #DB as the processor would: set the cause in DR6, clear DR7.GD. */
static void vmx_debug_exception(struct vmx_lip *vl, u32 info)
{
	unsigned long dr6;
	u64 q = vmread(EXIT_QUALIFICATION);

	/* The guest's DR6 is loaded. */
	asm volatile("mov %%db6, %0" : "=r" (dr6));
	dr6 = (dr6 & ~0xfUL) | (q & 0x600f);
	asm volatile("mov %0, %%db6" : : "r" (dr6));
	vmwrite(GUEST_DR7, vmread(GUEST_DR7) & ~BIT(13));
	/* VM entry requires a pending BS if TF is set in an interrupt shadow. */
	if (vmread(GUEST_INTERRUPTIBILITY_INFO) & BLOCKED_IRQ &&
	    vmread(GUEST_RFLAGS) & X86_EFLAGS_TF)
		vmx_pend_single_step();
	/* INT1 is a trap: RIP must advance. */
	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION) {
		vmwrite(VM_ENTRY_INSTRUCTION_LEN, vmread(VM_EXIT_INSTRUCTION_LEN));
		vmx_set_event(vl, INTR_TYPE_PRIV_SW_EXCEPTION | X86_TRAP_DB);
		return;
	}
	vmx_inject_fault(&vl->hl, X86_TRAP_DB, 0);
}

/*
 * An exception during a CR0 or CR4 write executed again. True: #GP in the delivery
 * of an event; it will occur again without an exit.
 */
static bool vmx_cr_exception(struct vmx_lip *vl, u32 vector)
{
	if (vector == X86_TRAP_GP && vl->entry_event) {
		vmx_cr_try_end(vl);
		return true;
	}
	vmx_cr_try_result(vl, vector == X86_TRAP_GP);
	return false;
}

/* NMI and #MC were forwarded to the host; reinject other exceptions. */
void vmx_exception(struct vmx_lip *vl, struct lip_exit *exit)
{
	u32 info = vmread(VM_EXIT_INTR_INFO);
	u32 vector = info & INTR_INFO_VECTOR_MASK;

	exit->kind = LIP_EXIT_NONE;
	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR ||
	    vector == X86_TRAP_MC)
		return;
	if (unlikely(vl->cr_try.shadow) && vmx_cr_exception(vl, vector))
		return;
	if (vl->entry_event) {
		/* An exception during delivery of an event: treat as triple fault. */
		exit->kind = LIP_EXIT_SHUTDOWN;
		return;
	}
	if (vector == X86_TRAP_DB)
		vmx_debug_exception(vl, info);
	else
		vmx_inject_fault(&vl->hl, vector,
				 vmread(VM_EXIT_INTR_ERROR_CODE));
}
