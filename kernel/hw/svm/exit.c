// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/exit.c - translate a VM exit into struct lip_exit.
 *
 * APM: "SVM Intercept Exit Codes", "Instruction Intercepts", "Nested Paging".
 * Layer L1.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "hw/svm/vmcb.h"

#define SVM_NPF_PRESENT	BIT_ULL(0)
#define SVM_NPF_WRITE	BIT_ULL(1)
#define SVM_NPF_FETCH	BIT_ULL(4)
#define SVM_NPF_TABLE	BIT_ULL(33)	/* by the guest's page walk */

/* Exits that need no further information */
struct svm_simple_exit {
	u8 kind;
	u8 len;		/* of the instruction without prefixes; 0: not skipped */
};

static const struct svm_simple_exit svm_simple_exits[] = {
	[SVM_EXIT_INTR] = { LIP_EXIT_HOST_IRQ },
	[SVM_EXIT_VINTR] = { LIP_EXIT_IRQ_WINDOW },
	[SVM_EXIT_RDPMC] = { LIP_EXIT_PROTECTION },
	[SVM_EXIT_CPUID] = { LIP_EXIT_CPUID, 2 },
	[SVM_EXIT_INVD] = { LIP_EXIT_SKIP, 2 },
	[SVM_EXIT_HLT] = { LIP_EXIT_HLT, 1 },
	[SVM_EXIT_INVLPGA] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_SHUTDOWN] = { LIP_EXIT_SHUTDOWN },
	[SVM_EXIT_VMRUN] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_VMMCALL] = { LIP_EXIT_HYPERCALL, 3 },
	[SVM_EXIT_VMLOAD] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_VMSAVE] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_STGI] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_CLGI] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_SKINIT] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_WBINVD] = { LIP_EXIT_SKIP, 2 },
	[SVM_EXIT_MONITOR] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_MWAIT] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_MWAIT_COND] = { LIP_EXIT_UNDEFINED },
	[SVM_EXIT_XSETBV] = { LIP_EXIT_XSETBV, 3 },
	[SVM_EXIT_RDPRU] = { LIP_EXIT_UNDEFINED },
};

/* Length of the instruction that exited; @len is its length without prefixes. */
u8 svm_insn_len(struct svm_lip *sl, u8 len)
{
	u64 next = sl->vmcb->control.next_rip;
	struct svm_insn insn;

	if (svm_caps.next_rip && next)
		return next - sl->hl.rip;
	svm_fetch(sl, &insn);
	return insn.prefixes + len;
}

static void svm_read_io(struct svm_lip *sl, struct lip_exit *exit)
{
	const struct vmcb_control_area *c = &sl->vmcb->control;
	u32 info = c->exit_info_1;

	exit->kind = LIP_EXIT_IO;
	exit->io.size = (info & SVM_IOIO_SIZE_MASK) >> SVM_IOIO_SIZE_SHIFT;
	exit->io.in = info & SVM_IOIO_TYPE_MASK;
	exit->io.string = info & SVM_IOIO_STR_MASK;
	exit->io.port = info >> 16;
	exit->insn_len = c->exit_info_2 - sl->hl.rip;
}

static void svm_read_msr(struct svm_lip *sl, struct lip_exit *exit)
{
	exit->insn_len = svm_insn_len(sl, 2);
	if (svm_msr_access(sl, exit))
		return;
	exit->kind = sl->vmcb->control.exit_info_1 ? LIP_EXIT_WRMSR : LIP_EXIT_RDMSR;
	exit->msr = sl->hl.regs[LIP_RCX];
}

static void svm_read_mmio(struct svm_lip *sl, struct lip_exit *exit)
{
	const struct vmcb_control_area *c = &sl->vmcb->control;

	exit->kind = LIP_EXIT_MMIO;
	exit->mmio.gpa = c->exit_info_2;
	exit->mmio.write = c->exit_info_1 & SVM_NPF_WRITE;
	exit->mmio.fetch = c->exit_info_1 & SVM_NPF_FETCH;
	/* A stack, descriptor or page table outside of storage cannot be emulated. */
	exit->mmio.implicit = svm_event_set(sl) || c->exit_info_1 & SVM_NPF_TABLE;
	if (exit->mmio.fetch && c->exit_info_1 & SVM_NPF_PRESENT)
		exit->kind = LIP_EXIT_NX;
}

static void svm_read_fail(struct svm_lip *sl, struct lip_exit *exit)
{
	exit->kind = LIP_EXIT_FAIL;
	exit->fail.code = (u32)sl->vmcb->control.exit_code;
	exit->fail.refused = (u32)exit->fail.code == (u32)SVM_EXIT_ERR;
	exit->fail.info = sl->vmcb->control.exit_info_1;
}

/* Exits that need more than svm_simple_exits[]. */
static void svm_read_special(struct svm_lip *sl, u32 code, struct lip_exit *exit)
{
	switch (code) {
	case SVM_EXIT_READ_CR0:
	case SVM_EXIT_WRITE_CR0:
	case SVM_EXIT_READ_CR4:
	case SVM_EXIT_READ_CR8:
	case SVM_EXIT_WRITE_CR4:
	case SVM_EXIT_WRITE_CR8:
	case SVM_EXIT_CR0_SEL_WRITE:
		svm_cr_access(sl, exit);
		return;
	case SVM_EXIT_EXCP_BASE ... SVM_EXIT_LAST_EXCP:
		svm_exception(sl, code - SVM_EXIT_EXCP_BASE, exit);
		return;
	case SVM_EXIT_NMI:	/* taken by the host after STGI */
	case SVM_EXIT_SMI:
	case SVM_EXIT_INIT:
		exit->kind = LIP_EXIT_NONE;
		return;
	case SVM_EXIT_IRET:
		svm_iret(sl);
		exit->kind = LIP_EXIT_NONE;
		return;
	case SVM_EXIT_IOIO:
		svm_read_io(sl, exit);
		return;
	case SVM_EXIT_MSR:
		svm_read_msr(sl, exit);
		return;
	case SVM_EXIT_NPF:
		svm_read_mmio(sl, exit);
		return;
	case SVM_EXIT_AVIC_UNACCELERATED_ACCESS:
		svm_apicv_access(sl, exit);
		return;
	}
	svm_read_fail(sl, exit);
}

/**
 * svm_read_exit() - fill @exit from the VMCB
 * @sl: the LIP that exited
 * @exit: output
 */
void svm_read_exit(struct svm_lip *sl, struct lip_exit *exit)
{
	u32 code = sl->vmcb->control.exit_code;

	if (code >= ARRAY_SIZE(svm_simple_exits) || !svm_simple_exits[code].kind) {
		svm_read_special(sl, code, exit);
		return;
	}
	exit->kind = svm_simple_exits[code].kind;
	if (svm_simple_exits[code].len)
		exit->insn_len = svm_insn_len(sl, svm_simple_exits[code].len);
}

/* See struct lpar_hw_ops. */
void svm_paging(struct hw_lip *hl, struct lip_paging *out)
{
	const struct vmcb_save_area *save = &to_svm(hl)->vmcb->save;

	out->cr0 = save->cr0;
	out->cr3 = save->cr3;
	out->cr4 = save->cr4;
	out->efer = save->efer;
	out->cs_base = save->cs.base;
	out->cs_long = svm_in_64bit(save);
	out->cs_db = save->cs.attrib & SVM_SELECTOR_DB_MASK;
	out->cpl = save->cpl;
	out->ac = save->rflags & X86_EFLAGS_AC;
}

/* See struct lpar_hw_ops. */
void svm_get_segment(struct hw_lip *hl, unsigned int index, struct lip_segment *out)
{
	const struct vmcb_save_area *save = &to_svm(hl)->vmcb->save;
	const struct vmcb_seg *const regs[SEGMENT_COUNT] = {
		&save->es, &save->cs, &save->ss, &save->ds, &save->fs, &save->gs,
		&save->ldtr, &save->tr,
	};
	const struct vmcb_seg *seg = regs[index];

	out->selector = seg->selector;
	out->limit = seg->limit;
	out->base = seg->base;
	out->attr = (seg->attrib & 0xff) | (seg->attrib & 0xf00) << 4;
}
