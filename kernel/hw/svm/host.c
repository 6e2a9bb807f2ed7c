// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/host.c - switch between host and guest state.
 *
 * VMRUN switches part of it, and VMLOAD and VMSAVE the segments and MSRs that the
 * kernel's entry code needs; the rest is switched by load() and put(), once per
 * slice. Preemption is off in between, so no other task sees the guest's values.
 * APM: "VMRUN Instruction", "VMSAVE and VMLOAD". Layer L1.
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/io.h>
#include <asm/msr.h>

#include "hw/svm/vmcb.h"

static bool svm_has_tsc_aux(void)
{
	return boot_cpu_has(X86_FEATURE_RDTSCP) || boot_cpu_has(X86_FEATURE_RDPID);
}

/* Reading is cheaper than writing. */
#define SVM_LOAD_DR(sl, n) do {			\
	unsigned long now;			\
						\
	get_debugreg(now, n);			\
	if (now != (sl)->dr[n])			\
		set_debugreg((sl)->dr[n], n);	\
} while (0)

/* DR6 and DR7 are in the VMCB. */
static void svm_load_debug(struct svm_lip *sl)
{
	/* VMRUN loads the guest's DR7; disable the host's breakpoints until then. */
	if (hw_breakpoint_active())
		set_debugreg(0, 7);
	SVM_LOAD_DR(sl, 0);
	SVM_LOAD_DR(sl, 1);
	SVM_LOAD_DR(sl, 2);
	SVM_LOAD_DR(sl, 3);
}

static void svm_save_debug(struct svm_lip *sl)
{
	get_debugreg(sl->dr[0], 0);
	get_debugreg(sl->dr[1], 1);
	get_debugreg(sl->dr[2], 2);
	get_debugreg(sl->dr[3], 3);
	set_debugreg(DR6_RESERVED, 6);
	if (hw_breakpoint_active())
		hw_kernel.hw_breakpoint_restore();
}

/*
 * Load the guest's part of the state that the host's interrupt handlers may use or
 * change; svm_to_host() switches back before interrupts are enabled.
 * Context: interrupts off.
 */
void svm_to_guest(struct svm_lip *sl)
{
	svm_load_debug(sl);
	/* Without LBR virtualisation the host's value would be in effect in the guest. */
	rdmsrq(MSR_IA32_DEBUGCTLMSR, sl->host_debugctl);
	if (sl->host_debugctl)
		wrmsrq(MSR_IA32_DEBUGCTLMSR, 0);
	hw_barriers_entry(&sl->hl);
}

/* See struct lpar_hw_ops. */
void svm_to_host(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	if (hl->host_side)
		return;
	hl->host_side = true;
	svm_save_debug(sl);
	if (sl->host_debugctl)
		wrmsrq(MSR_IA32_DEBUGCTLMSR, sl->host_debugctl);
}

/**
 * svm_load() - load the LIP's MSRs
 * @hl: the LIP
 *
 * Context: dispatcher thread, preemption off, interrupts on. Undone by
 * svm_put() before preemption is on again.
 */
void svm_load(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);

	svm_save_host(__pa(cpu->host));
	if (svm_has_tsc_aux()) {
		rdmsrq(MSR_TSC_AUX, sl->host_tsc_aux);
		wrmsrq(MSR_TSC_AUX, sl->tsc_aux);
	}
	svm_barriers_load(sl);
}

/* Undo svm_load(), in the same context; svm_to_host() was called. */
void svm_put(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	svm_timer_cancel(this_cpu_ptr(&svm_cpus));
	if (svm_has_tsc_aux()) {
		rdmsrq(MSR_TSC_AUX, sl->tsc_aux);
		wrmsrq(MSR_TSC_AUX, sl->host_tsc_aux);
	}
	svm_barriers_put(sl);
}
