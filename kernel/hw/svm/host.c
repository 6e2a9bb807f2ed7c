// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/host.c - the host's state around a guest.
 *
 * VMRUN switches part of it, VMLOAD and VMSAVE around it the segments and MSRs
 * that a kernel entry needs; the rest is switched when a LIP is loaded and put,
 * once in a slice. Between the two, preemption is off, so no other task sees
 * the guest's values. APM: "VMRUN Instruction", "VMSAVE and VMLOAD". Layer L1.
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>

#include "hw/svm/vmcb.h"

static bool svm_has_tsc_aux(void)
{
	return boot_cpu_has(X86_FEATURE_RDTSCP) || boot_cpu_has(X86_FEATURE_RDPID);
}

/* DR6 and DR7 are in the VMCB. */
static void svm_load_debug(struct svm_lip *sl)
{
	/* The first exit is what clears DR7: no host breakpoint till then. */
	if (hw_breakpoint_active())
		set_debugreg(0, 7);
	set_debugreg(sl->dr[0], 0);
	set_debugreg(sl->dr[1], 1);
	set_debugreg(sl->dr[2], 2);
	set_debugreg(sl->dr[3], 3);
}

static void svm_put_debug(struct svm_lip *sl)
{
	get_debugreg(sl->dr[0], 0);
	get_debugreg(sl->dr[1], 1);
	get_debugreg(sl->dr[2], 2);
	get_debugreg(sl->dr[3], 3);
	set_debugreg(DR6_RESERVED, 6);
	if (hw_breakpoint_active())
		hw_kernel.hw_breakpoint_restore();
}

/**
 * svm_load() - put the LIP's registers in place
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
	/* What one LPAR left in the predictors must not steer another. */
	if (cpu->last_root != sl->s2_root)
		indirect_branch_prediction_barrier();
	cpu->last_root = sl->s2_root;
	if (svm_has_tsc_aux()) {
		rdmsrq(MSR_TSC_AUX, sl->host_tsc_aux);
		wrmsrq(MSR_TSC_AUX, sl->tsc_aux);
	}
	svm_load_debug(sl);
}

/* The reverse of svm_load(), in the same place. */
void svm_put(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	svm_timer_cancel(this_cpu_ptr(&svm_cpus));
	svm_put_debug(sl);
	if (svm_has_tsc_aux()) {
		rdmsrq(MSR_TSC_AUX, sl->tsc_aux);
		wrmsrq(MSR_TSC_AUX, sl->host_tsc_aux);
	}
}
