// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/cr.c - writes to CR0 and CR4 bits owned by the monitor.
 *
 * In CR0 the monitor owns CD and NW (which have no effect) and NE, which VMX requires
 * to be 1. In CR4 it owns MCE, because a machine check with MCE clear shuts the
 * computer down, and the bits of features that guests do not have. A write that
 * changes an owned bit exits; the monitor puts the new value into the read shadow and
 * lets the guest execute the MOV again, so that the processor does the rest: paging
 * and long mode, PDPTEs, faults. #GP is intercepted meanwhile, to restore the shadow
 * if the MOV faults. SDM: "Guest/Host Masks and Read Shadows for CR0 and CR4".
 * Layer L1.
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "hw/vmx/vmcs.h"

#define CR0_GUEST (X86_CR0_PE | X86_CR0_PG | X86_CR0_MP | X86_CR0_EM |	\
		   X86_CR0_TS | X86_CR0_ET | X86_CR0_WP | X86_CR0_AM)
#define CR0_SHADOWED (X86_CR0_CD | X86_CR0_NW | X86_CR0_NE)
/* The processor ignores writes to the other bits of the low half. */
#define CR0_OWNED (GENMASK_ULL(63, 32) | CR0_SHADOWED)

/* Constant for a VMCS. */
void vmx_cr_masks(void)
{
	vmwrite(CR0_GUEST_HOST_MASK, CR0_OWNED);
	vmwrite(CR4_GUEST_HOST_MASK, ~vmx_caps.cr4_guest);
}

/* Set all bits, as seen by the guest. */
void vmx_set_cr0(u64 value)
{
	vmwrite(CR0_READ_SHADOW, value);
	vmwrite(GUEST_CR0, (value & CR0_GUEST) | X86_CR0_ET |
		vmx_caps.cr0_fixed0);
}

void vmx_set_cr4(u64 value)
{
	vmwrite(CR4_READ_SHADOW, value);
	vmwrite(GUEST_CR4, value | X86_CR4_MCE | vmx_caps.cr4_fixed0);
}

/* CR4 as seen by the guest */
u64 vmx_get_cr4(void)
{
	return (vmread(GUEST_CR4) & vmx_caps.cr4_guest) |
	       (vmread(CR4_READ_SHADOW) & X86_CR4_MCE);
}

/* Checks that the processor does not make, because owned bits do not change for it. */
static bool vmx_cr0_valid(u64 value)
{
	return !(value >> 32) && (!(value & X86_CR0_NW) || value & X86_CR0_CD);
}

static bool vmx_cr4_valid(u64 value)
{
	return !(value & ~(vmx_caps.cr4_guest | X86_CR4_MCE));
}

static void vmx_cr_try(struct vmx_lip *vl, unsigned long shadow, u64 value)
{
	vl->cr_try = (struct vmx_cr_try){
		.shadow = shadow, .before = vmread(shadow), .rip = vl->hl.rip,
	};
	vmwrite(shadow, value);
	vmwrite(EXCEPTION_BITMAP, vmread(EXCEPTION_BITMAP) | BIT(X86_TRAP_GP));
}

/* End the try, whatever its result. */
void vmx_cr_try_end(struct vmx_lip *vl)
{
	vl->cr_try.shadow = 0;
	vmwrite(EXCEPTION_BITMAP, vmread(EXCEPTION_BITMAP) & ~BIT(X86_TRAP_GP));
}

/**
 * vmx_cr_try_result() - check the result of a CR0 or CR4 write executed again
 * @vl: the LIP, after an exit; vl->cr_try.shadow is set
 * @fault: the exit is a #GP
 *
 * The guest may have been interrupted before the instruction: then it will execute
 * it later.
 */
void vmx_cr_try_result(struct vmx_lip *vl, bool fault)
{
	if (vl->hl.rip == vl->cr_try.rip) {
		if (!fault)
			return;
		vmwrite(vl->cr_try.shadow, vl->cr_try.before);
	}
	vmx_cr_try_end(vl);
}

static void vmx_read_cr8(struct lip_exit *exit, unsigned int reg, bool write)
{
	exit->kind = LIP_EXIT_CR8;
	exit->cr8.reg = reg;
	exit->cr8.write = write;
}

/*
 * MOV to CR0 and CR4, and MOV to and from CR8; CLTS and LMSW change no owned bit.
 * SDM: "Exit Qualification for Control-Register Accesses".
 */
void vmx_cr_access(struct vmx_lip *vl, struct lip_exit *exit)
{
	u64 q = vmread(EXIT_QUALIFICATION);
	unsigned int cr = q & 15, type = q >> 4 & 3, reg = q >> 8 & 15;
	u64 value = vmx_in_64bit() ? vl->hl.regs[reg] : (u32)vl->hl.regs[reg];

	exit->kind = LIP_EXIT_NONE;
	if (cr == 8)
		vmx_read_cr8(exit, reg, type == 0);
	else if (type == 0 && cr == 0 && vmx_cr0_valid(value))
		vmx_cr_try(vl, CR0_READ_SHADOW, value);
	else if (type == 0 && cr == 4 && vmx_cr4_valid(value))
		vmx_cr_try(vl, CR4_READ_SHADOW, value);
	else
		exit->kind = LIP_EXIT_PROTECTION;
}
