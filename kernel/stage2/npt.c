// SPDX-License-Identifier: GPL-2.0
/*
 * L0: format of AMD's nested page tables (APM vol. 2, "Nested Paging"): that of long
 * mode, walked as user accesses. Calls nothing. No UAPI header has these bits.
 */
#include "pure.h"
#include "stage2/s2.h"

#define NPT_PRESENT	BIT_ULL(0)
#define NPT_WRITE	BIT_ULL(1)
#define NPT_USER	BIT_ULL(2)
#define NPT_PWT		BIT_ULL(3)
#define NPT_PCD		BIT_ULL(4)
#define NPT_ACCESSED	BIT_ULL(5)
#define NPT_DIRTY	BIT_ULL(6)
#define NPT_LARGE	BIT_ULL(7)
#define NPT_NX		BIT_ULL(63)
#define NPT_ADDR	GENMASK_ULL(51, 12)
#define NPT_UC		(NPT_PWT | NPT_PCD)	/* PAT entry 3 */

static u64 npt_root(hpa_t top, bool accessed_dirty)
{
	return top;
}

static u64 npt_table(hpa_t next)
{
	return next | NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED;
}

static u64 npt_leaf(hpa_t hpa, unsigned int level, unsigned int prot)
{
	u64 e = hpa | NPT_PRESENT | NPT_USER | NPT_ACCESSED | NPT_DIRTY;

	e |= prot & S2_WRITE ? NPT_WRITE : 0;
	e |= prot & S2_EXEC ? 0 : NPT_NX;
	e |= prot & S2_UC ? NPT_UC : 0;
	return level > S2_4K ? e | NPT_LARGE : e;
}

static bool npt_present(u64 entry)
{
	return entry & NPT_PRESENT;
}

static bool npt_is_leaf(u64 entry, unsigned int level)
{
	return level == S2_4K || (level < S2_TOP && (entry & NPT_LARGE));
}

static hpa_t npt_hpa(u64 entry, unsigned int level, bool leaf)
{
	entry &= NPT_ADDR;
	return leaf ? ALIGN_DOWN(entry, s2_size(level)) : entry;
}

static unsigned int npt_prot(u64 entry)
{
	unsigned int prot = S2_READ;

	prot |= entry & NPT_WRITE ? S2_WRITE : 0;
	prot |= entry & NPT_NX ? 0 : S2_EXEC;
	prot |= (entry & NPT_UC) == NPT_UC ? S2_UC : 0;
	return prot;
}

const struct s2_format s2_npt = {
	.name = "NPT",
	.root = npt_root,
	.table = npt_table,
	.leaf = npt_leaf,
	.present = npt_present,
	.is_leaf = npt_is_leaf,
	.hpa = npt_hpa,
	.prot = npt_prot,
};
