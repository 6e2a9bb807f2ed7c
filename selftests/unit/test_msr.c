// SPDX-License-Identifier: GPL-2.0
/* sources: emul/msr.c */

/* Model-specific registers: which exist on which vendor, and what may be written. */
#include "pure.h"
#include <asm/kvm_para.h>
#include "tap.h"
#include "emul/msr.h"

#define ALL_OPTIONS (MSR_OPT_SPEC_CTRL | MSR_OPT_ARCH_CAPS | \
		     MSR_OPT_PRED_CMD | MSR_OPT_FLUSH_CMD | MSR_OPT_STEAL_TIME | MSR_OPT_KVMCLOCK)

static struct msr_policy p;
static struct msr_state s;

static void fresh(bool amd, u32 options)
{
	p = (struct msr_policy){
		.options = options, .vendor = amd ? CPUID_AMD : CPUID_INTEL, .phys_bits = 40,
		.microcode = 0x42, .arch_caps = 0x2b,
	};
	msr_init(&s, &p);
}

static int rd_err(u32 msr)
{
	u64 val;

	return msr_read(&p, &s, msr, &val);
}

static u64 rd(u32 msr)
{
	u64 val = 0xdeadbeef;

	CHECK_EQ(msr_read(&p, &s, msr, &val), 0);
	return val;
}

static int wr(u32 msr, u64 val)
{
	return msr_write(&p, &s, msr, val);
}

TEST(unknown_msr_gives_gp)
{
	static const u32 none[] = { 0x0, 0x1, 0x480, 0x48f, 0xc1, 0x186, 0x38f,
		0x3f1, 0x140, 0x33, 0x122, 0x309, 0x570, 0x600, 0xda0, 0x6a0,
		0x4b564d02, 0x4b564d04, 0x4b564d08, 0x40000000, 0xc0010114,
		0xc0010117, 0xc0011030, 0xc0000104, 0xffffffff, 0x7ff, 0x900 };
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(none); i++) {
		fresh(i & 1, ALL_OPTIONS);
		CHECK_EQ(rd_err(none[i / 2]), -EINVAL);
		CHECK_EQ(wr(none[i / 2], 0), -EINVAL);
	}
}

TEST(msrs_handled_elsewhere_return_enoent)
{
	static const u32 elsewhere[] = { 0x10, 0x3b, 0x1b, 0x6e0, 0x800, 0x830,
		0x8ff, 0xc0000080, 0x48, 0x49, 0x10b };
	unsigned int i;

	fresh(false, ALL_OPTIONS);
	for (i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		CHECK_EQ(rd_err(elsewhere[i]), -ENOENT);
		CHECK_EQ(wr(elsewhere[i], 0), -ENOENT);
	}
	for (i = 0; i < msr_passthrough_count; i++)
		CHECK_EQ(rd_err(msr_passthrough[i]), -ENOENT);
	CHECK_EQ(msr_passthrough_count, 11);
}

TEST(options_enable_msrs)
{
	fresh(false, 0);
	CHECK_EQ(rd_err(0x48), -EINVAL);
	CHECK_EQ(wr(0x49, 1), -EINVAL);
	CHECK_EQ(wr(0x10b, 1), -EINVAL);
	CHECK_EQ(rd_err(0x10a), -EINVAL);
	CHECK_EQ(rd_err(MSR_KVM_SYSTEM_TIME_NEW), -EINVAL);
	CHECK_EQ(rd_err(MSR_KVM_SYSTEM_TIME), -EINVAL);
	CHECK_EQ(rd_err(MSR_KVM_STEAL_TIME), -EINVAL);
	fresh(false, ALL_OPTIONS);
	CHECK_EQ(rd(0x10a), 0x2b);
	CHECK_EQ(wr(0x10a, 0), -EINVAL);
	fresh(false, MSR_OPT_HW_PAT);
	CHECK_EQ(rd_err(0x277), -ENOENT);
}

TEST(constant_msrs)
{
	fresh(false, 0);
	CHECK_EQ(rd(0x8b), 0x42ULL << 32);
	CHECK_EQ(wr(0x8b, 0), 0);
	CHECK_EQ(rd(0x3a), 1);
	CHECK_EQ(wr(0x3a, 5), -EINVAL);
	CHECK_EQ(rd(0x17), 0);
	CHECK_EQ(rd(0xfe), 0x508);
	CHECK_EQ(wr(0xfe, 0), -EINVAL);
	CHECK_EQ(rd(0x179), 0);
	CHECK_EQ(rd(0x198), 0);
	CHECK_EQ(wr(0x199, 0x1234), 0);
	CHECK_EQ(rd(0x199), 0);
	CHECK_EQ(rd(0x1db) + rd(0x1de), 0);
	CHECK_EQ(rd_err(0x1df), -EINVAL);
	CHECK_EQ(rd_err(0xc0010015), -EINVAL);
	fresh(true, 0);
	CHECK_EQ(rd(0xc0010015), 1 << 24);
	CHECK_EQ(wr(0xc0010015, 0), 0);
	CHECK_EQ(rd(0xc0011029), 2);
	CHECK_EQ(rd_err(0x3a), -EINVAL);
	CHECK_EQ(rd_err(0x1a0), -EINVAL);
	CHECK_EQ(rd(0xfe), 0x508);
}

TEST(amd_legacy_counters_read_zero)
{
	u32 msr;

	for (msr = 0xc0010000; msr < 0xc0010008; msr++) {
		fresh(true, 0);
		CHECK_EQ(wr(msr, 0x530076), 0);
		CHECK_EQ(rd(msr), 0);
		fresh(false, 0);
		CHECK_EQ(rd_err(msr), -EINVAL);
		CHECK_EQ(wr(msr, 0), -EINVAL);
	}
	fresh(true, 0);
	CHECK_EQ(rd_err(0xc0010008), -EINVAL);
}

TEST(misc_enable_and_debugctl_writes)
{
	fresh(false, 0);
	CHECK_EQ(rd(0x1a0), 0x1801);
	CHECK_EQ(wr(0x1a0, U64_MAX & ~1ULL), 0);
	CHECK_EQ(rd(0x1a0), 0x1800);
	CHECK_EQ(wr(0x1d9, 3), 0);
	CHECK_EQ(rd(0x1d9), 0);
	CHECK_EQ(wr(0x1d9, 4), -EINVAL);
}

TEST(pat_refuses_invalid_types)
{
	fresh(false, 0);
	CHECK_EQ(rd(0x277), 0x0007040600070406ULL);
	CHECK_EQ(wr(0x277, 0x0407050600070106ULL), 0);
	CHECK_EQ(rd(0x277), 0x0407050600070106ULL);
	CHECK_EQ(s.changed, MSR_CHANGED_PAT);
	CHECK_EQ(wr(0x277, 0x0207050600070106ULL), -EINVAL);
	CHECK_EQ(wr(0x277, 0x0307050600070106ULL), -EINVAL);
	CHECK_EQ(wr(0x277, 0x0807050600070106ULL), -EINVAL);
	CHECK_EQ(wr(0x277, 0x0007050600070181ULL), -EINVAL);
	CHECK_EQ(rd(0x277), 0x0407050600070106ULL);
}

TEST(mtrr_defaults)
{
	fresh(false, 0);
	CHECK_EQ(rd(0x2ff), 0xc06);
	CHECK_EQ(rd(0x250), 0x0606060606060606ULL);
	CHECK_EQ(rd(0x259), 0);
	CHECK_EQ(rd(0x268), 0x0606060606060606ULL);
	CHECK_EQ(rd(0x26f), 0x0606060606060606ULL);
	CHECK_EQ(rd(0x200), 0xc0000000);
	CHECK_EQ(rd(0x201), 0xffc0000800ULL);
	CHECK_EQ(rd(0x20f), 0);
	CHECK_EQ(rd_err(0x210), -EINVAL);
	CHECK_EQ(rd_err(0x251), -EINVAL);
	CHECK_EQ(rd_err(0x257), -EINVAL);
	CHECK_EQ(rd_err(0x25a), -EINVAL);
	CHECK_EQ(rd_err(0x267), -EINVAL);
	CHECK_EQ(rd_err(0x270), -EINVAL);
}

TEST(mtrr_writes_are_checked)
{
	fresh(false, 0);
	CHECK_EQ(wr(0x204, 0x80000006), 0);
	CHECK_EQ(rd(0x204), 0x80000006);
	CHECK_EQ(wr(0x204, 0x80000002), -EINVAL);
	CHECK_EQ(wr(0x204, 0x80000106), -EINVAL);
	CHECK_EQ(wr(0x204, 1ULL << 40), -EINVAL);
	CHECK_EQ(wr(0x205, 0xff80000800ULL), 0);
	CHECK_EQ(wr(0x205, 0xff80000400ULL), -EINVAL);
	CHECK_EQ(wr(0x2ff, 0x800), 0);
	CHECK_EQ(wr(0x2ff, 0x807), -EINVAL);
	CHECK_EQ(wr(0x2ff, 0x1006), -EINVAL);
	CHECK_EQ(wr(0x26a, 0x0505050505050505ULL), 0);
	CHECK_EQ(rd(0x26a), 0x0505050505050505ULL);
	CHECK_EQ(wr(0x26a, 0x0507050505050505ULL), -EINVAL);
	CHECK_EQ(s.changed, 0);
}

TEST(kvm_msrs_are_checked_and_reported)
{
	fresh(false, ALL_OPTIONS);
	CHECK_EQ(wr(MSR_KVM_SYSTEM_TIME_NEW, 0x12345001), 0);
	CHECK_EQ(s.changed, MSR_CHANGED_TIME);
	CHECK_EQ(s.kvm_time, 0x12345001);
	CHECK_EQ(rd(MSR_KVM_SYSTEM_TIME), 0x12345001);
	CHECK_EQ(wr(MSR_KVM_SYSTEM_TIME_NEW, 0x12345003), -EINVAL);
	CHECK_EQ(wr(MSR_KVM_SYSTEM_TIME, 0), 0);
	CHECK_EQ(rd(MSR_KVM_SYSTEM_TIME_NEW), 0);
	s.changed = 0;
	CHECK_EQ(wr(MSR_KVM_WALL_CLOCK_NEW, 0x5004), 0);
	CHECK_EQ(s.changed, MSR_CHANGED_WALL);
	CHECK_EQ(rd(MSR_KVM_WALL_CLOCK), 0x5004);
	CHECK_EQ(wr(MSR_KVM_WALL_CLOCK_NEW, 0x5001), -EINVAL);
	s.changed = 0;
	CHECK_EQ(wr(MSR_KVM_STEAL_TIME, 0x7fc0 | 1), 0);
	CHECK_EQ(s.changed, MSR_CHANGED_STEAL);
	CHECK_EQ(wr(MSR_KVM_STEAL_TIME, 0x7fe0 | 1), -EINVAL);
	CHECK_EQ(wr(MSR_KVM_STEAL_TIME, 0x7fc2), -EINVAL);
	/* beyond the physical address width */
	CHECK_EQ(wr(MSR_KVM_STEAL_TIME, 1ULL << 40 | 1), -EINVAL);
	CHECK_EQ(s.kvm_steal, 0x7fc1);
}

TEST(address_width_defaults_to_32)
{
	p = (struct msr_policy){ 0 };
	msr_init(&s, &p);
	CHECK_EQ(rd(0x201), 0xc0000800);
	CHECK_EQ(wr(0x200, 0x100000000ULL), -EINVAL);
}

/* For every number, read and write agree on who handles it. */
TEST(read_and_write_agree_on_every_msr)
{
	static const u32 bases[] = { 0, 0xc0000000, 0xc0010000, 0x4b564d00 };
	unsigned int i, amd;
	u32 off;

	for (amd = 0; amd < 2; amd++) {
		for (i = 0; i < ARRAY_SIZE(bases); i++) {
			fresh(amd, ALL_OPTIONS);
			for (off = 0; off < 0x2000; off++) {
				int r = rd_err(bases[i] + off);
				int w = wr(bases[i] + off, tap_rand());

				CHECK_EQ(r == -ENOENT, w == -ENOENT);
				/* everything writable is readable */
				if (!w)
					CHECK_EQ(r, 0);
			}
		}
	}
}
