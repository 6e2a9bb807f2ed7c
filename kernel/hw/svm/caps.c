// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/caps.c - check SVM's capabilities.
 *
 * SVM and nested paging are required; everything else is optional.
 * APM: CPUID function 8000000Ah, "Enabling SVM". Layer L1.
 */
#include <linux/bits.h>
#include <linux/cc_platform.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/special_insns.h>

#include "hw/svm/vmcb.h"

#define SVM_CPUID_NPT		BIT(0)
#define SVM_CPUID_NEXT_RIP	BIT(3)
#define SVM_CPUID_CLEAN		BIT(5)
#define SVM_CPUID_FLUSH_ASID	BIT(6)
#define SVM_CPUID_DECODE	BIT(7)

struct svm_caps svm_caps __read_mostly;

/* Disabled by the firmware on this CPU: VM_CR.SVMDIS. */
bool svm_locked_off(struct lpar_reason *why)
{
	u64 vm_cr;

	if (rdmsrq_safe(MSR_VM_CR, &vm_cr) || !(vm_cr & SVM_VM_CR_SVM_DIS_MASK))
		return false;
	lpar_reason_set(why, LPAR_REASON_HW_OFF, "SVM", raw_smp_processor_id(), 0, 0);
	return true;
}

/* Deviations of QEMU's emulation from the manual */
static void svm_check_emulator(void)
{
	bool tcg = hw_is_emulated();

	svm_caps.no_shadow = tcg;
	svm_caps.irq_twice = tcg;
	svm_caps.free_xsetbv = tcg && boot_cpu_has(X86_FEATURE_OSXSAVE);
	if (tcg)
		pr_info("lpar: svm: emulated by QEMU; working around its VMRUN, interrupts and XSETBV\n");
}

/**
 * svm_check() - check for the required SVM capabilities
 *
 * Context: may sleep; reads MSRs of the current CPU (all are alike).
 * Return: 0, or -EOPNOTSUPP after a message that names what is missing.
 */
int svm_check(void)
{
	u32 eax, asids, ecx, features;
	struct lpar_reason why;

	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT)) {
		pr_err("lpar: memory encryption (SME or SEV) is enabled on this host and not supported\n");
		return -EOPNOTSUPP;
	}
	if (boot_cpu_has_bug(X86_BUG_AMD_TLB_MMATCH)) {
		pr_err("lpar: processor family 10h and 12h is not supported: guests can crash the host (erratum 383)\n");
		return -EOPNOTSUPP;
	}
	if (svm_locked_off(&why)) {
		hw_log_reason(&why);
		return -EOPNOTSUPP;
	}
	cpuid(SVM_CPUID_FUNC, &eax, &asids, &ecx, &features);
	if (!(features & SVM_CPUID_NPT)) {
		pr_err("lpar: this processor's SVM lacks \"nested paging\"\n");
		return -EOPNOTSUPP;
	}
	if (asids < 2) {
		pr_err("lpar: this processor's SVM lacks \"ASIDs for guests\"\n");
		return -EOPNOTSUPP;
	}
	svm_caps.max_asid = asids - 1;
	svm_caps.next_rip = features & SVM_CPUID_NEXT_RIP;
	svm_caps.clean = features & SVM_CPUID_CLEAN;
	svm_caps.flush_asid = features & SVM_CPUID_FLUSH_ASID;
	svm_caps.decode = features & SVM_CPUID_DECODE;
	svm_check_emulator();
	/* AVIC excludes virtual interrupts (V_IRQ). */
	svm_caps.apicv = hw_apicv(boot_cpu_has(X86_FEATURE_AVIC) &&
				  boot_cpu_has(X86_FEATURE_X2AVIC) &&
				  !svm_caps.irq_twice);
	svm_caps.five_levels = __read_cr4() & X86_CR4_LA57;
	hw_guest_cr4 = cpuid_cr4(hw_host_cpuid);
	svm_caps.cr4_guest = hw_guest_cr4;
	svm_caps.efer_guest = EFER_SCE | EFER_LME | EFER_LMA;
	svm_caps.efer_guest |= boot_cpu_has(X86_FEATURE_NX) ? EFER_NX : 0;
	return 0;
}
