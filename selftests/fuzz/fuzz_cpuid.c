// SPDX-License-Identifier: GPL-2.0
/* sources: emul/cpuid.c */

/*
 * The guest's CPUID on made-up hosts: no feature that the host does not have, none that
 * belongs to the host, none without the state or the control bit that it needs.
 */
#include "pure.h"
#include "fuzz.h"

#include <asm/processor-flags.h>

#include "emul/cpuid.h"

#define OVERRIDES	24

static struct {
	u32 leaf, subleaf;
	struct cpuid_val val;
} override[OVERRIDES];
static u32 nr, fill;
static struct cpuid_policy policy;
static struct cpuid_lip lip;

static void host(u32 leaf, u32 subleaf, struct cpuid_val *out)
{
	u32 i;

	*out = (struct cpuid_val){ fill, fill, fill, fill };
	if (leaf == 0)
		*out = (struct cpuid_val){ 0x20, 0x756e6547, 0x6c65746e, 0x49656e69 };
	if (leaf == 0x80000000)
		out->eax = 0x80000021;
	if (leaf == 0xd && subleaf > 1)
		*out = (struct cpuid_val){ 64 * subleaf, 576 + 256 * subleaf, 0, 0 };
	for (i = 0; i < nr; i++)
		if (override[i].leaf == leaf && override[i].subleaf == subleaf)
			*out = override[i].val;
}

static void any_host(void)
{
	static const u32 leaves[] = { 0, 1, 2, 4, 7, 0xd, 0x80000000, 0x80000001, 0x80000008,
				      0x80000021, 7, 0xd };
	static const u32 vendors[] = { 0x756e6547, 0x68747541, 0x6f677948, 0 };

	fill = fuzz_flip() ? U32_MAX : fuzz_number();
	for (nr = 0; nr < OVERRIDES && fuzz_below(8); nr++) {
		override[nr].leaf = leaves[fuzz_below(ARRAY_SIZE(leaves))];
		override[nr].subleaf = fuzz_rarely(2) ? fuzz_below(10) : 0;
		override[nr].val = (struct cpuid_val){ fuzz_number(), fuzz_number(),
						       fuzz_number(), fuzz_number() };
		if (override[nr].leaf == 0)
			override[nr].val.ebx = vendors[fuzz_below(4)];
	}
	policy = (struct cpuid_policy){
		.options = fuzz_byte(), .max_lips = fuzz_byte(), .tsc_khz = fuzz_number(),
		.tsc_per_tick = fuzz_below(1025), .xcr0 = fuzz_number(), .cr4 = fuzz_number(),
		.phys_bits = fuzz_below(64),
	};
	lip = (struct cpuid_lip){
		.apic_id = fuzz_byte(), .apic_on = fuzz_flip(), .osxsave = fuzz_flip(),
	};
}

static struct cpuid_val guest(u32 leaf, u32 subleaf)
{
	struct cpuid_val v;

	cpuid_guest(&policy, &lip, leaf, subleaf, &v);
	return v;
}

/* The host's leaf, if it has it */
static struct cpuid_val host_has(u32 leaf, u32 subleaf)
{
	struct cpuid_val max, v = { 0 };

	host(leaf & 0x80000000, 0, &max);
	if (leaf <= max.eax && (leaf < 0x80000000 || max.eax >= 0x80000000))
		host(leaf, subleaf, &v);
	return v;
}

/* @got has nothing that is neither in @has nor in @forced, and nothing of @never. */
static void subset(u32 got, u32 has, u32 forced, u32 never, const char *what)
{
	FUZZ_CHECK(!(got & ~(has | forced)), "%s: %x of %x", what, got, has);
	FUZZ_CHECK(!(got & never), "%s: %x of the host", what, got & never);
}

static void check_features(void)
{
	struct cpuid_val g1 = guest(1, 0), h1 = host_has(1, 0);
	struct cpuid_val g7 = guest(7, 0), h7 = host_has(7, 0);
	struct cpuid_val e1 = guest(0x80000001, 0), he1 = host_has(0x80000001, 0);
	struct cpuid_val e8 = guest(0x80000008, 0), he8 = host_has(0x80000008, 0);

	/* x2APIC, TSC deadline, OSXSAVE, hypervisor; MONITOR, VMX, SMX, EST */
	subset(g1.ecx, h1.ecx, BIT(21) | BIT(24) | BIT(27) | BIT(31),
	       BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6) | BIT(7) | BIT(8) | BIT(15), "1.ecx");
	subset(g1.edx, h1.edx, BIT(28), BIT(18) | BIT(21) | BIT(22) | BIT(29) | BIT(31), "1.edx");
	/* TSC_ADJUST; SGX, HLE, RTM, RDT, MPX, PT */
	subset(g7.ebx, h7.ebx, BIT(1), BIT(2) | BIT(4) | BIT(11) | BIT(12) | BIT(14) | BIT(15) |
	       BIT(25), "7.ebx");
	/* PKU, OSPKE, WAITPKG, CET, TME, LA57, KL, ENQCMD, SGX_LC, PKS */
	subset(g7.ecx, h7.ecx, 0, BIT(3) | BIT(4) | BIT(5) | BIT(7) | BIT(13) | BIT(16) |
	       BIT(23) | BIT(29) | BIT(30) | BIT(31), "7.ecx");
	subset(g7.edx, h7.edx, BIT(29), BIT(5) | BIT(15) | BIT(18) | BIT(19) | BIT(20) | BIT(22) |
	       BIT(24) | BIT(25) | BIT(30), "7.edx");
	subset(guest(7, 1).eax, host_has(7, 1).eax, 0, ~(u32)(BIT(4) | BIT(5) | BIT(10) |
	       BIT(11) | BIT(12)), "7.1.eax");
	subset(guest(0xd, 1).eax, host_has(0xd, 1).eax, 0, ~7U, "d.1.eax");
	/* SVM, EXTAPIC, OSVW, IBS, TOPOEXT */
	subset(e1.ecx, he1.ecx, BIT(1), BIT(2) | BIT(3) | BIT(9) | BIT(10) | BIT(12) | BIT(22) |
	       BIT(29), "80000001.ecx");
	subset(e1.edx, he1.edx, 0, BIT(25), "80000001.edx");
	subset(e8.ebx, he8.ebx, 0, 0, "80000008.ebx");
}

static bool has_cr4(u64 bit)
{
	return policy.cr4 & bit;
}

static void check_needs(void)
{
	struct cpuid_val g1 = guest(1, 0), g7 = guest(7, 0), e8 = guest(0x80000008, 0);
	bool avx = policy.xcr0 & 4, avx512 = policy.xcr0 & 0xe0;
	u32 spec = policy.options & CPUID_OPT_SPEC_CTRL, pred = policy.options & CPUID_OPT_PRED_CMD;

	FUZZ_CHECK(avx || !(g1.ecx & (BIT(12) | BIT(28) | BIT(29))), "AVX");
	FUZZ_CHECK(avx || !(g7.ebx & BIT(5)), "AVX2");
	FUZZ_CHECK(avx512 || !(g7.ebx & BIT(16)), "AVX-512");
	FUZZ_CHECK(policy.xcr0 || !(g1.ecx & (BIT(26) | BIT(27))), "XSAVE");
	FUZZ_CHECK(lip.osxsave || !(g1.ecx & BIT(27)), "OSXSAVE");
	FUZZ_CHECK(lip.apic_on || !(g1.edx & BIT(9)), "APIC");
	FUZZ_CHECK(has_cr4(X86_CR4_PCIDE) || !(g1.ecx & BIT(17)), "PCID");
	FUZZ_CHECK(has_cr4(X86_CR4_FSGSBASE) || !(g7.ebx & BIT(0)), "FSGSBASE");
	FUZZ_CHECK(has_cr4(X86_CR4_SMEP) || !(g7.ebx & BIT(7)), "SMEP");
	FUZZ_CHECK(has_cr4(X86_CR4_SMAP) || !(g7.ebx & BIT(20)), "SMAP");
	FUZZ_CHECK(has_cr4(X86_CR4_UMIP) || !(g7.ecx & BIT(2)), "UMIP");
	FUZZ_CHECK(spec || !(g7.edx & (BIT(26) | BIT(27) | BIT(31))), "SPEC_CTRL");
	FUZZ_CHECK(spec || !(e8.ebx & (BIT(14) | BIT(15) | BIT(24))), "SPEC_CTRL of AMD");
	FUZZ_CHECK(pred || !(g7.edx & BIT(26) || e8.ebx & BIT(12)), "PRED_CMD");
	FUZZ_CHECK(policy.options & CPUID_OPT_FLUSH_CMD || !(g7.edx & BIT(28)), "FLUSH_CMD");
	FUZZ_EQ(!!(g7.edx & BIT(29)), !!(policy.options & CPUID_OPT_ARCH_CAPS), "ARCH_CAPS");
	FUZZ_EQ(!!(policy.spec_ctrl & 1), g7.edx & BIT(26) || e8.ebx & BIT(14), "IBRS");
	FUZZ_EQ(!!(policy.spec_ctrl & 4), g7.edx & BIT(31) || e8.ebx & BIT(24), "SSBD");
}

static void check_topology(void)
{
	struct cpuid_val b = guest(0xb, 1), e8 = guest(0x80000008, 0);

	FUZZ_EQ(guest(1, 0).ebx >> 24, lip.apic_id, "APIC id in leaf 1");
	FUZZ_EQ(b.edx, lip.apic_id, "APIC id in leaf 0xb");
	FUZZ_EQ(b.ebx, policy.max_lips, "LIPs");
	FUZZ_CHECK(policy.max_lips >= 1 && policy.max_lips <= 64 &&
		   policy.max_lips <= 1U << b.eax, "%u LIPs in %u bits", policy.max_lips, b.eax);
	FUZZ_EQ(e8.eax & 0xff, policy.phys_bits, "width of addresses");
	FUZZ_CHECK(policy.phys_bits <= 48, "%u bits", policy.phys_bits);
	FUZZ_CHECK((e8.eax >> 8 & 0xff) <= 48, "linear addresses");
}

/* SDM, "Enabling the XSAVE Feature Set and XSAVE-Enabled Features" */
static void check_xcr0(u64 xcr0)
{
	bool good = xcr0 & 1 && !(xcr0 & ~policy.xcr0);

	if (xcr0 & 4 && !(xcr0 & 2))
		good = false;
	if (xcr0 & 0xe0 && ((xcr0 & 0xe0) != 0xe0 || !(xcr0 & 4)))
		good = false;
	FUZZ_EQ(cpuid_xcr0_valid(&policy, xcr0), good, "XCR0");
	lip.xcr0 = good ? xcr0 : 1;
	if (good && (fill == 0 || fill == U32_MAX) && !nr)
		FUZZ_CHECK(guest(0xd, 0).ebx <= guest(0xd, 0).ecx && guest(0xd, 0).ebx >= 576,
			   "size %u of %u", guest(0xd, 0).ebx, guest(0xd, 0).ecx);
}

/* Beyond the highest leaf: the highest basic one, or zeros on AMD. */
static void check_beyond(u32 leaf, u32 subleaf)
{
	struct cpuid_val v = guest(leaf, subleaf), high = guest(0x16, subleaf);
	u32 max = guest(0x80000000, 0).eax;

	if (leaf <= 0x16 || (leaf >= 0x80000000 && leaf <= max) ||
	    (leaf >= 0x40000000 && leaf <= 0x40000010))
		return;
	if (policy.vendor == CPUID_AMD)
		FUZZ_CHECK(!(v.eax | v.ebx | v.ecx | v.edx), "leaf %x", leaf);
	else
		FUZZ_CHECK(!memcmp(&v, &high, sizeof(v)), "leaf %x", leaf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct cpuid_policy again;
	u32 leaf;

	fuzz_start(data, size);
	any_host();
	again = policy;
	cpuid_policy_init(&policy, host);
	cpuid_policy_init(&again, host);
	FUZZ_CHECK(!memcmp(&policy, &again, sizeof(policy)), "twice");
	FUZZ_EQ(guest(0, 0).eax, 0x16, "highest basic leaf");
	FUZZ_CHECK(policy.count < CPUID_MAX_ENTRIES, "%u entries", policy.count);
	lip.xcr0 = policy.xcr0;
	check_features();
	check_needs();
	check_topology();
	check_xcr0(policy.xcr0);
	do {
		check_xcr0(fuzz_number());
		leaf = fuzz_flip() ? fuzz_number() : 0x80000000 + fuzz_byte();
		check_beyond(leaf, fuzz_byte());
	} while (fuzz_more());
	return 0;
}
