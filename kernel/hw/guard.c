// SPDX-License-Identifier: GPL-2.0
/*
 * hw/guard.c - barriers between a slice and the host that both vendors have.
 *
 * Each vendor's barriers.c has what is done at each entry and exit, vmenter.S what has
 * to be done without a branch in between. Documentation/lpar/hardware.rst tells why.
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
 * hw_host_irqs() - let the host's pending interrupts in
 * @hl: the LIP that is loaded
 *
 * Handlers, and softirqs behind them, find the host's debug registers and counters,
 * and the next entry knows that they were here.
 *
 * Context: interrupts off, and off again on return.
 */
void hw_host_irqs(struct hw_lip *hl)
{
	lpar_hw->to_host(hl);
	local_irq_enable();
	/* STI holds interrupts back for one more instruction: there has to be one. */
	asm volatile("nop");
	local_irq_disable();
}

/* Power-on. The MSR maps are the backend's. */
void hw_spec_reset(struct hw_lip *hl)
{
	hl->spec = (struct hw_spec){
		.how = (hw_barriers & BARRIER_SPEC_CTRL ? HW_SPEC_SWITCH : 0) |
		       (hw_barriers & BARRIER_SPEC_AGAIN ? HW_SPEC_AGAIN : 0),
	};
}

/* Split locks of the host's tasks and of guests are told apart by who runs. */
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
 * hw_barriers_load() - what both vendors do when a slice begins
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
 * hw_barriers_entry() - what both do at an entry before which the host ran
 * @hl: the LIP
 *
 * Context: interrupts off.
 */
void hw_barriers_entry(struct hw_lip *hl)
{
	u64 spec;

	hl->host_side = false;
	if (!hl->spec.how)
		return;
	/* Preemption is off: only an interrupt can have changed it. */
	rdmsrq(MSR_IA32_SPEC_CTRL, spec);
	hl->spec.host = spec;
}

/* The reverse of hw_barriers_load(). */
void hw_barriers_put(struct hw_lip *hl)
{
	if (hw_barriers & BARRIER_SPLIT_LOCK)
		hw_split_lock_restore();
	if (hw_barriers & BARRIER_IBPB_USER)
		compat_ibpb_before_user();
}
