// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/caps.c - check VMX's capabilities.
 *
 * Tables list the required controls with their names, for the error message.
 * SDM: "VMX Capability Reporting Facility". Layer L1.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>

#include "hw/vmx/vmcs.h"

struct vmx_caps vmx_caps __read_mostly;

struct vmx_control {
	u32 bit;
	const char *name;
};

static const struct vmx_control pin_needed[] = {
	{ PIN_BASED_EXT_INTR_MASK, "external-interrupt exiting" },
	{ PIN_BASED_NMI_EXITING, "NMI exiting" },
	{ PIN_BASED_VIRTUAL_NMIS, "virtual NMIs" },
	{ PIN_BASED_VMX_PREEMPTION_TIMER, "preemption timer" },
};

static const struct vmx_control cpu_needed[] = {
	{ CPU_BASED_HLT_EXITING, "HLT exiting" },
	{ CPU_BASED_USE_TSC_OFFSETTING, "TSC offsetting" },
	{ CPU_BASED_CR8_LOAD_EXITING, "CR8-load exiting" },
	{ CPU_BASED_CR8_STORE_EXITING, "CR8-store exiting" },
	{ CPU_BASED_MWAIT_EXITING, "MWAIT exiting" },
	{ CPU_BASED_MONITOR_EXITING, "MONITOR exiting" },
	{ CPU_BASED_RDPMC_EXITING, "RDPMC exiting" },
	{ CPU_BASED_USE_IO_BITMAPS, "I/O bitmaps" },
	{ CPU_BASED_USE_MSR_BITMAPS, "MSR bitmaps" },
	{ CPU_BASED_ACTIVATE_SECONDARY_CONTROLS, "secondary controls" },
};

static const struct vmx_control cpu2_needed[] = {
	{ SECONDARY_EXEC_ENABLE_EPT, "EPT" },
	{ SECONDARY_EXEC_ENABLE_VPID, "VPID" },
	{ SECONDARY_EXEC_UNRESTRICTED_GUEST, "unrestricted guest" },
	{ SECONDARY_EXEC_WBINVD_EXITING, "WBINVD exiting" },
};

static const struct vmx_control exit_needed[] = {
	{ VM_EXIT_HOST_ADDR_SPACE_SIZE, "64-bit host" },
	{ VM_EXIT_SAVE_DEBUG_CONTROLS, "save debug controls" },
	{ VM_EXIT_SAVE_IA32_PAT, "save PAT" },
	{ VM_EXIT_LOAD_IA32_PAT, "load host PAT" },
	{ VM_EXIT_SAVE_IA32_EFER, "save EFER" },
	{ VM_EXIT_LOAD_IA32_EFER, "load host EFER" },
};

static const struct vmx_control entry_needed[] = {
	{ VM_ENTRY_LOAD_DEBUG_CONTROLS, "load debug controls" },
	{ VM_ENTRY_LOAD_IA32_PAT, "load guest PAT" },
	{ VM_ENTRY_LOAD_IA32_EFER, "load guest EFER" },
};

static const struct vmx_control ept_needed[] = {
	{ VMX_EPT_PAGE_WALK_4_BIT, "4-level EPT" },
	{ VMX_EPTP_WB_BIT, "write-back EPT structures" },
	{ VMX_EPT_2MB_PAGE_BIT, "2 MiB EPT pages" },
	{ VMX_EPT_INVEPT_BIT, "INVEPT" },
	{ VMX_EPT_EXTENT_GLOBAL_BIT, "INVEPT of all contexts" },
};

/*
 * Low half of a capability MSR: controls that must be 1; high half: those that may
 * be 1. @optional ones are used if supported.
 */
static int vmx_controls(u32 msr, const struct vmx_control *needed, size_t n,
			u32 optional, u32 *out)
{
	u32 must, may, want = optional;
	size_t i;

	rdmsr(msr, must, may);
	for (i = 0; i < n; i++) {
		want |= needed[i].bit;
		if (may & needed[i].bit)
			continue;
		pr_err("lpar: this processor's VMX lacks \"%s\"\n",
		       needed[i].name);
		return -EOPNOTSUPP;
	}
	*out = must | (want & may);
	return 0;
}

static int vmx_check_ept(void)
{
	u64 cap;
	size_t i;

	rdmsrq(MSR_IA32_VMX_EPT_VPID_CAP, cap);
	for (i = 0; i < ARRAY_SIZE(ept_needed); i++) {
		if (cap & ept_needed[i].bit)
			continue;
		pr_err("lpar: this processor's EPT lacks \"%s\"\n",
		       ept_needed[i].name);
		return -EOPNOTSUPP;
	}
	if (!(cap >> 32 & VMX_VPID_INVVPID_BIT) ||
	    !(cap >> 32 & VMX_VPID_EXTENT_GLOBAL_CONTEXT_BIT)) {
		pr_err("lpar: this processor lacks \"INVVPID of all contexts\"\n");
		return -EOPNOTSUPP;
	}
	vmx_caps.invept_single = cap & VMX_EPT_EXTENT_CONTEXT_BIT;
	vmx_caps.invvpid_single = cap >> 32 & VMX_VPID_EXTENT_SINGLE_CONTEXT_BIT;
	return 0;
}

static int vmx_check_controls(void)
{
	int err;

	err = vmx_controls(MSR_IA32_VMX_TRUE_PINBASED_CTLS, pin_needed,
			   ARRAY_SIZE(pin_needed), 0, &vmx_caps.pin);
	err = err ?: vmx_controls(MSR_IA32_VMX_TRUE_PROCBASED_CTLS, cpu_needed,
				  ARRAY_SIZE(cpu_needed), 0, &vmx_caps.cpu);
	err = err ?: vmx_controls(MSR_IA32_VMX_PROCBASED_CTLS2, cpu2_needed,
				  ARRAY_SIZE(cpu2_needed),
				  SECONDARY_EXEC_ENABLE_RDTSCP |
				  SECONDARY_EXEC_ENABLE_INVPCID |
				  SECONDARY_EXEC_ENCLS_EXITING,
				  &vmx_caps.cpu2);
	err = err ?: vmx_controls(MSR_IA32_VMX_TRUE_EXIT_CTLS, exit_needed,
				  ARRAY_SIZE(exit_needed), 0, &vmx_caps.exit);
	return err ?: vmx_controls(MSR_IA32_VMX_TRUE_ENTRY_CTLS, entry_needed,
				   ARRAY_SIZE(entry_needed), 0,
				   &vmx_caps.entry);
}

/* Used all together or not at all */
#define VMX_APICV (SECONDARY_EXEC_VIRTUALIZE_X2APIC_MODE |		\
		   SECONDARY_EXEC_APIC_REGISTER_VIRT |			\
		   SECONDARY_EXEC_VIRTUAL_INTR_DELIVERY)

static void vmx_find_apicv(void)
{
	u64 may, may2;
	bool able;

	/* High half: controls that may be 1 */
	rdmsrq(MSR_IA32_VMX_TRUE_PROCBASED_CTLS, may);
	rdmsrq(MSR_IA32_VMX_PROCBASED_CTLS2, may2);
	able = may >> 32 & CPU_BASED_TPR_SHADOW && (may2 >> 32 & VMX_APICV) == VMX_APICV;
	vmx_caps.apicv = hw_apicv(able) ? VMX_APICV : 0;
}

/* IA32_PERF_GLOBAL_CTRL exists from version 2 of performance monitoring on. */
static void vmx_find_counters(void)
{
	u64 unused;

	vmx_caps.counters = cpuid_eax(0) >= 10 && (cpuid_eax(10) & 0xff) >= 2 &&
			    !rdmsrq_safe(MSR_CORE_PERF_GLOBAL_CTRL, &unused);
	vmx_caps.pebs = vmx_caps.counters && boot_cpu_has(X86_FEATURE_DS) &&
			!rdmsrq_safe(MSR_IA32_PEBS_ENABLE, &unused);
}

/*
 * Disabled by the firmware on this CPU: some firmware does not set IA32_FEATURE_CONTROL
 * on all of them.
 */
bool vmx_locked_off(struct lpar_reason *why)
{
	u64 ctl;

	if (!rdmsrq_safe(MSR_IA32_FEAT_CTL, &ctl) && ctl & FEAT_CTL_LOCKED &&
	    ctl & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX)
		return false;
	lpar_reason_set(why, LPAR_REASON_HW_OFF, "VMX", raw_smp_processor_id(), 0, 0);
	return true;
}

/**
 * vmx_check() - check for the required VMX capabilities
 *
 * Context: may sleep; reads MSRs of the current CPU (all are alike).
 * Return: 0, or -EOPNOTSUPP after a message that names what is missing.
 */
int vmx_check(void)
{
	u64 basic, misc, fixed;
	struct lpar_reason why;
	int err;

	if (!(cpuid_ecx(1) & BIT(5))) {
		pr_err("lpar: this processor has no VMX\n");
		return -EOPNOTSUPP;
	}
	if (vmx_locked_off(&why)) {
		hw_log_reason(&why);
		return -EOPNOTSUPP;
	}
	rdmsrq(MSR_IA32_VMX_BASIC, basic);
	if (!(basic >> 55 & 1)) {
		pr_err("lpar: this processor's VMX lacks \"true controls\"\n");
		return -EOPNOTSUPP;
	}
	vmx_caps.revision = basic & GENMASK(30, 0);

	err = vmx_check_controls() ?: vmx_check_ept();
	if (err)
		return err;

	if (host_timer_is_broken(&hw_host)) {
		pr_err("lpar: this processor's VMX preemption timer does not work (erratum)\n");
		return -EOPNOTSUPP;
	}
	vmx_find_apicv();
	vmx_find_counters();
	rdmsrq(MSR_IA32_VMX_MISC, misc);
	vmx_caps.timer_shift = misc & GENMASK(4, 0);
	rdmsrq(MSR_IA32_VMX_CR0_FIXED0, fixed);
	vmx_caps.cr0_fixed0 = fixed & ~(X86_CR0_PE | X86_CR0_PG);
	rdmsrq(MSR_IA32_VMX_CR4_FIXED0, fixed);
	vmx_caps.cr4_fixed0 = fixed;
	rdmsrq(MSR_IA32_VMX_CR4_FIXED1, fixed);
	hw_guest_cr4 = cpuid_cr4(hw_host_cpuid) & fixed;
	/* MCE is always set: see cr.c. */
	vmx_caps.cr4_guest = hw_guest_cr4 & ~X86_CR4_MCE;
	return 0;
}
