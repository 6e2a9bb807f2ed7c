// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/svm.c - struct lpar_hw_ops of SVM. Layer L1.
 */
#include "boot/core.h"
#include "hw/svm/vmcb.h"
#include "stage2/s2.h"

static u64 svm_get_cr4(struct hw_lip *hl)
{
	return to_svm(hl)->cr4;
}

static u64 svm_get_rflags(struct hw_lip *hl)
{
	return to_svm(hl)->vmcb->save.rflags;
}

static void svm_set_rflags(struct hw_lip *hl, u64 rflags)
{
	to_svm(hl)->vmcb->save.rflags = rflags;
}

static void svm_set_cr2(struct hw_lip *hl, u64 address)
{
	struct svm_lip *sl = to_svm(hl);

	sl->vmcb->save.cr2 = address;
	svm_dirty(sl, SVM_CLEAN_CR2);
}

static void svm_get_rest(struct hw_lip *hl, struct core_cpu *out)
{
	const struct vmcb_save_area *save = &to_svm(hl)->vmcb->save;

	out->gdt.base = save->gdtr.base;
	out->gdt.limit = save->gdtr.limit;
	out->idt.base = save->idtr.base;
	out->idt.limit = save->idtr.limit;
	out->cr2 = save->cr2;
	out->kernel_gs_base = save->kernel_gs_base;
}

static void svm_set_tsc_offset(struct hw_lip *hl, u64 offset)
{
	struct svm_lip *sl = to_svm(hl);

	sl->vmcb->control.tsc_offset = offset;
	svm_dirty(sl, SVM_CLEAN_INTERCEPTS);
}

const struct lpar_hw_ops svm_hw_ops = {
	.name = "svm",
	.kvm = "kvm_amd",
	.s2 = &s2_npt,
	.check = svm_check,
	.setup = svm_setup,
	.teardown = svm_teardown,
	.cpu_enable = svm_cpu_enable,
	.cpu_disable = svm_cpu_leave,
	.cpu_emergency = svm_cpu_leave,
	.lip_alloc = svm_lip_alloc,
	.lip_free = svm_lip_free,
	.lip_init = svm_lip_init,
	.lip_retire = svm_lip_retire,
	.lip_boot = svm_lip_boot,
	.lip_sipi = svm_lip_sipi,
	.load = svm_load,
	.put = svm_put,
	.to_host = svm_to_host,
	.run = svm_run,
	.inject_irq = svm_inject_irq,
	.inject_nmi = svm_inject_nmi,
	.inject_fault = svm_inject_fault,
	.irq_ready = svm_irq_ready,
	.nmi_ready = svm_nmi_ready,
	.nmi_blocked = svm_nmi_blocked,
	.request_window = svm_request_window,
	.apic_page = svm_apic_page,
	.apic_irr = svm_apic_irr,
	.apic_level = svm_apic_level,
	.skip = svm_skip,
	.paging = svm_paging,
	.get_segment = svm_get_segment,
	.set_cr2 = svm_set_cr2,
	.get_rest = svm_get_rest,
	.get_cr4 = svm_get_cr4,
	.get_rflags = svm_get_rflags,
	.set_rflags = svm_set_rflags,
	.pass_spec_ctrl = svm_pass_spec_ctrl,
	.set_tsc_offset = svm_set_tsc_offset,
	.flush_stage2 = svm_flush_stage2,
};
