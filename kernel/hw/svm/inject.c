// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/inject.c - inject events, and reinject those interrupted by an exit.
 *
 * SVM does not tell whether NMIs are blocked. After injecting an NMI, intercept the
 * handler's IRET; NMIs are unblocked when it has been executed, which is noticed at
 * the next exit. If another NMI is pending, that is right after the IRET (step.c). If
 * an NMI is delayed by the shadow of STI or by another event, the guest exits after a
 * few microseconds to try again.
 * APM: "Event Injection", "EXITINTINFO", "Virtual Interrupts". Layer L1.
 */
#include <uapi/asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "hw/svm/vmcb.h"

static void svm_set_event(struct svm_lip *sl, u32 info)
{
	sl->vmcb->control.event_inj = info | SVM_EVTINJ_VALID;
}

static bool svm_event_injected(const struct svm_lip *sl)
{
	return sl->vmcb->control.event_inj & SVM_EVTINJ_VALID;
}

/* An event will be delivered at the next entry. */
bool svm_event_set(const struct svm_lip *sl)
{
	return sl->virq || svm_event_injected(sl);
}

static bool svm_irq_shadow(struct svm_lip *sl)
{
	return sl->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK;
}

/*
 * Where an event injected by VMRUN may be delivered twice, use a virtual interrupt
 * (V_IRQ): the guest is ready for it, and takes it before its next instruction or
 * exits without executing one; then it stays pending (svm_reinject()).
 */
void svm_inject_irq(struct hw_lip *hl, u8 vector)
{
	struct svm_lip *sl = to_svm(hl);

	if (!svm_caps.irq_twice) {
		svm_set_event(sl, SVM_EVTINJ_TYPE_INTR | vector);
		return;
	}
	sl->virq = true;
	sl->vmcb->control.int_vector = vector;
	svm_dirty(sl, SVM_CLEAN_INTR);
}

void svm_inject_nmi(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	svm_set_event(sl, SVM_EVTINJ_TYPE_NMI | X86_TRAP_NMI);
	sl->nmi_blocked = true;
	sl->iret_seen = false;
	svm_intercept(sl, INTERCEPT_IRET, true);
}

static bool svm_has_error(u8 vector)
{
	return BIT(vector) & (BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
			      BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) |
			      BIT(X86_TRAP_AC));
}

void svm_inject_fault(struct hw_lip *hl, u8 vector, u32 error)
{
	struct svm_lip *sl = to_svm(hl);
	u32 info = SVM_EVTINJ_TYPE_EXEPT | vector;

	/* Real mode pushes no error code. */
	if (svm_has_error(vector) && sl->vmcb->save.cr0 & X86_CR0_PE) {
		sl->vmcb->control.event_inj_err = error;
		info |= SVM_EVTINJ_VALID_ERR;
	}
	/*
	 * A fault pushes RF set, to suppress an instruction breakpoint on return
	 * (APM, "RFLAGS Register", RF). For #DB it depends on the cause.
	 */
	if (vector != X86_TRAP_DB)
		sl->vmcb->save.rflags |= X86_EFLAGS_RF;
	svm_set_event(sl, info);
}

bool svm_irq_ready(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	return !svm_event_set(sl) && !svm_irq_shadow(sl) &&
	       sl->vmcb->save.rflags & X86_EFLAGS_IF;
}

bool svm_nmi_blocked(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	if (sl->iret_seen && hl->rip != sl->iret_rip) {
		sl->nmi_blocked = false;
		sl->iret_seen = false;
	}
	return sl->nmi_blocked;
}

bool svm_nmi_ready(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	return !svm_nmi_blocked(hl) && !svm_event_set(sl) && !svm_irq_shadow(sl);
}

/*
 * Set up a virtual interrupt of the highest priority. When the guest becomes ready,
 * it takes it or, if @window, exits instead.
 */
static void svm_virtual_irq(struct svm_lip *sl, bool on, bool window)
{
	const u32 irq = V_IRQ_MASK | V_INTR_PRIO_MASK | V_IGN_TPR_MASK;
	struct vmcb_control_area *c = &sl->vmcb->control;

	if (on != !!(c->int_ctl & V_IRQ_MASK)) {
		c->int_ctl = on ? c->int_ctl | irq : c->int_ctl & ~irq;
		svm_dirty(sl, SVM_CLEAN_INTR);
	}
	if (window != svm_intercepted(sl, INTERCEPT_VINTR))
		svm_intercept(sl, INTERCEPT_VINTR, window);
}

void svm_request_window(struct hw_lip *hl, bool irq, bool nmi)
{
	struct svm_lip *sl = to_svm(hl);

	sl->irq_window = irq;
	sl->nmi_window = nmi;
}

/*
 * Called before each entry. Return: the guest must exit soon, for another try.
 *
 * Where VMRUN loses the shadow of STI, do not open a window in the shadow: the
 * interrupt would be taken between STI and HLT, and not wake up the HLT. Nor while a
 * virtual interrupt is pending.
 */
bool svm_set_window(struct svm_lip *sl)
{
	bool window;

	sl->in_shadow = svm_caps.no_shadow && svm_irq_shadow(sl);
	sl->shadow_rip = sl->hl.rip;
	window = sl->irq_window && !sl->in_shadow && !sl->virq;
	svm_virtual_irq(sl, window || sl->virq, window);
	if (svm_step_begin(sl) || (sl->nmi_blocked && !sl->iret_seen))
		return sl->irq_window && !window;
	return sl->nmi_window || (sl->irq_window && !window);
}

/* After an exit: a guest whose RIP has not changed is still in the shadow. */
void svm_keep_shadow(struct svm_lip *sl)
{
	struct vmcb_control_area *c = &sl->vmcb->control;

	if (sl->in_shadow && c->exit_code == SVM_EXIT_INTR &&
	    sl->hl.rip == sl->shadow_rip)
		c->int_state |= SVM_INTERRUPT_SHADOW_MASK;
}

/*
 * If the exit occurred during delivery of an event, deliver it again: EXITINTINFO has
 * the format of EVENTINJ. If INT n, INT3 or INTO raised it, the instruction is
 * executed again instead: RIP still points at it.
 */
void svm_reinject(struct svm_lip *sl)
{
	struct vmcb_control_area *c = &sl->vmcb->control;
	u32 info = c->exit_int_info;
	u32 type = info & SVM_EXITINTINFO_TYPE_MASK;
	u8 vector = info & SVM_EXITINTINFO_VEC_MASK;

	c->event_inj = 0;
	/* Delivery not complete: still pending. EXITINTINFO describes the same event. */
	if (sl->virq && c->int_ctl & V_IRQ_MASK)
		return;
	sl->virq = false;
	if (!(info & SVM_EXITINTINFO_VALID) || type == SVM_EXITINTINFO_TYPE_SOFT)
		return;
	if (type == SVM_EXITINTINFO_TYPE_EXEPT &&
	    (vector == X86_TRAP_BP || vector == X86_TRAP_OF))
		return;
	c->event_inj_err = c->exit_int_info_err;
	svm_set_event(sl, info);
}

/*
 * Raise the single-step trap of the instruction just skipped, as the processor would:
 * set DR6.BS, clear DR7.GD. No event is pending yet: instruction intercepts do not
 * occur during event delivery.
 */
void svm_single_step(struct svm_lip *sl)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	save->dr6 |= DR_STEP;
	save->dr7 &= ~BIT_ULL(13);
	svm_dirty(sl, SVM_CLEAN_DR);
	svm_inject_fault(&sl->hl, X86_TRAP_DB, 0);
}

/* #MC was forwarded to the host; reinject other exceptions. */
void svm_exception(struct svm_lip *sl, u8 vector, struct lip_exit *exit)
{
	exit->kind = LIP_EXIT_NONE;
	if (vector == X86_TRAP_MC)
		return;
	/* Intercepted only while single-stepping. */
	if (vector == X86_TRAP_PF)
		sl->vmcb->save.cr2 = sl->vmcb->control.exit_info_2;
	/* An exception during the delivery of an injected one: treat as triple fault. */
	if (svm_event_injected(sl))
		exit->kind = LIP_EXIT_SHUTDOWN;
	else
		svm_inject_fault(&sl->hl, vector, sl->vmcb->control.exit_info_1);
}

/* IRET of the NMI handler; it has not been executed yet. */
void svm_iret(struct svm_lip *sl)
{
	svm_intercept(sl, INTERCEPT_IRET, false);
	sl->iret_seen = true;
	sl->iret_rip = sl->hl.rip;
}
