// SPDX-License-Identifier: GPL-2.0
/*
 * cpu/gva.c - read a guest's memory by its own linear address.
 *
 * Only to fetch an instruction that touched a device: the processor has just
 * done the same walk, so rights are not checked again. SDM: "Paging". Layer L2.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "cpu/lip.h"
#include "cpu/machine.h"

#define PTE_P		BIT_ULL(0)
#define PTE_PS		BIT_ULL(7)
#define PTE_ADDR	GENMASK_ULL(51, 12)

/* The shape of one paging mode. */
struct gva_mode {
	unsigned int levels;
	unsigned int bits;	/* of an index below the top level */
	unsigned int entry;	/* bytes */
	bool large;		/* there are large pages */
};

static struct gva_mode gva_mode(const struct lip_paging *pg)
{
	if (pg->efer & EFER_LMA)
		return (struct gva_mode){ 4, 9, 8, true };
	if (pg->cr4 & X86_CR4_PAE)
		return (struct gva_mode){ 3, 9, 8, true };
	return (struct gva_mode){ 2, 10, 4, pg->cr4 & X86_CR4_PSE };
}

static int gva_to_gpa(struct lip *lip, const struct lip_paging *pg, u64 gva, gpa_t *gpa)
{
	struct gva_mode mode = gva_mode(pg);
	unsigned int level = mode.levels;
	u64 table = pg->cr3 & PTE_ADDR;
	u64 pte, offset;

	if (!(pg->cr0 & X86_CR0_PG)) {
		*gpa = gva;
		return 0;
	}
	if (mode.levels == 3)
		table = pg->cr3 & GENMASK_ULL(31, 5);
	for (;;) {
		unsigned int shift = 12 + (level - 1) * mode.bits;
		u64 index = gva >> shift & (BIT_ULL(mode.bits) - 1);

		pte = 0;
		if (machine_read(lip->machine, table + index * mode.entry, &pte, mode.entry) ||
		    !(pte & PTE_P))
			return -EFAULT;
		offset = gva & (BIT_ULL(shift) - 1);
		if (level == 1 || (level <= 3 && mode.large && pte & PTE_PS)) {
			*gpa = (pte & PTE_ADDR & ~(BIT_ULL(shift) - 1)) + offset;
			return 0;
		}
		table = pte & PTE_ADDR;
		level--;
	}
}

/**
 * lip_read_gva() - bytes at a linear address
 * @lip: whose
 * @pg: its control state
 * @gva: linear address
 * @data: gets the bytes
 * @len: how many are wanted
 *
 * Context: dispatcher's thread.
 * Return: bytes read: @len, or fewer where the next page is not there.
 */
int lip_read_gva(struct lip *lip, const struct lip_paging *pg, u64 gva,
		 void *data, size_t len)
{
	size_t done = 0;

	while (done < len) {
		size_t part = min_t(size_t, len - done, PAGE_SIZE - offset_in_page(gva + done));
		gpa_t gpa;

		if (gva_to_gpa(lip, pg, gva + done, &gpa) ||
		    machine_read(lip->machine, gpa, data + done, part))
			break;
		done += part;
	}
	return done;
}
