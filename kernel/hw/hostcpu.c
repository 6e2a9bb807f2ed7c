// SPDX-License-Identifier: GPL-2.0
/*
 * hw/hostcpu.c - collect the processor features and bugs known to the host kernel.
 *
 * emul/hostcpu.c draws the conclusions. Layer L1.
 */
#include <linux/bits.h>
#include <linux/cpu.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "compat.h"
#include "hw/hw.h"

struct host_cpu hw_host __read_mostly;
u32 hw_barriers __read_mostly;

struct hw_host_bit {
	unsigned int feature;
	u32 bit;
};

static const struct hw_host_bit host_features[] = {
	{ X86_FEATURE_FLUSH_L1D, HOST_FLUSH_L1D },
	{ X86_FEATURE_CLEAR_CPU_BUF, HOST_CLEAR_BUFFERS },
	{ X86_FEATURE_MD_CLEAR, HOST_MD_CLEAR },
	{ X86_FEATURE_IBPB, HOST_IBPB },
	{ X86_FEATURE_MSR_SPEC_CTRL, HOST_SPEC_CTRL },
	{ X86_FEATURE_V_SPEC_CTRL, HOST_VIRT_SPEC_CTRL },
	{ X86_FEATURE_KERNEL_IBRS, HOST_KERNEL_IBRS },
	{ X86_FEATURE_SPLIT_LOCK_DETECT, HOST_SPLIT_LOCK },
	{ X86_FEATURE_XSAVES, HOST_XSAVES },
};

static const struct hw_host_bit host_bugs[] = {
	{ X86_BUG_CPU_MELTDOWN, HOST_BUG_MELTDOWN },
	{ X86_BUG_L1TF, HOST_BUG_L1TF },
	{ X86_BUG_MDS, HOST_BUG_MDS },
	{ X86_BUG_MMIO_STALE_DATA, HOST_BUG_MMIO_STALE },
	{ X86_BUG_SPEC_STORE_BYPASS, HOST_BUG_SSB },
	{ X86_BUG_ITLB_MULTIHIT, HOST_BUG_ITLB_MULTIHIT },
	{ X86_BUG_GDS, HOST_BUG_GDS },
	{ X86_BUG_RFDS, HOST_BUG_RFDS },
	{ X86_BUG_ITS, HOST_BUG_ITS },
	{ X86_BUG_FXSAVE_LEAK, HOST_BUG_FXSAVE },
	{ X86_BUG_VMSCAPE, HOST_BUG_VMSCAPE },
	{ X86_BUG_SPECTRE_V2, HOST_BUG_SPECTRE_V2 },
};

/* Index into boot_cpu_data.x86_capability */
static const u8 host_words[HOST_NR_WORDS] = {
	[HOST_1_EDX] = CPUID_1_EDX,
	[HOST_1_ECX] = CPUID_1_ECX,
	[HOST_7_EBX] = CPUID_7_0_EBX,
	[HOST_7_ECX] = CPUID_7_ECX,
	[HOST_7_EDX] = CPUID_7_EDX,
	[HOST_71_EAX] = CPUID_7_1_EAX,
	[HOST_D1_EAX] = CPUID_D_1_EAX,
	[HOST_E1_EDX] = CPUID_8000_0001_EDX,
	[HOST_E1_ECX] = CPUID_8000_0001_ECX,
	[HOST_E8_EBX] = CPUID_8000_0008_EBX,
	[HOST_E21_EAX] = CPUID_8000_0021_EAX,
};

static const struct {
	u32 barrier;
	const char *leak;
} hw_leaks[] = {
	{ BARRIER_L1D, "the L1 data cache (L1TF)" },
	{ BARRIER_VERW, "CPU buffers (MDS, RFDS)" },
	{ BARRIER_VERW_DEVICE, "CPU buffers by MMIO to a PCI function (MMIO stale data)" },
	{ BARRIER_IBPB, "branch predictors between LPARs (Spectre v2)" },
	{ BARRIER_IBPB_USER, "branch predictors from guests to host processes (VMSCAPE)" },
};

static u32 hw_host_bits(const struct hw_host_bit *bits, size_t n)
{
	u32 found = 0;
	size_t i;

	for (i = 0; i < n; i++)
		found |= boot_cpu_has(bits[i].feature) ? bits[i].bit : 0;
	return found;
}

/* Warn about leaks that the microcode gives no means to close. */
static void hw_warn_leaks(void)
{
	u32 missing = host_barriers_missing(&hw_host);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hw_leaks); i++)
		if (missing & hw_leaks[i].barrier)
			pr_warn("lpar: guests may read %s: this needs a microcode update\n",
				hw_leaks[i].leak);
	if (hw_barriers & BARRIER_SPLIT_LOCK)
		pr_info("lpar: split-lock detection is disabled while a guest runs\n");
}

/* Guests have no other clock than the TSC. */
static void hw_warn_tsc(void)
{
	if (check_tsc_unstable())
		pr_warn("lpar: the host's TSC is unstable: guests' clocks may be wrong\n");
	else if (!boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || !boot_cpu_has(X86_FEATURE_NONSTOP_TSC))
		pr_warn("lpar: the TSC is not invariant: guests' clocks may change their rate, or stop while a CPU is idle\n");
}

/* Called at module load, before the rest of hw/ uses hw_host. */
void hw_host_init(void)
{
	struct host_cpu *h = &hw_host;
	unsigned int i;

	h->vendor = cpuid_find_vendor(cpuid_ebx(0));
	h->signature = cpuid_eax(1);
	h->has = hw_host_bits(host_features, ARRAY_SIZE(host_features));
	h->has |= compat_clear_buf_vm() ? HOST_CLEAR_BUFFERS : 0;
	h->has |= compat_ibpb_to_user() ? HOST_IBPB_TO_USER : 0;
	h->has |= compat_bp_spec_reduce() ? HOST_BP_SPEC_REDUCE : 0;
	h->bugs = hw_host_bits(host_bugs, ARRAY_SIZE(host_bugs));
	if (boot_cpu_has(X86_FEATURE_ARCH_CAPABILITIES))
		rdmsrq(MSR_IA32_ARCH_CAPABILITIES, h->arch_caps);
	h->unmitigated = cpu_mitigations_off();
	for (i = 0; i < HOST_NR_WORDS; i++)
		h->kept[i] = boot_cpu_data.x86_capability[host_words[i]];
	hw_barriers = host_barriers(h);
	hw_warn_leaks();
	hw_warn_tsc();
}

/* CPUID without the features that the host kernel disabled; the source for guests. */
void hw_host_cpuid(u32 leaf, u32 subleaf, struct cpuid_val *out)
{
	cpuid_count(leaf, subleaf, &out->eax, &out->ebx, &out->ecx, &out->edx);
	host_mask_cpuid(&hw_host, leaf, subleaf, out);
}
