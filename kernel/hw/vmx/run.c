// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/run.c - VM entry and exit.
 *
 * SDM: "VM Entries", "VM Exits", "VMX-Preemption Timer". Layer L1.
 */
#include <linux/minmax.h>
#include <asm/msr.h>
#include <asm/special_insns.h>

#include "hw/vmx/vmcs.h"

/* CR3 and CR4 may change between entries: lazy TLB, perf, TSC disabling. */
static void vmx_refresh_host(struct vmx_lip *vl)
{
	unsigned long cr3 = __read_cr3();
	unsigned long cr4 = __read_cr4();

	if (cr3 != vl->host_cr3) {
		vmwrite(HOST_CR3, cr3);
		vl->host_cr3 = cr3;
	}
	if (cr4 != vl->host_cr4) {
		vmwrite(HOST_CR4, cr4);
		vl->host_cr4 = cr4;
	}
}

/* False: the deadline has passed already. */
static bool vmx_arm_timer(u64 deadline)
{
	u64 now = rdtsc();
	u64 ticks;

	if (deadline <= now)
		return false;
	ticks = ((deadline - now) >> vmx_caps.timer_shift) + 1;
	vmwrite(VMX_PREEMPTION_TIMER_VALUE, min_t(u64, ticks, U32_MAX));
	return true;
}

static void vmx_entry_failed(struct lip_exit *exit)
{
	exit->kind = LIP_EXIT_FAIL;
	exit->fail.refused = true;
	exit->fail.code = U32_MAX;
	exit->fail.info = vmread(VM_INSTRUCTION_ERROR);
}

static void vmx_sync_rip(struct vmx_lip *vl)
{
	if (vl->hl.rip_dirty) {
		vmwrite(GUEST_RIP, vl->hl.rip);
		if (vl->rsp_read)
			vmwrite(GUEST_RSP, vl->hl.regs[LIP_RSP]);
	}
	vl->hl.rip_dirty = false;
	vl->rsp_read = false;
}

/**
 * vmx_run() - see struct lpar_hw_ops
 * @hl: a loaded LIP
 * @deadline: host TSC
 * @exit: what happened
 *
 * Context: interrupts off, FPU state of the guest in place.
 */
void vmx_run(struct hw_lip *hl, u64 deadline, struct lip_exit *exit)
{
	struct vmx_lip *vl = to_vmx(hl);
	u32 reason;

	if (!vmx_arm_timer(deadline)) {
		exit->kind = LIP_EXIT_TIMER;
		return;
	}
	if (hl->host_side)
		vmx_to_guest(vl);
	vmx_refresh_host(vl);
	vmx_sync_rip(vl);
	if (vl->eoi_dirty)
		vmx_write_eoi_exit(vl);
	if (read_cr2() != vl->cr2)
		write_cr2(vl->cr2);

	if (vmx_enter(hl->regs, vmx_enter_flags(vl), &hl->spec)) {
		vmx_entry_failed(exit);
		return;
	}
	vl->entry_event = false;
	vl->cr2 = read_cr2();
	hl->rip = vmread(GUEST_RIP);
	reason = vmread(VM_EXIT_REASON);
	/* A failed entry does not change the VMCS's launch state. */
	if (likely(!(reason & VMX_EXIT_REASONS_FAILED_VMENTRY)))
		vl->launched = true;
	vmx_read_exit(vl, reason, exit);
}

bool vmx_in_64bit(void)
{
	return vmread(GUEST_CS_AR_BYTES) & VMX_AR_L_MASK &&
	       vmread(GUEST_IA32_EFER) & EFER_LMA;
}

/* See struct lpar_hw_ops. */
void vmx_skip(struct hw_lip *hl, unsigned int len)
{
	u32 block = vmread(GUEST_INTERRUPTIBILITY_INFO);
	u64 rflags = vmread(GUEST_RFLAGS);
	u64 rip = hl->rip + len;

	/* Outside of 64-bit mode RIP wraps at 4 GiB. */
	if (unlikely((rip ^ hl->rip) >> 32) && !vmx_in_64bit())
		rip = (u32)rip;
	hl->rip = rip;
	hl->rip_dirty = true;
	/* RF covers one instruction only: clear it. */
	if (unlikely(rflags & X86_EFLAGS_RF))
		vmwrite(GUEST_RFLAGS, rflags & ~X86_EFLAGS_RF);
	if (unlikely(rflags & X86_EFLAGS_TF))
		vmx_pend_single_step();
	if (block & (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS))
		vmwrite(GUEST_INTERRUPTIBILITY_INFO, block &
			~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS));
}
