/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/msr.h - the guest's model-specific registers.
 *
 * MSRs are constant, stored with checks, or switched by hardware; those in no table
 * raise #GP. The MSRs of the local APIC, EFER and the TSC are emulated elsewhere and
 * give -ENOENT. L0: calls nothing.
 */
#ifndef LPAR_EMUL_MSR_H
#define LPAR_EMUL_MSR_H

#include "emul/cpuid.h"
#include "pure.h"

#define MSR_VAR_MTRRS	8
#define MSR_FIX_MTRRS	11

enum msr_option {
	MSR_OPT_SPEC_CTRL = BIT(0),	/* 0x48 is emulated by the caller */
	MSR_OPT_ARCH_CAPS = BIT(1),	/* 0x10a reads as arch_caps */
	MSR_OPT_FLUSH_CMD = BIT(2),	/* 0x10b is emulated by the caller */
	MSR_OPT_STEAL_TIME = BIT(3),
	MSR_OPT_KVMCLOCK = BIT(4),
	MSR_OPT_HW_PAT = BIT(5),	/* 0x277 is switched by hardware */
	MSR_OPT_PRED_CMD = BIT(6),	/* 0x49 is emulated by the caller */
};

/**
 * struct msr_policy - MSRs of one machine
 * @options: MSR_OPT_* bits
 * @vendor: enum cpuid_vendor of the host
 * @phys_bits: width of guest-physical addresses, from struct cpuid_policy
 * @microcode: microcode revision; its position in the MSR depends on @vendor
 * @arch_caps: IA32_ARCH_CAPABILITIES as the guest reads it
 */
struct msr_policy {
	u32 options;
	u8 vendor;
	u8 phys_bits;
	u32 microcode;
	u64 arch_caps;
};

/* Changes by a write, for the caller to act upon and clear */
enum msr_change {
	MSR_CHANGED_WALL = BIT(0),	/* write the wall clock at kvm_wall */
	MSR_CHANGED_TIME = BIT(1),	/* kvm_time: enabled, moved or disabled */
	MSR_CHANGED_STEAL = BIT(2),	/* kvm_steal: likewise */
	MSR_CHANGED_PAT = BIT(3),
};

/**
 * struct msr_state - stored MSRs of one LIP
 * @changed: MSR_CHANGED_* bits, set by msr_write()
 * @pat: IA32_PAT
 * @mtrr_def: IA32_MTRR_DEF_TYPE
 * @mtrr_fix: fixed-range MTRRs in ascending order of address
 * @mtrr_var: base and mask pairs
 * @misc_enable: IA32_MISC_ENABLE
 * @kvm_wall: MSR_KVM_WALL_CLOCK_NEW: address
 * @kvm_time: MSR_KVM_SYSTEM_TIME_NEW: address, bit 0 = enabled
 * @kvm_steal: MSR_KVM_STEAL_TIME: address, bit 0 = enabled
 *
 * Owned by the dispatcher of the LIP.
 */
struct msr_state {
	u32 changed;
	u64 pat;
	u64 mtrr_def;
	u64 mtrr_fix[MSR_FIX_MTRRS];
	u64 mtrr_var[2 * MSR_VAR_MTRRS];
	u64 misc_enable;
	u64 kvm_wall, kvm_time, kvm_steal;
};

extern const u32 msr_passthrough[];
extern const unsigned int msr_passthrough_count;

void msr_init(struct msr_state *s, const struct msr_policy *p);
int msr_read(const struct msr_policy *p, const struct msr_state *s, u32 msr,
	     u64 *val);
int msr_write(const struct msr_policy *p, struct msr_state *s, u32 msr,
	      u64 val);

#endif
