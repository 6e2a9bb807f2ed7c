// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/barriers.c - speculation barriers at entry and exit.
 *
 * emul/hostcpu.c decides which ones this processor needs. Those that must not be
 * followed by a branch or a load are in vmenter.S: VERW before VMRUN; after it, in
 * this order, RSB, IA32_SPEC_CTRL, return predictor (UNTRAIN_RET, IBPB). Those
 * common to both vendors are in hw/guard.c. See Documentation/lpar/hardware.rst.
 * Layer L1.
 */
#include <linux/percpu.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/processor.h>

#include "hw/svm/vmcb.h"

/* At the begin of each slice. */
void svm_barriers_load(struct svm_lip *sl)
{
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);

	/* Isolate LPARs from each other's branch predictions. */
	if (cpu->last_root != sl->s2_root)
		indirect_branch_prediction_barrier();
	cpu->last_root = sl->s2_root;
	hw_barriers_load(&sl->hl);
	/*
	 * XSAVES cannot be intercepted and works in any guest that has XSAVE. Clear
	 * IA32_XSS to keep it from supervisor state, such as a task's shadow stack.
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
	/* Clear the divider's stale result (DIV0). */
	amd_clear_divider();
}

void svm_barriers_put(struct svm_lip *sl)
{
	if (hw_barriers & BARRIER_XSS && sl->host_xss)
		wrmsrq(MSR_IA32_XSS, sl->host_xss);
	hw_barriers_put(&sl->hl);
}

/* SRSO mitigation on a CPU that is enabled or disabled. */
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
