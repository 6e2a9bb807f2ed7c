// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/inject.c - events into the guest, and events that an exit cut short.
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

static void vmx_event(struct vmx_lip *vl, u32 info)
{
	vmwrite(VM_ENTRY_INTR_INFO_FIELD, info | INTR_INFO_VALID_MASK);
	vl->entry_event = true;
}

void vmx_inject_irq(struct hw_lip *hl, u8 vector)
{
	vmx_event(to_vmx(hl), INTR_TYPE_EXT_INTR | vector);
}

void vmx_inject_nmi(struct hw_lip *hl)
{
	vmx_event(to_vmx(hl), INTR_TYPE_NMI_INTR | X86_TRAP_NMI);
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
	 * A fault returns to its instruction, which a breakpoint does not stop again
	 * (SDM, "Instruction-Breakpoint Exception Condition"); #DB says itself which
	 * it is.
	 */
	if (vector != X86_TRAP_DB)
		vmwrite(GUEST_RFLAGS, vmread(GUEST_RFLAGS) | X86_EFLAGS_RF);
	vmx_event(to_vmx(hl), info);
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

bool vmx_nmi_runs(struct hw_lip *hl)
{
	return vmread(GUEST_INTERRUPTIBILITY_INFO) & GUEST_INTR_STATE_NMI;
}

void vmx_windows(struct hw_lip *hl, bool irq, bool nmi)
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
 * The exit came while an event was being delivered: deliver it again. What the
 * vectoring information holds is what the entry field takes.
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
	vmx_event(vl, info & ~BIT(12));
}

/* The single step that the instruction just left out would have ended in. */
void vmx_pend_single_step(void)
{
	vmwrite(GUEST_PENDING_DBG_EXCEPTIONS,
		vmread(GUEST_PENDING_DBG_EXCEPTIONS) | DR_STEP);
}

/* #DB as hardware would have raised it: DR6 gets the cause, DR7.GD goes. */
static void vmx_debug_exception(struct vmx_lip *vl, u32 info)
{
	unsigned long dr6;
	u64 q = vmread(EXIT_QUALIFICATION);

	/* DR6 is the guest's own while it is loaded. */
	asm volatile("mov %%db6, %0" : "=r" (dr6));
	dr6 = (dr6 & ~0xfUL) | (q & 0x600f);
	asm volatile("mov %0, %%db6" : : "r" (dr6));
	vmwrite(GUEST_DR7, vmread(GUEST_DR7) & ~BIT(13));
	/* VM entry wants the trap flag and a shadow to go with a pending step. */
	if (vmread(GUEST_INTERRUPTIBILITY_INFO) & BLOCKED_IRQ &&
	    vmread(GUEST_RFLAGS) & X86_EFLAGS_TF)
		vmx_pend_single_step();
	/* INT1 is over when its trap is taken: it returns behind itself. */
	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION) {
		vmwrite(VM_ENTRY_INSTRUCTION_LEN, vmread(VM_EXIT_INSTRUCTION_LEN));
		vmx_event(vl, INTR_TYPE_PRIV_SW_EXCEPTION | X86_TRAP_DB);
		return;
	}
	vmx_inject_fault(&vl->hl, X86_TRAP_DB, 0);
}

/*
 * An exception while a write of CR0 or CR4 is the guest's to execute. True: a #GP
 * of an event's delivery, which comes again, and is the guest's then.
 */
static bool vmx_cr_exception(struct vmx_lip *vl, u32 vector)
{
	if (vector == X86_TRAP_GP && vl->entry_event) {
		vmx_cr_give_up(vl);
		return true;
	}
	vmx_cr_tried(vl, vector == X86_TRAP_GP);
	return false;
}

/* NMI and #MC were given to the host; #DB and #AC go back to the guest. */
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
		/* A fault while delivering a fault, and again: give up on it. */
		exit->kind = LIP_EXIT_SHUTDOWN;
		return;
	}
	if (vector == X86_TRAP_DB)
		vmx_debug_exception(vl, info);
	else
		vmx_inject_fault(&vl->hl, vector,
				 vmread(VM_EXIT_INTR_ERROR_CODE));
}
