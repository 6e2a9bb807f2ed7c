/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/hostcpu.h - features and bugs of the host's processor, and the barriers and
 * guest features that follow from them.
 *
 * The input is the host kernel's view: features that it was told not to use (nopcid,
 * clearcpuid=, mitigations=off) or does not trust (a microcode) are missing.
 * hw/hostcpu.c collects it; decisions are made here, so that they can be tested for
 * any processor. L0: calls nothing.
 */
#ifndef LPAR_EMUL_HOSTCPU_H
#define LPAR_EMUL_HOSTCPU_H

#include "emul/cpuid.h"
#include "pure.h"

/* Features used to choose barriers; those for guests are in struct host_cpu's @kept. */
enum host_feature {
	HOST_FLUSH_L1D = BIT(0),	/* IA32_FLUSH_CMD */
	HOST_CLEAR_BUFFERS = BIT(1),	/* the kernel uses VERW */
	HOST_MD_CLEAR = BIT(2),		/* VERW clears CPU buffers */
	HOST_IBPB = BIT(3),		/* IA32_PRED_CMD */
	HOST_SPEC_CTRL = BIT(4),	/* IA32_SPEC_CTRL */
	HOST_VIRT_SPEC_CTRL = BIT(5),	/* the processor switches it (AMD) */
	HOST_KERNEL_IBRS = BIT(6),	/* the kernel sets IBRS at each kernel entry */
	HOST_SPLIT_LOCK = BIT(7),	/* split-lock detection */
	HOST_XSAVES = BIT(8),
	HOST_IBPB_TO_USER = BIT(9),	/* the kernel can issue an IBPB (VMSCAPE) */
	HOST_BP_SPEC_REDUCE = BIT(10),	/* BP_CFG[BpSpecReduce], as the kernel uses it (SRSO) */
};

enum host_bug {
	HOST_BUG_MELTDOWN = BIT(0),
	HOST_BUG_L1TF = BIT(1),
	HOST_BUG_MDS = BIT(2),
	HOST_BUG_MMIO_STALE = BIT(3),
	HOST_BUG_SSB = BIT(4),
	HOST_BUG_ITLB_MULTIHIT = BIT(5),
	HOST_BUG_GDS = BIT(6),
	HOST_BUG_RFDS = BIT(7),
	HOST_BUG_ITS = BIT(8),
	HOST_BUG_FXSAVE = BIT(9),	/* FXRSTOR may not restore the FPU pointers */
	HOST_BUG_VMSCAPE = BIT(10),
	HOST_BUG_SPECTRE_V2 = BIT(11),
};

/* The kernel's feature words that are from CPUID */
enum host_word {
	HOST_1_EDX, HOST_1_ECX, HOST_7_EBX, HOST_7_ECX, HOST_7_EDX, HOST_71_EAX,
	HOST_D1_EAX, HOST_E1_EDX, HOST_E1_ECX, HOST_E8_EBX, HOST_E21_EAX,
	HOST_NR_WORDS
};

/**
 * struct host_cpu - the host's processor
 * @vendor: enum cpuid_vendor
 * @signature: CPUID.1:EAX
 * @has: enum host_feature bits
 * @bugs: enum host_bug bits, as detected by the kernel
 * @arch_caps: IA32_ARCH_CAPABILITIES, 0 where there is none
 * @unmitigated: the host was booted with mitigations=off
 * @kept: the kernel's feature words
 */
struct host_cpu {
	u8 vendor;
	u32 signature;
	u32 has;
	u32 bugs;
	u64 arch_caps;
	bool unmitigated;
	u32 kept[HOST_NR_WORDS];
};

/**
 * enum host_barrier - actions at entries and exits
 * @BARRIER_L1D: flush the L1 data cache at an entry after host code other than the
 *	monitor ran
 * @BARRIER_VERW: clear CPU buffers at each entry
 * @BARRIER_VERW_DEVICE: likewise, for LPARs that own a PCI function
 * @BARRIER_IBPB: IBPB when another LPAR is loaded
 * @BARRIER_IBPB_USER: IBPB before the host's user space runs after a guest
 * @BARRIER_SPEC_CTRL: switch IA32_SPEC_CTRL at entry and exit
 * @BARRIER_SPEC_ALWAYS: write the host's value even if unchanged
 * @BARRIER_NX_HUGE: map large pages of LPARs' storage non-executable
 * @BARRIER_SPLIT_LOCK: disable split-lock detection while a guest runs
 * @BARRIER_XSS: clear IA32_XSS while a guest runs
 * @BARRIER_FXSAVE: clear the FPU pointers before loading a guest's FPU state
 * @BARRIER_BP_SPEC_REDUCE: set BP_CFG[BpSpecReduce] on CPUs that run guests
 */
enum host_barrier {
	BARRIER_L1D = BIT(0),
	BARRIER_VERW = BIT(1),
	BARRIER_VERW_DEVICE = BIT(2),
	BARRIER_IBPB = BIT(3),
	BARRIER_IBPB_USER = BIT(4),
	BARRIER_SPEC_CTRL = BIT(5),
	BARRIER_SPEC_ALWAYS = BIT(6),
	BARRIER_NX_HUGE = BIT(7),
	BARRIER_SPLIT_LOCK = BIT(8),
	BARRIER_XSS = BIT(9),
	BARRIER_FXSAVE = BIT(10),
	BARRIER_BP_SPEC_REDUCE = BIT(11),
};

u32 host_barriers(const struct host_cpu *h);
u32 host_barriers_missing(const struct host_cpu *h);
u64 host_guest_arch_caps(const struct host_cpu *h);
u32 host_guest_options(const struct host_cpu *h);
void host_mask_cpuid(const struct host_cpu *h, u32 leaf, u32 subleaf, struct cpuid_val *v);
bool host_timer_is_broken(const struct host_cpu *h);

#endif
