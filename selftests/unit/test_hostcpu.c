// SPDX-License-Identifier: GPL-2.0
/* sources: emul/hostcpu.c */

/*
 * Mitigations around guest entry, and what guests are told, on processors that are not
 * at hand: described as Linux 6.1 detects them with current microcode.
 */
#include "pure.h"
#include "tap.h"
#include "emul/hostcpu.h"

#define RDCL_NO		BIT_ULL(0)
#define IBRS_ALL	BIT_ULL(1)
#define SKIP_L1DFL	BIT_ULL(3)
#define SSB_NO		BIT_ULL(4)
#define MDS_NO		BIT_ULL(5)
#define PSCHANGE_MC_NO	BIT_ULL(6)
#define TSX_CTRL	BIT_ULL(7)
#define TAA_NO		BIT_ULL(8)
#define FB_CLEAR	BIT_ULL(17)
#define BHI_NO		BIT_ULL(20)
#define PBRSB_NO	BIT_ULL(24)
#define GDS_NO		BIT_ULL(26)
#define RFDS_NO		BIT_ULL(27)
#define ITS_NO		BIT_ULL(62)

#define INTEL_HAS	(HOST_FLUSH_L1D | HOST_MD_CLEAR | HOST_IBPB | HOST_SPEC_CTRL | HOST_XSAVES)

static const struct host_cpu skylake_sp = {
	.vendor = CPUID_INTEL, .signature = 0x50654,
	.has = INTEL_HAS | HOST_CLEAR_BUFFERS | HOST_KERNEL_IBRS | HOST_IBPB_TO_USER,
	.bugs = HOST_BUG_MELTDOWN | HOST_BUG_L1TF | HOST_BUG_MDS | HOST_BUG_MMIO_STALE |
		HOST_BUG_SSB | HOST_BUG_ITLB_MULTIHIT | HOST_BUG_GDS | HOST_BUG_ITS |
		HOST_BUG_SPECTRE_V2 | HOST_BUG_VMSCAPE,
};

static const struct host_cpu cascade_lake = {
	.vendor = CPUID_INTEL, .signature = 0x50657,
	.has = INTEL_HAS | HOST_IBPB_TO_USER,
	.bugs = HOST_BUG_MMIO_STALE | HOST_BUG_SSB | HOST_BUG_ITLB_MULTIHIT | HOST_BUG_GDS |
		HOST_BUG_ITS | HOST_BUG_SPECTRE_V2 | HOST_BUG_VMSCAPE,
	.arch_caps = RDCL_NO | IBRS_ALL | SKIP_L1DFL | MDS_NO | TSX_CTRL | FB_CLEAR,
};

static const struct host_cpu ice_lake_sp = {
	.vendor = CPUID_INTEL, .signature = 0x606a6,
	.has = INTEL_HAS | HOST_SPLIT_LOCK | HOST_IBPB_TO_USER,
	.bugs = HOST_BUG_MMIO_STALE | HOST_BUG_SSB | HOST_BUG_GDS | HOST_BUG_ITS |
		HOST_BUG_SPECTRE_V2 | HOST_BUG_VMSCAPE,
	.arch_caps = RDCL_NO | IBRS_ALL | SKIP_L1DFL | MDS_NO | PSCHANGE_MC_NO | TSX_CTRL |
		     TAA_NO | FB_CLEAR,
};

static const struct host_cpu sapphire_rapids = {
	.vendor = CPUID_INTEL, .signature = 0x806f8,
	.has = INTEL_HAS | HOST_SPLIT_LOCK,
	.bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2,
	.arch_caps = RDCL_NO | IBRS_ALL | SKIP_L1DFL | MDS_NO | PSCHANGE_MC_NO | TAA_NO |
		     0xe000 | FB_CLEAR | PBRSB_NO | GDS_NO | RFDS_NO | ITS_NO,
};

/* E-cores: RFDS; the kernel uses VERW. */
static const struct host_cpu alder_lake = {
	.vendor = CPUID_INTEL, .signature = 0x90672,
	.has = INTEL_HAS | HOST_CLEAR_BUFFERS | HOST_SPLIT_LOCK,
	.bugs = HOST_BUG_SSB | HOST_BUG_RFDS | HOST_BUG_SPECTRE_V2,
	.arch_caps = RDCL_NO | IBRS_ALL | SKIP_L1DFL | MDS_NO | PSCHANGE_MC_NO | TAA_NO |
		     0xe000 | FB_CLEAR | BIT_ULL(28),
};

static const struct host_cpu zen1 = {
	.vendor = CPUID_AMD, .signature = 0x800f12,
	.has = HOST_IBPB | HOST_XSAVES | HOST_IBPB_TO_USER,
	.bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2 | HOST_BUG_VMSCAPE,
};

static const struct host_cpu zen2 = {
	.vendor = CPUID_AMD, .signature = 0x830f10,
	.has = HOST_IBPB | HOST_SPEC_CTRL | HOST_XSAVES,
	.bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2,
};

/* Also Zen 4. */
static const struct host_cpu zen3 = {
	.vendor = CPUID_AMD, .signature = 0xa00f11,
	.has = HOST_IBPB | HOST_SPEC_CTRL | HOST_VIRT_SPEC_CTRL | HOST_XSAVES,
	.bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2,
};

static const struct host_cpu zen5 = {
	.vendor = CPUID_AMD, .signature = 0xb00f21,
	.has = HOST_IBPB | HOST_SPEC_CTRL | HOST_VIRT_SPEC_CTRL | HOST_XSAVES |
	       HOST_BP_SPEC_REDUCE,
	.bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2,
};

static const struct host_cpu before_zen = {
	.vendor = CPUID_AMD, .signature = 0x600f20,
	.has = HOST_IBPB, .bugs = HOST_BUG_SSB | HOST_BUG_SPECTRE_V2 | HOST_BUG_FXSAVE,
};

/* ---- barriers ---- */

TEST(intel_barriers)
{
	CHECK_EQ(host_barriers(&skylake_sp),
		 BARRIER_L1D | BARRIER_VERW | BARRIER_IBPB | BARRIER_IBPB_USER |
		 BARRIER_SPEC_CTRL | BARRIER_SPEC_ALWAYS | BARRIER_NX_HUGE | BARRIER_XSS);
	CHECK_EQ(host_barriers(&cascade_lake),
		 BARRIER_VERW_DEVICE | BARRIER_IBPB | BARRIER_IBPB_USER | BARRIER_SPEC_CTRL |
		 BARRIER_NX_HUGE | BARRIER_XSS);
	CHECK_EQ(host_barriers(&ice_lake_sp),
		 BARRIER_VERW_DEVICE | BARRIER_IBPB | BARRIER_IBPB_USER | BARRIER_SPEC_CTRL |
		 BARRIER_SPLIT_LOCK | BARRIER_XSS);
	CHECK_EQ(host_barriers(&sapphire_rapids),
		 BARRIER_IBPB | BARRIER_SPEC_CTRL | BARRIER_SPLIT_LOCK | BARRIER_XSS);
	CHECK_EQ(host_barriers(&alder_lake),
		 BARRIER_VERW | BARRIER_IBPB | BARRIER_SPEC_CTRL | BARRIER_SPLIT_LOCK |
		 BARRIER_XSS);
}

TEST(amd_barriers)
{
	CHECK_EQ(host_barriers(&before_zen), BARRIER_IBPB | BARRIER_FXSAVE);
	CHECK_EQ(host_barriers(&zen1), BARRIER_IBPB | BARRIER_IBPB_USER | BARRIER_XSS);
	CHECK_EQ(host_barriers(&zen2), BARRIER_IBPB | BARRIER_SPEC_CTRL | BARRIER_XSS);
	CHECK_EQ(host_barriers(&zen3), BARRIER_IBPB | BARRIER_XSS);
	CHECK_EQ(host_barriers(&zen5), BARRIER_IBPB | BARRIER_XSS | BARRIER_BP_SPEC_REDUCE);
}

/* A mitigation that the microcode lacks is reported as missing, and not used. */
TEST(mitigations_that_microcode_lacks_are_reported)
{
	struct host_cpu h = skylake_sp;

	CHECK_EQ(host_barriers_missing(&h), 0);
	h.has = HOST_XSAVES;
	CHECK_EQ(host_barriers_missing(&h),
		 BARRIER_L1D | BARRIER_VERW | BARRIER_IBPB | BARRIER_IBPB_USER);
	CHECK_EQ(host_barriers(&h), BARRIER_NX_HUGE | BARRIER_XSS);
	CHECK_EQ(host_guest_options(&h), CPUID_OPT_ARCH_CAPS);
}

/* mitigations=off is respected; registers that guest and host share are switched anyway. */
TEST(mitigations_off_disables_barriers)
{
	struct host_cpu h = skylake_sp;

	h.unmitigated = true;
	h.has &= ~(HOST_KERNEL_IBRS | HOST_CLEAR_BUFFERS | HOST_IBPB_TO_USER);
	CHECK_EQ(host_barriers(&h), BARRIER_SPEC_CTRL | BARRIER_XSS);
	CHECK_EQ(host_barriers_missing(&h), 0);
}

/* A hypervisor that flushes the L1 cache itself says so in ARCH_CAPABILITIES. */
TEST(no_l1d_flush_when_the_hypervisor_does_it)
{
	struct host_cpu h = skylake_sp;

	h.arch_caps = SKIP_L1DFL;
	h.has &= ~HOST_FLUSH_L1D;
	CHECK(!(host_barriers(&h) & BARRIER_L1D));
	CHECK_EQ(host_barriers_missing(&h), 0);
}

/* ---- what guests see ---- */

TEST(arch_caps_reflect_the_bugs_linux_found)
{
	const u64 always = PSCHANGE_MC_NO | SKIP_L1DFL;

	/* Each *_NO bit is set because the kernel did not find the bug. */
	CHECK_EQ(host_guest_arch_caps(&skylake_sp), always | RFDS_NO);
	CHECK_EQ(host_guest_arch_caps(&cascade_lake),
		 always | RDCL_NO | IBRS_ALL | MDS_NO | FB_CLEAR | RFDS_NO);
	CHECK_EQ(host_guest_arch_caps(&ice_lake_sp),
		 always | RDCL_NO | IBRS_ALL | MDS_NO | TAA_NO | FB_CLEAR | RFDS_NO);
	CHECK_EQ(host_guest_arch_caps(&sapphire_rapids), sapphire_rapids.arch_caps);
	CHECK(!(host_guest_arch_caps(&alder_lake) & RFDS_NO));
	CHECK(host_guest_arch_caps(&alder_lake) & BIT_ULL(28));
}

/* Bits that promise an MSR which guests do not have are cleared. */
TEST(arch_caps_do_not_promise_missing_msrs)
{
	struct host_cpu h = sapphire_rapids;

	h.arch_caps = U64_MAX;
	CHECK_EQ(host_guest_arch_caps(&h) &
		 (TSX_CTRL | BIT_ULL(9) | BIT_ULL(10) | BIT_ULL(11) | BIT_ULL(12) | BIT_ULL(16) |
		  BIT_ULL(18) | BIT_ULL(21) | BIT_ULL(23)), 0);
	CHECK(host_guest_arch_caps(&h) & BHI_NO);
	CHECK(host_guest_arch_caps(&h) & SSB_NO);
}

TEST(guest_options_follow_the_host)
{
	const u32 all = CPUID_OPT_SPEC_CTRL | CPUID_OPT_PRED_CMD | CPUID_OPT_FLUSH_CMD |
			CPUID_OPT_ARCH_CAPS;

	CHECK_EQ(host_guest_options(&skylake_sp), all);
	CHECK_EQ(host_guest_options(&sapphire_rapids), all);
	CHECK_EQ(host_guest_options(&zen1), CPUID_OPT_PRED_CMD);
	CHECK_EQ(host_guest_options(&zen2), CPUID_OPT_PRED_CMD | CPUID_OPT_SPEC_CTRL);
}

/* nopcid, nofsgsbase, clearcpuid=: a feature that the kernel disabled is hidden. */
TEST(features_the_kernel_disabled_are_hidden)
{
	struct host_cpu h = skylake_sp;
	struct cpuid_val v;

	memset(h.kept, 0xff, sizeof(h.kept));
	h.kept[HOST_1_ECX] &= ~BIT(17);
	h.kept[HOST_7_EBX] &= ~BIT(0);
	h.kept[HOST_E8_EBX] = 0;
	h.kept[HOST_1_EDX] = 0;
	v = (struct cpuid_val){ 1, U32_MAX, U32_MAX, U32_MAX };
	host_mask_cpuid(&h, 1, 0, &v);
	CHECK_EQ(v.ecx, U32_MAX - BIT(17));
	CHECK_EQ(v.edx, 0x00017292);	/* decided by the monitor */
	CHECK_EQ(v.eax, 1);
	v = (struct cpuid_val){ 1, U32_MAX, U32_MAX, U32_MAX };
	host_mask_cpuid(&h, 7, 0, &v);
	CHECK_EQ(v.ebx, U32_MAX - 1);
	v = (struct cpuid_val){ 0x3030, U32_MAX, 5, 6 };
	host_mask_cpuid(&h, 0x80000008, 0, &v);
	CHECK_EQ(v.ebx, 0);
	CHECK_EQ(v.eax, 0x3030);
	CHECK_EQ(v.ecx, 5);
	/* these leaves are not masked */
	v = (struct cpuid_val){ 1, 2, 3, 4 };
	host_mask_cpuid(&h, 4, 0, &v);
	host_mask_cpuid(&h, 0x15, 0, &v);
	CHECK_EQ(v.edx, 4);
}

TEST(broken_preemption_timers_are_recognized)
{
	struct host_cpu h = { .vendor = CPUID_INTEL, .signature = 0x206e6 };

	CHECK(host_timer_is_broken(&h));
	h.signature = 0x206f2;
	CHECK(!host_timer_is_broken(&h));
	CHECK(!host_timer_is_broken(&skylake_sp));
}
