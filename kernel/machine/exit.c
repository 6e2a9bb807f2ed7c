// SPDX-License-Identifier: GPL-2.0
/*
 * machine/exit.c - table of exit handlers.
 *
 * Handlers run with interrupts off and never sleep. A guest error ends its LPAR by
 * lip_fault(), and nothing else. Layer L2.
 */
#include <linux/kvm_para.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "emul/cpuid.h"
#include "emul/insn.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "vdev/vdev.h"

static void exit_cpuid(struct lip *lip, struct lip_exit *exit)
{
	u64 *regs = lip->hw->regs;
	struct cpuid_lip state = {
		.apic_id = lip->id,
		.apic_on = lip->lapic.base & MSR_IA32_APICBASE_ENABLE,
		.xcr0 = lip->hw->xcr0,
	};
	struct cpuid_val out;

	/* Needed for leaf 1 only, and reading CR4 is expensive. */
	if ((u32)regs[LIP_RAX] == 1)
		state.osxsave = lpar_hw->get_cr4(lip->hw) & X86_CR4_OSXSAVE;
	cpuid_guest(&lip->machine->cpuid, &state, regs[LIP_RAX], regs[LIP_RCX], &out);
	regs[LIP_RAX] = out.eax;
	regs[LIP_RBX] = out.ebx;
	regs[LIP_RCX] = out.ecx;
	regs[LIP_RDX] = out.edx;
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

static void exit_hlt(struct lip *lip, struct lip_exit *exit)
{
	u64 rflags = lpar_hw->get_rflags(lip->hw);

	static_call(hw_skip)(lip->hw, exit->insn_len);
	lip->recheck = true;
	/* A single-step trap ends the HLT. */
	if (rflags & X86_EFLAGS_TF)
		return;
	lip_halt(lip, !(rflags & X86_EFLAGS_IF));
}

static void exit_irq_window(struct lip *lip, struct lip_exit *exit)
{
	lip->recheck = true;
}

static void exit_io_string(struct lip *lip, u16 port)
{
	struct emul_insn insn;

	/* Another LIP may have modified the instruction since. */
	if (lip_decode(lip, &insn) || (insn.op != EMUL_INS && insn.op != EMUL_OUTS))
		lpar_hw->inject_fault(lip->hw, X86_TRAP_UD, 0);
	else
		lip_string(lip, &insn, port);
}

static void exit_io(struct lip *lip, struct lip_exit *exit)
{
	u64 *rax = &lip->hw->regs[LIP_RAX];
	u64 mask = vdev_mask(exit->io.size);
	u64 val;

	if (exit->io.string) {
		exit_io_string(lip, exit->io.port);
		return;
	}
	if (exit->io.in) {
		val = machine_pio_read(lip->machine, exit->io.port, exit->io.size);
		/* A 32-bit result clears the upper half of RAX. */
		*rax = exit->io.size == 4 ? val & mask : (*rax & ~mask) | (val & mask);
	} else {
		machine_pio_write(lip->machine, exit->io.port, exit->io.size, *rax & mask);
	}
	static_call(hw_skip)(lip->hw, exit->insn_len);
	/* A reset or S5 takes effect at once. */
	if (READ_ONCE(lip->machine->dead))
		lip_set_mode(lip, LIP_MODE_DEAD);
}

/* Linux, "KVM Hypercalls"; not from user mode, which could name any address. */
static s64 hypercall_result(struct lip *lip)
{
	const u64 *regs = lip->hw->regs;
	struct lip_paging mode;
	u64 mask;

	if ((u32)regs[LIP_RAX] != KVM_HC_CLOCK_PAIRING)
		return -KVM_ENOSYS;
	lpar_hw->paging(lip->hw, &mode);
	if (mode.cpl)
		return -KVM_EPERM;
	mask = mode.cs_long ? ~0ULL : U32_MAX;
	return lip_clock_pair(lip, regs[LIP_RBX] & mask, regs[LIP_RCX] & mask);
}

static void exit_hypercall(struct lip *lip, struct lip_exit *exit)
{
	lip->hw->regs[LIP_RAX] = hypercall_result(lip);
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

static void exit_xsetbv(struct lip *lip, struct lip_exit *exit)
{
	u64 *regs = lip->hw->regs;
	u64 xcr0 = (u32)regs[LIP_RAX] | regs[LIP_RDX] << 32;

	if ((u32)regs[LIP_RCX] || !cpuid_xcr0_valid(&lip->machine->cpuid, xcr0)) {
		lpar_hw->inject_fault(lip->hw, X86_TRAP_GP, 0);
		return;
	}
	hw_fpu_xsetbv(lip->hw, xcr0);
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

static void exit_cr8(struct lip *lip, struct lip_exit *exit)
{
	u64 *reg = &lip->hw->regs[exit->cr8.reg];

	if (exit->cr8.write && *reg > 15) {
		lpar_hw->inject_fault(lip->hw, X86_TRAP_GP, 0);
		return;
	}
	if (exit->cr8.write) {
		lapic_set_cr8(&lip->lapic, *reg);
		lip->recheck = true;
	} else {
		*reg = lapic_get_cr8(&lip->lapic);
	}
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

static void exit_eoi(struct lip *lip, struct lip_exit *exit)
{
	lapic_eoi_done(&lip->lapic, exit->vector);
	lip->recheck = true;
}

static void exit_undefined(struct lip *lip, struct lip_exit *exit)
{
	lpar_hw->inject_fault(lip->hw, X86_TRAP_UD, 0);
}

static void exit_protection(struct lip *lip, struct lip_exit *exit)
{
	lpar_hw->inject_fault(lip->hw, X86_TRAP_GP, 0);
}

static void exit_skip(struct lip *lip, struct lip_exit *exit)
{
	static_call(hw_skip)(lip->hw, exit->insn_len);
}

static void exit_shutdown(struct lip *lip, struct lip_exit *exit)
{
	lip_fault(lip, LPAR_REASON_TRIPLE_FAULT, lip->hw->rip, 0);
}

static void exit_memory_error(struct lip *lip, struct lip_exit *exit)
{
	lip_fault(lip, LPAR_REASON_MEMORY_ERROR, lip->hw->rip, 0);
}

/* Fetch from a large page: replace it by small pages, which are executable. */
static void exit_nx(struct lip *lip, struct lip_exit *exit)
{
	if (machine_allow_fetch(lip->machine, exit->mmio.gpa))
		lip_exit_mmio(lip, exit);
}

static void exit_fail(struct lip *lip, struct lip_exit *exit)
{
	if (exit->fail.refused)
		lip_fault(lip, LPAR_REASON_ENTRY, exit->fail.info, exit->fail.code);
	else
		lip_fault(lip, LPAR_REASON_EXIT, exit->fail.code, lip->hw->rip);
}

static void exit_none(struct lip *lip, struct lip_exit *exit)
{
}

const struct lip_handler exit_handlers[LIP_NR_EXITS] = {
	[LIP_EXIT_NONE] = { "internal", exit_none },
	[LIP_EXIT_HOST_IRQ] = { "host_irq", exit_none },
	[LIP_EXIT_TIMER] = { "timer", exit_none },
	[LIP_EXIT_IRQ_WINDOW] = { "irq_window", exit_irq_window },
	[LIP_EXIT_HLT] = { "hlt", exit_hlt },
	[LIP_EXIT_CPUID] = { "cpuid", exit_cpuid },
	[LIP_EXIT_RDMSR] = { "rdmsr", lip_exit_rdmsr },
	[LIP_EXIT_WRMSR] = { "wrmsr", lip_exit_wrmsr },
	[LIP_EXIT_IO] = { "io", exit_io },
	[LIP_EXIT_MMIO] = { "mmio", lip_exit_mmio },
	[LIP_EXIT_NX] = { "nx", exit_nx },
	[LIP_EXIT_HYPERCALL] = { "hypercall", exit_hypercall },
	[LIP_EXIT_XSETBV] = { "xsetbv", exit_xsetbv },
	[LIP_EXIT_CR8] = { "cr8", exit_cr8 },
	[LIP_EXIT_EOI] = { "eoi", exit_eoi },
	[LIP_EXIT_TASK] = { "task", lip_exit_task },
	[LIP_EXIT_UNDEFINED] = { "undefined", exit_undefined },
	[LIP_EXIT_PROTECTION] = { "protection", exit_protection },
	[LIP_EXIT_SKIP] = { "skip", exit_skip },
	[LIP_EXIT_SHUTDOWN] = { "shutdown", exit_shutdown },
	[LIP_EXIT_MEMORY_ERROR] = { "memory_error", exit_memory_error },
	[LIP_EXIT_FAIL] = { "fail", exit_fail },
};

/* Name in /sys/class/lpar/<name>/exits. */
const char *lip_exit_name(enum lip_exit_kind kind)
{
	return exit_handlers[kind].name;
}
