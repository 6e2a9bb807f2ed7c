// SPDX-License-Identifier: GPL-2.0
/* L0: a walk of the guest's page tables. Calls nothing but what it is given. */
#include "pure.h"
#include "emul/paging.h"

#define CR0_PG		BIT_ULL(31)
#define CR4_PSE		BIT_ULL(4)
#define CR4_PAE		BIT_ULL(5)
#define EFER_LMA	BIT_ULL(10)
#define PTE_P		BIT_ULL(0)
#define PTE_PS		BIT_ULL(7)
#define PTE_ADDR	GENMASK_ULL(51, 12)
#define PAGE		4096

/* One paging mode, and where it begins. */
struct mode {
	unsigned int levels;
	unsigned int bits;	/* of an index below the top level */
	unsigned int entry;	/* bytes */
	bool large;		/* there are large pages */
	u64 top;
};

static struct mode mode_of(const struct lip_paging *pg)
{
	if (pg->efer & EFER_LMA)
		return (struct mode){ 4, 9, 8, true, pg->cr3 & PTE_ADDR };
	if (pg->cr4 & CR4_PAE)
		return (struct mode){ 3, 9, 8, true, pg->cr3 & GENMASK_ULL(31, 5) };
	return (struct mode){ 2, 10, 4, pg->cr4 & CR4_PSE, pg->cr3 & GENMASK_ULL(31, 12) };
}

static int translate(const struct lip_paging *pg, u64 gva, paging_read read, void *ctx, gpa_t *gpa)
{
	struct mode mode = mode_of(pg);
	u64 pte, in_page = U64_MAX, at = mode.top;
	unsigned int level;

	*gpa = gva;
	if (!(pg->cr0 & CR0_PG))
		return 0;
	for (level = mode.levels; level; level--) {
		unsigned int shift = 12 + (level - 1) * mode.bits;
		u64 index = gva >> shift & (BIT_ULL(mode.bits) - 1);

		pte = 0;
		if (read(ctx, at + index * mode.entry, &pte, mode.entry) || !(pte & PTE_P))
			return -EFAULT;
		in_page = BIT_ULL(shift) - 1;
		at = pte & PTE_ADDR;
		if (level > 1 && level < 4 && mode.large && pte & PTE_PS)
			break;
	}
	*gpa = (at & ~in_page) | (gva & in_page);
	return 0;
}

size_t paging_fetch(const struct lip_paging *pg, u64 rip, paging_read read, void *ctx,
		    void *data, size_t len)
{
	u64 gva = pg->cs_long ? rip : (u32)(rip + pg->cs_base);
	size_t done, part;
	gpa_t gpa;

	for (done = 0; done < len; done += part) {
		part = min_t(size_t, len - done, PAGE - (gva + done) % PAGE);
		if (translate(pg, gva + done, read, ctx, &gpa) ||
		    read(ctx, gpa, (u8 *)data + done, part))
			break;
	}
	return done;
}
