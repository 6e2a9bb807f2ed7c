// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/vmx.c - struct lpar_hw_ops of VMX. Layer L1.
 */
#include "boot/core.h"
#include "hw/vmx/vmcs.h"
#include "stage2/s2.h"

static u64 vmx_lip_cr4(struct hw_lip *hl)
{
	return vmx_get_cr4();
}

static u64 vmx_get_rflags(struct hw_lip *hl)
{
	return vmread(GUEST_RFLAGS);
}

static void vmx_set_rflags(struct hw_lip *hl, u64 rflags)
{
	vmwrite(GUEST_RFLAGS, rflags);
}

static void vmx_set_cr2(struct hw_lip *hl, u64 address)
{
	to_vmx(hl)->cr2 = address;
}

static void vmx_get_rest(struct hw_lip *hl, struct core_cpu *out)
{
	struct vmx_lip *vl = to_vmx(hl);

	/* Otherwise the VMCS has the latest value, see vmx_read_rsp(). */
	if (!hl->rip_dirty || !vl->rsp_read)
		out->gpr[LIP_RSP] = vmread(GUEST_RSP);
	out->gdt.base = vmread(GUEST_GDTR_BASE);
	out->gdt.limit = vmread(GUEST_GDTR_LIMIT);
	out->idt.base = vmread(GUEST_IDTR_BASE);
	out->idt.limit = vmread(GUEST_IDTR_LIMIT);
	out->cr2 = vl->cr2;
	out->kernel_gs_base = vl->guest_msr[VMX_MSR_KERNEL_GS_BASE];
}

static void vmx_set_tsc_offset(struct hw_lip *hl, u64 offset)
{
	vmwrite(TSC_OFFSET, offset);
}

const struct lpar_hw_ops vmx_hw_ops = {
	.name = "vmx",
	.kvm = "kvm_intel",
	.s2 = &s2_ept,
	.check = vmx_check,
	.setup = vmx_setup,
	.teardown = vmx_teardown,
	.cpu_enable = vmx_cpu_enable,
	.cpu_disable = vmx_cpu_disable,
	.cpu_emergency = vmx_cpu_leave,
	.lip_alloc = vmx_lip_alloc,
	.lip_free = vmx_lip_free,
	.lip_init = vmx_lip_init,
	.lip_retire = vmx_lip_retire,
	.lip_boot = vmx_lip_boot,
	.lip_sipi = vmx_lip_sipi,
	.load = vmx_load,
	.put = vmx_put,
	.to_host = vmx_to_host,
	.run = vmx_run,
	.inject_irq = vmx_inject_irq,
	.inject_nmi = vmx_inject_nmi,
	.inject_fault = vmx_inject_fault,
	.irq_ready = vmx_irq_ready,
	.nmi_ready = vmx_nmi_ready,
	.nmi_blocked = vmx_nmi_blocked,
	.request_window = vmx_request_window,
	.apic_page = vmx_apic_page,
	.apic_irr = vmx_apic_irr,
	.apic_level = vmx_apic_level,
	.skip = vmx_skip,
	.paging = vmx_paging,
	.get_segment = vmx_get_segment,
	.get_task = vmx_get_task,
	.set_task = vmx_set_task,
	.set_cr2 = vmx_set_cr2,
	.get_rest = vmx_get_rest,
	.get_cr4 = vmx_lip_cr4,
	.get_rflags = vmx_get_rflags,
	.set_rflags = vmx_set_rflags,
	.pass_spec_ctrl = vmx_pass_spec_ctrl,
	.set_tsc_offset = vmx_set_tsc_offset,
	.flush_stage2 = vmx_flush_stage2,
};
