// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/host.c - switch between host and guest state.
 *
 * VM exits load the host-state area; the rest is switched by load() and put(), once
 * per slice. Preemption is off in between, so no other task sees the guest's values.
 * SDM: "Host-State Area", "Loading Host State". Layer L1.
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/segment.h>

#include "hw/vmx/vmcs.h"

static const u32 vmx_switched[VMX_NR_SWITCHED_MSRS] = {
	[VMX_MSR_STAR] = MSR_STAR,
	[VMX_MSR_LSTAR] = MSR_LSTAR,
	[VMX_MSR_CSTAR] = MSR_CSTAR,
	[VMX_MSR_SFMASK] = MSR_SYSCALL_MASK,
	[VMX_MSR_KERNEL_GS_BASE] = MSR_KERNEL_GS_BASE,
	[VMX_MSR_TSC_AUX] = MSR_TSC_AUX,
};

static bool vmx_has_msr(unsigned int i)
{
	return i != VMX_MSR_TSC_AUX || boot_cpu_has(X86_FEATURE_RDTSCP) ||
	       boot_cpu_has(X86_FEATURE_RDPID);
}

static u64 vmx_rdmsr(u32 msr)
{
	u64 value;

	rdmsrq(msr, value);
	return value;
}

/* Base of the current CPU's TSS */
static unsigned long vmx_tr_base(const struct desc_ptr *gdt)
{
	const struct ldttss_desc *tss = (void *)(gdt->address + GDT_ENTRY_TSS * 8);

	return tss->base0 | (unsigned long)tss->base1 << 16 |
	       (unsigned long)tss->base2 << 24 |
	       (unsigned long)tss->base3 << 32;
}

/* Write the host state that is constant for this CPU. Context: the VMCS is current. */
void vmx_host_state(struct vmx_lip *vl)
{
	struct desc_ptr gdt, idt;

	store_idt(&idt);
	native_store_gdt(&gdt);

	vmwrite(HOST_CR0, read_cr0());
	vmwrite(HOST_CS_SELECTOR, __KERNEL_CS);
	vmwrite(HOST_SS_SELECTOR, __KERNEL_DS);
	vmwrite(HOST_DS_SELECTOR, 0);
	vmwrite(HOST_ES_SELECTOR, 0);
	vmwrite(HOST_FS_SELECTOR, 0);
	vmwrite(HOST_GS_SELECTOR, 0);
	vmwrite(HOST_TR_SELECTOR, GDT_ENTRY_TSS * 8);
	/* A kernel thread has no FS base; GS is the per-CPU area. */
	vmwrite(HOST_FS_BASE, 0);
	vmwrite(HOST_GS_BASE, vmx_rdmsr(MSR_GS_BASE));
	vmwrite(HOST_TR_BASE, vmx_tr_base(&gdt));
	vmwrite(HOST_GDTR_BASE, gdt.address);
	vmwrite(HOST_IDTR_BASE, idt.address);
	vmwrite(HOST_IA32_SYSENTER_CS, vmx_rdmsr(MSR_IA32_SYSENTER_CS));
	vmwrite(HOST_IA32_SYSENTER_ESP, vmx_rdmsr(MSR_IA32_SYSENTER_ESP));
	vmwrite(HOST_IA32_SYSENTER_EIP, vmx_rdmsr(MSR_IA32_SYSENTER_EIP));
	vmwrite(HOST_IA32_PAT, vmx_rdmsr(MSR_IA32_CR_PAT));
	vmwrite(HOST_IA32_EFER, vmx_rdmsr(MSR_EFER));
	vmwrite(HOST_RIP, (unsigned long)vmx_exit_entry);
	vl->host_cr3 = 0;
	vl->host_cr4 = 0;
}

/* Reading is cheaper than writing. */
#define VMX_LOAD_DR(vl, n) do {			\
	unsigned long now;			\
						\
	get_debugreg(now, n);			\
	if (now != (vl)->dr[n])			\
		set_debugreg((vl)->dr[n], n);	\
} while (0)

static void vmx_load_debug(struct vmx_lip *vl)
{
	/* VM entry loads the guest's DR7; disable the host's breakpoints until then. */
	if (hw_breakpoint_active())
		set_debugreg(0, 7);
	VMX_LOAD_DR(vl, 0);
	VMX_LOAD_DR(vl, 1);
	VMX_LOAD_DR(vl, 2);
	VMX_LOAD_DR(vl, 3);
	set_debugreg(vl->dr6, 6);
}

static void vmx_save_debug(struct vmx_lip *vl)
{
	get_debugreg(vl->dr[0], 0);
	get_debugreg(vl->dr[1], 1);
	get_debugreg(vl->dr[2], 2);
	get_debugreg(vl->dr[3], 3);
	get_debugreg(vl->dr6, 6);
	set_debugreg(DR6_RESERVED, 6);
	if (hw_breakpoint_active())
		hw_kernel.hw_breakpoint_restore();
}

/*
 * Stop the host's performance counters while the guest runs. In particular PEBS must
 * not write a record: it would go to the host buffer's address in the guest's address
 * space. PEBS may write one after its counter is stopped, so disable it as well, also
 * at every entry, in case an NMI handler has enabled it again. SDM: "Processor Event
 * Based Sampling", "Loading MSRs".
 */
static void vmx_stop_counters(struct vmx_lip *vl)
{
	if (!vmx_caps.counters)
		return;
	rdmsrq(MSR_CORE_PERF_GLOBAL_CTRL, vl->host_counters);
	if (vl->host_counters)
		wrmsrq(MSR_CORE_PERF_GLOBAL_CTRL, 0);
	if (!vmx_caps.pebs)
		return;
	rdmsrq(MSR_IA32_PEBS_ENABLE, vl->host_pebs);
	if (vl->host_pebs)
		wrmsrq(MSR_IA32_PEBS_ENABLE, 0);
	if (vl->pebs_list == !!vl->host_pebs)
		return;
	vl->pebs_list = vl->host_pebs;
	vmwrite(VM_ENTRY_MSR_LOAD_COUNT, vl->pebs_list ? VMX_NR_STOPPED : 0);
}

static void vmx_start_counters(struct vmx_lip *vl)
{
	if (vl->host_pebs)
		wrmsrq(MSR_IA32_PEBS_ENABLE, vl->host_pebs);
	if (vl->host_counters)
		wrmsrq(MSR_CORE_PERF_GLOBAL_CTRL, vl->host_counters);
	vl->host_pebs = 0;
	vl->host_counters = 0;
}

/*
 * Load the guest's part of the state that the host's interrupt handlers may use or
 * change; vmx_to_host() switches back before interrupts are enabled.
 * Context: interrupts off.
 */
void vmx_to_guest(struct vmx_lip *vl)
{
	rdmsrq(MSR_IA32_DEBUGCTLMSR, vl->host_debugctl);
	vmx_load_debug(vl);
	vmx_stop_counters(vl);
	vmx_barriers_entry(vl);
}

/* See struct lpar_hw_ops. */
void vmx_to_host(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);

	if (hl->host_side)
		return;
	hl->host_side = true;
	vmx_save_debug(vl);
	vmx_start_counters(vl);
	/* Cleared by VM exits. */
	if (vl->host_debugctl)
		wrmsrq(MSR_IA32_DEBUGCTLMSR, vl->host_debugctl);
}

/**
 * vmx_load() - make the LIP's VMCS current and load its MSRs
 * @hl: the LIP
 *
 * Context: dispatcher thread, preemption off, interrupts on. Undone by
 * vmx_put() before preemption is on again.
 */
void vmx_load(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);
	unsigned int i;

	if (vmptrld(__pa(vl->vmcs)))
		pr_warn_once("lpar: VMPTRLD failed on CPU %d\n", vl->pcpu);
	store_ldt(vl->host_ldt);
	for (i = 0; i < VMX_NR_SWITCHED_MSRS; i++) {
		if (!vmx_has_msr(i))
			continue;
		rdmsrq(vmx_switched[i], vl->host_msr[i]);
		wrmsrq(vmx_switched[i], vl->guest_msr[i]);
	}
	vmx_barriers_load(vl);
}

/* Undo vmx_load(), in the same context; vmx_to_host() was called. */
void vmx_put(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);
	unsigned int i;

	for (i = 0; i < VMX_NR_SWITCHED_MSRS; i++) {
		if (!vmx_has_msr(i))
			continue;
		rdmsrq(vmx_switched[i], vl->guest_msr[i]);
		wrmsrq(vmx_switched[i], vl->host_msr[i]);
	}
	if (vl->host_ldt)
		asm volatile("lldt %0" : : "rm" (vl->host_ldt));
	/* VM exits set the TSS limit to 67h, without I/O bitmap, GDT and IDT limits to ffffh. */
	invalidate_tss_limit();
	load_fixmap_gdt(raw_smp_processor_id());
	vmx_barriers_put(vl);
}
