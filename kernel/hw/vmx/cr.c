// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/cr.c - writes to the CR0 and CR4 bits that the monitor owns.
 *
 * In CR0 we own cache control (the guest may believe that caches are off; the
 * host's memory types stand) and NE, which VMX wants to be 1. In CR4 we own
 * every bit whose feature a guest does not have. SDM: "Guest/Host Masks and
 * Read Shadows for CR0 and CR4". Layer L1.
 */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "hw/vmx/vmcs.h"

#define CR0_KNOWN (X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS |	\
		   X86_CR0_ET | X86_CR0_NE | X86_CR0_WP | X86_CR0_AM |	\
		   X86_CR0_NW | X86_CR0_CD | X86_CR0_PG)

void vmx_set_cr0(struct vmx_lip *vl, u64 value)
{
	vl->cr0_shadow = value;
	vmwrite(CR0_READ_SHADOW, value);
	vmwrite(GUEST_CR0, (value & ~(X86_CR0_CD | X86_CR0_NW)) |
		X86_CR0_ET | vmx_caps.cr0_fixed0);
}

void vmx_set_cr4(struct vmx_lip *vl, u64 value)
{
	vmwrite(CR4_READ_SHADOW, value);
	vmwrite(GUEST_CR4, value | vmx_caps.cr4_fixed0);
}

/*
 * SDM, "MOV-Move to/from Control Registers": the combinations that fault. With
 * them out of the way, VM entry accepts the value.
 */
static bool vmx_cr0_valid(u64 value)
{
	if (value & ~CR0_KNOWN)
		return false;
	if (value & X86_CR0_PG && !(value & X86_CR0_PE))
		return false;
	return !(value & X86_CR0_NW) || value & X86_CR0_CD;
}

/*
 * The write changes an owned bit; it may switch paging on or off as well,
 * which the processor would have done by itself: long mode follows (SDM,
 * "Activating IA-32e Mode").
 */
static bool vmx_paging_switch(u64 old, u64 value)
{
	u64 efer = vmread(GUEST_IA32_EFER);
	u32 entry = vmread(VM_ENTRY_CONTROLS);

	if (!((old ^ value) & X86_CR0_PG) || !(efer & EFER_LME))
		return true;
	if (value & X86_CR0_PG) {
		if (!(vmread(GUEST_CR4) & X86_CR4_PAE))
			return false;
		efer |= EFER_LMA;
		entry |= VM_ENTRY_IA32E_MODE;
	} else {
		efer &= ~(u64)EFER_LMA;
		entry &= ~VM_ENTRY_IA32E_MODE;
	}
	vmwrite(GUEST_IA32_EFER, efer);
	vmwrite(VM_ENTRY_CONTROLS, entry);
	return true;
}

/* 32-bit PAE paging keeps its four top entries in the VMCS. */
static bool vmx_needs_pdptes(u64 cr0)
{
	return cr0 & X86_CR0_PG && vmread(GUEST_CR4) & X86_CR4_PAE &&
	       !(vmread(GUEST_IA32_EFER) & EFER_LMA);
}

static bool vmx_write_cr0(struct vmx_lip *vl, u64 value)
{
	u64 old = vmread(GUEST_CR0);

	if (!vmx_cr0_valid(value) || !vmx_paging_switch(old, value))
		return false;
	/* Its PDPTEs would have to be read from the guest's memory. */
	if ((old ^ value) & X86_CR0_PG && vmx_needs_pdptes(value))
		return false;
	vmx_set_cr0(vl, value);
	if ((old ^ value) & (X86_CR0_PG | X86_CR0_WP))
		invvpid(VMX_VPID_EXTENT_ALL_CONTEXT, 0);
	return true;
}

static void vmx_move_to(struct vmx_lip *vl, unsigned int cr, u64 value,
			struct lip_exit *exit)
{
	bool ok = false;

	if (cr == 0)
		ok = vmx_write_cr0(vl, value);
	/* CR4: only writes of a bit that the guest has not come here. */
	if (!ok) {
		exit->kind = LIP_EXIT_PROTECTION;
		return;
	}
	vmx_skip(&vl->hl, exit->insn_len);
	exit->kind = LIP_EXIT_NONE;
}

static void vmx_read_cr8(struct lip_exit *exit, unsigned int reg, bool write)
{
	exit->kind = LIP_EXIT_CR8;
	exit->cr8.reg = reg;
	exit->cr8.write = write;
}

/* MOV to and from CRn, CLTS and LMSW: SDM, "Exit Qualification for CR Accesses". */
void vmx_cr_access(struct vmx_lip *vl, struct lip_exit *exit)
{
	u64 q = vmread(EXIT_QUALIFICATION);
	unsigned int cr = q & 15, type = q >> 4 & 3, reg = q >> 8 & 15;
	u64 cr0;

	if (cr == 8) {
		vmx_read_cr8(exit, reg, type == 0);
		return;
	}
	switch (type) {
	case 0:
		vmx_move_to(vl, cr, vl->hl.regs[reg], exit);
		return;
	case 3:	/* LMSW: PE can be set but not cleared */
		cr0 = (vmread(GUEST_CR0) & ~(u64)0xe) | (q >> 16 & 0xf);
		cr0 = (cr0 & ~(u64)(X86_CR0_CD | X86_CR0_NW | X86_CR0_NE)) |
		      (vl->cr0_shadow & (X86_CR0_CD | X86_CR0_NW | X86_CR0_NE));
		vmx_move_to(vl, 0, cr0, exit);
		return;
	default:
		exit->kind = LIP_EXIT_FAIL;
		exit->fail.code = EXIT_REASON_CR_ACCESS;
		exit->fail.info = q;
	}
}
