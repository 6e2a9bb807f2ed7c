// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/barriers.c - what is done at entry and exit so that nothing leaks.
 *
 * emul/hostcpu.c decides what this processor needs. What has to be done without a
 * branch or a load behind it is in vmenter.S: VERW before the entry; after the exit,
 * in this order, registers, return stack, IA32_SPEC_CTRL, branch history. What both
 * vendors do is in hw/guard.c. Documentation/lpar/hardware.rst. Layer L1.
 */
#include <linux/percpu.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>

#include "hw/vmx/vmcs.h"

static DEFINE_PER_CPU(u64, vmx_last_eptp);

/* Once in a slice. What one LPAR left in the predictors must not steer another. */
void vmx_barriers_load(struct vmx_lip *vl)
{
	if (__this_cpu_read(vmx_last_eptp) != vl->eptp) {
		indirect_branch_prediction_barrier();
		__this_cpu_write(vmx_last_eptp, vl->eptp);
	}
	hw_barriers_load(&vl->hl);
}

/*
 * At an entry before which interrupts were open or an NMI came: what their handlers
 * left in the L1 cache must not be read through a terminal fault. Exits that only
 * the monitor handled leave its own data there, and no other guest's.
 */
void vmx_barriers_entry(struct vmx_lip *vl)
{
	hw_barriers_entry(&vl->hl);
	if (hw_barriers & BARRIER_L1D)
		wrmsrq(MSR_IA32_FLUSH_CMD, L1D_FLUSH);
}

void vmx_barriers_put(struct vmx_lip *vl)
{
	hw_barriers_put(&vl->hl);
}

/* For vmx_enter(): how this entry is made. */
unsigned int vmx_enter_flags(const struct vmx_lip *vl)
{
	unsigned int flags = vl->launched ? VMX_ENTER_RESUME : 0;

	if (hw_barriers & BARRIER_VERW ||
	    (hw_barriers & BARRIER_VERW_DEVICE && READ_ONCE(vl->hl.device)))
		flags |= VMX_ENTER_VERW;
	return flags;
}

/* An EPT root that goes may come back as another LPAR's. */
void vmx_forget_last(void)
{
	__this_cpu_write(vmx_last_eptp, 0);
}
