// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/fetch.c - fetch the instruction that exited.
 *
 * Needed for accesses to control registers without decode assists, for LMSW, and
 * for the instruction's length where the VMCB does not have nRIP. Layer L1.
 */
#include <linux/mm.h>

#include "emul/paging.h"
#include "hw/svm/vmcb.h"
#include "stage2/s2.h"

static void *fetch_table(void *unused, hpa_t hpa)
{
	return __va(hpa);
}

/* Sufficient for walking the tables */
static const struct s2_pages fetch_pages = { .virt = fetch_table };

/* Read storage; refuse MMIO of a physical device. */
static int fetch_physical(void *ctx, gpa_t gpa, void *data, size_t len)
{
	const struct svm_lip *sl = ctx;
	const struct s2 s2 = {
		.fmt = &s2_npt, .pages = &fetch_pages, .top = __va(sl->s2_root),
	};
	struct s2_leaf leaf;

	if (s2_walk(&s2, gpa, &leaf) || leaf.prot & S2_UC)
		return -EFAULT;
	memcpy(data, hw_host_va(leaf.hpa), len);
	return 0;
}

static bool fetch_is_legacy_prefix(u8 byte)
{
	static const u8 legacy[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
	};

	return memchr(legacy, byte, sizeof(legacy));
}

/**
 * svm_fetch() - fetch the instruction at the guest's RIP
 * @sl: the LIP
 * @insn: output; bytes that cannot be read are 0
 */
void svm_fetch(struct svm_lip *sl, struct svm_insn *insn)
{
	struct lip_paging pg;
	int i;

	svm_paging(&sl->hl, &pg);
	*insn = (struct svm_insn){ 0 };
	insn->len = paging_fetch(&pg, sl->hl.rip, fetch_physical, sl, insn->bytes,
				 SVM_INSN_MAX);
	for (i = 0; i < insn->len; i++) {
		u8 byte = insn->bytes[i];

		/* REX is only valid immediately before the opcode. */
		if (fetch_is_legacy_prefix(byte))
			insn->rex = 0;
		else if (pg.cs_long && (byte & 0xf0) == 0x40)
			insn->rex = byte;
		else
			break;
	}
	insn->prefixes = i;
}
