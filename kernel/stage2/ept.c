// SPDX-License-Identifier: GPL-2.0
/*
 * L0: format of Intel's extended page tables (SDM vol. 3, "The Extended Page
 * Table Mechanism (EPT)"). Calls nothing. No UAPI header has these bits.
 */
#include "pure.h"
#include "stage2/s2.h"

#define EPT_READ	BIT_ULL(0)
#define EPT_WRITE	BIT_ULL(1)
#define EPT_EXEC	BIT_ULL(2)
#define EPT_RWX		(EPT_READ | EPT_WRITE | EPT_EXEC)
#define EPT_TYPE_SHIFT	3
#define EPT_TYPE_MASK	(7ULL << EPT_TYPE_SHIFT)
#define EPT_TYPE_UC	(0ULL << EPT_TYPE_SHIFT)
#define EPT_TYPE_WB	(6ULL << EPT_TYPE_SHIFT)
#define EPT_IPAT	BIT_ULL(6)
#define EPT_LARGE	BIT_ULL(7)
#define EPT_ACCESSED	BIT_ULL(8)
#define EPT_DIRTY	BIT_ULL(9)
#define EPT_ADDR	GENMASK_ULL(51, 12)

#define EPTP_WB		6ULL
#define EPTP_LEVELS_4	(3ULL << 3)
#define EPTP_AD		BIT_ULL(6)

static u64 ept_root(hpa_t top, bool accessed_dirty)
{
	return top | EPTP_WB | EPTP_LEVELS_4 | (accessed_dirty ? EPTP_AD : 0);
}

static u64 ept_table(hpa_t next)
{
	return next | EPT_RWX | EPT_ACCESSED;
}

/*
 * Accessed and dirty bits are set from the start: they are not used, and the processor
 * need not write them. RAM is always write-back and ignores the guest's PAT, so that a
 * guest cannot create an alias of another type than the host's mapping.
 */
static u64 ept_leaf(hpa_t hpa, unsigned int level, unsigned int prot)
{
	u64 e = hpa | EPT_ACCESSED | EPT_DIRTY;

	e |= prot & S2_READ ? EPT_READ : 0;
	e |= prot & S2_WRITE ? EPT_WRITE : 0;
	e |= prot & S2_EXEC ? EPT_EXEC : 0;
	e |= prot & S2_UC ? EPT_TYPE_UC : EPT_TYPE_WB | EPT_IPAT;
	return level > S2_4K ? e | EPT_LARGE : e;
}

static bool ept_present(u64 entry)
{
	return entry & EPT_RWX;
}

static bool ept_is_leaf(u64 entry, unsigned int level)
{
	return level == S2_4K || (level < S2_TOP && (entry & EPT_LARGE));
}

static hpa_t ept_hpa(u64 entry, unsigned int level, bool leaf)
{
	entry &= EPT_ADDR;
	return leaf ? ALIGN_DOWN(entry, s2_size(level)) : entry;
}

static unsigned int ept_prot(u64 entry)
{
	unsigned int prot = 0;

	prot |= entry & EPT_READ ? S2_READ : 0;
	prot |= entry & EPT_WRITE ? S2_WRITE : 0;
	prot |= entry & EPT_EXEC ? S2_EXEC : 0;
	prot |= (entry & EPT_TYPE_MASK) == EPT_TYPE_UC ? S2_UC : 0;
	return prot;
}

const struct s2_format s2_ept = {
	.name = "EPT",
	.root = ept_root,
	.table = ept_table,
	.leaf = ept_leaf,
	.present = ept_present,
	.is_leaf = ept_is_leaf,
	.hpa = ept_hpa,
	.prot = ept_prot,
};
