/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/cpuid.h - CPUID in a guest.
 *
 * The host's values, filtered by allow lists: unknown features are hidden. The
 * guest's table is built once per machine, so that an exit needs a look-up only
 * and no CPUID instruction. L0: calls only the reader it is given.
 */
#ifndef LPAR_EMUL_CPUID_H
#define LPAR_EMUL_CPUID_H

#include "pure.h"

#define CPUID_MAX_BASIC		0x16u
#define CPUID_MAX_EXT		0x80000021u	/* AMD; others: 8 */
#define CPUID_HV_MAX		0x40000010u	/* highest hypervisor leaf */
#define CPUID_MAX_ENTRIES	64

struct cpuid_val {
	u32 eax, ebx, ecx, edx;
};

/* Read the host's CPUID. */
typedef void (*cpuid_host_fn)(u32 leaf, u32 subleaf, struct cpuid_val *out);

/* Inputs to the policy that are not in the host's CPUID. */
enum cpuid_option {
	CPUID_OPT_SPEC_CTRL = BIT(0),	/* SPEC_CTRL is switched */
	CPUID_OPT_ARCH_CAPS = BIT(1),	/* ARCH_CAPABILITIES is emulated */
	CPUID_OPT_FLUSH_CMD = BIT(2),	/* FLUSH_CMD reaches the guest */
	CPUID_OPT_STEAL_TIME = BIT(3),	/* steal time MSR is emulated */
	CPUID_OPT_KVMCLOCK = BIT(4),	/* kvmclock MSRs are emulated */
	CPUID_OPT_PRED_CMD = BIT(5),	/* PRED_CMD reaches the guest */
};

enum cpuid_vendor { CPUID_INTEL, CPUID_AMD, CPUID_OTHER };

/* @plain: depends neither on the subleaf nor on the LIP */
struct cpuid_entry {
	u32 leaf, subleaf;
	bool plain;
	struct cpuid_val regs;
};

/**
 * struct cpuid_policy - CPUID of one machine
 * @options: CPUID_OPT_* bits; set by the caller
 * @max_lips: maximum number of LIPs; set by the caller
 * @tsc_khz: guest's TSC rate; set by the caller
 * @tsc_per_tick: as for lapic_init(); set by the caller
 * @xcr0: XCR0 bits that the monitor switches; set by the caller, reduced to the
 *	supported ones by cpuid_policy_init()
 * @cr4: CR4 bits that a guest can set; set by the caller
 * @spec_ctrl: bits of IA32_SPEC_CTRL that the table advertises
 * @vendor: enum cpuid_vendor of the host
 * @phys_bits: width of guest-physical addresses, 0 for the host's; set by the
 *	caller, effective value after cpuid_policy_init()
 * @id_bits: bits of an APIC id below the package number
 * @xs: size, offset and alignment flag of the XSAVE components
 * @basic: index + 1 of the first entry of a basic leaf, 0 = none
 * @ext: likewise for extended leaves
 * @count: entries used
 * @entries: guest's values; subleaves of a leaf are adjacent
 */
struct cpuid_policy {
	u32 options;
	u32 max_lips;
	u32 tsc_khz;
	u32 tsc_per_tick;
	u64 xcr0;
	u64 cr4;
	u64 spec_ctrl;
	u8 vendor;
	u8 phys_bits;
	u8 id_bits;
	struct {
		u32 size, offset;
		bool align;
	} xs[8];
	u8 basic[CPUID_MAX_BASIC + 1];
	u8 ext[CPUID_MAX_EXT - 0x80000000u + 1];
	u32 count;
	struct cpuid_entry entries[CPUID_MAX_ENTRIES];
};

/**
 * struct cpuid_lip - state of the LIP that executes CPUID
 * @apic_id: its APIC id
 * @apic_on: IA32_APIC_BASE global enable
 * @osxsave: CR4.OSXSAVE
 * @xcr0: its XCR0
 */
struct cpuid_lip {
	u32 apic_id;
	bool apic_on;
	bool osxsave;
	u64 xcr0;
};

void cpuid_policy_init(struct cpuid_policy *p, cpuid_host_fn host);
void cpuid_guest(const struct cpuid_policy *p, const struct cpuid_lip *lip,
		 u32 leaf, u32 subleaf, struct cpuid_val *out);
u8 cpuid_find_vendor(u32 ebx);
u64 cpuid_cr4(cpuid_host_fn host);
bool cpuid_xcr0_valid(const struct cpuid_policy *p, u64 xcr0);

#endif
