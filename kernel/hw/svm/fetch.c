// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/fetch.c - read the instruction that exited.
 *
 * For accesses to control registers on processors without decode assists, for
 * LMSW on all, and for the length of it where the exit does not say where the
 * next one is. The processor has just done the same walk, so rights are
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
	bool large;		/* there are large pages */
	u64 top;
};

static struct fetch_mode fetch_mode(const struct vmcb_save_area *save)
{
	if (save->efer & EFER_LMA)
		return (struct fetch_mode){ 4, 9, 8, true, save->cr3 & PTE_ADDR };
	if (save->cr4 & X86_CR4_PAE)
		return (struct fetch_mode){ 3, 9, 8, true, save->cr3 & GENMASK_ULL(31, 5) };
	return (struct fetch_mode){
		2, 10, 4, save->cr4 & X86_CR4_PSE, save->cr3 & GENMASK_ULL(31, 12),
	};
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
		if (level > 1 && level < 4 && mode.large && pte & PTE_PS)
			break;
	}
	*gpa = (mode.top & ~in_page) | (gva & in_page);
	return 0;
}

/* Return: bytes read: @len, or fewer where the next page is not there. */
static int fetch_bytes(struct svm_lip *sl, u8 *bytes, int len)
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

static bool fetch_is_legacy(u8 byte)
{
	static const u8 legacy[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
	};

	return memchr(legacy, byte, sizeof(legacy));
}

/**
 * svm_fetch() - the instruction at the guest's instruction pointer
 * @sl: the LIP
 * @insn: gets it, as far as it is there; zeroes follow
 */
void svm_fetch(struct svm_lip *sl, struct svm_insn *insn)
{
	bool code64 = svm_in_64bit(&sl->vmcb->save);
	int i;

	*insn = (struct svm_insn){ 0 };
	insn->len = fetch_bytes(sl, insn->bytes, SVM_INSN_MAX);
	for (i = 0; i < insn->len; i++) {
		u8 byte = insn->bytes[i];

		/* REX counts right before the opcode only. */
		if (fetch_is_legacy(byte))
			insn->rex = 0;
		else if (code64 && (byte & 0xf0) == 0x40)
			insn->rex = byte;
		else
			break;
	}
	insn->prefixes = i;
}
