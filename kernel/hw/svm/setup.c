// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/setup.c - allocate and initialise VMCBs.
 *
 * APM: "VMCB Layout", "Intercept Operation", "Processor Initialization State".
 * Layer L1: may call L0 and the kernel's allocators.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/trapnr.h>

#include "boot/bootparams.h"
#include "emul/msr.h"
#include "hw/svm/vmcb.h"
#include "stage2/s2.h"

#define SVM_IO_MAP_SIZE		(3 * PAGE_SIZE)	/* a bit per port, and a few beyond */
#define SVM_MSR_MAP_HIGH	0x800		/* byte of MSR c0000000h */
#define SVM_PAT_RESET		0x0007040600070406ULL
#define SVM_DR6_RESET		0xffff0ff0UL
#define SVM_DR7_RESET		0x400UL

/* Index of an MSR permission map: a combination of these bits */
enum { SVM_MAP_APICV = BIT(0), SVM_MAP_SPEC = BIT(1), SVM_NR_MAPS = 4 };

/* Shared by all LIPs: all ports and all but a few MSRs exit. */
static void *svm_io_map;
static u8 *svm_msr_maps[SVM_NR_MAPS];

static const u8 svm_intercepts[] = {
	INTERCEPT_CR8_READ, INTERCEPT_CR4_WRITE, INTERCEPT_CR8_WRITE,
	/*
	 * #MC belongs to the host. #DB and #AC: a guest whose handler faults again
	 * would keep the processor in an uninterruptible microcode loop.
	 */
	INTERCEPT_EXCEPTION_OFFSET + X86_TRAP_DB,
	INTERCEPT_EXCEPTION_OFFSET + X86_TRAP_AC,
	INTERCEPT_EXCEPTION_OFFSET + X86_TRAP_MC,
	INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_SMI, INTERCEPT_INIT,
	INTERCEPT_SELECTIVE_CR0, INTERCEPT_RDPMC, INTERCEPT_CPUID,
	INTERCEPT_INVD, INTERCEPT_HLT, INTERCEPT_INVLPGA, INTERCEPT_IOIO_PROT,
	INTERCEPT_MSR_PROT, INTERCEPT_SHUTDOWN,
	INTERCEPT_VMRUN, INTERCEPT_VMMCALL, INTERCEPT_VMLOAD, INTERCEPT_VMSAVE,
	INTERCEPT_STGI, INTERCEPT_CLGI, INTERCEPT_SKINIT, INTERCEPT_WBINVD,
	INTERCEPT_MONITOR, INTERCEPT_MWAIT, INTERCEPT_MWAIT_COND,
	INTERCEPT_XSETBV, INTERCEPT_RDPRU,
};

/* Let @msr be accessed without exits; @access: enum svm_msr_access. */
void svm_msr_pass(u8 *map, u32 msr, unsigned int access)
{
	unsigned int first = msr >= 0xc0000000 ? SVM_MSR_MAP_HIGH * 8 : 0;
	unsigned int bit = first + 2 * (msr & 0x1fff);

	if (access & SVM_MSR_READ)
		__clear_bit(bit, (unsigned long *)map);
	if (access & SVM_MSR_WRITE)
		__clear_bit(bit + 1, (unsigned long *)map);
}

static void svm_fill_map(unsigned int which)
{
	u32 options = host_guest_options(&hw_host);
	u8 *map = svm_msr_maps[which];
	unsigned int i;

	memset(map, 0xff, SVM_MSR_MAP_SIZE);
	for (i = 0; i < msr_passthrough_count; i++)
		svm_msr_pass(map, msr_passthrough[i], SVM_MSR_READ | SVM_MSR_WRITE);
	/* Command MSRs have no state to switch. */
	if (options & CPUID_OPT_PRED_CMD)
		svm_msr_pass(map, MSR_IA32_PRED_CMD, SVM_MSR_WRITE);
	if (options & CPUID_OPT_FLUSH_CMD)
		svm_msr_pass(map, MSR_IA32_FLUSH_CMD, SVM_MSR_WRITE);
	/* With V_SPEC_CTRL the processor switches it. */
	if (which & SVM_MAP_SPEC || hw_host.has & HOST_VIRT_SPEC_CTRL)
		svm_msr_pass(map, MSR_IA32_SPEC_CTRL, SVM_MSR_READ | SVM_MSR_WRITE);
	if (which & SVM_MAP_APICV)
		svm_apicv_pass(map);
}

void svm_write_msr_map(struct svm_lip *sl)
{
	unsigned int which = sl->apicv ? SVM_MAP_APICV : 0;

	if (sl->hl.spec.flags & HW_SPEC_READ)
		which |= SVM_MAP_SPEC;
	sl->vmcb->control.msrpm_base_pa = __pa(svm_msr_maps[which]);
	svm_dirty(sl, SVM_CLEAN_PERM_MAP);
}

/* See struct lpar_hw_ops. */
void svm_pass_spec_ctrl(struct hw_lip *hl)
{
	hl->spec.flags |= HW_SPEC_READ;
	svm_write_msr_map(to_svm(hl));
}

static int svm_setup_maps(void)
{
	unsigned int i;

	svm_io_map = alloc_pages_exact(SVM_IO_MAP_SIZE, GFP_KERNEL);
	if (!svm_io_map)
		return -ENOMEM;
	memset(svm_io_map, 0xff, SVM_IO_MAP_SIZE);
	for (i = 0; i < SVM_NR_MAPS; i++) {
		svm_msr_maps[i] = alloc_pages_exact(SVM_MSR_MAP_SIZE, GFP_KERNEL);
		if (!svm_msr_maps[i])
			return -ENOMEM;
		svm_fill_map(i);
	}
	return 0;
}

/* Allocate what all VMCBs share. Return: 0 or -ENOMEM. May sleep. */
int svm_setup(void)
{
	int err = svm_setup_maps() ?: svm_cpu_alloc_all() ?: svm_apicv_setup();

	if (err)
		svm_teardown();
	return err;
}

void svm_teardown(void)
{
	unsigned int i;

	if (svm_io_map)
		free_pages_exact(svm_io_map, SVM_IO_MAP_SIZE);
	svm_io_map = NULL;
	for (i = 0; i < SVM_NR_MAPS; i++) {
		if (svm_msr_maps[i])
			free_pages_exact(svm_msr_maps[i], SVM_MSR_MAP_SIZE);
		svm_msr_maps[i] = NULL;
	}
	svm_apicv_teardown();
	svm_cpu_free_all();
}

/* Nested tables have as many levels as the host's: with 5-level paging, add one. */
static int svm_add_fifth_level(struct svm_lip *sl)
{
	if (!svm_caps.five_levels)
		return 0;
	sl->root5 = (u64 *)get_zeroed_page(GFP_KERNEL);
	if (!sl->root5)
		return -ENOMEM;
	sl->root5[0] = s2_npt.table(sl->s2_root);
	return 0;
}

/* See struct lpar_hw_ops. */
struct hw_lip *svm_lip_alloc(u64 s2_root, int pcpu)
{
	struct svm_lip *sl = kzalloc(sizeof(*sl), GFP_KERNEL);

	if (!sl)
		return NULL;
	sl->pcpu = pcpu;
	sl->s2_root = s2_root;
	sl->vmcb = hw_page_alloc(pcpu);
	sl->hl.fpu = hw_fpu_alloc();
	if (!sl->vmcb || !sl->hl.fpu || svm_add_fifth_level(sl) || svm_apicv_alloc(sl)) {
		svm_lip_free(&sl->hl);
		return NULL;
	}
	return &sl->hl;
}

void svm_lip_free(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	hw_fpu_free(sl->hl.fpu);
	hw_page_free(sl->apic_ids);
	free_page((unsigned long)sl->root5);
	hw_page_free(sl->vmcb);
	kfree_sensitive(sl);
}

static void svm_controls_init(struct svm_lip *sl)
{
	struct vmcb_control_area *c = &sl->vmcb->control;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(svm_intercepts); i++)
		svm_intercept(sl, svm_intercepts[i], true);
	c->iopm_base_pa = __pa(svm_io_map);
	/* The guest's IF and TPR do not affect interrupts for the host. */
	c->int_ctl = V_INTR_MASKING_MASK;
	c->misc_ctl = SVM_MISC_ENABLE_NP;
	c->nested_cr3 = sl->root5 ? __pa(sl->root5) : sl->s2_root;
}

/* The VMCB's attributes are those of a descriptor without limit bits 19:16. */
static void svm_set_segment(struct vmcb_seg *to, const struct boot_segment_reg *from)
{
	to->selector = from->selector;
	to->attrib = (from->attr & 0xff) | (from->attr >> 4 & 0xf00);
	to->limit = from->limit;
	to->base = from->base;
}

static void svm_set_desc_table(struct vmcb_seg *to, u64 base, u32 limit)
{
	to->base = base;
	to->limit = limit;
}

static void svm_data_segments(struct svm_lip *sl, const struct boot_segment_reg *seg)
{
	struct vmcb_save_area *save = &sl->vmcb->save;

	svm_set_segment(&save->es, seg);
	svm_set_segment(&save->ss, seg);
	svm_set_segment(&save->ds, seg);
	svm_set_segment(&save->fs, seg);
	svm_set_segment(&save->gs, seg);
}

/* APM, "Processor Initialization State": the part common to boot and SIPI. */
static void svm_reset_state(struct svm_lip *sl)
{
	static const struct boot_segment_reg ldt = { .limit = 0xffff, .attr = 0x82 };
	static const struct boot_segment_reg tr = { .limit = 0xffff, .attr = 0x8b };
	struct vmcb_save_area *save = &sl->vmcb->save;

	memset(sl->hl.regs, 0, sizeof(sl->hl.regs));
	memset(sl->dr, 0, sizeof(sl->dr));
	/* After a shutdown the whole VMCB is undefined. */
	memset(sl->vmcb, 0, sizeof(*sl->vmcb));
	hw_spec_reset(&sl->hl);
	svm_controls_init(sl);
	sl->generation = 0;
	sl->tsc_aux = 0;
	sl->nmi_blocked = false;
	sl->iret_seen = false;
	sl->step = (struct svm_step){ 0 };
	sl->nmi_window = false;
	sl->irq_window = false;
	sl->virq = false;
	sl->apicv = false;
	svm_write_msr_map(sl);
	sl->clean = 0;

	svm_set_segment(&save->ldtr, &ldt);
	svm_set_segment(&save->tr, &tr);
	svm_set_desc_table(&save->gdtr, 0, 0xffff);
	svm_set_desc_table(&save->idtr, 0, 0xffff);
	save->rflags = X86_EFLAGS_FIXED;
	save->dr6 = SVM_DR6_RESET;
	save->dr7 = SVM_DR7_RESET;
	save->g_pat = SVM_PAT_RESET;
	save->efer = EFER_SVME;
	svm_set_cr0(sl, X86_CR0_ET | X86_CR0_NW | X86_CR0_CD);
	svm_set_cr4(sl, 0);
}

/* See struct lpar_hw_ops. */
int svm_lip_init(struct hw_lip *hl)
{
	svm_reset_state(to_svm(hl));
	return 0;
}

/*
 * The LIP's ASID is not reused before a flush. Forget its stage-2 root, which may be
 * reused by another LPAR.
 */
void svm_lip_retire(struct hw_lip *hl)
{
	struct svm_lip *sl = to_svm(hl);

	sl->generation = 0;
	sl->clean = 0;
	this_cpu_write(svm_cpus.last_root, 0);
}

/* 64-bit start of a boot protocol; see struct boot_cpu_state. */
void svm_lip_boot(struct hw_lip *hl, const struct boot_cpu_state *boot)
{
	struct svm_lip *sl = to_svm(hl);
	struct vmcb_save_area *save = &sl->vmcb->save;

	svm_reset_state(sl);
	svm_data_segments(sl, &boot->ds);
	svm_set_segment(&save->cs, &boot->cs);
	svm_set_segment(&save->tr, &boot->tr);
	svm_set_segment(&save->ldtr, &boot->ldt);
	svm_set_desc_table(&save->gdtr, boot->gdt_base, boot->gdt_limit);
	svm_set_desc_table(&save->idtr, boot->idt_base, boot->idt_limit);
	save->rflags = boot->rflags;
	save->efer = boot->efer | EFER_SVME;
	save->cr3 = boot->cr3;
	svm_set_cr0(sl, boot->cr0);
	svm_set_cr4(sl, boot->cr4);
	hl->regs[LIP_RSI] = boot->rsi;
	hl->regs[LIP_RSP] = boot->rsp;
	hl->rip = boot->rip;
	hl->rip_dirty = true;
}

/* APM, "Multiple Processor Initialization" */
void svm_lip_sipi(struct hw_lip *hl, u8 vector)
{
	const struct boot_segment_reg ds = { .limit = 0xffff, .attr = 0x93 };
	const struct boot_segment_reg cs = {
		.selector = vector << 8, .base = vector << 12,
		.limit = 0xffff, .attr = 0x9b,
	};
	struct svm_lip *sl = to_svm(hl);

	svm_reset_state(sl);
	svm_data_segments(sl, &ds);
	svm_set_segment(&sl->vmcb->save.cs, &cs);
	hl->rip = 0;
	hl->rip_dirty = true;
}
