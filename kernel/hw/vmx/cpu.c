// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/cpu.c - enable and disable VMX operation on one CPU.
 *
 * CR4.VMXE shows that a CPU is in use: KVM checks it, and so do we.
 * SDM: "Enabling and Entering VMX Operation". Layer L1.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/io.h>
#include <asm/tlbflush.h>

#include "hw/vmx/vmcs.h"

/**
 * struct vmx_cpu - VMX on one CPU
 * @on: enabled by us
 * @region: its VMXON region, from vmx_cpu_alloc_all() until the module is unloaded
 * @active: list of LIPs whose VMCS the processor may have cached. Written by this
 *	CPU only; cpu_emergency() may interrupt any update.
 */
struct vmx_cpu {
	bool on;
	struct vmcs_page *region;
	struct vmx_lip *active;
};

static DEFINE_PER_CPU(struct vmx_cpu, vmx_cpus);

/* Allocate the VMXON regions of all possible CPUs. Return: 0 or -ENOMEM. May sleep. */
int vmx_cpu_alloc_all(void)
{
	int i;

	for_each_possible_cpu(i) {
		struct vmcs_page *region = hw_page_alloc(i);

		if (!region)
			return -ENOMEM;
		region->revision = vmx_caps.revision;
		per_cpu(vmx_cpus, i).region = region;
	}
	return 0;
}

/* VMX is disabled on all CPUs. */
void vmx_cpu_free_all(void)
{
	int i;

	for_each_possible_cpu(i) {
		hw_page_free(per_cpu(vmx_cpus, i).region);
		per_cpu(vmx_cpus, i).region = NULL;
	}
}

/*
 * Called before the first VMCLEAR or VMPTRLD of the VMCS, and vmx_deactivate() after
 * the last VMCLEAR. Context: on the CPU, preemption off.
 */
void vmx_activate(struct vmx_lip *vl)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);

	vl->active = true;
	vl->next_active = cpu->active;
	/* An NMI must find a consistent list. */
	barrier();
	WRITE_ONCE(cpu->active, vl);
}

void vmx_deactivate(struct vmx_lip *vl)
{
	struct vmx_lip **link = &this_cpu_ptr(&vmx_cpus)->active;

	while (*link && *link != vl)
		link = &(*link)->next_active;
	if (*link)
		WRITE_ONCE(*link, vl->next_active);
	vl->active = false;
}

/* Runs on the LIP's CPU, if it was not retired because the host is shutting down. */
void vmx_lip_clear(void *arg)
{
	struct vmx_lip *vl = arg;

	vmclear(__pa(vl->vmcs));
	vmx_deactivate(vl);
}

/* Updates the kernel's copy of CR4 as well. */
static void vmx_set_vmxe(bool on)
{
	unsigned long flags;

	local_irq_save(flags);
	hw_kernel.cr4_update_irqsoff(on ? X86_CR4_VMXE : 0, on ? 0 : X86_CR4_VMXE);
	local_irq_restore(flags);
}

static int vmx_cpu_check(struct lpar_reason *why)
{
	if (__read_cr4() & X86_CR4_VMXE) {
		lpar_reason_set(why, LPAR_REASON_HW_USED, "VMX", smp_processor_id(), 0, 0);
		return -EBUSY;
	}
	return vmx_locked_off(why) ? -EIO : 0;
}

/* See struct lpar_hw_ops. */
int vmx_cpu_enable(struct lpar_reason *why)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);
	int err = vmx_cpu_check(why);

	if (err)
		return err;
	vmx_set_vmxe(true);
	/* Broadwell: VMXON raises #GP while Processor Trace is enabled. */
	compat_pt_handle_vmx(1);
	if (vmxon(__pa(cpu->region))) {
		compat_pt_handle_vmx(0);
		vmx_set_vmxe(false);
		lpar_reason_set(why, LPAR_REASON_HW_FAILED, "VMX", smp_processor_id(), 0, 0);
		return -EIO;
	}
	invept(VMX_EPT_EXTENT_GLOBAL, 0);
	cpu->on = true;
	return 0;
}

/*
 * See struct lpar_hw_ops, cpu_disable() and cpu_emergency(). Clear the VMCSs first:
 * until then the processor may write cached VMCS data back at any time, even after
 * VMXOFF, into memory that the next kernel uses. SDM: "Software Access to the
 * Virtual-Machine Control Structure"; "Discontinue VMX operation", VMXOFF.
 */
void vmx_cpu_leave(void)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);
	struct vmx_lip *vl;

	if (!cpu->on)
		return;
	cpu->on = false;
	/* KVM's callback or the kernel may have disabled VMX already. */
	if (!(__read_cr4() & X86_CR4_VMXE))
		return;
	for (vl = READ_ONCE(cpu->active); vl; vl = READ_ONCE(vl->next_active))
		vmclear(__pa(vl->vmcs));
	vmxoff();
	vmx_set_vmxe(false);
}

/* See struct lpar_hw_ops. */
void vmx_cpu_disable(void)
{
	bool on = this_cpu_read(vmx_cpus.on);

	vmx_cpu_leave();
	if (on)
		compat_pt_handle_vmx(0);
}
