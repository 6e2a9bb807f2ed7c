// SPDX-License-Identifier: GPL-2.0
/*
 * hw/guard.c - barriers between guest and host, common to both vendors.
 *
 * The vendor's barriers.c has what is done at each entry and exit, and vmenter.S
 * what must be done without a branch in between; see Documentation/lpar/hardware.rst.
 * Layer L1.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>

#include "compat.h"
#include "hw/hw.h"

static DEFINE_PER_CPU(u64, hw_host_test_ctrl);

/**
 * hw_host_irqs() - take the host's pending interrupts
 * @hl: the loaded LIP
 *
 * Handlers and softirqs run with the host's debug registers and counters; the next
 * entry loads the guest's again.
 *
 * Context: interrupts off, and off again on return.
 */
void hw_host_irqs(struct hw_lip *hl)
{
	lpar_hw->to_host(hl);
	local_irq_enable();
	/* STI blocks interrupts for one more instruction. */
	asm volatile("nop");
	local_irq_disable();
}

/* Reset to power-on state. The backend updates its MSR bitmap. */
void hw_spec_reset(struct hw_lip *hl)
{
	hl->spec = (struct hw_spec){
		.flags = (hw_barriers & BARRIER_SPEC_CTRL ? HW_SPEC_SWITCH : 0) |
			 (hw_barriers & BARRIER_SPEC_ALWAYS ? HW_SPEC_ALWAYS : 0),
	};
}

/* Split-lock detection is for the host's tasks only: disable it for the guest. */
static void hw_split_lock_off(void)
{
	u64 ctrl;

	rdmsrq(MSR_TEST_CTRL, ctrl);
	__this_cpu_write(hw_host_test_ctrl, ctrl);
	if (ctrl & MSR_TEST_CTRL_SPLIT_LOCK_DETECT)
		wrmsrq(MSR_TEST_CTRL, ctrl & ~MSR_TEST_CTRL_SPLIT_LOCK_DETECT);
}

static void hw_split_lock_restore(void)
{
	u64 ctrl = __this_cpu_read(hw_host_test_ctrl);

	if (ctrl & MSR_TEST_CTRL_SPLIT_LOCK_DETECT)
		wrmsrq(MSR_TEST_CTRL, ctrl);
}

/**
 * hw_barriers_load() - barriers at the begin of a slice
 * @hl: the LIP
 *
 * Context: as load().
 */
void hw_barriers_load(struct hw_lip *hl)
{
	hl->host_side = true;
	if (hw_barriers & BARRIER_SPLIT_LOCK)
		hw_split_lock_off();
}

/**
 * hw_barriers_entry() - barriers at an entry after the host took interrupts
 * @hl: the LIP
 *
 * Context: interrupts off.
 */
void hw_barriers_entry(struct hw_lip *hl)
{
	u64 spec;

	hl->host_side = false;
	if (!hl->spec.flags)
		return;
	/* Preemption is off: only an interrupt can have changed it. */
	rdmsrq(MSR_IA32_SPEC_CTRL, spec);
	hl->spec.host = spec;
}

/* Undo hw_barriers_load() at the end of a slice. */
void hw_barriers_put(struct hw_lip *hl)
{
	if (hw_barriers & BARRIER_SPLIT_LOCK)
		hw_split_lock_restore();
	if (hw_barriers & BARRIER_IBPB_USER)
		compat_ibpb_before_user();
}
