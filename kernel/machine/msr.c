// SPDX-License-Identifier: GPL-2.0
/*
 * machine/msr.c - RDMSR and WRMSR exits.
 *
 * MSRs of the local APIC, the TSC, and those of emul/msr.c; others raise #GP. Layer L2.
 */
#include <asm/msr-index.h>
#include <asm/trapnr.h>

#include "machine/exit.h"
#include "machine/machine.h"

static int lip_rdmsr(struct lip *lip, u32 msr, u64 *val)
{
	if (lapic_owns_msr(msr))
		return lapic_msr_read(&lip->lapic, msr, val, lip_guest_tsc(lip));
	switch (msr) {
	case MSR_IA32_TSC:
		*val = lip_guest_tsc(lip);
		return 0;
	case MSR_IA32_TSC_ADJUST:
		*val = lip->tsc_adjust;
		return 0;
	case MSR_IA32_SPEC_CTRL:
		*val = lip->hw->spec.guest;
		return lip->machine->cpuid.spec_ctrl ? 0 : -EINVAL;
	default:
		return msr_read(lip->msr, &lip->msrs, msr, val);
	}
}

/* SDM, "Time-Stamp Counter Adjustment": TSC and TSC_ADJUST change by the same amount. */
static void lip_adjust_tsc(struct lip *lip, u64 adjust)
{
	lapic_tsc_moved(&lip->lapic, adjust - lip->tsc_adjust);
	lip->tsc_adjust = adjust;
	lpar_hw->set_tsc_offset(lip->hw, lip->tsc_offset + adjust);
	lip->recheck = true;
	lip->msrs.changed |= MSR_CHANGED_TIME;
	lip_clock_changed(lip);
}

/*
 * Once the guest writes a value other than 0, it accesses the MSR without exits, and
 * each exit reads it; guests that do not use it are spared that cost.
 */
static int lip_write_spec_ctrl(struct lip *lip, u64 val)
{
	if (val & ~lip->machine->cpuid.spec_ctrl || !lip->machine->cpuid.spec_ctrl)
		return -EINVAL;
	lip->hw->spec.guest = val;
	if (val)
		lpar_hw->pass_spec_ctrl(lip->hw);
	return 0;
}

static int lip_wrmsr(struct lip *lip, u32 msr, u64 val)
{
	int err;

	if (lapic_owns_msr(msr)) {
		int err = lapic_msr_write(&lip->lapic, msr, val, lip_guest_tsc(lip));

		lip->recheck = true;
		if (!err && msr == MSR_IA32_APICBASE)
			lip_apic_mode(lip);
		return err;
	}
	switch (msr) {
	case MSR_IA32_TSC:
		lip_adjust_tsc(lip, lip->tsc_adjust + val - lip_guest_tsc(lip));
		return 0;
	case MSR_IA32_TSC_ADJUST:
		lip_adjust_tsc(lip, val);
		return 0;
	case MSR_IA32_SPEC_CTRL:
		return lip_write_spec_ctrl(lip, val);
	}
	err = msr_write(lip->msr, &lip->msrs, msr, val);
	if (!err && lip->msrs.changed)
		lip_clock_changed(lip);
	return err;
}

void lip_exit_rdmsr(struct lip *lip, struct lip_exit *exit)
{
	u64 *regs = lip->hw->regs;
	u64 val;

	if (lip_rdmsr(lip, exit->msr, &val)) {
		lpar_hw->inject_fault(lip->hw, X86_TRAP_GP, 0);
		return;
	}
	regs[LIP_RAX] = (u32)val;
	regs[LIP_RDX] = val >> 32;
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

void lip_exit_wrmsr(struct lip *lip, struct lip_exit *exit)
{
	u64 *regs = lip->hw->regs;
	u64 val = (u32)regs[LIP_RAX] | regs[LIP_RDX] << 32;

	if (lip_wrmsr(lip, exit->msr, val))
		lpar_hw->inject_fault(lip->hw, X86_TRAP_GP, 0);
	else
		static_call(hw_skip)(lip->hw, exit->insn_len);
}
