// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/run.c - VM entry and exit.
 *
 * APM: "VMRUN Instruction", "#VMEXIT", "Global Interrupt Flag". Layer L1.
 */
#include <linux/percpu.h>
#include <asm/fpu/xcr.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/processor-flags.h>
#include <asm/processor.h>
#include <asm/trapnr.h>
#include <asm/tsc.h>

#include "hw/svm/vmcb.h"

/* Rate of retries for events without a window exit */
#define SVM_POLL_KHZ 50

static void svm_to_vmcb(struct svm_lip *sl)
{
	struct vmcb *vmcb = sl->vmcb;

	vmcb->save.rax = sl->hl.regs[LIP_RAX];
	vmcb->save.rsp = sl->hl.regs[LIP_RSP];
	vmcb->save.rip = sl->hl.rip;
	sl->hl.rip_dirty = false;
	vmcb->control.clean = svm_caps.clean ? sl->clean : 0;
}

static void svm_from_vmcb(struct svm_lip *sl)
{
	const struct vmcb_save_area *save = &sl->vmcb->save;

	sl->hl.regs[LIP_RAX] = save->rax;
	sl->hl.regs[LIP_RSP] = save->rsp;
	sl->hl.rip = save->rip;
	sl->clean = SVM_CLEAN_ALL;
	if (svm_caps.free_xsetbv)
		sl->hl.xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
}

/* An NMI is taken after STGI; an intercepted #MC has to be forwarded. */
static bool svm_host_events(struct hw_lip *hl, u32 code)
{
	if (code != SVM_EXIT_EXCP_BASE + X86_TRAP_MC)
		return false;
	svm_to_host(hl);
	return hw_machine_check();
}

/**
 * svm_run() - see struct lpar_hw_ops
 * @hl: a loaded LIP
 * @deadline: host TSC
 * @exit: what happened
 *
 * Context: interrupts off, FPU state of the guest in place.
 */
void svm_run(struct hw_lip *hl, u64 deadline, struct lip_exit *exit)
{
	struct svm_lip *sl = to_svm(hl);
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);
	u64 now = rdtsc();

	if (deadline <= now) {
		exit->kind = LIP_EXIT_TIMER;
		return;
	}
	if (sl->nmi_window && svm_nmi_ready(hl)) {
		exit->kind = LIP_EXIT_IRQ_WINDOW;
		return;
	}
	if (svm_set_window(sl))
		deadline = min(deadline, now + tsc_khz / SVM_POLL_KHZ);
	svm_timer_arm(cpu, deadline, now);
	svm_use_asid(sl);
	svm_to_vmcb(sl);
	if (hl->host_side)
		svm_to_guest(sl);
	svm_barriers_entry();
	if (svm_enter(hl->regs, __pa(sl->vmcb), __pa(cpu->host), &hl->spec)) {
		exit->kind = LIP_EXIT_FAIL;
		exit->fail.refused = true;
		exit->fail.code = U32_MAX;
		exit->fail.info = 0;
		return;
	}
	svm_from_vmcb(sl);
	svm_keep_shadow(sl);
	if (unlikely(sl->step.on) && svm_step_end(sl)) {
		exit->kind = LIP_EXIT_IRQ_WINDOW;
		return;
	}
	if (unlikely(svm_host_events(hl, sl->vmcb->control.exit_code))) {
		exit->kind = LIP_EXIT_MEMORY_ERROR;
		return;
	}
	if (unlikely((u32)sl->vmcb->control.exit_code == (u32)SVM_EXIT_ERR))
		svm_flush_refused();
	svm_reinject(sl);
	svm_read_exit(sl, exit);
}

/* See struct lpar_hw_ops. */
void svm_skip(struct hw_lip *hl, unsigned int len)
{
	struct svm_lip *sl = to_svm(hl);
	struct vmcb *vmcb = sl->vmcb;

	hl->rip += len;
	/* Outside of 64-bit mode RIP wraps at 4 GiB. */
	if (!svm_in_64bit(&vmcb->save))
		hl->rip = (u32)hl->rip;
	hl->rip_dirty = true;
	/* RF covers one instruction only: clear it. */
	vmcb->save.rflags &= ~(u64)X86_EFLAGS_RF;
	if (unlikely(vmcb->save.rflags & X86_EFLAGS_TF))
		svm_single_step(sl);
	vmcb->control.int_state &= ~(u32)SVM_INTERRUPT_SHADOW_MASK;
}
