// SPDX-License-Identifier: GPL-2.0
/*
 * emul/msr.c - emulate model-specific registers.
 *
 * Registers that CPUID announces, or that systems read without checking CPUID, are
 * in tables here; all others raise #GP, which systems expect (SDM volume 4; APM,
 * "MSR Cross-Reference"). L0: calls nothing.
 */
#include "pure.h"
#include <asm/kvm_para.h>
#include <asm/mtrr.h>

#include "emul/msr.h"

/* MSR numbers: <asm/msr-index.h> is not a UAPI header. */
enum {
	M_TSC = 0x10,
	M_PLATFORM_ID = 0x17,
	M_APIC_BASE = 0x1b,
	M_EBL_CR_POWERON = 0x2a,
	M_SMI_COUNT = 0x34,
	M_FEATURE_CONTROL = 0x3a,
	M_TSC_ADJUST = 0x3b,
	M_SPEC_CTRL = 0x48,
	M_PRED_CMD = 0x49,
	M_MICROCODE_UPDATE = 0x79,
	M_MICROCODE_REV = 0x8b,
	M_FSB_FREQ = 0xcd,
	M_PLATFORM_INFO = 0xce,
	M_MTRR_CAP = 0xfe,
	M_ARCH_CAPS = 0x10a,
	M_FLUSH_CMD = 0x10b,
	M_SYSENTER_CS = 0x174,
	M_SYSENTER_ESP = 0x175,
	M_SYSENTER_EIP = 0x176,
	M_MCG_CAP = 0x179,
	M_MCG_STATUS = 0x17a,
	M_PERF_STATUS = 0x198,
	M_PERF_CTL = 0x199,
	M_MISC_ENABLE = 0x1a0,
	M_DEBUGCTL = 0x1d9,
	M_LAST_BRANCH_FROM = 0x1db,
	M_LAST_INT_TO = 0x1de,
	M_MTRR_VAR = 0x200,
	M_MTRR_FIX64K = 0x250,
	M_MTRR_FIX16K = 0x258,
	M_MTRR_FIX4K = 0x268,
	M_PAT = 0x277,
	M_MTRR_DEF = 0x2ff,
	M_TSC_DEADLINE = 0x6e0,
	M_X2APIC = 0x800,
	M_X2APIC_END = 0x8ff,
};

/* Enumerators above 0x7fffffff would not be int. */
#define M_EFER			0xc0000080U
#define M_STAR			0xc0000081U
#define M_LSTAR			0xc0000082U
#define M_CSTAR			0xc0000083U
#define M_SYSCALL_MASK		0xc0000084U
#define M_FS_BASE		0xc0000100U
#define M_GS_BASE		0xc0000101U
#define M_KERNEL_GS_BASE	0xc0000102U
#define M_TSC_AUX		0xc0000103U

#define MTRR_CAP_VALUE		(MSR_VAR_MTRRS | BIT_ULL(8) /* fixed */ | \
				 BIT_ULL(10) /* write combining */)
#define MTRR_DEF_ENABLE		BIT_ULL(11)
#define MTRR_DEF_FIXED		BIT_ULL(10)
#define MTRR_MASK_VALID		BIT_ULL(11)
#define MTRR_TYPES		(BIT(MTRR_TYPE_UNCACHABLE) | BIT(MTRR_TYPE_WRCOMB) | \
				 BIT(MTRR_TYPE_WRTHROUGH) | BIT(MTRR_TYPE_WRPROT) | \
				 BIT(MTRR_TYPE_WRBACK))
#define PAT_TYPES		(MTRR_TYPES | BIT(7) /* UC- */)
#define PAT_POWER_ON		0x0007040600070406ULL

#define MISC_FAST_STRINGS	BIT_ULL(0)
#define MISC_NO_BTS		BIT_ULL(11)
#define MISC_NO_PEBS		BIT_ULL(12)
#define DEBUGCTL_IGNORED	(BIT_ULL(0) /* LBR */ | BIT_ULL(1) /* BTF */)

#define KVM_WALL_RESERVED	3ULL	/* 4-byte aligned */
#define KVM_TIME_RESERVED	2ULL	/* 4-byte aligned, bit 0 = enable */

/*
 * Registers that the guest accesses without exits, switched by hardware or the
 * backend. Not EFER, which the backends handle.
 */
const u32 msr_passthrough[] = {
	M_SYSENTER_CS, M_SYSENTER_ESP, M_SYSENTER_EIP,
	M_STAR, M_LSTAR, M_CSTAR, M_SYSCALL_MASK,
	M_FS_BASE, M_GS_BASE, M_KERNEL_GS_BASE, M_TSC_AUX,
};

const unsigned int msr_passthrough_count = ARRAY_SIZE(msr_passthrough);

/* Registers emulated elsewhere (local APIC, TSC), or switched by hardware. */
static bool msr_is_elsewhere(const struct msr_policy *p, u32 msr)
{
	unsigned int i;

	switch (msr) {
	case M_TSC:
	case M_TSC_ADJUST:
	case M_APIC_BASE:
	case M_TSC_DEADLINE:
	case M_X2APIC ... M_X2APIC_END:
	case M_EFER:
		return true;
	case M_SPEC_CTRL:
		return p->options & MSR_OPT_SPEC_CTRL;
	case M_PRED_CMD:
		return p->options & MSR_OPT_PRED_CMD;
	case M_FLUSH_CMD:
		return p->options & MSR_OPT_FLUSH_CMD;
	case M_PAT:
		return p->options & MSR_OPT_HW_PAT;
	}
	for (i = 0; i < ARRAY_SIZE(msr_passthrough); i++)
		if (msr == msr_passthrough[i])
			return true;
	return false;
}

/* ---- constants ---- */

enum rule_vendor { BOTH, INTEL, AMD };
enum rule_write { REFUSE, IGNORE };

struct msr_rule {
	u32 first, last;
	u64 value;
	u8 vendor;
	u8 write;
};

static const struct msr_rule rules[] = {
	{ M_PLATFORM_ID, M_PLATFORM_ID, 0, INTEL, REFUSE },
	{ M_EBL_CR_POWERON, M_EBL_CR_POWERON, 0, INTEL, IGNORE },
	{ M_SMI_COUNT, M_SMI_COUNT, 0, INTEL, REFUSE },
	/* Locked with VMX and SGX disabled. */
	{ M_FEATURE_CONTROL, M_FEATURE_CONTROL, 1, INTEL, REFUSE },
	{ M_MICROCODE_UPDATE, M_MICROCODE_UPDATE, 0, INTEL, IGNORE },
	{ M_FSB_FREQ, M_PLATFORM_INFO, 0, INTEL, REFUSE },
	{ M_MTRR_CAP, M_MTRR_CAP, MTRR_CAP_VALUE, BOTH, REFUSE },
	/* No banks: the host handles machine checks. */
	{ M_MCG_CAP, M_MCG_CAP, 0, BOTH, REFUSE },
	{ M_MCG_STATUS, M_MCG_STATUS, 0, BOTH, IGNORE },
	{ M_PERF_STATUS, M_PERF_STATUS, 0, INTEL, REFUSE },
	{ M_PERF_CTL, M_PERF_CTL, 0, INTEL, IGNORE },
	{ M_LAST_BRANCH_FROM, M_LAST_INT_TO, 0, BOTH, REFUSE },
	/* Legacy performance counters: no CPUID bit reports their absence. */
	{ 0xc0010000, 0xc0010007, 0, AMD, IGNORE },
	/* SYSCFG; then HWCR: the TSC runs at the P0 rate. */
	{ 0xc0010010, 0xc0010010, 0, AMD, IGNORE },
	{ 0xc0010015, 0xc0010015, BIT_ULL(24), AMD, IGNORE },
	/* TOP_MEM, TOP_MEM2, NB_CFG, INT_PENDING, MMIO_CONF_BASE */
	{ 0xc001001a, 0xc001001a, 0, AMD, IGNORE },
	{ 0xc001001d, 0xc001001d, 0, AMD, IGNORE },
	{ 0xc001001f, 0xc001001f, 0, AMD, IGNORE },
	{ 0xc0010055, 0xc0010055, 0, AMD, IGNORE },
	{ 0xc0010058, 0xc0010058, 0, AMD, IGNORE },
	/* P-states */
	{ 0xc0010061, 0xc001006b, 0, AMD, IGNORE },
	/*
	 * IC_CFG, DC_CFG, BU_CFG, FP_CFG. Not LS_CFG, c0011020h: a guest on family 17h
	 * that can read it would set SSBD there.
	 */
	{ 0xc0011021, 0xc0011023, 0, AMD, IGNORE },
	{ 0xc0011028, 0xc0011028, 0, AMD, IGNORE },
	/* DE_CFG: LFENCE is serialising. */
	{ 0xc0011029, 0xc0011029, BIT_ULL(1), AMD, IGNORE },
	/* BU_CFG2, LS_CFG2 */
	{ 0xc001102a, 0xc001102a, 0, AMD, IGNORE },
	{ 0xc001102d, 0xc001102d, 0, AMD, IGNORE },
};

static bool msr_on_amd(const struct msr_policy *p)
{
	return p->vendor == CPUID_AMD;
}

static const struct msr_rule *find_rule(const struct msr_policy *p, u32 msr)
{
	u8 other = msr_on_amd(p) ? INTEL : AMD;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (msr >= rules[i].first && msr <= rules[i].last)
			return rules[i].vendor == other ? NULL : &rules[i];
	return NULL;
}

/* ---- memory types ---- */

/* Address bits of a page; an unset width counts as 32. */
static u64 page_mask(const struct msr_policy *p)
{
	return GENMASK_ULL(clamp_t(u8, p->phys_bits, 32, 52) - 1, 12);
}

static bool type_valid(u64 type, u32 types)
{
	return type < 8 && types & BIT(type);
}

static bool types_valid(u64 val, u32 types)
{
	unsigned int i;

	for (i = 0; i < 64; i += 8)
		if (!type_valid(val >> i & 0xff, types))
			return false;
	return true;
}

/* The stored fixed-range MTRR, or NULL if @msr is not one. */
static const u64 *fixed_mtrr(const struct msr_state *s, u32 msr)
{
	if (msr == M_MTRR_FIX64K)
		return &s->mtrr_fix[0];
	if (msr - M_MTRR_FIX16K < 2)
		return &s->mtrr_fix[1 + array_index_nospec(msr - M_MTRR_FIX16K, 2)];
	if (msr - M_MTRR_FIX4K < 8)
		return &s->mtrr_fix[3 + array_index_nospec(msr - M_MTRR_FIX4K, 8)];
	return NULL;
}

static bool var_mtrr_valid(const struct msr_policy *p, u32 index, u64 val)
{
	u64 addr = page_mask(p);

	if (index & 1)
		return !(val & ~(addr | MTRR_MASK_VALID));
	return !(val & ~(addr | 0xff)) && type_valid(val & 0xff, MTRR_TYPES);
}

static bool def_mtrr_valid(u64 val)
{
	u64 flags = MTRR_DEF_ENABLE | MTRR_DEF_FIXED;

	return !(val & ~(flags | 0xff)) && type_valid(val & 0xff, MTRR_TYPES);
}

/* 0, -EINVAL for an invalid value, -ENOENT for other MSRs. */
static int write_memory_type(const struct msr_policy *p, struct msr_state *s,
			     u32 msr, u64 val)
{
	u32 var = msr - M_MTRR_VAR;
	u64 *fixed = (u64 *)fixed_mtrr(s, msr);

	if (msr == M_PAT) {
		if (!types_valid(val, PAT_TYPES))
			return -EINVAL;
		s->pat = val;
		s->changed |= MSR_CHANGED_PAT;
	} else if (msr == M_MTRR_DEF) {
		if (!def_mtrr_valid(val))
			return -EINVAL;
		s->mtrr_def = val;
	} else if (var < ARRAY_SIZE(s->mtrr_var)) {
		var = array_index_nospec(var, ARRAY_SIZE(s->mtrr_var));
		if (!var_mtrr_valid(p, var, val))
			return -EINVAL;
		s->mtrr_var[var] = val;
	} else if (fixed) {
		if (!types_valid(val, MTRR_TYPES))
			return -EINVAL;
		*fixed = val;
	} else {
		return -ENOENT;
	}
	return 0;
}

static int read_memory_type(const struct msr_state *s, u32 msr, u64 *val)
{
	u32 var = msr - M_MTRR_VAR;
	const u64 *fixed = fixed_mtrr(s, msr);

	if (msr == M_PAT)
		*val = s->pat;
	else if (msr == M_MTRR_DEF)
		*val = s->mtrr_def;
	else if (var < ARRAY_SIZE(s->mtrr_var))
		*val = s->mtrr_var[array_index_nospec(var, ARRAY_SIZE(s->mtrr_var))];
	else if (fixed)
		*val = *fixed;
	else
		return -ENOENT;
	return 0;
}

/* ---- MSRs of KVM's paravirtual interface ---- */

static bool kvm_msr_offered(const struct msr_policy *p, u32 msr)
{
	switch (msr) {
	case MSR_KVM_WALL_CLOCK:
	case MSR_KVM_SYSTEM_TIME:
	case MSR_KVM_WALL_CLOCK_NEW:
	case MSR_KVM_SYSTEM_TIME_NEW:
		return p->options & MSR_OPT_KVMCLOCK;
	case MSR_KVM_STEAL_TIME:
		return p->options & MSR_OPT_STEAL_TIME;
	default:
		return false;
	}
}

static int read_kvm(const struct msr_state *s, u32 msr, u64 *val)
{
	switch (msr) {
	case MSR_KVM_WALL_CLOCK:
	case MSR_KVM_WALL_CLOCK_NEW:
		*val = s->kvm_wall;
		return 0;
	case MSR_KVM_SYSTEM_TIME:
	case MSR_KVM_SYSTEM_TIME_NEW:
		*val = s->kvm_time;
		return 0;
	default:
		*val = s->kvm_steal;
		return 0;
	}
}

static int write_kvm(const struct msr_policy *p, struct msr_state *s, u32 msr,
		     u64 val)
{
	if (val & ~(page_mask(p) | 0xfff))
		return -EINVAL;
	switch (msr) {
	case MSR_KVM_WALL_CLOCK:
	case MSR_KVM_WALL_CLOCK_NEW:
		if (val & KVM_WALL_RESERVED)
			return -EINVAL;
		s->kvm_wall = val;
		s->changed |= MSR_CHANGED_WALL;
		return 0;
	case MSR_KVM_SYSTEM_TIME:
	case MSR_KVM_SYSTEM_TIME_NEW:
		if (val & KVM_TIME_RESERVED)
			return -EINVAL;
		s->kvm_time = val;
		s->changed |= MSR_CHANGED_TIME;
		return 0;
	default:
		if (val & KVM_STEAL_RESERVED_MASK)
			return -EINVAL;
		s->kvm_steal = val;
		s->changed |= MSR_CHANGED_STEAL;
		return 0;
	}
}

/* ---- RDMSR and WRMSR ---- */

static int read_special(const struct msr_policy *p, const struct msr_state *s,
			u32 msr, u64 *val)
{
	switch (msr) {
	case M_MICROCODE_REV:
		*val = msr_on_amd(p) ? p->microcode : (u64)p->microcode << 32;
		return 0;
	case M_ARCH_CAPS:
		*val = p->arch_caps;
		return p->options & MSR_OPT_ARCH_CAPS ? 0 : -EINVAL;
	case M_MISC_ENABLE:
		*val = s->misc_enable;
		return msr_on_amd(p) ? -EINVAL : 0;
	case M_DEBUGCTL:
		*val = 0;
		return 0;
	default:
		return -ENOENT;
	}
}

static int write_special(const struct msr_policy *p, struct msr_state *s,
			 u32 msr, u64 val)
{
	switch (msr) {
	case M_MICROCODE_REV:	/* systems clear it before reading it */
		return 0;
	case M_MISC_ENABLE:
		if (msr_on_amd(p))
			return -EINVAL;
		s->misc_enable = (s->misc_enable & ~MISC_FAST_STRINGS) |
				 (val & MISC_FAST_STRINGS);
		return 0;
	case M_DEBUGCTL:
		/* Branch tracing is not emulated, but some systems enable it unconditionally. */
		return val & ~DEBUGCTL_IGNORED ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

/**
 * msr_read() - emulate RDMSR
 * @p: the machine's policy
 * @s: the LIP's registers
 * @msr: MSR number
 * @val: output
 *
 * Context: the owner's thread.
 * Return: 0; -EINVAL: #GP; -ENOENT: the register exists, but is emulated elsewhere.
 */
int msr_read(const struct msr_policy *p, const struct msr_state *s, u32 msr,
	     u64 *val)
{
	int err = read_special(p, s, msr, val);
	const struct msr_rule *rule;

	if (err != -ENOENT)
		return err;
	if (kvm_msr_offered(p, msr))
		return read_kvm(s, msr, val);
	if (msr_is_elsewhere(p, msr))
		return -ENOENT;
	if (!read_memory_type(s, msr, val))
		return 0;
	rule = find_rule(p, msr);
	if (!rule)
		return -EINVAL;
	*val = rule->value;
	return 0;
}

/**
 * msr_write() - emulate WRMSR
 * @p: the machine's policy
 * @s: the LIP's registers; the caller acts upon s->changed
 * @msr: MSR number
 * @val: the value
 *
 * Context: the owner's thread.
 * Return: as msr_read().
 */
int msr_write(const struct msr_policy *p, struct msr_state *s, u32 msr, u64 val)
{
	const struct msr_rule *rule;
	int ret;

	if (kvm_msr_offered(p, msr))
		return write_kvm(p, s, msr, val);
	if (msr_is_elsewhere(p, msr))
		return -ENOENT;
	ret = write_memory_type(p, s, msr, val);
	if (ret != -ENOENT)
		return ret;
	rule = find_rule(p, msr);
	if (!rule)
		return write_special(p, s, msr, val);
	return rule->write == IGNORE ? 0 : -EINVAL;
}

/**
 * msr_init() - set the registers to the values that firmware leaves
 * @s: the LIP's registers
 * @p: the machine's policy
 *
 * For power-on; INIT does not change them. All memory is write-back except the VGA
 * window and the hole below 4 GiB, the same for all LIPs.
 *
 * Context: the owner's thread.
 */
void msr_init(struct msr_state *s, const struct msr_policy *p)
{
	const u64 all_wb = MTRR_TYPE_WRBACK * 0x0101010101010101ULL;
	unsigned int i;

	*s = (struct msr_state){
		.pat = PAT_POWER_ON,
		.mtrr_def = MTRR_DEF_ENABLE | MTRR_DEF_FIXED | MTRR_TYPE_WRBACK,
		.misc_enable = MISC_FAST_STRINGS | MISC_NO_BTS | MISC_NO_PEBS,
	};
	for (i = 0; i < MSR_FIX_MTRRS; i++)
		s->mtrr_fix[i] = all_wb;
	s->mtrr_fix[2] = 0;	/* 0xa0000 to 0xbffff */
	s->mtrr_var[0] = 0xc0000000;
	s->mtrr_var[1] = MTRR_MASK_VALID | (page_mask(p) & ~(SZ_1G - 1ULL));
}
