/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - differences between host kernel versions, and nothing else.
 *
 * The only file with #if on the kernel's version. The sources are written for
 * the newest kernel; this maps its names to those of older ones. Test for a
 * header or macro that came with a change where there is one, because stable
 * kernels get backports; test the version otherwise. Built for 6.1, 6.12 and 7.2.
 */
#ifndef LPAR_COMPAT_H
#define LPAR_COMPAT_H

#include <asm/cpufeatures.h>

/*
 * 6.16 and stable backports: clear CPU buffers before VMRUN (TSA). Older kernels do
 * not know which processors need it; it is harmless on the others.
 */
#ifndef X86_FEATURE_CLEAR_CPU_BUF_VM
#define X86_FEATURE_CLEAR_CPU_BUF_VM X86_FEATURE_ALWAYS
#endif

#ifndef __ASSEMBLY__

#include <linux/bits.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/iommu.h>
#include <linux/kvm_types.h>
#include <linux/module.h>
#include <linux/version.h>
#include <asm/debugreg.h>
#include <asm/msr.h>
#include <asm/perf_event.h>
#include <asm/nospec-branch.h>
#include <asm/processor-flags.h>
#include <asm/processor.h>
#include <asm/reboot.h>
#include <asm/svm.h>
#include <asm/tlbflush.h>

/* 6.4: hex2bin() moved to linux/hex.h; linux/kernel.h included that until 7.0. */
#if __has_include("linux/hex.h")
#include <linux/hex.h>
#endif

/* 6.16: cpuid() etc. moved out of asm/processor.h; hypervisor_cpuid_base() renamed. */
#if __has_include("asm/cpuid/api.h")
#include <asm/cpuid/api.h>
#else
#define cpuid_base_hypervisor hypervisor_cpuid_base
#endif

/* 6.4: show() of a class attribute takes a const class. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define compat_class_const const
#else
#define compat_class_const
#endif

/* 6.17: read() of a binary attribute takes a const attribute. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define compat_bin_const const
#else
#define compat_bin_const
#endif

/* 6.6: tty write() takes size_t and returns ssize_t. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define compat_tty_size size_t
#define compat_tty_ssize ssize_t
#else
#define compat_tty_size int
#define compat_tty_ssize int
#endif

/* 6.13: hrtimer_setup() replaces hrtimer_init(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define hrtimer_setup(timer, func, clock, mode) do {	\
	struct hrtimer *_timer = (timer);		\
	hrtimer_init(_timer, clock, mode);		\
	_timer->function = (func);			\
} while (0)
#endif

/* 6.16: the 64-bit MSR accessors got the suffix q. */
#ifndef rdmsrq
#define rdmsrq rdmsrl
#define rdmsrq_safe rdmsrl_safe
#define wrmsrq wrmsrl
#define wrmsrq_safe wrmsrl_safe
#endif

/* 6.9: FRED */
#ifndef X86_CR4_FRED
#define X86_CR4_FRED BIT_ULL(32)
#endif

/* 7.x: VMCB field nested_ctl renamed to misc_ctl. */
#ifndef SVM_MISC_ENABLE_NP
#define SVM_MISC_ENABLE_NP SVM_NESTED_CTL_NP_ENABLE
#define misc_ctl nested_ctl
#endif

/**
 * struct compat_calls - host functions that any VMM needs
 * @cr4_update_irqsoff: change CR4 and the kernel's per-CPU copy of it
 * @hw_breakpoint_restore: load the host's breakpoints into the debug registers
 *
 * Kernels that define EXPORT_SYMBOL_FOR_KVM (7.x) export them to KVM only;
 * symbol_get() still finds them.
 */
struct compat_calls {
	void (*cr4_update_irqsoff)(unsigned long set, unsigned long clear);
	void (*hw_breakpoint_restore)(void);
};

/* 6.16 and later, VMX: the kernel clears CPU buffers before VM entries. */
static inline bool compat_clear_buf_vm(void)
{
#if X86_FEATURE_CLEAR_CPU_BUF_VM != X86_FEATURE_ALWAYS
	return boot_cpu_has(X86_FEATURE_CLEAR_CPU_BUF_VM);
#else
	return false;
#endif
}

/* 6.17 and stable backports: IBPB before return to user space after a guest (VMSCAPE). */
static inline bool compat_ibpb_to_user(void)
{
#ifdef X86_FEATURE_IBPB_EXIT_TO_USER
	return boot_cpu_has(X86_FEATURE_IBPB_EXIT_TO_USER);
#else
	return false;
#endif
}

/* Defer to the kernel's exit to user space where it supports that; else IBPB now. */
static inline void compat_ibpb_before_user(void)
{
#ifdef X86_FEATURE_IBPB_EXIT_TO_USER
	if (boot_cpu_has(X86_FEATURE_IBPB_EXIT_TO_USER)) {
		this_cpu_write(x86_ibpb_exit_to_user, true);
		return;
	}
#endif
	indirect_branch_prediction_barrier();
}

/* 6.14: BP_CFG.BP_SPEC_REDUCE mitigates SRSO on Zen 5. */
static inline bool compat_bp_spec_reduce(void)
{
#ifdef X86_FEATURE_SRSO_BP_SPEC_REDUCE
	return boot_cpu_has(X86_FEATURE_SRSO_BP_SPEC_REDUCE);
#else
	return false;
#endif
}

#ifndef MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT
#define MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT 4
#endif

/* Stop Processor Trace around VMXON; not exported to modules in 7.x. */
static inline void compat_pt_handle_vmx(int on)
{
#if IS_ENABLED(CONFIG_CPU_SUP_INTEL) && !defined(EXPORT_SYMBOL_FOR_KVM)
	intel_pt_handle_vmx(on);
#endif
}

/* Both are built in, so no module reference is taken and none has to be dropped. */
static inline bool compat_find_calls(struct compat_calls *calls)
{
#ifdef EXPORT_SYMBOL_FOR_KVM
	calls->cr4_update_irqsoff = __symbol_get("cr4_update_irqsoff");
	calls->hw_breakpoint_restore = __symbol_get("hw_breakpoint_restore");
#else
	calls->cr4_update_irqsoff = cr4_update_irqsoff;
	calls->hw_breakpoint_restore = hw_breakpoint_restore;
#endif
	return calls->cr4_update_irqsoff && calls->hw_breakpoint_restore;
}

/*
 * A crashing host disables virtualisation on every CPU. Since 7.x it does so
 * itself wherever CR4 or EFER have it enabled. Earlier kernels call one
 * registered callback, and warn when a second one is registered.
 */
#if __has_include("asm/virt.h")
static inline void compat_emergency_register(void (*disable)(void))
{
}

static inline void compat_emergency_unregister(void (*disable)(void))
{
}
#else
static inline void compat_emergency_register(void (*disable)(void))
{
	cpu_emergency_register_virt_callback(disable);
}

static inline void compat_emergency_unregister(void (*disable)(void))
{
	cpu_emergency_unregister_virt_callback(disable);
}
#endif

/* The kset of all modules; THIS_MODULE is NULL when built in. */
#ifdef MODULE
#define compat_module_kset (THIS_MODULE->mkobj.kobj.kset)
#else
#define compat_module_kset module_kset
#endif

/* 6.3: iommu_map() takes gfp flags; MSI isolation is a property of the group. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define compat_iommu_map(domain, iova, hpa, len, prot) \
	iommu_map(domain, iova, hpa, len, prot, GFP_KERNEL)
#define compat_isolated_msi(group, dev) iommu_group_has_isolated_msi(group)
#else
#define compat_iommu_map iommu_map
#define compat_isolated_msi(group, dev) device_iommu_capable(dev, IOMMU_CAP_INTR_REMAP)
#endif

/* 6.11: domains are allocated for a device, not for a bus. */
static inline struct iommu_domain *compat_iommu_domain(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	return iommu_paging_domain_alloc(dev);
#else
	return iommu_domain_alloc(dev->bus) ?: ERR_PTR(-ENOMEM);
#endif
}

#endif /* __ASSEMBLY__ */
#endif /* LPAR_COMPAT_H */
