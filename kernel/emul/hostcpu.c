// SPDX-License-Identifier: GPL-2.0
/*
 * emul/hostcpu.c - choose mitigations for the host's processor.
 *
 * Documentation/lpar/hardware.rst has a table of the issues. Intel: "Processors
 * Affected: Transient Execution Attacks", and the page of each issue; AMD: security
 * bulletins, "Software Techniques for Managing Speculation". L0: calls nothing.
 */
#include "pure.h"

#include "emul/hostcpu.h"

/* IA32_ARCH_CAPABILITIES (SDM volume 4, "Architectural MSRs") */
#define CAP_RDCL_NO		BIT_ULL(0)
#define CAP_IBRS_ALL		BIT_ULL(1)
#define CAP_RSBA		BIT_ULL(2)
#define CAP_SKIP_L1DFL_VMENTRY	BIT_ULL(3)
#define CAP_SSB_NO		BIT_ULL(4)
#define CAP_MDS_NO		BIT_ULL(5)
#define CAP_PSCHANGE_MC_NO	BIT_ULL(6)
#define CAP_TAA_NO		BIT_ULL(8)
#define CAP_SBDR_SSDP_NO	BIT_ULL(13)
#define CAP_FBSDP_NO		BIT_ULL(14)
#define CAP_PSDP_NO		BIT_ULL(15)
#define CAP_FB_CLEAR		BIT_ULL(17)
#define CAP_RRSBA		BIT_ULL(19)
#define CAP_BHI_NO		BIT_ULL(20)
#define CAP_PBRSB_NO		BIT_ULL(24)
#define CAP_GDS_NO		BIT_ULL(26)
#define CAP_RFDS_NO		BIT_ULL(27)
#define CAP_RFDS_CLEAR		BIT_ULL(28)
#define CAP_ITS_NO		BIT_ULL(62)

/*
 * Properties of the processor that are valid in a guest. Not: MISC_PACKAGE_CTLS,
 * ENERGY_FILTERING_CTL, DOITM, MCU_ENUMERATION, FB_CLEAR_CTRL,
 * XAPIC_DISABLE_STATUS, OVERCLOCKING_STATUS: they announce MSRs that guests do not
 * have; TSX_CTRL: guests have neither TSX nor the MSR.
 */
#define CAPS_FACTS	(CAP_RDCL_NO | CAP_IBRS_ALL | CAP_RSBA | CAP_SSB_NO | CAP_MDS_NO | \
			 CAP_TAA_NO | CAP_SBDR_SSDP_NO | CAP_FBSDP_NO | CAP_PSDP_NO | \
			 CAP_FB_CLEAR | CAP_RRSBA | CAP_BHI_NO | CAP_PBRSB_NO | CAP_GDS_NO | \
			 CAP_RFDS_NO | CAP_RFDS_CLEAR | CAP_ITS_NO)

/* Barriers that the processor's bugs require. */
static u32 host_barriers_wanted(const struct host_cpu *h)
{
	u32 want = 0;

	if (h->unmitigated)
		return 0;
	/* SKIP_L1DFL_VMENTRY: a hypervisor below us flushes the L1 cache. */
	if (h->bugs & HOST_BUG_L1TF && !(h->arch_caps & CAP_SKIP_L1DFL_VMENTRY))
		want |= BARRIER_L1D;
	if (h->has & HOST_CLEAR_BUFFERS || h->bugs & (HOST_BUG_MDS | HOST_BUG_RFDS))
		want |= BARRIER_VERW;
	else if (h->bugs & HOST_BUG_MMIO_STALE)
		want |= BARRIER_VERW_DEVICE;
	if (h->bugs & HOST_BUG_SPECTRE_V2)
		want |= BARRIER_IBPB;
	if (h->bugs & HOST_BUG_VMSCAPE)
		want |= BARRIER_IBPB_USER;
	if (h->bugs & HOST_BUG_ITLB_MULTIHIT)
		want |= BARRIER_NX_HUGE;
	return want;
}

/* Barriers that the processor supports. */
static u32 host_barriers_able(const struct host_cpu *h)
{
	u32 able = BARRIER_NX_HUGE;

	if (h->has & HOST_FLUSH_L1D)
		able |= BARRIER_L1D;
	if (h->has & (HOST_CLEAR_BUFFERS | HOST_MD_CLEAR) || h->arch_caps & CAP_FB_CLEAR)
		able |= BARRIER_VERW | BARRIER_VERW_DEVICE;
	if (h->has & HOST_IBPB)
		able |= BARRIER_IBPB | BARRIER_IBPB_USER;
	return able;
}

/**
 * host_barriers() - barriers needed at entries and exits
 * @h: the processor
 *
 * Return: enum host_barrier bits.
 */
u32 host_barriers(const struct host_cpu *h)
{
	u32 what = host_barriers_wanted(h) & host_barriers_able(h);

	/* Not mitigations: registers that guest and host use differently. */
	if (h->has & HOST_SPEC_CTRL && !(h->has & HOST_VIRT_SPEC_CTRL))
		what |= BARRIER_SPEC_CTRL;
	if (what & BARRIER_SPEC_CTRL && h->has & HOST_KERNEL_IBRS)
		what |= BARRIER_SPEC_ALWAYS;
	if (h->has & HOST_SPLIT_LOCK)
		what |= BARRIER_SPLIT_LOCK;
	if (h->has & HOST_XSAVES)
		what |= BARRIER_XSS;
	if (h->bugs & HOST_BUG_FXSAVE)
		what |= BARRIER_FXSAVE;
	if (h->has & HOST_BP_SPEC_REDUCE)
		what |= BARRIER_BP_SPEC_REDUCE;
	/* The kernel issues it on the next return to user space only. */
	if (h->has & HOST_IBPB_TO_USER)
		what |= BARRIER_IBPB_USER;
	return what;
}

/* Required barriers that the microcode does not support. */
u32 host_barriers_missing(const struct host_cpu *h)
{
	return host_barriers_wanted(h) & ~host_barriers_able(h);
}

/* The kernel knows the affected models even if the microcode does not report @cap. */
static u64 host_caps_unless(const struct host_cpu *h, u32 bug, u64 cap)
{
	return h->bugs & bug ? 0 : cap;
}

/**
 * host_guest_arch_caps() - IA32_ARCH_CAPABILITIES as guests read it
 * @h: the processor
 *
 * Return: the value; the MSR does not exist on AMD.
 */
u64 host_guest_arch_caps(const struct host_cpu *h)
{
	u64 caps = h->arch_caps & CAPS_FACTS;

	/* These concern nested guests, which are not supported. */
	caps |= CAP_PSCHANGE_MC_NO | CAP_SKIP_L1DFL_VMENTRY;
	caps |= host_caps_unless(h, HOST_BUG_MELTDOWN, CAP_RDCL_NO);
	caps |= host_caps_unless(h, HOST_BUG_SSB, CAP_SSB_NO);
	caps |= host_caps_unless(h, HOST_BUG_MDS, CAP_MDS_NO);
	caps |= host_caps_unless(h, HOST_BUG_GDS, CAP_GDS_NO);
	caps |= host_caps_unless(h, HOST_BUG_RFDS, CAP_RFDS_NO);
	caps |= host_caps_unless(h, HOST_BUG_ITS, CAP_ITS_NO);
	return caps;
}

/* enum cpuid_option bits supported by the processor. */
u32 host_guest_options(const struct host_cpu *h)
{
	u32 options = 0;

	if (h->has & HOST_SPEC_CTRL)
		options |= CPUID_OPT_SPEC_CTRL;
	if (h->has & HOST_IBPB)
		options |= CPUID_OPT_PRED_CMD;
	if (h->has & HOST_FLUSH_L1D)
		options |= CPUID_OPT_FLUSH_CMD;
	if (h->vendor == CPUID_INTEL)
		options |= CPUID_OPT_ARCH_CAPS;
	return options;
}

/*
 * Bits of CPUID.1:EDX that do not depend on the host kernel's use of them: emulated by
 * the monitor (APIC, MTRR, machine check, PAT), or independent of the kernel (VME,
 * TSC, PGE).
 */
#define HOST_UNMASKED	(BIT(1) | BIT(4) | BIT(7) | BIT(9) | BIT(12) | BIT(13) | \
			 BIT(14) | BIT(16))

/**
 * host_mask_cpuid() - clear features that the host kernel has disabled
 * @h: the processor
 * @leaf: EAX
 * @subleaf: ECX
 * @v: result of CPUID
 */
void host_mask_cpuid(const struct host_cpu *h, u32 leaf, u32 subleaf, struct cpuid_val *v)
{
	if (leaf == 1) {
		v->ecx &= h->kept[HOST_1_ECX];
		v->edx &= h->kept[HOST_1_EDX] | HOST_UNMASKED;
	} else if (leaf == 7 && subleaf == 0) {
		v->ebx &= h->kept[HOST_7_EBX];
		v->ecx &= h->kept[HOST_7_ECX];
		v->edx &= h->kept[HOST_7_EDX];
	} else if (leaf == 7 && subleaf == 1) {
		v->eax &= h->kept[HOST_71_EAX];
	} else if (leaf == 0xd && subleaf == 1) {
		v->eax &= h->kept[HOST_D1_EAX];
	} else if (leaf == 0x80000001) {
		/* AMD repeats bits of leaf 1 here. */
		v->edx &= h->kept[HOST_E1_EDX] | HOST_UNMASKED;
		v->ecx &= h->kept[HOST_E1_ECX];
	} else if (leaf == 0x80000008) {
		v->ebx &= h->kept[HOST_E8_EBX];
	} else if (leaf == 0x80000021) {
		v->eax &= h->kept[HOST_E21_EAX];
	}
}

/*
 * Processors whose VMX-preemption timer is broken, by CPUID.1:EAX (Intel,
 * specification updates: "VMX-Preemption Timer Does Not Count Down at the Rate
 * Specified"). The last one is not in a specification update.
 */
bool host_timer_is_broken(const struct host_cpu *h)
{
	static const u32 broken[] = {
		0x106a0, 0x106a1, 0x106a4, 0x106a5,	/* Xeon 3500, 5500, i7-900 */
		0x106e5,				/* Xeon 3400, i7-800, i5-700 */
		0x20652, 0x20655,			/* Xeon L3406, i5-600, i3-500 */
		0x206e6,				/* Xeon 7500 */
		0x306a8,				/* Xeon E3-1220 v2 */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(broken); i++)
		if (h->signature == broken[i])
			return h->vendor == CPUID_INTEL;
	return false;
}
