// SPDX-License-Identifier: GPL-2.0
/*
 * emul/cpuid.c - compute the guest's CPUID from the host's and the policy.
 *
 * Features are allowed bit by bit; all others are hidden. Comments give the reason
 * for hiding bits that common processors have. SDM and APM, "CPUID". L0: calls only
 * the reader it is given.
 */
#include "pure.h"
#include <asm/kvm_para.h>
#include <asm/processor-flags.h>

#include "emul/cpuid.h"

#define ANY_SUBLEAF	0xffffffffU
#define EXT_BASE	0x80000000U

#define XCR0_X87	BIT_ULL(0)
#define XCR0_SSE	BIT_ULL(1)
#define XCR0_AVX	BIT_ULL(2)
#define XCR0_AVX512	(BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7))
#define XCR0_KNOWN	(XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512)
#define XSAVE_LEGACY	576	/* x87 and SSE state, and the header */

/*
 * Leaf 1 ECX. Not: DTES64, DS-CPL (debug store), MONITOR (an idle LIP should
 * use HLT), VMX, SMX, EST, TM2 (belong to the host), PDCM (no performance counters).
 */
#define L1_ECX_XSAVE	BIT(26)
#define L1_ECX_OSXSAVE	BIT(27)
#define L1_ECX_FORCED	(BIT(21) /* x2APIC */ | BIT(24) /* TSC deadline */ | \
			 BIT(31) /* hypervisor */)
#define L1_ECX_AVX	(BIT(12) /* FMA */ | BIT(28) /* AVX */ | \
			 BIT(29) /* F16C */)
#define L1_ECX_ALLOWED	(BIT(0) /* SSE3 */ | BIT(1) /* PCLMULQDQ */ | \
			 BIT(9) /* SSSE3 */ | BIT(13) /* CX16 */ | \
			 BIT(17) /* PCID */ | BIT(19) /* SSE4.1 */ | \
			 BIT(20) /* SSE4.2 */ | BIT(22) /* MOVBE */ | \
			 BIT(23) /* POPCNT */ | BIT(25) /* AES */ | \
			 BIT(30) /* RDRAND */ | L1_ECX_XSAVE | L1_ECX_AVX)

/* Leaf 1 EDX. Not: PSN, DS, ACPI, TM, PBE (thermal and tracing belong to the host). */
#define L1_EDX_APIC	BIT(9)
#define L1_EDX_HTT	BIT(28)
#define L1_EDX_ALLOWED	(GENMASK(9, 0) | GENMASK(17, 11) | \
			 BIT(19) /* CLFSH */ | GENMASK(27, 23))

/*
 * Leaf 7 EBX. Not: SGX, HLE and RTM (TSX), RDT-M and RDT-A, MPX, INTEL_PT.
 */
#define L7_EBX_FORCED	BIT(1) /* TSC_ADJUST */
#define L7_EBX_AVX	BIT(5) /* AVX2 */
#define L7_EBX_AVX512	(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | \
			 BIT(28) | BIT(30) | BIT(31))
#define L7_EBX_ALLOWED	(BIT(0) /* FSGSBASE */ | BIT(3) /* BMI1 */ | \
			 BIT(6) | BIT(7) /* SMEP */ | BIT(8) /* BMI2 */ | \
			 BIT(9) /* ERMS */ | BIT(10) /* INVPCID */ | BIT(13) | \
			 BIT(18) /* RDSEED */ | BIT(19) /* ADX */ | \
			 BIT(20) /* SMAP */ | BIT(23) /* CLFLUSHOPT */ | \
			 BIT(24) /* CLWB */ | BIT(29) /* SHA */ | \
			 L7_EBX_AVX | L7_EBX_AVX512)

/*
 * Leaf 7 ECX. Not: PKU (PKRU is not switched), WAITPKG, CET (its MSRs are not
 * switched), TME, LA57 (stage 2 has four levels), KL, ENQCMD, SGX_LC.
 */
#define L7_ECX_AVX	(BIT(9) /* VAES */ | BIT(10) /* VPCLMULQDQ */)
#define L7_ECX_AVX512	(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14))
#define L7_ECX_ALLOWED	(BIT(0) /* PREFETCHWT1 */ | BIT(2) /* UMIP */ | \
			 BIT(8) /* GFNI */ | BIT(22) /* RDPID */ | \
			 BIT(25) /* CLDEMOTE */ | BIT(27) /* MOVDIRI */ | \
			 BIT(28) /* MOVDIR64B */ | L7_ECX_AVX | L7_ECX_AVX512)

/* Features that need a bit of CR4 */
#define L1_ECX_PCID	BIT(17)
#define L7_EBX_FSGSBASE	BIT(0)
#define L7_EBX_SMEP	BIT(7)
#define L7_EBX_SMAP	BIT(20)
#define L7_ECX_UMIP	BIT(2)

/* Supported by all processors */
#define CR4_ALWAYS	(X86_CR4_VME | X86_CR4_PVI | X86_CR4_TSD | X86_CR4_DE | \
			 X86_CR4_PSE | X86_CR4_PAE | X86_CR4_MCE | X86_CR4_PGE | \
			 X86_CR4_PCE | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT)

/* Leaf 7 EDX. Not: HYBRID, PCONFIG, ARCH_LBR, AMX, CORE_CAPABILITIES, UINTR. */
#define L7_EDX_AVX512	(BIT(2) | BIT(3) | BIT(8) | BIT(23))
#define L7_EDX_IBRS	BIT(26)	/* and IBPB */
#define L7_EDX_STIBP	BIT(27)
#define L7_EDX_SSBD	BIT(31)
#define L7_EDX_FLUSH	BIT(28) /* L1D_FLUSH */
#define L7_EDX_CAPS	BIT(29) /* ARCH_CAPABILITIES */
#define L7_EDX_ALLOWED	(BIT(4) /* FSRM */ | BIT(10) /* MD_CLEAR */ | \
			 BIT(14) /* SERIALIZE */ | L7_EDX_AVX512)

/* Leaf 7.1 EAX */
#define L71_EAX_AVX	BIT(4) /* AVX_VNNI */
#define L71_EAX_AVX512	BIT(5) /* AVX512_BF16 */
#define L71_EAX_ALLOWED	(BIT(10) | BIT(11) | BIT(12) /* fast short REP */ | \
			 L71_EAX_AVX | L71_EAX_AVX512)

/* Leaf 0xd.1 EAX. Not: XSAVES (no IA32_XSS), XFD. */
#define LD1_EAX_ALLOWED	(BIT(0) /* XSAVEOPT */ | BIT(1) /* XSAVEC */ | \
			 BIT(2) /* XGETBV with ECX = 1 */)

/*
 * Leaf 0x80000001. Not in ECX: SVM, EXTAPIC, OSVW, IBS, SKINIT, WDT, LWP,
 * NODEID, TOPOEXT (needs leaves above 0x80000008), performance counters, MWAITX;
 * in EDX: FFXSR (EFER.FFXSR is not supported).
 */
#define E1_ECX_CMP	BIT(1)
#define E1_ECX_AVX	(BIT(11) /* XOP */ | BIT(16) /* FMA4 */)
#define E1_ECX_ALLOWED	(BIT(0) /* LAHF */ | BIT(4) /* CR8 by LOCK */ | \
			 BIT(5) /* LZCNT */ | BIT(6) /* SSE4A */ | \
			 BIT(7) /* misaligned SSE */ | BIT(8) /* PREFETCHW */ | \
			 BIT(21) /* TBM */ | E1_ECX_AVX)
#define E1_EDX_ALLOWED	(GENMASK(9, 0) | BIT(11) /* SYSCALL */ | \
			 GENMASK(17, 12) | BIT(20) /* NX */ | BIT(22) | \
			 BIT(23) | BIT(24) | BIT(26) /* 1 GiB pages */ | \
			 BIT(27) /* RDTSCP */ | BIT(29) /* LM */ | \
			 BIT(30) | BIT(31))

/* Leaf 0x80000008 EBX */
#define E8_EBX_IBRS	BIT(14)
#define E8_EBX_STIBP	BIT(15)
#define E8_EBX_SSBD	BIT(24)
#define E8_EBX_SPEC	(E8_EBX_IBRS | BIT(16) | BIT(18) | BIT(19) /* more of IBRS */ | \
			 E8_EBX_STIBP | BIT(17) /* STIBP always */ | E8_EBX_SSBD)
#define E8_EBX_PRED	(BIT(12) /* IBPB */ | BIT(30) /* IBPB_RET */)
#define E8_EBX_ALLOWED	(BIT(0) /* CLZERO */ | BIT(2) /* XSAVEERPTR */ | \
			 BIT(9) /* WBNOINVD */ | BIT(26) /* SSB_NO */ | \
			 BIT(29) /* BTC_NO */)

/*
 * Leaf 0x80000021 EAX, properties of the processor. Not: SMM lock, PREFETCH control,
 * CPUID faulting (need MSRs); automatic IBRS (needs a bit of EFER: guests use
 * SPEC_CTRL).
 */
#define E21_EAX_PRED	(BIT(27) /* SBPB */ | BIT(28) /* IBPB_BRTYPE */)
#define E21_EAX_ALLOWED	(BIT(0) /* nested data breakpoints ignored */ | \
			 BIT(2) /* LFENCE serialises */ | \
			 BIT(6) /* null selectors clear bases */ | \
			 BIT(29) /* SRSO_NO */ | BIT(30) /* SRSO_USER_KERNEL_NO */)

/* IA32_SPEC_CTRL */
#define SPEC_IBRS	BIT_ULL(0)
#define SPEC_STIBP	BIT_ULL(1)
#define SPEC_SSBD	BIT_ULL(2)

/* KVM's feature leaf (Linux, "KVM CPUID bits") */
#define KVM_CLOCK_FEATURES	(BIT(KVM_FEATURE_CLOCKSOURCE) | \
				 BIT(KVM_FEATURE_CLOCKSOURCE2) | \
				 BIT(KVM_FEATURE_CLOCKSOURCE_STABLE_BIT))

/* ---- building the table ---- */

struct cpuid_build {
	struct cpuid_policy *p;
	cpuid_host_fn host;
	u32 host_basic, host_ext;	/* highest leaves of the host */
};

/* The host's value, or zeros if the host does not have the leaf. */
static struct cpuid_val host_leaf(const struct cpuid_build *b, u32 leaf, u32 subleaf)
{
	struct cpuid_val val = { 0 };

	if (leaf <= (leaf >= EXT_BASE ? b->host_ext : b->host_basic))
		b->host(leaf, subleaf, &val);
	return val;
}

static void cpuid_add(struct cpuid_build *b, u32 leaf, u32 subleaf, struct cpuid_val val)
{
	struct cpuid_policy *p = b->p;
	u8 *first;

	if (p->count == CPUID_MAX_ENTRIES)
		return;
	first = leaf >= EXT_BASE ? &p->ext[leaf - EXT_BASE] : &p->basic[leaf];
	p->entries[p->count++] = (struct cpuid_entry){
		.leaf = leaf, .subleaf = subleaf, .regs = val,
		.plain = subleaf == ANY_SUBLEAF && leaf != 1,
	};
	if (!*first)
		*first = p->count;
}

static bool cpuid_has(const struct cpuid_policy *p, u32 option)
{
	return p->options & option;
}

/* Clear @avx or @avx512 features if XCR0 does not include their state. */
static u32 by_state(const struct cpuid_policy *p, u32 bits, u32 avx, u32 avx512)
{
	if (!(p->xcr0 & XCR0_AVX))
		bits &= ~avx;
	if (!(p->xcr0 & XCR0_AVX512))
		bits &= ~avx512;
	return bits;
}

/* Clear @feature if guests cannot set the bit of CR4 that enables it. */
static u32 by_cr4(const struct cpuid_policy *p, u32 bits, u64 cr4, u32 feature)
{
	return p->cr4 & cr4 ? bits : bits & ~feature;
}

static void build_leaf1(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, 1, 0);
	const struct cpuid_policy *p = b->p;

	/* CLFLUSH line size, number of APIC ids; the APIC id is set by cpuid_patch() */
	v.ebx = (v.ebx & 0xff00) | 1U << p->id_bits << 16;
	v.ecx = by_state(p, v.ecx & L1_ECX_ALLOWED, L1_ECX_AVX, 0);
	if (!p->xcr0)
		v.ecx &= ~L1_ECX_XSAVE;
	v.ecx = by_cr4(p, v.ecx, X86_CR4_PCIDE, L1_ECX_PCID);
	v.ecx |= L1_ECX_FORCED;
	v.edx &= L1_EDX_ALLOWED;
	if (p->max_lips > 1)
		v.edx |= L1_EDX_HTT;
	cpuid_add(b, 1, ANY_SUBLEAF, v);
}

/* Caches: L1 and L2 are private to a LIP, others shared by the package. */
static void build_leaf4(struct cpuid_build *b)
{
	u32 ids = (1U << b->p->id_bits) - 1;
	u32 subleaf;

	for (subleaf = 0; subleaf < 8; subleaf++) {
		struct cpuid_val v = host_leaf(b, 4, subleaf);

		if (!(v.eax & 0x1f))
			return;
		v.eax &= 0x3fff;
		v.eax |= ids << 26;
		if ((v.eax >> 5 & 7) > 2)
			v.eax |= ids << 14;
		cpuid_add(b, 4, subleaf, v);
	}
}

static u32 leaf7_edx(const struct cpuid_policy *p, u32 edx)
{
	u32 allowed = L7_EDX_ALLOWED;

	if (cpuid_has(p, CPUID_OPT_SPEC_CTRL))
		allowed |= L7_EDX_STIBP | L7_EDX_SSBD;
	if (cpuid_has(p, CPUID_OPT_SPEC_CTRL) && cpuid_has(p, CPUID_OPT_PRED_CMD))
		allowed |= L7_EDX_IBRS;
	if (cpuid_has(p, CPUID_OPT_FLUSH_CMD))
		allowed |= L7_EDX_FLUSH;
	edx = by_state(p, edx & allowed, 0, L7_EDX_AVX512);
	/* Same MSR as IBRS. */
	if (!(edx & L7_EDX_IBRS))
		edx &= ~(L7_EDX_STIBP | L7_EDX_SSBD);
	if (cpuid_has(p, CPUID_OPT_ARCH_CAPS))
		edx |= L7_EDX_CAPS;
	return edx;
}

static void build_leaf7(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, 7, 0);
	const struct cpuid_policy *p = b->p;

	v.eax = min(v.eax, 1U);
	v.ebx = by_state(p, v.ebx & L7_EBX_ALLOWED, L7_EBX_AVX, L7_EBX_AVX512);
	v.ebx = by_cr4(p, v.ebx, X86_CR4_FSGSBASE, L7_EBX_FSGSBASE);
	v.ebx = by_cr4(p, v.ebx, X86_CR4_SMEP, L7_EBX_SMEP);
	v.ebx = by_cr4(p, v.ebx, X86_CR4_SMAP, L7_EBX_SMAP);
	v.ebx |= L7_EBX_FORCED;
	v.ecx = by_state(p, v.ecx & L7_ECX_ALLOWED, L7_ECX_AVX, L7_ECX_AVX512);
	v.ecx = by_cr4(p, v.ecx, X86_CR4_UMIP, L7_ECX_UMIP);
	v.edx = leaf7_edx(p, v.edx);
	cpuid_add(b, 7, 0, v);
	if (!v.eax)
		return;
	v = host_leaf(b, 7, 1);
	v = (struct cpuid_val){
		.eax = by_state(p, v.eax & L71_EAX_ALLOWED, L71_EAX_AVX,
				L71_EAX_AVX512),
	};
	cpuid_add(b, 7, 1, v);
}

/* Topology: one package, each LIP is a core. EDX is set by cpuid_patch(). */
static void build_leafb(struct cpuid_build *b)
{
	struct cpuid_val thread = { .eax = 0, .ebx = 1, .ecx = 1 << 8 };
	struct cpuid_val core = {
		.eax = b->p->id_bits, .ebx = b->p->max_lips, .ecx = 2 << 8 | 1,
	};

	cpuid_add(b, 0xb, 0, thread);
	cpuid_add(b, 0xb, 1, core);
}

/* Size of an XSAVE area for @xcr0; find_xsave() was called. */
static u32 xsave_size(const struct cpuid_policy *p, u64 xcr0, bool compact)
{
	u32 size = XSAVE_LEGACY;
	unsigned int i;

	for (i = 2; i < ARRAY_SIZE(p->xs); i++) {
		if (!(xcr0 & BIT_ULL(i)))
			continue;
		if (!compact)
			size = max(size, p->xs[i].offset + p->xs[i].size);
		else if (p->xs[i].align)
			size = ALIGN(size, 64) + p->xs[i].size;
		else
			size += p->xs[i].size;
	}
	return size;
}

static void build_leafd(struct cpuid_build *b)
{
	const struct cpuid_policy *p = b->p;
	struct cpuid_val v = {
		.eax = lower_32_bits(p->xcr0), .edx = upper_32_bits(p->xcr0),
	};
	unsigned int i;

	if (!p->xcr0)
		return;
	v.ecx = xsave_size(p, p->xcr0, false);
	cpuid_add(b, 0xd, 0, v);
	v = (struct cpuid_val){
		.eax = host_leaf(b, 0xd, 1).eax & LD1_EAX_ALLOWED,
	};
	cpuid_add(b, 0xd, 1, v);
	for (i = 2; i < ARRAY_SIZE(p->xs); i++) {
		if (!(p->xcr0 & BIT_ULL(i)))
			continue;
		v = (struct cpuid_val){
			.eax = p->xs[i].size, .ebx = p->xs[i].offset,
			.ecx = p->xs[i].align ? 2 : 0,
		};
		cpuid_add(b, 0xd, i, v);
	}
}

static u32 tick_hz(const struct cpuid_policy *p)
{
	return div_u64((u64)p->tsc_khz * 1000, p->tsc_per_tick);
}

/* Clocks: the APIC timer runs at the rate of the "core crystal clock" (SDM). */
static void build_clocks(struct cpuid_build *b)
{
	const struct cpuid_policy *p = b->p;
	struct cpuid_val tsc = {
		.eax = 1, .ebx = p->tsc_per_tick, .ecx = tick_hz(p),
	};
	struct cpuid_val mhz = {
		.eax = p->tsc_khz / 1000, .ebx = p->tsc_khz / 1000, .ecx = 100,
	};

	if (!p->tsc_khz)
		return;
	cpuid_add(b, 0x15, ANY_SUBLEAF, tsc);
	cpuid_add(b, 0x16, ANY_SUBLEAF, mhz);
}

static void build_basic(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, 0, 0);
	/* Thermal and power management: ARAT only */
	struct cpuid_val arat = { .eax = BIT(2) };

	v.eax = CPUID_MAX_BASIC;
	cpuid_add(b, 0, ANY_SUBLEAF, v);
	build_leaf1(b);
	cpuid_add(b, 2, ANY_SUBLEAF, host_leaf(b, 2, 0));
	build_leaf4(b);
	cpuid_add(b, 6, ANY_SUBLEAF, arat);
	build_leaf7(b);
	build_leafb(b);
	build_leafd(b);
	build_clocks(b);
}

static void build_ext1(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, EXT_BASE + 1, 0);
	const struct cpuid_policy *p = b->p;

	if (p->vendor == CPUID_INTEL)
		v.ebx = 0;
	v.ecx = by_state(p, v.ecx & E1_ECX_ALLOWED, E1_ECX_AVX, 0);
	if (p->vendor == CPUID_AMD && p->max_lips > 1)
		v.ecx |= E1_ECX_CMP;
	v.edx &= E1_EDX_ALLOWED;
	cpuid_add(b, EXT_BASE + 1, ANY_SUBLEAF, v);
}

/* Address widths and, for AMD, the number of cores */
static void build_ext8(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, EXT_BASE + 8, 0);
	const struct cpuid_policy *p = b->p;
	u32 linear = clamp(v.eax >> 8 & 0xff, 32U, 48U);
	u32 ebx = E8_EBX_ALLOWED;

	if (cpuid_has(p, CPUID_OPT_SPEC_CTRL))
		ebx |= E8_EBX_SPEC;
	if (cpuid_has(p, CPUID_OPT_PRED_CMD))
		ebx |= E8_EBX_PRED;
	v.eax = linear << 8 | p->phys_bits;
	v.ebx &= ebx;
	v.ecx = 0;
	v.edx = 0;
	if (p->vendor == CPUID_AMD)
		v.ecx = (u32)p->id_bits << 12 | (p->max_lips - 1);
	cpuid_add(b, EXT_BASE + 8, ANY_SUBLEAF, v);
}

static void build_ext21(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, CPUID_MAX_EXT, 0);
	u32 allowed = E21_EAX_ALLOWED;

	if (cpuid_has(b->p, CPUID_OPT_PRED_CMD))
		allowed |= E21_EAX_PRED;
	v = (struct cpuid_val){ .eax = v.eax & allowed };
	cpuid_add(b, CPUID_MAX_EXT, ANY_SUBLEAF, v);
}

static u32 max_ext(const struct cpuid_policy *p)
{
	return p->vendor == CPUID_AMD ? CPUID_MAX_EXT : EXT_BASE + 8;
}

static void build_ext(struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, EXT_BASE, 0);
	/* Invariant TSC */
	struct cpuid_val invariant = { .edx = BIT(8) };
	u32 leaf;

	v.eax = max_ext(b->p);
	cpuid_add(b, EXT_BASE, ANY_SUBLEAF, v);
	build_ext1(b);
	for (leaf = EXT_BASE + 2; leaf <= EXT_BASE + 6; leaf++)
		cpuid_add(b, leaf, ANY_SUBLEAF, host_leaf(b, leaf, 0));
	cpuid_add(b, EXT_BASE + 7, ANY_SUBLEAF, invariant);
	build_ext8(b);
	if (b->p->vendor == CPUID_AMD)
		build_ext21(b);
}

/* enum cpuid_vendor from EBX of leaf 0 */
u8 cpuid_find_vendor(u32 ebx)
{
	switch (ebx) {
	case 0x756e6547:	/* "Genu" */
		return CPUID_INTEL;
	case 0x68747541:	/* "Auth" */
	case 0x6f677948:	/* "Hygo" */
		return CPUID_AMD;
	default:
		return CPUID_OTHER;
	}
}

/* XCR0 bits offered to guests: complete groups of features only, and SSE always. */
static u64 find_xcr0(const struct cpuid_build *b)
{
	struct cpuid_val v = host_leaf(b, 0xd, 0);
	u64 xcr0 = b->p->xcr0 & ((u64)v.edx << 32 | v.eax) & XCR0_KNOWN;

	if (!(xcr0 & XCR0_X87) || !(xcr0 & XCR0_SSE))
		return 0;
	if (!(xcr0 & XCR0_AVX) || (xcr0 & XCR0_AVX512) != XCR0_AVX512)
		xcr0 &= ~XCR0_AVX512;
	return xcr0;
}

static void find_xsave(struct cpuid_build *b)
{
	struct cpuid_policy *p = b->p;
	unsigned int i;

	p->xcr0 = find_xcr0(b);
	for (i = 2; i < ARRAY_SIZE(p->xs); i++) {
		struct cpuid_val v = host_leaf(b, 0xd, i);

		p->xs[i].size = v.eax;
		p->xs[i].offset = v.ebx;
		p->xs[i].align = v.ecx & BIT(1);
	}
}

/* Limited by the host's width, and by the 48 bits of a 4-level stage 2. */
static u8 find_phys_bits(const struct cpuid_build *b)
{
	u32 bits = host_leaf(b, EXT_BASE + 8, 0).eax & 0xff;

	if (bits < 32)
		bits = 36;
	if (b->p->phys_bits)
		bits = min_t(u32, bits, b->p->phys_bits);
	return min(bits, 48U);
}

static const struct cpuid_val *table_leaf(const struct cpuid_policy *p, u32 leaf)
{
	u32 i = leaf >= EXT_BASE ? p->ext[leaf - EXT_BASE] : p->basic[leaf];

	return &p->entries[i - 1].regs;
}

/* IA32_SPEC_CTRL bits that the finished table advertises. */
static u64 find_spec_ctrl(const struct cpuid_policy *p)
{
	u32 edx = table_leaf(p, 7)->edx, ebx = table_leaf(p, EXT_BASE + 8)->ebx;
	u64 bits = 0;

	if (edx & L7_EDX_IBRS || ebx & E8_EBX_IBRS)
		bits |= SPEC_IBRS;
	if (edx & L7_EDX_STIBP || ebx & E8_EBX_STIBP)
		bits |= SPEC_STIBP;
	if (edx & L7_EDX_SSBD || ebx & E8_EBX_SSBD)
		bits |= SPEC_SSBD;
	return bits;
}

/**
 * cpuid_policy_init() - build the guest's table
 * @p: the policy; the caller has set its inputs, the other members are computed
 * @host: reads the host's CPUID
 *
 * Context: that of @host. Host leaves differ between CPUs in APIC ids only, which
 * are not used.
 */
void cpuid_policy_init(struct cpuid_policy *p, cpuid_host_fn host)
{
	struct cpuid_build b = { .p = p, .host = host };
	struct cpuid_val v;

	host(0, 0, &v);
	b.host_basic = v.eax;
	p->vendor = cpuid_find_vendor(v.ebx);
	host(EXT_BASE, 0, &v);
	b.host_ext = v.eax >= EXT_BASE ? v.eax : 0;

	p->count = 0;
	memset(p->basic, 0, sizeof(p->basic));
	memset(p->ext, 0, sizeof(p->ext));
	memset(p->xs, 0, sizeof(p->xs));
	p->max_lips = clamp(p->max_lips, 1U, 64U);
	p->id_bits = fls(p->max_lips - 1);
	p->tsc_per_tick = max(p->tsc_per_tick, 1U);
	p->phys_bits = find_phys_bits(&b);
	find_xsave(&b);
	build_basic(&b);
	build_ext(&b);
	p->spec_ctrl = find_spec_ctrl(p);
}

/**
 * cpuid_cr4() - CR4 bits supported by the processor
 * @host: reads the host's CPUID
 *
 * Context: that of @host.
 * Return: bits that the backend may let guests set; struct cpuid_policy's @cr4 has
 * those that it does.
 */
u64 cpuid_cr4(cpuid_host_fn host)
{
	struct cpuid_val basic, v1, v7 = { 0 };
	u64 cr4 = CR4_ALWAYS;

	host(0, 0, &basic);
	host(1, 0, &v1);
	if (basic.eax >= 7)
		host(7, 0, &v7);
	cr4 |= v1.ecx & L1_ECX_PCID ? X86_CR4_PCIDE : 0;
	cr4 |= v1.ecx & L1_ECX_XSAVE ? X86_CR4_OSXSAVE : 0;
	cr4 |= v7.ebx & L7_EBX_FSGSBASE ? X86_CR4_FSGSBASE : 0;
	cr4 |= v7.ebx & L7_EBX_SMEP ? X86_CR4_SMEP : 0;
	cr4 |= v7.ebx & L7_EBX_SMAP ? X86_CR4_SMAP : 0;
	cr4 |= v7.ecx & L7_ECX_UMIP ? X86_CR4_UMIP : 0;
	return cr4;
}

/* ---- executing CPUID ---- */

static struct cpuid_val hypervisor_leaf(const struct cpuid_policy *p, u32 leaf)
{
	struct cpuid_val v = { 0 };

	switch (leaf) {
	case KVM_CPUID_SIGNATURE:
		v.eax = CPUID_HV_MAX;
		v.ebx = 0x4b4d564b;	/* "KVMKVMKVM" */
		v.ecx = 0x564b4d56;
		v.edx = 0x4d;
		break;
	case KVM_CPUID_FEATURES:
		v.eax = BIT(KVM_FEATURE_NOP_IO_DELAY) | BIT(KVM_FEATURE_MSI_EXT_DEST_ID);
		if (cpuid_has(p, CPUID_OPT_KVMCLOCK))
			v.eax |= KVM_CLOCK_FEATURES;
		if (cpuid_has(p, CPUID_OPT_STEAL_TIME))
			v.eax |= BIT(KVM_FEATURE_STEAL_TIME);
		break;
	case CPUID_HV_MAX:	/* rates of TSC and APIC timer in kHz */
		v.eax = p->tsc_khz;
		v.ebx = tick_hz(p) / 1000;
		break;
	}
	return v;
}

static bool is_hypervisor(u32 leaf)
{
	return leaf >= KVM_CPUID_SIGNATURE && leaf <= CPUID_HV_MAX;
}

/* Entry of a leaf and subleaf; NULL: all zero. */
static const struct cpuid_entry *cpuid_find(const struct cpuid_policy *p, u32 leaf,
					    u32 subleaf)
{
	/* The guest controls @leaf: the range check may be bypassed speculatively. */
	u32 i = leaf >= EXT_BASE ?
		p->ext[array_index_nospec(leaf - EXT_BASE, ARRAY_SIZE(p->ext))] :
		p->basic[array_index_nospec(leaf, ARRAY_SIZE(p->basic))];

	if (!i)
		return NULL;
	for (i--; i < p->count && p->entries[i].leaf == leaf; i++)
		if (p->entries[i].subleaf == ANY_SUBLEAF ||
		    p->entries[i].subleaf == subleaf)
			return &p->entries[i];
	return NULL;
}

static bool leaf_known(const struct cpuid_policy *p, u32 leaf)
{
	return leaf <= CPUID_MAX_BASIC || (leaf >= EXT_BASE && leaf <= max_ext(p));
}

/* Set the bits that depend on the LIP. */
static void cpuid_patch(const struct cpuid_policy *p, const struct cpuid_lip *lip,
			u32 leaf, u32 subleaf, struct cpuid_val *v)
{
	switch (leaf) {
	case 1:
		v->ebx |= lip->apic_id << 24;
		if (lip->osxsave && v->ecx & L1_ECX_XSAVE)
			v->ecx |= L1_ECX_OSXSAVE;
		fallthrough;
	case EXT_BASE + 1:
		if (!lip->apic_on)
			v->edx &= ~L1_EDX_APIC;
		break;
	case 0xb:
		/* Returned even if there is no such level. */
		v->ecx = (v->ecx & ~0xffU) | (subleaf & 0xff);
		v->edx = lip->apic_id;
		break;
	case 0xd:
		if (p->xcr0 && subleaf < 2)
			v->ebx = xsave_size(p, lip->xcr0, subleaf);
		break;
	}
}

/**
 * cpuid_guest() - emulate CPUID
 * @p: the machine's policy
 * @lip: state of the LIP that executes it
 * @leaf: EAX
 * @subleaf: ECX
 * @out: EAX to EDX
 *
 * Context: any.
 */
void cpuid_guest(const struct cpuid_policy *p, const struct cpuid_lip *lip,
		 u32 leaf, u32 subleaf, struct cpuid_val *out)
{
	const struct cpuid_entry *entry;
	u32 basic = array_index_nospec(leaf, ARRAY_SIZE(p->basic));

	/* Fast path for leaves that do not depend on LIP and subleaf. */
	if (leaf <= CPUID_MAX_BASIC && p->basic[basic]) {
		entry = &p->entries[p->basic[basic] - 1];
		if (entry->plain) {
			*out = entry->regs;
			return;
		}
	}
	*out = (struct cpuid_val){ 0 };
	if (is_hypervisor(leaf)) {
		*out = hypervisor_leaf(p, leaf);
		return;
	}
	if (!leaf_known(p, leaf)) {
		/* AMD returns zero, others the highest basic leaf. */
		if (p->vendor == CPUID_AMD)
			return;
		leaf = CPUID_MAX_BASIC;
	}
	entry = cpuid_find(p, leaf, subleaf);
	if (entry)
		*out = entry->regs;
	cpuid_patch(p, lip, leaf, subleaf, out);
}

/**
 * cpuid_xcr0_valid() - check a value for XCR0
 * @p: the machine's policy
 * @xcr0: the value
 *
 * Context: any.
 * Return: false if XSETBV raises #GP (SDM, "Enabling the XSAVE Feature Set").
 */
bool cpuid_xcr0_valid(const struct cpuid_policy *p, u64 xcr0)
{
	u64 avx512 = xcr0 & XCR0_AVX512;

	if (!(xcr0 & XCR0_X87) || xcr0 & ~p->xcr0)
		return false;
	if (xcr0 & XCR0_AVX && !(xcr0 & XCR0_SSE))
		return false;
	return !avx512 || (avx512 == XCR0_AVX512 && xcr0 & XCR0_AVX);
}
