// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/cr.c - intercepted accesses to control registers.
 *
 * Writes of CR0 bits other than TS and MP exit, because CD would affect all users of
 * the caches: CD and NW are emulated without effect; while one of them is set in the
 * guest's view, all its accesses to CR0 exit.
 * Writes of CR4 exit, because the processor would accept bits of features that the
 * guest does not have and that are not switched (PKE: PKRU), and because a machine
 * check with MCE clear shuts the computer down: MCE is always set, and while it is
 * clear in the guest's view, reads of CR4 exit as well. CR8 is the local APIC's TPR.
 * APM: "CR0 Register", "CR4 Register", "Decode Assists". Layer L1.
 */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "hw/svm/vmcb.h"

#define CR0_KNOWN (X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS |	\
		   X86_CR0_ET | X86_CR0_NE | X86_CR0_WP | X86_CR0_AM |	\
		   X86_CR0_NW | X86_CR0_CD | X86_CR0_PG)
#define CR0_FLUSH (X86_CR0_PG | X86_CR0_WP | X86_CR0_PE)
#define CR4_FLUSH (X86_CR4_PAE | X86_CR4_PSE | X86_CR4_PGE | X86_CR4_PCIDE | \
		   X86_CR4_SMEP | X86_CR4_SMAP)
#define CR0_CACHE ((u64)(X86_CR0_CD | X86_CR0_NW))
#define SVM_CR_IS_MOV BIT_ULL(63)	/* EXITINFO1, with decode assists */

enum cr_op { CR_MOV_TO, CR_MOV_FROM, CR_CLTS, CR_LMSW, CR_STEP };

struct cr_insn {
	enum cr_op op;
	u8 len;
	u8 reg;
};

/* @on: enable what is currently needed; else disable all */
void svm_intercept_cr0(struct svm_lip *sl, bool on)
{
	svm_intercept(sl, INTERCEPT_SELECTIVE_CR0, on);
	svm_intercept(sl, INTERCEPT_CR0_READ, on && sl->cr0_cache);
	svm_intercept(sl, INTERCEPT_CR0_WRITE, on && sl->cr0_cache);
}

void svm_set_cr0(struct svm_lip *sl, u64 value)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	if ((save->cr0 ^ value) & CR0_FLUSH)
		sl->flush = true;
	save->cr0 = (value & CR0_KNOWN & ~CR0_CACHE) | X86_CR0_ET;
	sl->cr0_cache = value & CR0_CACHE;
	svm_intercept_cr0(sl, true);
	svm_dirty(sl, SVM_CLEAN_CR);
}

void svm_set_cr4(struct svm_lip *sl, u64 value)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	if ((save->cr4 ^ value) & CR4_FLUSH)
		sl->flush = true;
	sl->cr4 = value;
	save->cr4 = value | X86_CR4_MCE;
	svm_intercept(sl, INTERCEPT_CR4_READ, save->cr4 != value);
	svm_dirty(sl, SVM_CLEAN_CR);
}

/* Whether paging may be enabled with EFER.LME set: PAE, and not in a 64-bit segment. */
static bool svm_long_mode_valid(const struct vmcb_save_area *save)
{
	return save->cr4 & X86_CR4_PAE &&
	       (save->efer & EFER_LMA || !(save->cs.attrib & SVM_SELECTOR_L_MASK));
}

/* False for combinations that raise #GP. VMRUN accepts all others. */
static bool svm_cr0_valid(const struct vmcb_save_area *save, u64 value)
{
	if (value >> 32 || (value & X86_CR0_NW && !(value & X86_CR0_CD)))
		return false;
	if (value & X86_CR0_PG)
		return value & X86_CR0_PE &&
		       (!(save->efer & EFER_LME) || svm_long_mode_valid(save));
	return !svm_in_64bit(save) && !(save->cr4 & X86_CR4_PCIDE);
}

/* Updates EFER.LMA as well (APM, "Enabling and Activating Long Mode"). */
static bool svm_write_cr0(struct svm_lip *sl, u64 value)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	if (!svm_cr0_valid(save, value))
		return false;
	if (value & X86_CR0_PG && save->efer & EFER_LME)
		save->efer |= EFER_LMA;
	else if (!(value & X86_CR0_PG))
		save->efer &= ~(u64)EFER_LMA;
	svm_set_cr0(sl, value);
	return true;
}

static bool svm_write_cr4(struct svm_lip *sl, u64 value)
{
	const struct vmcb_save_area *save = &sl->vmcb->save;
	bool lma = save->efer & EFER_LMA;

	if (value & ~svm_caps.cr4_guest || (lma && !(value & X86_CR4_PAE)))
		return false;
	if (value & ~save->cr4 & X86_CR4_PCIDE && (!lma || save->cr3 & 0xfff))
		return false;
	svm_set_cr4(sl, value);
	return true;
}

/*
 * Decode MOV to and from CRn, CLTS, and LMSW from a register. SMSW, and LMSW from
 * memory, do not access CD and NW and are executed by the processor (CR_STEP).
 * False: none of these.
 */
static bool svm_decode_cr(struct svm_lip *sl, struct cr_insn *insn)
{
	struct svm_insn in;
	u8 *op;

	svm_fetch(sl, &in);
	op = in.bytes + in.prefixes;
	if (op[0] != 0x0f || in.prefixes + 1 >= in.len)
		return false;
	insn->len = in.prefixes + 3;
	insn->reg = (op[2] & 7) | (in.rex & 1) << 3;
	switch (op[1]) {
	case 0x20:
		insn->op = CR_MOV_FROM;
		return true;
	case 0x22:
		insn->op = CR_MOV_TO;
		return true;
	case 0x06:
		insn->op = CR_CLTS;
		insn->len--;
		return true;
	case 0x01:
		insn->op = (op[2] & 0xf8) == 0xf0 ? CR_LMSW : CR_STEP;
		return (op[2] & 0x28) == 0x20;	/* /4 and /6 */
	default:
		return false;
	}
}

static bool svm_cr_reads(u32 code)
{
	return code == SVM_EXIT_READ_CR0 || code == SVM_EXIT_READ_CR4 ||
	       code == SVM_EXIT_READ_CR8;
}

/* Another LIP may have modified the instruction since. */
static bool svm_cr_op_matches(u32 code, enum cr_op op)
{
	switch (code) {
	case SVM_EXIT_READ_CR0:
		return op == CR_MOV_FROM || op == CR_STEP;
	case SVM_EXIT_READ_CR4:
	case SVM_EXIT_READ_CR8:
		return op == CR_MOV_FROM;
	case SVM_EXIT_CR0_SEL_WRITE:
	case SVM_EXIT_WRITE_CR0:
		return op != CR_MOV_FROM;
	default:
		return op == CR_MOV_TO;
	}
}

static bool svm_find_cr_insn(struct svm_lip *sl, u32 code, struct cr_insn *insn)
{
	const struct vmcb_control_area *c = &sl->vmcb->control;

	if (!svm_caps.decode || !svm_caps.next_rip || !(c->exit_info_1 & SVM_CR_IS_MOV))
		return svm_decode_cr(sl, insn) && svm_cr_op_matches(code, insn->op);
	insn->op = svm_cr_reads(code) ? CR_MOV_FROM : CR_MOV_TO;
	insn->reg = c->exit_info_1 & 15;
	insn->len = c->next_rip - sl->hl.rip;
	return true;
}

/* The value that the instruction would load into CR0 */
static u64 svm_cr0_operand(struct svm_lip *sl, const struct cr_insn *insn, u64 value)
{
	u64 cr0 = sl->vmcb->save.cr0 | sl->cr0_cache;

	switch (insn->op) {
	case CR_CLTS:
		return cr0 & ~(u64)X86_CR0_TS;
	case CR_LMSW:	/* LMSW can set PE, but not clear it */
		return (cr0 & ~(u64)0xe) | (value & 0xf);
	default:
		return value;
	}
}

/* CR0 and CR4. False: #GP. */
static bool svm_cr_emulate(struct svm_lip *sl, u32 code, const struct cr_insn *insn)
{
	u64 *reg = &sl->hl.regs[insn->reg];
	u64 value = svm_in_64bit(&sl->vmcb->save) ? *reg : (u32)*reg;

	switch (code) {
	case SVM_EXIT_READ_CR0:
		*reg = sl->vmcb->save.cr0 | sl->cr0_cache;
		return true;
	case SVM_EXIT_READ_CR4:
		*reg = sl->cr4;
		return true;
	case SVM_EXIT_WRITE_CR4:
		return svm_write_cr4(sl, value);
	default:
		return svm_write_cr0(sl, svm_cr0_operand(sl, insn, value));
	}
}

/* Handle an exit for CR0, CR4 or CR8. */
void svm_cr_access(struct svm_lip *sl, struct lip_exit *exit)
{
	u32 code = sl->vmcb->control.exit_code;
	struct cr_insn insn;
	bool ok;

	if (!svm_find_cr_insn(sl, code, &insn)) {
		exit->kind = LIP_EXIT_FAIL;
		exit->fail.refused = false;
		exit->fail.code = code;
		exit->fail.info = sl->vmcb->control.exit_info_1;
		return;
	}
	if (insn.op == CR_STEP) {
		svm_step_cr0(sl);
		exit->kind = LIP_EXIT_NONE;
		return;
	}
	exit->insn_len = insn.len;
	if (code == SVM_EXIT_READ_CR8 || code == SVM_EXIT_WRITE_CR8) {
		exit->kind = LIP_EXIT_CR8;
		exit->cr8.reg = insn.reg;
		exit->cr8.write = insn.op == CR_MOV_TO;
		return;
	}
	ok = svm_cr_emulate(sl, code, &insn);
	exit->kind = ok ? LIP_EXIT_NONE : LIP_EXIT_PROTECTION;
	if (ok)
		svm_skip(&sl->hl, insn.len);
}
