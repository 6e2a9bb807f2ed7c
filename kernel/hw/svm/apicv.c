// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/apicv.c - interrupt delivery without exits (x2AVIC).
 *
 * In x2APIC mode the processor delivers interrupts from the local-APIC page,
 * handles EOI, and lets the guest write the TPR; the page holds all of their
 * state. The monitor handles IPIs: writes of the ICR and of SELF_IPI exit, so the
 * APIC id tables contain only the LIP itself. APM: "Advanced Virtual Interrupt
 * Controller", "x2AVIC". Layer L1.
 */
#include <linux/bitops.h>
#include <linux/smp.h>
#include <asm/io.h>

#include "hw/svm/vmcb.h"

/* Empty table of logical APIC ids */
static void *apicv_no_ids;

/* MSRs that LIPs with a virtual APIC access without exits */
void svm_apicv_pass(u8 *map)
{
	unsigned int i;

	svm_msr_pass(map, X2APIC_MSR(APIC_TASKPRI), SVM_MSR_READ | SVM_MSR_WRITE);
	svm_msr_pass(map, X2APIC_MSR(APIC_EOI), SVM_MSR_WRITE);
	for (i = 0; i < 3 * APIC_VECTOR_REGS; i++)
		svm_msr_pass(map, X2APIC_MSR(APIC_ISR) + i, SVM_MSR_READ);
}

/* Return: 0 or -ENOMEM. May sleep. */
int svm_apicv_setup(void)
{
	if (!svm_caps.apicv)
		return 0;
	apicv_no_ids = hw_page_alloc(raw_smp_processor_id());
	return apicv_no_ids ? 0 : -ENOMEM;
}

void svm_apicv_teardown(void)
{
	hw_page_free(apicv_no_ids);
	apicv_no_ids = NULL;
}

/* Return: 0 or -ENOMEM. May sleep. svm_lip_free() frees it. */
int svm_apicv_alloc(struct svm_lip *sl)
{
	if (!svm_caps.apicv)
		return 0;
	sl->apic_ids = hw_page_alloc(sl->pcpu);
	return sl->apic_ids ? 0 : -ENOMEM;
}

static void svm_apicv_controls(struct svm_lip *sl)
{
	svm_intercept(sl, INTERCEPT_CR8_READ, !sl->apicv);
	svm_intercept(sl, INTERCEPT_CR8_WRITE, !sl->apicv);
	svm_write_msr_map(sl);
	svm_dirty(sl, SVM_CLEAN_INTR | SVM_CLEAN_AVIC);
}

static void svm_apicv_off(struct svm_lip *sl)
{
	if (!sl->apicv)
		return;
	sl->apicv = false;
	sl->vmcb->control.int_ctl = V_INTR_MASKING_MASK;
	svm_apicv_controls(sl);
}

/*
 * The processor keeps the TPR in the page and in the VMCB equal, except for earlier
 * writes by software, and ignores V_IRQ. V_IRQ is not in use: AVIC is not used
 * where interrupts are injected by it (caps.c).
 */
static void svm_apicv_on(struct svm_lip *sl, void *page)
{
	struct vmcb_control_area *c = &sl->vmcb->control;
	u32 id = *(u32 *)(page + APIC_ID);

	sl->apic_ids[id] = __pa(page) | AVIC_PHYSICAL_ID_ENTRY_VALID_MASK;
	c->avic_physical_id = __pa(sl->apic_ids) | id;	/* the last of the table */
	c->avic_logical_id = __pa(apicv_no_ids);
	c->avic_backing_page = __pa(page);
	c->avic_vapic_bar = APIC_DEFAULT_PHYS_BASE;
	c->int_ctl = V_INTR_MASKING_MASK | AVIC_ENABLE_MASK | X2APIC_MODE_MASK |
		     (*(u32 *)(page + APIC_TASKPRI) >> 4 & V_TPR_MASK);
	sl->apicv = true;
	svm_apicv_controls(sl);
}

/* See struct lpar_hw_ops. */
bool svm_apic_page(struct hw_lip *hl, void *page)
{
	struct svm_lip *sl = to_svm(hl);

	if (!page || !svm_caps.apicv)
		svm_apicv_off(sl);
	else if (!sl->apicv)
		svm_apicv_on(sl, page);
	return sl->apicv;
}

/*
 * The processor reads IRR from the page at each VMRUN, and only the LIP's dispatcher
 * writes it, between VMRUNs.
 */
void svm_apic_irr(struct hw_lip *hl, int vector)
{
}

/* The processor reads TMR from the page. */
void svm_apic_level(struct hw_lip *hl, u8 vector)
{
}

/*
 * An access that the processor does not accelerate is handled like an intercepted
 * MSR. An EOI of a level-triggered interrupt is a trap: RIP has advanced already.
 */
void svm_apicv_access(struct svm_lip *sl, struct lip_exit *exit)
{
	u64 info = sl->vmcb->control.exit_info_1;
	bool write = info >> 32 & AVIC_UNACCEL_ACCESS_WRITE_MASK;
	u32 reg = info & AVIC_UNACCEL_ACCESS_OFFSET_MASK;

	exit->kind = write ? LIP_EXIT_WRMSR : LIP_EXIT_RDMSR;
	exit->msr = X2APIC_MSR(reg);
	exit->insn_len = write && reg == APIC_EOI ? 0 : svm_insn_len(sl, 2);
}
