// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/step.c - single-step one instruction of the guest.
 *
 * Sets the trap flag. Used for the IRET of an NMI handler while another NMI is
 * pending, and to execute SMSW, and LMSW with a memory operand, without intercepts. All
 * exceptions are intercepted meanwhile, so that the guest does not see the flag.
 * APM: "Single Stepping", "Exception Intercepts". Layer L1.
 */
#include <uapi/asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "hw/svm/vmcb.h"

#define STEP_EXCEPTIONS	(~(u32)BIT(X86_TRAP_NMI))
#define STEP_CR0_NEVER	((u64)(X86_CR0_CD | X86_CR0_NW))

/**
 * svm_step_cr0() - execute the access to CR0 at RIP without an exit
 * @sl: the LIP
 *
 * Takes effect at the next entry, unless an event is injected then; in that case
 * the instruction will exit again.
 */
void svm_step_cr0(struct svm_lip *sl)
{
	sl->step.wanted = true;
	sl->step.lifts = true;
}

static bool svm_step_iret(const struct svm_lip *sl)
{
	return sl->nmi_window && sl->nmi_blocked && sl->iret_seen &&
	       sl->hl.rip == sl->iret_rip;
}

/* Called before an entry. True: the guest exits after one instruction. */
bool svm_step_begin(struct svm_lip *sl)
{
	struct vmcb_save_area *save = &sl->vmcb->save;
	u32 *exceptions = &sl->vmcb->control.intercepts[INTERCEPT_EXCEPTION];
	struct svm_step *s = &sl->step;

	s->iret = svm_step_iret(sl);
	s->on = (s->wanted || s->iret) && !svm_event_set(sl);
	s->wanted = false;
	s->lifts = s->lifts && s->on;
	if (!s->on)
		return false;
	s->rip = sl->hl.rip;
	s->guest_tf = save->rflags & X86_EFLAGS_TF;
	s->dr6 = save->dr6;
	s->exceptions = *exceptions;
	*exceptions = STEP_EXCEPTIONS;
	save->rflags |= X86_EFLAGS_TF;
	save->dr6 &= ~(u64)DR_STEP;
	svm_dirty(sl, SVM_CLEAN_INTERCEPTS | SVM_CLEAN_DR);
	if (s->lifts)
		svm_intercept_cr0(sl, false);
	return true;
}

static void svm_step_restore(struct svm_lip *sl)
{
	struct vmcb_save_area *save = &sl->vmcb->save;
	struct svm_step *s = &sl->step;

	sl->vmcb->control.intercepts[INTERCEPT_EXCEPTION] = s->exceptions;
	svm_dirty(sl, SVM_CLEAN_INTERCEPTS);
	if (s->lifts)
		svm_intercept_cr0(sl, true);
	s->lifts = false;
	s->on = false;
	/* Another LIP may have replaced the instruction. */
	if (save->cr0 & STEP_CR0_NEVER) {
		save->cr0 &= ~STEP_CR0_NEVER;
		svm_dirty(sl, SVM_CLEAN_CR);
	}
}

/* Called after an exit. True: the exit was due to the step only, and is handled. */
bool svm_step_end(struct svm_lip *sl)
{
	struct vmcb_save_area *save = &sl->vmcb->save;
	struct svm_step *s = &sl->step;
	bool trap = sl->vmcb->control.exit_code == SVM_EXIT_EXCP_BASE + X86_TRAP_DB &&
		    save->dr6 & DR_STEP;

	svm_step_restore(sl);
	/* IRET has loaded TF. */
	if (!s->guest_tf && !(trap && s->iret))
		save->rflags &= ~(u64)X86_EFLAGS_TF;
	if (trap && s->iret) {
		sl->nmi_blocked = false;
		sl->iret_seen = false;
	}
	if (trap && s->guest_tf)
		return false;
	save->dr6 = (save->dr6 & ~(u64)DR_STEP) | (s->dr6 & DR_STEP);
	svm_dirty(sl, SVM_CLEAN_DR);
	return trap && !(save->dr6 & ~s->dr6 & DR_TRAP_BITS);
}
