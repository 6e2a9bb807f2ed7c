// SPDX-License-Identifier: GPL-2.0
/* sources: emul/msr.c */

/*
 * RDMSR and WRMSR of any register with any value on any host, compared with the rules of
 * the manuals for values (SDM volume 3, "Memory Cache Control"; Linux, "KVM-specific MSRs").
 * A refused write changes nothing, an accepted one this register only.
 */
#include "pure.h"
#include "fuzz.h"

#include "emul/msr.h"

/* Each has something special; the others are constants or do not exist. */
static const u32 numbers[] = {
	0x10, 0x17, 0x1b, 0x2a, 0x34, 0x3a, 0x3b, 0x48, 0x49, 0x79, 0x8b, 0xcd, 0xce, 0xfe,
	0x10a, 0x10b, 0x174, 0x175, 0x176, 0x179, 0x17a, 0x198, 0x199, 0x1a0, 0x1d9, 0x1db,
	0x1de, 0x200, 0x201, 0x20e, 0x20f, 0x250, 0x258, 0x259, 0x268, 0x26f, 0x277, 0x2ff,
	0x6e0, 0x800, 0x8ff, 0x11, 0x12, 0x4b564d00, 0x4b564d01, 0x4b564d02, 0x4b564d03,
	0x4b564d04, 0xc0000080, 0xc0000081, 0xc0000084, 0xc0000100, 0xc0000103, 0xc0010000,
	0xc0010007, 0xc0010010, 0xc0010015, 0xc001001a, 0xc0010061, 0xc0011020, 0xc0011029,
};

static struct msr_policy policy;
static struct msr_state state;

enum { NOT_STORED = -1 };

static bool memory_type(u8 type)
{
	return type < 2 || (type >= 4 && type <= 6);
}

static bool all_types(u64 val, bool pat)
{
	u32 i;

	for (i = 0; i < 8; i++, val >>= 8)
		if (!memory_type(val) && !(pat && (u8)val == 7))
			return false;
	return true;
}

static u64 address_bits(void)
{
	u32 width = policy.phys_bits < 32 ? 32 : policy.phys_bits > 52 ? 52 : policy.phys_bits;

	return (1ULL << width) - 1;
}

static int address_rule(u64 val, u64 reserved)
{
	return !(val & (~address_bits() | reserved));
}

/* Whether a register that is stored accepts @val; NOT_STORED: it is not one of those. */
static int stored_rule(u32 msr, u64 val)
{
	bool clock = policy.options & MSR_OPT_KVMCLOCK;

	switch (msr) {
	case 0x200 ... 0x20f:
		if (msr & 1)
			return address_rule(val, 0x7ff);
		return address_rule(val, 0xf00) && memory_type(val);
	case 0x250: case 0x258: case 0x259: case 0x268 ... 0x26f:
		return all_types(val, false);
	case 0x277:
		return policy.options & MSR_OPT_HW_PAT ? NOT_STORED : all_types(val, true);
	case 0x2ff:
		return !(val & ~0xcffULL) && memory_type(val);
	case 0x11:
	case 0x4b564d00:
		return clock ? address_rule(val, 3) : NOT_STORED;
	case 0x12:
	case 0x4b564d01:
		return clock ? address_rule(val, 2) : NOT_STORED;
	case 0x4b564d03:
		return policy.options & MSR_OPT_STEAL_TIME ? address_rule(val, 0x3e) : NOT_STORED;
	default:
		return NOT_STORED;
	}
}

/* Emulated by somebody else, or switched by the processor */
static bool elsewhere(u32 msr)
{
	switch (msr) {
	case 0x10: case 0x1b: case 0x3b: case 0x6e0: case 0x800 ... 0x8ff:
	case 0x174 ... 0x176: case 0xc0000080 ... 0xc0000084: case 0xc0000100 ... 0xc0000103:
		return true;
	case 0x48:
		return policy.options & MSR_OPT_SPEC_CTRL;
	case 0x49:
		return policy.options & MSR_OPT_PRED_CMD;
	case 0x10b:
		return policy.options & MSR_OPT_FLUSH_CMD;
	case 0x277:
		return policy.options & MSR_OPT_HW_PAT;
	default:
		return false;
	}
}

/* Registers of the other vendor, or of nobody */
static bool foreign(u32 msr)
{
	bool amd = policy.vendor == CPUID_AMD;

	switch (msr) {
	case 0x17: case 0x2a: case 0x34: case 0x3a: case 0x79: case 0xcd: case 0xce:
	case 0x198: case 0x199: case 0x1a0:
		return amd;
	case 0xc0010000 ... 0xc0011fff:
		return !amd || msr == 0xc0011020;
	case 0x11: case 0x12: case 0x4b564d00: case 0x4b564d01:
		return !(policy.options & MSR_OPT_KVMCLOCK);
	case 0x4b564d03:
		return !(policy.options & MSR_OPT_STEAL_TIME);
	case 0x10a:
		return !(policy.options & MSR_OPT_ARCH_CAPS);
	default:
		return msr == 0x4b564d02 || msr == 0x4b564d04;
	}
}

static void check_read(u32 msr)
{
	u64 val = 0;
	int ret = msr_read(&policy, &state, msr, &val);

	FUZZ_CHECK(!ret || ret == -EINVAL || ret == -ENOENT, "%x: %d", msr, ret);
	FUZZ_CHECK((ret == -ENOENT) == elsewhere(msr), "%x: %d", msr, ret);
	FUZZ_CHECK(!foreign(msr) || ret == -EINVAL, "%x is readable", msr);
	if (msr == 0x3a && !ret)
		FUZZ_EQ(val, 1, "IA32_FEATURE_CONTROL");
}

/* All fields but the first have 8 bytes. */
static u32 fields_changed(const struct msr_state *was)
{
	const u64 *a = &state.pat, *b = &was->pat;
	u32 i, n = 0;

	for (i = 0; i < (sizeof(state) - offsetof(struct msr_state, pat)) / 8; i++)
		n += a[i] != b[i];
	return n;
}

static void check_write(u32 msr, u64 val)
{
	struct msr_state was = state;
	int rule = stored_rule(msr, val), ret;
	u64 now = 0;
	u32 changed;

	state.changed = 0;
	ret = msr_write(&policy, &state, msr, val);
	changed = state.changed;
	state.changed = was.changed;
	FUZZ_CHECK((ret == -ENOENT) == elsewhere(msr), "%x: %d", msr, ret);
	FUZZ_CHECK(!foreign(msr) || ret == -EINVAL, "%x is writable", msr);
	if (rule != NOT_STORED)
		FUZZ_CHECK(ret == (rule ? 0 : -EINVAL), "%x = %llx: %d", msr, val, ret);
	if (ret) {
		FUZZ_CHECK(!changed && !memcmp(&state, &was, sizeof(was)), "%x: changed", msr);
		return;
	}
	FUZZ_EQ(msr_read(&policy, &state, msr, &now), 0, "read of what was written");
	if (rule != NOT_STORED) {
		FUZZ_EQ(now, val, "value that was written");
		FUZZ_EQ(!!changed, msr == 0x277 || msr < 0x20 || msr >= 0x4b564d00, "changed");
		FUZZ_CHECK(fields_changed(&was) <= 1, "%x: changed another", msr);
	} else if (msr != 0x1a0) {
		FUZZ_CHECK(!memcmp(&state, &was, sizeof(was)), "%x is stored", msr);
	} else {
		FUZZ_EQ((state.misc_enable ^ was.misc_enable) & ~1ULL, 0, "IA32_MISC_ENABLE");
	}
}

static void check_invariants(void)
{
	u32 i;

	FUZZ_CHECK(all_types(state.pat, true), "PAT %llx", state.pat);
	FUZZ_CHECK(memory_type(state.mtrr_def), "default %llx", state.mtrr_def);
	for (i = 0; i < MSR_FIX_MTRRS; i++)
		FUZZ_CHECK(all_types(state.mtrr_fix[i], false), "fixed %u", i);
	for (i = 0; i < 2 * MSR_VAR_MTRRS; i++)
		FUZZ_CHECK(!(state.mtrr_var[i] & ~address_bits()), "variable %u", i);
	FUZZ_CHECK(!((state.kvm_wall | state.kvm_time | state.kvm_steal) & ~address_bits()),
		   "address beyond the guest's");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 msr;
	u8 how;

	fuzz_start(data, size);
	policy = (struct msr_policy){
		.options = fuzz_byte(), .vendor = fuzz_below(3), .phys_bits = fuzz_byte(),
		.microcode = fuzz_byte(), .arch_caps = fuzz_byte(),
	};
	msr_init(&state, &policy);
	check_invariants();
	while (fuzz_more()) {
		how = fuzz_byte();
		msr = how & 0xc0 ? numbers[how % ARRAY_SIZE(numbers)] : (u32)fuzz_number();
		if (how & 0x80)
			check_write(msr, fuzz_number());
		else
			check_read(msr);
		check_invariants();
	}
	return 0;
}
