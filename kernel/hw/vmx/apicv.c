// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/apicv.c - interrupt delivery without exits (APICv).
 *
 * In x2APIC mode the processor delivers interrupts from the local-APIC page,
 * handles EOI, and lets the guest access the priority registers; the page holds
 * all of their state. SDM: "APIC Virtualization and Virtual Interrupts". Layer L1.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <asm/io.h>

#include "hw/vmx/vmcs.h"

#define WRITE_BITMAP	(2048 * BITS_PER_BYTE)	/* bit offset of MSR 0's write bit */

#define CPU_BASED_CR8	(CPU_BASED_CR8_LOAD_EXITING | CPU_BASED_CR8_STORE_EXITING)

/* MSRs that LIPs with a virtual APIC access without exits */
void vmx_apicv_pass(u8 *msr_bitmap)
{
	unsigned long *bits = (unsigned long *)msr_bitmap;
	unsigned int i;

	__clear_bit(X2APIC_MSR(APIC_TASKPRI), bits);
	__clear_bit(X2APIC_MSR(APIC_PROCPRI), bits);
	for (i = 0; i < 3 * APIC_VECTOR_REGS; i++)
		__clear_bit(X2APIC_MSR(APIC_ISR) + i, bits);
	__clear_bit(WRITE_BITMAP + X2APIC_MSR(APIC_TASKPRI), bits);
	__clear_bit(WRITE_BITMAP + X2APIC_MSR(APIC_EOI), bits);
	__clear_bit(WRITE_BITMAP + X2APIC_MSR(APIC_SELF_IPI), bits);
}

static void vmx_apicv_controls(struct vmx_lip *vl)
{
	vmwrite(CPU_BASED_VM_EXEC_CONTROL, vl->cpu_ctl);
	vmwrite(SECONDARY_VM_EXEC_CONTROL,
		vmx_caps.cpu2 | (vl->apicv ? vmx_caps.apicv : 0));
	vmx_write_msr_bitmap(vl);
}

/* Context: the VMCS is current, also for the functions below. */
void vmx_apicv_off(struct vmx_lip *vl)
{
	if (!vl->apicv)
		return;
	vl->apicv = false;
	vl->cpu_ctl &= ~CPU_BASED_TPR_SHADOW;
	vl->cpu_ctl |= CPU_BASED_CR8;
	vmx_apicv_controls(vl);
}

void vmx_write_eoi_exit(struct vmx_lip *vl)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vl->eoi_exit); i++)
		vmwrite(EOI_EXIT_BITMAP0 + 2 * i, vl->eoi_exit[i]);
	vl->eoi_dirty = false;
}

/* ISR registers are 16 bytes apart. Return: 0 if no interrupt is in service. */
static unsigned int vmx_highest_isr(const void *page)
{
	int i;

	for (i = APIC_VECTOR_REGS - 1; i >= 0; i--) {
		u32 word = *(u32 *)(page + APIC_ISR + 16 * i);

		if (word)
			return 32 * i + __fls(word);
	}
	return 0;
}

/* Level-triggered interrupts that are requested or in service need an EOI exit. */
static void vmx_load_eoi_exits(struct vmx_lip *vl, const void *page)
{
	unsigned int i;

	memset(vl->eoi_exit, 0, sizeof(vl->eoi_exit));
	for (i = 0; i < APIC_VECTOR_REGS; i++)
		vl->eoi_exit[i / 2] |= (u64)*(u32 *)(page + APIC_TMR + 16 * i) << i % 2 * 32;
}

static void vmx_apicv_on(struct vmx_lip *vl, void *page)
{
	/* RVI is set later by apic_irr(). */
	vmwrite(GUEST_INTR_STATUS, vmx_highest_isr(page) << 8);
	vmwrite(VIRTUAL_APIC_PAGE_ADDR, __pa(page));
	vmwrite(TPR_THRESHOLD, 0);
	vmx_load_eoi_exits(vl, page);
	vmx_write_eoi_exit(vl);
	vl->apicv = true;
	vl->cpu_ctl |= CPU_BASED_TPR_SHADOW;
	vl->cpu_ctl &= ~CPU_BASED_CR8;
	vmx_apicv_controls(vl);
}

/* See struct lpar_hw_ops. */
bool vmx_apic_page(struct hw_lip *hl, void *page)
{
	struct vmx_lip *vl = to_vmx(hl);

	if (!page || !vmx_caps.apicv)
		vmx_apicv_off(vl);
	else if (!vl->apicv)
		vmx_apicv_on(vl, page);
	return vl->apicv;
}

/* The low byte of the status is RVI, the high byte SVI. */
void vmx_apic_irr(struct hw_lip *hl, int vector)
{
	u16 status = vmread(GUEST_INTR_STATUS);
	u16 rvi = vector < 0 ? 0 : vector;

	if ((status & 0xff) != rvi)
		vmwrite(GUEST_INTR_STATUS, (status & 0xff00) | rvi);
}

/* The VMCS need not be current: it is updated at the next entry. */
void vmx_apic_level(struct hw_lip *hl, u8 vector)
{
	struct vmx_lip *vl = to_vmx(hl);
	u64 *word = &vl->eoi_exit[vector / 64];

	if (*word & BIT_ULL(vector % 64))
		return;
	*word |= BIT_ULL(vector % 64);
	vl->eoi_dirty = true;
}
