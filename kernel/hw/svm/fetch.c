// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/fetch.c - read the instruction that exited.
 *
 * For accesses to control registers on processors without decode assists, and
 * for LMSW on all. The processor has just done the same walk, so rights are
 * not checked again. APM: "Page Translation and Protection". Layer L1.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "hw/svm/vmcb.h"
#include "stage2/s2.h"

#define PTE_P		BIT_ULL(0)
#define PTE_PS		BIT_ULL(7)
#define PTE_ADDR	GENMASK_ULL(51, 12)

/* The shape of one paging mode. */
struct fetch_mode {
	unsigned int levels;
	unsigned int bits;	/* of an index */
	unsigned int entry;	/* bytes */
	u64 top;
};

static struct fetch_mode fetch_mode(const struct vmcb_save_area *save)
{
	if (save->efer & EFER_LMA)
		return (struct fetch_mode){ 4, 9, 8, save->cr3 & PTE_ADDR };
	if (save->cr4 & X86_CR4_PAE)
		return (struct fetch_mode){ 3, 9, 8, save->cr3 & GENMASK_ULL(31, 5) };
	return (struct fetch_mode){ 2, 10, 4, save->cr3 & GENMASK_ULL(31, 12) };
}

static void *fetch_table(void *unused, hpa_t hpa)
{
	return __va(hpa);
}

/* Only to look at tables. */
static const struct s2_pages fetch_pages = { .virt = fetch_table };

/* @len bytes of storage, not of a physical device, that do not cross a page. */
static int fetch_physical(struct svm_lip *sl, gpa_t gpa, void *data, size_t len)
{
	const struct s2 s2 = {
		.fmt = &s2_npt, .pages = &fetch_pages, .top = __va(sl->s2_root),
	};
	struct s2_leaf leaf;

	if (s2_walk(&s2, gpa, &leaf) || leaf.prot & S2_UC)
		return -EFAULT;
	memcpy(data, hw_host_va(leaf.hpa), len);
	return 0;
}

static int fetch_translate(struct svm_lip *sl, u64 gva, gpa_t *gpa)
{
	const struct vmcb_save_area *save = &sl->vmcb->save;
	struct fetch_mode mode = fetch_mode(save);
	unsigned int level;
	u64 pte, in_page;

	*gpa = gva;
	if (!(save->cr0 & X86_CR0_PG))
		return 0;
	for (level = mode.levels; level; level--) {
		unsigned int shift = 12 + (level - 1) * mode.bits;
		u64 index = gva >> shift & (BIT_ULL(mode.bits) - 1);

		pte = 0;
		if (fetch_physical(sl, mode.top + index * mode.entry, &pte, mode.entry) ||
		    !(pte & PTE_P))
			return -EFAULT;
		in_page = BIT_ULL(shift) - 1;
		mode.top = pte & PTE_ADDR;
		if (level > 1 && level < 4 && pte & PTE_PS)
			break;
	}
	*gpa = (mode.top & ~in_page) | (gva & in_page);
	return 0;
}

/**
 * svm_fetch() - bytes at the guest's instruction pointer
 * @sl: the LIP
 * @bytes: gets them
 * @len: how many are wanted
 *
 * Return: bytes read: @len, or fewer where the next page is not there.
 */
int svm_fetch(struct svm_lip *sl, u8 *bytes, int len)
{
	const struct vmcb_save_area *save = &sl->vmcb->save;
	u64 gva = sl->hl.rip;
	int done = 0;

	if (!svm_in_64bit(save))
		gva = (u32)(gva + save->cs.base);
	while (done < len) {
		int part = min_t(int, len - done, PAGE_SIZE - offset_in_page(gva + done));
		gpa_t gpa;

		if (fetch_translate(sl, gva + done, &gpa) ||
		    fetch_physical(sl, gpa, bytes + done, part))
			break;
		done += part;
	}
	return done;
}
