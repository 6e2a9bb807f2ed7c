// SPDX-License-Identifier: GPL-2.0
/* sources: emul/cpuid.c */

/*
 * CPUID in a guest: on a host with every feature, on one with the bare minimum,
 * and on this machine.
 */
#include "pure.h"
#include "tap.h"
#include "emul/cpuid.h"

#include <cpuid.h>

static struct cpuid_policy p;
static struct cpuid_lip lip;

/* ---- hosts ---- */

static u32 host_vendor;		/* EBX of leaf 0 */
static u32 host_basic, host_ext;
static u64 host_xcr0;
static u64 host_cr4 = U64_MAX;

static void xsave_component(u32 i, struct cpuid_val *v)
{
	static const struct cpuid_val xs[] = {
		[2] = { 256, 576, 0, 0 },
		[5] = { 64, 1088, 0, 0 },
		[6] = { 512, 1152, 0, 0 },
		[7] = { 1024, 1664, 2, 0 },
	};

	*v = i < ARRAY_SIZE(xs) ? xs[i] : (struct cpuid_val){ 0 };
}

/* Every feature bit set; plausible values in the numeric fields. */
static void full_host(u32 leaf, u32 sub, struct cpuid_val *v)
{
	*v = (struct cpuid_val){ U32_MAX, U32_MAX, U32_MAX, U32_MAX };
	switch (leaf) {
	case 0:
		*v = (struct cpuid_val){ host_basic, host_vendor, 3, 4 };
		break;
	case 1:
		v->eax = 0x50654;
		v->ebx = 0x17100800;
		break;
	case 4:
		*v = (struct cpuid_val){ 0 };
		if (sub < 4)
			v->eax = 0xfc004000 | (sub + 1) << 5 | 1;
		break;
	case 7:
		v->eax = sub ? U32_MAX : 2;
		break;
	case 0xd:
		if (sub == 0)
			*v = (struct cpuid_val){ host_xcr0, 0xaaaa, 0xbbbb,
						 host_xcr0 >> 32 };
		if (sub > 1)
			xsave_component(sub, v);
		break;
	case 0x80000000:
		*v = (struct cpuid_val){ host_ext, 0, 0, 0 };
		break;
	case 0x80000008:
		v->eax = 0x393034;	/* 57 and 52 bits */
		break;
	}
}

/* An old processor: only what 64-bit mode requires. */
static void bare_host(u32 leaf, u32 sub, struct cpuid_val *v)
{
	*v = (struct cpuid_val){ 0 };
	switch (leaf) {
	case 0:
		*v = (struct cpuid_val){ 2, host_vendor, 0, 0 };
		break;
	case 1:
		v->edx = 0x178bfbff;
		break;
	case 0x80000000:
		v->eax = 0x80000004;
		break;
	case 0x80000001:
		v->edx = 0x20100800;
		break;
	}
}

static void this_host(u32 leaf, u32 sub, struct cpuid_val *v)
{
	__cpuid_count(leaf, sub, v->eax, v->ebx, v->ecx, v->edx);
}

#define INTEL 0x756e6547
#define AMD 0x68747541
#define HYGON 0x6f677948

static void setup(cpuid_host_fn host, u32 vendor, u32 options, u32 max_lips,
		  u64 xcr0)
{
	host_vendor = vendor;
	host_basic = 0x20;
	host_ext = 0x80000021;
	host_xcr0 = 0x2ff;
	memset(&p, 0xa5, sizeof(p));
	p.options = options;
	p.max_lips = max_lips;
	p.tsc_khz = 2893437;
	p.tsc_per_tick = 3;
	p.xcr0 = xcr0;
	p.cr4 = host_cr4;
	p.phys_bits = 0;
	cpuid_policy_init(&p, host);
	lip = (struct cpuid_lip){ .apic_id = 5, .apic_on = true, .xcr0 = 1 };
}

static struct cpuid_val get2(u32 leaf, u32 sub)
{
	struct cpuid_val v = { 9, 9, 9, 9 };

	cpuid_guest(&p, &lip, leaf, sub, &v);
	return v;
}

static struct cpuid_val get(u32 leaf)
{
	return get2(leaf, 0);
}

static bool zero(struct cpuid_val v)
{
	return !(v.eax | v.ebx | v.ecx | v.edx);
}

/* ---- tests ---- */

TEST(vendor_and_leaf_ranges)
{
	struct cpuid_val v;

	setup(full_host, INTEL, 0, 8, U64_MAX);
	v = get(0);
	CHECK_EQ(v.eax, 0x16);
	CHECK_EQ(v.ebx, INTEL);
	CHECK_EQ(v.ecx, 3);
	CHECK_EQ(v.edx, 4);
	CHECK_EQ(p.vendor, CPUID_INTEL);
	CHECK_EQ(get(0x80000000).eax, 0x80000008);
	/* out of range: Intel returns the last basic leaf, AMD zeros */
	CHECK_EQ(get(0x17).eax, 2893);
	CHECK_EQ(get(0x80000009).eax, 2893);
	CHECK_EQ(get(0x40000011).eax, 2893);
	CHECK_EQ(get(0x40000100).eax, 2893);
	CHECK_EQ(get(U32_MAX).eax, 2893);
	setup(full_host, AMD, 0, 8, U64_MAX);
	CHECK_EQ(p.vendor, CPUID_AMD);
	CHECK(zero(get(0x17)));
	CHECK(zero(get(0x8000001f)));
	CHECK(zero(get(U32_MAX)));
	setup(full_host, HYGON, 0, 8, U64_MAX);
	CHECK_EQ(p.vendor, CPUID_AMD);
}

TEST(hypervisor_leaves_follow_kvm)
{
	struct cpuid_val v;
	char sig[13] = "";

	setup(full_host, INTEL, 0, 8, U64_MAX);
	v = get(0x40000000);
	memcpy(sig, &v.ebx, 4);
	memcpy(sig + 4, &v.ecx, 4);
	memcpy(sig + 8, &v.edx, 4);
	CHECK_STR(sig, "KVMKVMKVM");
	CHECK_EQ(v.eax, 0x40000010);
	CHECK_EQ(get(0x40000001).eax, 0x8002);
	CHECK(zero(get(0x40000002)));
	v = get(0x40000010);
	CHECK_EQ(v.eax, 2893437);
	CHECK_EQ(v.ebx, 964479);
	setup(full_host, INTEL, CPUID_OPT_KVMCLOCK | CPUID_OPT_STEAL_TIME, 8,
	      U64_MAX);
	CHECK_EQ(get(0x40000001).eax, 0x0100802b);
}

/* Features that a guest must never see, on a host with every feature. */
TEST(unsupported_features_are_hidden)
{
	u32 leaf;

	setup(full_host, INTEL, 0, 8, U64_MAX);
	/* DTES64 MONITOR DS-CPL VMX, SMX EST TM2 CID, SDBG xTPR PDCM DCA */
	CHECK_EQ(get(1).ecx & (BIT(2) | BIT(3) | BIT(4) | BIT(5) |
			       BIT(6) | BIT(7) | BIT(8) | BIT(10) |
			       BIT(11) | BIT(14) | BIT(15) | BIT(18)), 0);
	CHECK_EQ(get(1).edx & (BIT(10) | BIT(18) | BIT(20) | BIT(21) | BIT(22) |
			       BIT(29) | BIT(30) | BIT(31)), 0);
	/* SGX HLE RTM RDT MPX PT */
	CHECK_EQ(get(7).ebx & (BIT(2) | BIT(4) | BIT(11) | BIT(12) | BIT(14) |
			       BIT(15) | BIT(25)), 0);
	/* PKU OSPKE WAITPKG CET LA57 */
	CHECK_EQ(get(7).ecx & (BIT(3) | BIT(4) | BIT(5) | BIT(7) | BIT(16)), 0);
	CHECK_EQ(get(7).edx & (BIT(15) | BIT(20) | BIT(22) | BIT(24) | BIT(25) |
			       BIT(26) | BIT(27) | BIT(28) | BIT(29) |
			       BIT(30) | BIT(31)), 0);
	CHECK_EQ(get2(0xd, 1).eax, 7);
	CHECK_EQ(get(0x80000001).ecx & (BIT(2) | BIT(9) | BIT(10) | BIT(22) |
					BIT(29)), 0);
	CHECK_EQ(get(0x80000008).ebx, BIT(0) | BIT(2) | BIT(9) | BIT(26) | BIT(29));
	for (leaf = 8; leaf <= 0x14; leaf++)
		if (leaf != 0xb && leaf != 0xd)
			CHECK(zero(get(leaf)));
	CHECK(zero(get(3)));
	CHECK(zero(get(5)));
	CHECK(zero(get2(7, 2)));
	CHECK_EQ(get(6).eax, 4);
	CHECK_EQ(get(6).ebx | get(6).ecx | get(6).edx, 0);
	CHECK_EQ(get(0x80000007).edx, 0x100);
}

TEST(supported_features_are_shown)
{
	setup(full_host, INTEL, 0, 8, U64_MAX);
	CHECK_EQ(get(1).eax, 0x50654);
	/* PCID x2APIC deadline XSAVE AVX hypervisor */
	CHECK_EQ(get(1).ecx & 0x95020000, 0x95020000 & ~BIT(27));
	CHECK_EQ(get(1).edx & 0x178bfbff, 0x178bfbff);
	CHECK_EQ(get(7).eax, 1);
	CHECK_EQ(get(7).ebx, 0xfdbf27eb);
	CHECK_EQ(get(7).ecx, 0x1a405f47);
	CHECK_EQ(get(7).edx, 0x0080451c);
	CHECK_EQ(get(0x80000001).edx & 0x2c100800, 0x2c100800);
}

TEST(options_add_mitigation_features)
{
	setup(full_host, INTEL, CPUID_OPT_SPEC_CTRL | CPUID_OPT_ARCH_CAPS |
	      CPUID_OPT_FLUSH_CMD | CPUID_OPT_PRED_CMD, 8, U64_MAX);
	CHECK_EQ(get(7).edx & 0xbc000000, 0xbc000000);
	CHECK_EQ(get(0x80000008).ebx & 0x0100d000, 0x0100d000);
	CHECK_EQ(p.spec_ctrl, 7);
	/* IBRS and IBPB share one bit on Intel: it needs both options */
	setup(full_host, INTEL, CPUID_OPT_SPEC_CTRL, 8, U64_MAX);
	CHECK_EQ(get(7).edx & 0xbc000000, 0);
	/* not offered if the host lacks it, unless it is emulated */
	setup(bare_host, INTEL, CPUID_OPT_SPEC_CTRL | CPUID_OPT_FLUSH_CMD, 8,
	      U64_MAX);
	CHECK_EQ(get(7).edx, 0);
}

/* A feature is offered exactly if its CR4 bit can be set. */
TEST(features_follow_the_available_cr4_bits)
{
	static const struct { u32 cr4, leaf, reg, bit; } t[] = {
		{ 11, 7, 2, 2 }, { 16, 7, 1, 0 }, { 17, 1, 2, 17 },
		{ 20, 7, 1, 7 }, { 21, 7, 1, 20 },
	};
	unsigned int i;

	setup(full_host, INTEL, 0, 8, U64_MAX);
	CHECK_EQ(cpuid_cr4(full_host), 0x370fff);
	CHECK_EQ(cpuid_cr4(bare_host), 0x7ff);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		const u32 *reg;
		struct cpuid_val v;

		v = get(t[i].leaf);
		reg = &v.eax + t[i].reg;
		CHECK(*reg & BIT(t[i].bit));
		host_cr4 = ~BIT_ULL(t[i].cr4);
		setup(full_host, INTEL, 0, 8, U64_MAX);
		v = get(t[i].leaf);
		CHECK(!(*reg & BIT(t[i].bit)));
		host_cr4 = U64_MAX;
		setup(full_host, INTEL, 0, 8, U64_MAX);
	}
}

/* Zen 1 has IBPB and no SPEC_CTRL; 80000021h is AMD's. */
TEST(amd_speculation_features)
{
	setup(full_host, AMD, CPUID_OPT_PRED_CMD, 8, U64_MAX);
	CHECK_EQ(get(0x80000008).ebx & 0x410df000, 0x40001000);
	CHECK_EQ(p.spec_ctrl, 0);
	CHECK_EQ(get(0x80000000).eax, 0x80000021);
	CHECK_EQ(get(0x80000021).eax, 0x78000045);
	CHECK_EQ(get(0x80000021).ebx, 0);
	setup(full_host, AMD, CPUID_OPT_SPEC_CTRL, 8, U64_MAX);
	CHECK_EQ(get(0x80000008).ebx & 0x410df000, 0x010dc000);
	CHECK_EQ(get(0x80000021).eax, 0x60000045);
	setup(full_host, INTEL, 0, 8, U64_MAX);
	CHECK_EQ(get(0x80000000).eax, 0x80000008);
}

TEST(per_lip_values)
{
	setup(full_host, INTEL, 0, 8, U64_MAX);
	CHECK_EQ(get(1).ebx, 0x05080800);
	CHECK(!(get(1).ecx & BIT(27)));
	CHECK(get(1).edx & BIT(9));
	lip = (struct cpuid_lip){ .apic_id = 7, .osxsave = true };
	CHECK_EQ(get(1).ebx, 0x07080800);
	CHECK(get(1).ecx & BIT(27));
	CHECK(!(get(1).edx & BIT(9)));
	CHECK(!(get(0x80000001).edx & BIT(9)));
	CHECK_EQ(get(0xb).edx, 7);
}

TEST(topology_leaves_follow_the_number_of_lips)
{
	static const struct { u32 lips, bits; } t[] = {
		{ 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 2 }, { 8, 3 }, { 64, 6 },
	};
	unsigned int i, sub;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct cpuid_val v;

		setup(full_host, INTEL, 0, t[i].lips, U64_MAX);
		v = get2(0xb, 0);
		CHECK_EQ(v.eax, 0);
		CHECK_EQ(v.ebx, 1);
		CHECK_EQ(v.ecx, 0x100);
		CHECK_EQ(v.edx, 5);
		v = get2(0xb, 1);
		CHECK_EQ(v.eax, t[i].bits);
		CHECK_EQ(v.ebx, t[i].lips);
		CHECK_EQ(v.ecx, 0x201);
		v = get2(0xb, 2);
		CHECK_EQ(v.eax | v.ebx, 0);
		CHECK_EQ(v.ecx, 2);
		CHECK_EQ(v.edx, 5);
		CHECK_EQ(get(1).ebx >> 16 & 0xff, 1 << t[i].bits);
		CHECK_EQ(!!(get(1).edx & BIT(28)), t[i].lips > 1);
		for (sub = 0; sub < 4; sub++) {
			u32 ids = (1 << t[i].bits) - 1;

			v = get2(4, sub);
			CHECK_EQ(v.eax & 0x1f, 1);
			CHECK_EQ(v.eax >> 26, ids);
			CHECK_EQ(v.eax >> 14 & 0xfff, sub < 2 ? 0 : ids);
		}
		CHECK(zero(get2(4, 4)));
		CHECK(zero(get2(4, 100)));
		setup(full_host, AMD, 0, t[i].lips, U64_MAX);
		CHECK_EQ(get(0x80000008).ecx,
			 t[i].bits << 12 | (t[i].lips - 1));
		CHECK_EQ(!!(get(0x80000001).ecx & 2), t[i].lips > 1);
	}
	setup(full_host, INTEL, 0, 0, U64_MAX);
	CHECK_EQ(p.max_lips, 1);
	setup(full_host, INTEL, 0, 1000, U64_MAX);
	CHECK_EQ(p.max_lips, 64);
}

TEST(xsave_sizes_follow_xcr0)
{
	setup(full_host, INTEL, 0, 1, U64_MAX);
	CHECK_EQ(p.xcr0, 0xe7);
	CHECK_EQ(get2(0xd, 0).eax, 0xe7);
	CHECK_EQ(get2(0xd, 0).edx, 0);
	CHECK_EQ(get2(0xd, 0).ebx, 576);
	CHECK_EQ(get2(0xd, 0).ecx, 2688);
	lip.xcr0 = 7;
	CHECK_EQ(get2(0xd, 0).ebx, 832);
	CHECK_EQ(get2(0xd, 1).ebx, 832);
	lip.xcr0 = 0xe7;
	CHECK_EQ(get2(0xd, 0).ebx, 2688);
	/* compacted: 832 + 64 + 512 = 1408, aligned already, + 1024 */
	CHECK_EQ(get2(0xd, 1).ebx, 2432);
	CHECK_EQ(get2(0xd, 1).ecx, 0);
	CHECK_EQ(get2(0xd, 2).eax, 256);
	CHECK_EQ(get2(0xd, 2).ebx, 576);
	CHECK_EQ(get2(0xd, 7).ecx, 2);
	CHECK(zero(get2(0xd, 3)));
	CHECK(zero(get2(0xd, 9)));
	CHECK(zero(get2(0xd, 63)));
}

TEST(features_need_their_xsave_state)
{
	setup(full_host, INTEL, 0, 1, 7);
	CHECK_EQ(p.xcr0, 7);
	CHECK(get(7).ebx & BIT(5));
	CHECK(!(get(7).ebx & (BIT(16) | BIT(31))));
	CHECK(!(get2(7, 1).eax & BIT(5)));
	setup(full_host, INTEL, 0, 1, 3);
	CHECK(get(1).ecx & BIT(26));
	CHECK(!(get(1).ecx & (BIT(12) | BIT(28) | BIT(29))));
	CHECK(!(get(7).ebx & BIT(5)));
	CHECK(!(get2(7, 1).eax & BIT(4)));
	CHECK(!(get(0x80000001).ecx & (BIT(11) | BIT(16))));
	/* incomplete AVX-512 state: no AVX-512 */
	setup(full_host, INTEL, 0, 1, 0x67);
	CHECK_EQ(p.xcr0, 7);
	/* AVX-512 state without AVX: neither */
	setup(full_host, INTEL, 0, 1, 0xe3);
	CHECK_EQ(p.xcr0, 3);
	/* no XSAVE at all */
	setup(full_host, INTEL, 0, 1, 0);
	lip.osxsave = true;
	CHECK(!(get(1).ecx & (BIT(26) | BIT(27) | BIT(28))));
	CHECK(zero(get2(0xd, 0)));
	CHECK(zero(get2(0xd, 1)));
}

TEST(only_valid_xcr0_values_are_accepted)
{
	u64 x;

	setup(full_host, INTEL, 0, 1, U64_MAX);
	for (x = 0; x < 0x400; x++) {
		bool ok = x == 1 || x == 3 || x == 7 || x == 0xe7;

		CHECK_EQ(cpuid_xcr0_valid(&p, x), ok);
	}
	CHECK(!cpuid_xcr0_valid(&p, 7 | 1ULL << 63));
	setup(full_host, INTEL, 0, 1, 7);
	CHECK(!cpuid_xcr0_valid(&p, 0xe7));
	setup(full_host, INTEL, 0, 1, 0);
	CHECK(!cpuid_xcr0_valid(&p, 1));
}

/* The TSC frequency that a guest without kvmclock computes from leaves 15h and 16h. */
TEST(clock_leaves_give_the_tsc_frequency)
{
	struct cpuid_val v;
	u32 khz;

	setup(full_host, INTEL, 0, 1, U64_MAX);
	v = get(0x15);
	CHECK_EQ(v.ecx, 964479000);
	khz = v.ecx / 1000 * v.ebx / v.eax;
	CHECK_EQ(khz, 2893437);
	CHECK_EQ(get(0x16).eax, 2893);
	/* the highest basic leaf answers for any subleaf */
	CHECK_EQ(get2(0x16, 7).eax, 2893);
	p.tsc_khz = 0;
	p.tsc_per_tick = 0;
	cpuid_policy_init(&p, full_host);
	CHECK(zero(get(0x15)));
	CHECK(zero(get(0x40000010)));
}

TEST(address_widths_are_limited)
{
	setup(full_host, INTEL, 0, 1, U64_MAX);
	CHECK_EQ(get(0x80000008).eax, 0x3030);
	CHECK_EQ(p.phys_bits, 48);
	p.phys_bits = 39;
	cpuid_policy_init(&p, full_host);
	CHECK_EQ(get(0x80000008).eax, 0x3027);
	setup(bare_host, INTEL, 0, 1, U64_MAX);
	CHECK_EQ(get(0x80000008).eax & 0xff, 36);
}

TEST(emulated_features_do_not_need_the_host)
{
	setup(bare_host, INTEL, 0, 4, U64_MAX);
	CHECK_EQ(get(1).ecx, BIT(21) | BIT(24) | BIT(31));
	CHECK_EQ(get(7).ebx, BIT(1));
	CHECK_EQ(get(7).eax, 0);
	CHECK_EQ(get(0x80000001).edx, 0x20100800);
	CHECK(zero(get2(4, 0)));
	CHECK(zero(get(0xd)));
	CHECK_EQ(get(0x80000007).edx, 0x100);
}

/* Never more than the host has, except what is emulated. */
TEST(guest_has_no_more_than_this_machine)
{
	struct cpuid_val host, guest;

	setup(this_host, 0, 0, 4, U64_MAX);
	this_host(0, 0, &host);
	guest = get(0);
	CHECK_EQ(guest.ebx, host.ebx);
	CHECK_EQ(guest.edx, host.edx);
	this_host(1, 0, &host);
	guest = get(1);
	CHECK_EQ(guest.ecx & ~host.ecx & ~(BIT(21) | BIT(24) | BIT(31)), 0);
	CHECK_EQ(guest.edx & ~host.edx & ~BIT(28), 0);
	this_host(7, 0, &host);
	guest = get(7);
	CHECK_EQ(guest.ebx & ~host.ebx & ~BIT(1), 0);
	CHECK_EQ(guest.ecx & ~host.ecx, 0);
	CHECK_EQ(guest.edx & ~host.edx, 0);
	if (!p.xcr0)
		return;
	/* with the same XCR0 bits as the host the area has the same size */
	this_host(0xd, 0, &host);
	if (host.eax == p.xcr0)
		CHECK_EQ(get2(0xd, 0).ecx, host.ecx);
}

TEST(random_leaves_are_harmless)
{
	static const cpuid_host_fn hosts[] = { full_host, bare_host, this_host };
	unsigned int i, h;
	u32 leaf, sub;

	for (h = 0; h < ARRAY_SIZE(hosts); h++) {
		setup(hosts[h], h & 1 ? AMD : INTEL, tap_rand() & 31, 64,
		      tap_rand() | 3);
		CHECK(p.count < CPUID_MAX_ENTRIES);
		for (leaf = 0; leaf < 0x30; leaf++) {
			for (sub = 0; sub < 70; sub++) {
				get2(leaf, sub);
				get2(0x80000000 + leaf, sub);
				get2(0x40000000 + leaf, sub);
			}
		}
		for (i = 0; i < 10000; i++)
			get2(tap_rand(), tap_rand());
	}
}
