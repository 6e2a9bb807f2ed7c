// SPDX-License-Identifier: GPL-2.0
/* L0: walk the guest's page tables. Calls only the functions it is given. */
#include "pure.h"
#include <asm/processor-flags.h>

#include "emul/paging.h"

#define LONG_MODE_ACTIVE BIT_ULL(10)	/* EFER.LMA */
#define PTE_P		BIT_ULL(0)
#define PTE_W		BIT_ULL(1)
#define PTE_U		BIT_ULL(2)
#define PTE_A		BIT_ULL(5)
#define PTE_D		BIT_ULL(6)
#define PTE_PS		BIT_ULL(7)
#define PTE_ADDR	GENMASK_ULL(51, 12)
#define PAGE		4096

/* Paging mode and address of the top-level table */
struct paging_mode {
	unsigned int levels;
	unsigned int bits;	/* of an index below the top level */
	unsigned int entry;	/* bytes */
	u8 large;		/* bit n: an entry of level n may map a page */
	u64 top;
};

static struct paging_mode paging_mode(const struct lip_paging *pg)
{
	if (pg->efer & LONG_MODE_ACTIVE)
		return (struct paging_mode){ 4, 9, 8, BIT(2) | BIT(3), pg->cr3 & PTE_ADDR };
	if (pg->cr4 & X86_CR4_PAE)
		return (struct paging_mode){ 3, 9, 8, BIT(2), pg->cr3 & GENMASK_ULL(31, 5) };
	return (struct paging_mode){ 2, 10, 4, pg->cr4 & X86_CR4_PSE ? BIT(2) : 0,
				     pg->cr3 & GENMASK_ULL(31, 12) };
}

/* Result of a walk */
struct paging_walk {
	struct paging_mode mode;
	gpa_t at[5];		/* address of the entry of each level */
	u64 entry[5];
	unsigned int last;	/* level that maps the page */
	u64 rights;		/* PTE_W and PTE_U, if set in all entries */
	gpa_t gpa;
};

/* -EFAULT: not mapped. */
static int walk_tables(const struct lip_paging *pg, u64 gva, paging_read read, void *ctx,
		       struct paging_walk *w)
{
	u64 pte, in_page = 0, next;
	unsigned int level;

	*w = (struct paging_walk){ .mode = paging_mode(pg), .rights = PTE_W | PTE_U };
	next = w->mode.top;
	for (level = w->mode.levels; level; level--) {
		unsigned int shift = 12 + (level - 1) * w->mode.bits;
		u64 index = gva >> shift & (BIT_ULL(w->mode.bits) - 1);

		pte = 0;
		w->at[level] = next + index * w->mode.entry;
		if (read(ctx, w->at[level], &pte, w->mode.entry) || !(pte & PTE_P))
			return -EFAULT;
		w->entry[level] = pte;
		w->last = level;
		in_page = BIT_ULL(shift) - 1;
		next = pte & PTE_ADDR;
		/* PDPTEs have no access rights in PAE mode. */
		if (w->mode.levels != 3 || level != 3)
			w->rights &= pte;
		if (!(w->mode.large >> level & 1) || !(pte & PTE_PS))
			continue;
		/* PSE-36: address bits 39:32 are in bits 20:13. */
		if (w->mode.entry == 4)
			next = (pte & GENMASK(31, 22)) | (pte >> 13 & 0xff) << 32;
		break;
	}
	w->gpa = (next & ~in_page) | (gva & in_page);
	return 0;
}

static int paging_translate(const struct lip_paging *pg, u64 gva, paging_read read,
			    void *ctx, gpa_t *gpa)
{
	struct paging_walk w;
	int err = 0;

	*gpa = gva;
	if (pg->cr0 & X86_CR0_PG) {
		err = walk_tables(pg, gva, read, ctx, &w);
		*gpa = w.gpa;
	}
	return err;
}

static bool access_allowed(const struct lip_paging *pg, u64 rights, bool write)
{
	if (pg->cpl == 3)
		return rights & PTE_U && (!write || rights & PTE_W);
	if (rights & PTE_U && pg->cr4 & X86_CR4_SMAP && !pg->ac)
		return false;
	return !write || rights & PTE_W || !(pg->cr0 & X86_CR0_WP);
}

/* Set accessed and dirty bits. */
static int mark_tables(const struct paging_walk *w, bool write,
		       const struct paging_memory *mem)
{
	unsigned int level;
	int err = 0;

	for (level = w->mode.levels; level >= w->last && !err; level--) {
		u64 pte = w->entry[level], to = pte | PTE_A;

		if (w->mode.levels == 3 && level == 3)
			continue;
		if (write && level == w->last)
			to |= PTE_D;
		if (to != pte)
			err = mem->update(mem->ctx, w->at[level], w->mode.entry, pte, to);
	}
	return err;
}

int paging_access(const struct lip_paging *pg, u64 gva, bool write,
		  const struct paging_memory *mem, gpa_t *gpa, u32 *error)
{
	struct paging_walk w;

	*gpa = gva;
	if (!(pg->cr0 & X86_CR0_PG))
		return 0;
	*error = (write ? PAGING_ERROR_WRITE : 0) | (pg->cpl == 3 ? PAGING_ERROR_USER : 0);
	if (walk_tables(pg, gva, mem->read, mem->ctx, &w))
		return -EFAULT;
	*gpa = w.gpa;
	if (!access_allowed(pg, w.rights, write)) {
		*error |= PAGING_ERROR_PRESENT;
		return -EFAULT;
	}
	return mark_tables(&w, write, mem);
}

size_t paging_fetch(const struct lip_paging *pg, u64 rip, paging_read read, void *ctx,
		    void *data, size_t len)
{
	size_t done, part;
	gpa_t gpa;
	u64 gva;

	for (done = 0; done < len; done += part) {
		/* Outside 64-bit code, what follows the last byte of 4 GiB is at 0. */
		gva = pg->cs_long ? rip + done : (u32)(rip + pg->cs_base + done);
		part = min_t(size_t, len - done, PAGE - gva % PAGE);
		if (paging_translate(pg, gva, read, ctx, &gpa) ||
		    read(ctx, gpa, (u8 *)data + done, part))
			break;
	}
	return done;
}
