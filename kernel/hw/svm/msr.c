// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/msr.c - EFER and PAT, which VMRUN switches but the guest may not write freely.
 *
 * EFER.SVME must be set while a guest runs, and is hidden from it; invalid bits
 * would make VMRUN fail. APM: "Extended Feature Enable Register",
 * "Page-Attribute Table Mechanism". Layer L1.
 */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "hw/svm/vmcb.h"

/* Each byte is a memory type; 2, 3 and those above 7 are reserved. */
static bool svm_pat_valid(u64 pat)
{
	const u8 types = BIT(0) | BIT(1) | BIT(4) | BIT(5) | BIT(6) | BIT(7);
	unsigned int i;

	for (i = 0; i < 64; i += 8)
		if ((pat >> i & 0xff) > 7 || !(types & BIT(pat >> i & 7)))
			return false;
	return true;
}

static bool svm_write_pat(struct svm_lip *sl, u64 value)
{
	if (!svm_pat_valid(value))
		return false;
	sl->vmcb->save.g_pat = value;
	svm_dirty(sl, SVM_CLEAN_NPT);
	return true;
}

static bool svm_write_efer(struct svm_lip *sl, u64 value)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	if (value & ~svm_caps.efer_guest)
		return false;
	if ((value ^ save->efer) & EFER_LME && save->cr0 & X86_CR0_PG)
		return false;
	/* LMA is read-only. */
	save->efer = (value & ~(u64)EFER_LMA) | (save->efer & EFER_LMA) | EFER_SVME;
	svm_dirty(sl, SVM_CLEAN_CR);
	sl->flush = true;
	return true;
}

static void svm_read_msr_value(struct svm_lip *sl, u64 value)
{
	sl->hl.regs[LIP_RAX] = (u32)value;
	sl->hl.regs[LIP_RDX] = value >> 32;
}

/* False: another MSR; nothing done. */
bool svm_msr_access(struct svm_lip *sl, struct lip_exit *exit)
{
	const struct vmcb_save_area *save = &sl->vmcb->save;
	u64 value = (u32)sl->hl.regs[LIP_RAX] | sl->hl.regs[LIP_RDX] << 32;
	bool write = sl->vmcb->control.exit_info_1, ok = true;
	u32 msr = sl->hl.regs[LIP_RCX];

	if (msr != MSR_EFER && msr != MSR_IA32_CR_PAT)
		return false;
	if (!write)
		svm_read_msr_value(sl, msr == MSR_EFER ? save->efer & ~(u64)EFER_SVME :
							 save->g_pat);
	else
		ok = msr == MSR_EFER ? svm_write_efer(sl, value) : svm_write_pat(sl, value);
	exit->kind = ok ? LIP_EXIT_NONE : LIP_EXIT_PROTECTION;
	if (ok)
		svm_skip(&sl->hl, exit->insn_len);
	return true;
}
