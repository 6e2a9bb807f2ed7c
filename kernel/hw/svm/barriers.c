// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/barriers.c - what is done at entry and exit so that nothing leaks.
 *
 * emul/hostcpu.c decides what this processor needs. What has to be done without a
 * branch or a load behind it is in vmenter.S: VERW before VMRUN; after it, in this
 * order, return stack, IA32_SPEC_CTRL, return predictor (UNTRAIN_RET, IBPB). What
 * both vendors do is in hw/guard.c. Documentation/lpar/hardware.rst. Layer L1.
 */
#include <linux/percpu.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/processor.h>

#include "hw/svm/vmcb.h"

/* Once in a slice. */
void svm_barriers_load(struct svm_lip *sl)
{
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);

	/* What one LPAR left in the predictors must not steer another. */
	if (cpu->last_root != sl->s2_root)
		indirect_branch_prediction_barrier();
	cpu->last_root = sl->s2_root;
	hw_barriers_load(&sl->hl);
	/*
	 * XSAVES cannot be intercepted, and works in any guest that has XSAVE. With a
	 * mask of 0 it reaches no supervisor state, such as a task's shadow stack.
	 */
	if (hw_barriers & BARRIER_XSS) {
		rdmsrq(MSR_IA32_XSS, sl->host_xss);
		if (sl->host_xss)
			wrmsrq(MSR_IA32_XSS, 0);
	}
}

/* At each entry. */
void svm_barriers_entry(void)
{
	/* What the divider still holds of another's division is not for the guest. */
	amd_clear_divider();
}

void svm_barriers_put(struct svm_lip *sl)
{
	if (hw_barriers & BARRIER_XSS && sl->host_xss)
		wrmsrq(MSR_IA32_XSS, sl->host_xss);
	hw_barriers_put(&sl->hl);
}

/* On a CPU that is being taken, or given back: guests' predictions stay theirs. */
void svm_barriers_cpu(bool on)
{
	u64 cfg;

	if (!(hw_barriers & BARRIER_BP_SPEC_REDUCE))
		return;
	rdmsrq(MSR_ZEN4_BP_CFG, cfg);
	if (on)
		cfg |= BIT_ULL(MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT);
	else
		cfg &= ~BIT_ULL(MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT);
	wrmsrq(MSR_ZEN4_BP_CFG, cfg);
}
