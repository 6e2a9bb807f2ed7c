// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/cpu.c - take VMX operation on one CPU, and give it back.
 *
 * CR4.VMXE tells everybody on the machine that a CPU is taken: KVM looks at
 * it, and so do we. SDM: "Enabling and Entering VMX Operation". Layer L1.
 */
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <asm/io.h>
#include <asm/tlbflush.h>

#include "hw/vmx/vmcs.h"

static DEFINE_PER_CPU(struct vmcs_page *, vmx_region);

/* The host's note of CR4 says so too: it writes CR4 from it. */
static void vmx_set_vmxe(bool on)
{
	unsigned long flags;

	local_irq_save(flags);
	hw_kernel.cr4_update_irqsoff(on ? X86_CR4_VMXE : 0, on ? 0 : X86_CR4_VMXE);
	local_irq_restore(flags);
}

/* See struct lpar_hw_ops. GFP_ATOMIC: preemption is off. */
int vmx_cpu_enable(void)
{
	struct vmcs_page *region;

	if (__read_cr4() & X86_CR4_VMXE) {
		pr_err("lpar: VMX is in use on CPU %d (by KVM?)\n",
		       smp_processor_id());
		return -EBUSY;
	}
	region = (struct vmcs_page *)get_zeroed_page(GFP_ATOMIC);
	if (!region)
		return -ENOMEM;
	region->revision = vmx_caps.revision;

	vmx_set_vmxe(true);
	if (vmxon(__pa(region))) {
		vmx_set_vmxe(false);
		free_page((unsigned long)region);
		pr_err("lpar: VMXON failed on CPU %d\n", smp_processor_id());
		return -EIO;
	}
	invept(VMX_EPT_EXTENT_GLOBAL, 0);
	__this_cpu_write(vmx_region, region);
	return 0;
}

/* See struct lpar_hw_ops. Idempotent. */
void vmx_cpu_disable(void)
{
	struct vmcs_page *region = __this_cpu_read(vmx_region);

	if (!region)
		return;
	__this_cpu_write(vmx_region, NULL);
	vmxoff();
	vmx_set_vmxe(false);
	free_page((unsigned long)region);
}

/*
 * The host crashes: leave VMX operation, so that INIT reaches this CPU again,
 * and touch nothing else. Interrupts are off, NMI context.
 */
void vmx_cpu_emergency(void)
{
	if (!__this_cpu_read(vmx_region))
		return;
	vmxoff();
	vmx_set_vmxe(false);
}
