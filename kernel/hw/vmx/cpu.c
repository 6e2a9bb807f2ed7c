// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/cpu.c - take VMX operation on one CPU, and give it back.
 *
 * CR4.VMXE tells everybody on the machine that a CPU is taken: KVM looks at
 * it, and so do we. SDM: "Enabling and Entering VMX Operation". Layer L1.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/io.h>
#include <asm/tlbflush.h>

#include "hw/vmx/vmcs.h"

/**
 * struct vmx_cpu - VMX on one CPU
 * @on: we took it
 * @region: its VMXON region, from vmx_cpu_alloc_all() to the module's end
 * @active: LIPs whose VMCS the processor may keep in itself. This CPU alone writes
 *	it; vmx_cpu_emergency() may come between any two instructions that do.
 */
struct vmx_cpu {
	bool on;
	struct vmcs_page *region;
	struct vmx_lip *active;
};

static DEFINE_PER_CPU(struct vmx_cpu, vmx_cpus);

/* What every CPU needs that may be taken. Return: 0 or -ENOMEM. May sleep. */
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

/* Every CPU has been given back. */
void vmx_cpu_free_all(void)
{
	int i;

	for_each_possible_cpu(i) {
		hw_page_free(per_cpu(vmx_cpus, i).region);
		per_cpu(vmx_cpus, i).region = NULL;
	}
}

/*
 * vmx_activate() is called before the processor first sees the VMCS, and
 * vmx_deactivate() after it was told to forget it. On the CPU, preemption off.
 */
void vmx_activate(struct vmx_lip *vl)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);

	vl->active = true;
	vl->next_active = cpu->active;
	/* An NMI finds the list with the new one in front, or as it was. */
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

/* On its CPU: one that was not retired, since the host goes down and nobody runs. */
void vmx_forget(void *arg)
{
	struct vmx_lip *vl = arg;

	vmclear(__pa(vl->vmcs));
	vmx_deactivate(vl);
}

/* The host's note of CR4 says so too: it writes CR4 from it. */
static void vmx_set_vmxe(bool on)
{
	unsigned long flags;

	local_irq_save(flags);
	hw_kernel.cr4_update_irqsoff(on ? X86_CR4_VMXE : 0, on ? 0 : X86_CR4_VMXE);
	local_irq_restore(flags);
}

/* Firmware sets this CPU by CPU, and has been seen to forget some. */
static int vmx_cpu_check(void)
{
	if (__read_cr4() & X86_CR4_VMXE) {
		pr_err("lpar: VMX is in use on CPU %d (by KVM?)\n", smp_processor_id());
		return -EBUSY;
	}
	if (vmx_locked_off()) {
		pr_err("lpar: VMX is switched off by the firmware on CPU %d (IA32_FEATURE_CONTROL)\n",
		       smp_processor_id());
		return -EIO;
	}
	return 0;
}

/* See struct lpar_hw_ops. */
int vmx_cpu_enable(void)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);
	int err = vmx_cpu_check();

	if (err)
		return err;
	vmx_set_vmxe(true);
	/* Broadwell: VMXON is a #GP while Processor Trace runs; perf stops it. */
	compat_pt_handle_vmx(1);
	if (vmxon(__pa(cpu->region))) {
		compat_pt_handle_vmx(0);
		vmx_set_vmxe(false);
		pr_err("lpar: VMXON failed on CPU %d\n", smp_processor_id());
		return -EIO;
	}
	invept(VMX_EPT_EXTENT_GLOBAL, 0);
	cpu->on = true;
	return 0;
}

/*
 * See struct lpar_hw_ops, cpu_disable() and cpu_emergency(). VMCSs are cleared first:
 * what the processor has cached of one may be written at any time until then, also
 * after VMXOFF, into memory that the next kernel uses. SDM: "Software Access to the
 * Virtual-Machine Control Structure"; "Discontinue VMX operation", VMXOFF.
 */
void vmx_leave(void)
{
	struct vmx_cpu *cpu = this_cpu_ptr(&vmx_cpus);
	struct vmx_lip *vl;

	if (!cpu->on)
		return;
	cpu->on = false;
	/* Somebody may have been here before us: KVM's callback, or the kernel itself. */
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

	vmx_leave();
	if (on)
		compat_pt_handle_vmx(0);
}
