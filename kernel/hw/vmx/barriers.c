// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/barriers.c - speculation barriers at entry and exit.
 *
 * emul/hostcpu.c decides which ones this processor needs. Those that must not be
 * followed by a branch or a load are in vmenter.S: VERW before the entry; after the
 * exit, in this order, registers, RSB, IA32_SPEC_CTRL, branch history. Those common
 * to both vendors are in hw/guard.c. See Documentation/lpar/hardware.rst. Layer L1.
 */
#include <linux/percpu.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>

#include "hw/vmx/vmcs.h"

static DEFINE_PER_CPU(u64, vmx_last_eptp);

/* At the begin of each slice: isolate LPARs from each other's branch predictions. */
void vmx_barriers_load(struct vmx_lip *vl)
{
	if (__this_cpu_read(vmx_last_eptp) != vl->eptp) {
		indirect_branch_prediction_barrier();
		__this_cpu_write(vmx_last_eptp, vl->eptp);
	}
	hw_barriers_load(&vl->hl);
}

/*
 * At an entry after interrupts were enabled or an NMI occurred: flush what their
 * handlers left in the L1 cache (L1TF). Exits handled by the monitor alone leave only
 * its own data there.
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

/* VMX_ENTER_* flags of the next entry */
unsigned int vmx_enter_flags(const struct vmx_lip *vl)
{
	unsigned int flags = vl->launched ? VMX_ENTER_RESUME : 0;

	if (hw_barriers & BARRIER_VERW ||
	    (hw_barriers & BARRIER_VERW_DEVICE && READ_ONCE(vl->hl.device)))
		flags |= VMX_ENTER_VERW;
	return flags;
}

/* An EPT root that is freed may be reused by another LPAR. */
void vmx_forget_last_eptp(void)
{
	__this_cpu_write(vmx_last_eptp, 0);
}
