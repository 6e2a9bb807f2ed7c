// SPDX-License-Identifier: GPL-2.0
/*
 * machine/mmio.c - emulate accesses to guest-physical addresses without storage.
 *
 * Outside of the device window, such an access ends the LPAR. Layer L2.
 */
#include <asm/trapnr.h>

#include "emul/insn.h"
#include "emul/paging.h"
#include "machine/exit.h"
#include "machine/machine.h"

static int mmio_fetch(void *m, gpa_t gpa, void *data, size_t len)
{
	return machine_read(m, gpa, data, len);
}

/**
 * lip_decode() - decode the instruction that exited
 * @lip: the LIP
 * @insn: output
 *
 * Context: dispatcher's thread, after an exit.
 * Return: that of emul_decode().
 */
int lip_decode(struct lip *lip, struct emul_insn *insn)
{
	u8 bytes[EMUL_INSN_MAX];
	struct emul_mode mode;
	struct lip_paging pg;
	size_t n;

	lpar_hw->paging(lip->hw, &pg);
	mode.code64 = pg.cs_long;
	mode.def32 = pg.cs_db;
	n = paging_fetch(&pg, lip->hw->rip, mmio_fetch, lip->machine, bytes, sizeof(bytes));
	return emul_decode(bytes, n, mode, insn);
}

static void mmio_exec(struct lip *lip, gpa_t gpa, const struct emul_insn *insn)
{
	u64 flags = lpar_hw->get_rflags(lip->hw), before = flags;
	u64 mem = 0;

	if (emul_reads(insn))
		mem = lip_mmio_read(lip, gpa, insn->size);
	emul_exec(insn, lip->hw->regs, &flags, &mem);
	if (emul_writes(insn))
		lip_mmio_write(lip, gpa, insn->size, mem);
	if (flags != before)
		lpar_hw->set_rflags(lip->hw, flags);
	/* Marks RSP as changed as well, which may be the register operand. */
	static_call(hw_skip)(lip->hw, insn->len);
}

/* Access in units of 32 bits, which all devices support. */
static void mmio_vector(struct lip *lip, gpa_t gpa, const struct emul_insn *insn)
{
	unsigned int at;
	u32 words[8] = { 0 };
	bool ok = true;

	if (insn->to_mem)
		ok = hw_fpu_read_vector(lip->hw, insn->reg, insn->reg_size, words);
	for (at = 0; ok && at < insn->size; at += 4) {
		if (insn->to_mem)
			lip_mmio_write(lip, gpa + at, 4, words[at / 4]);
		else
			words[at / 4] = lip_mmio_read(lip, gpa + at, 4);
	}
	if (ok && !insn->to_mem)
		ok = hw_fpu_write_vector(lip->hw, insn->reg, insn->reg_size, insn->vex, words);
	if (ok)
		static_call(hw_skip)(lip->hw, insn->len);
	else
		lpar_hw->inject_fault(lip->hw, X86_TRAP_UD, 0);
}

/*
 * Instructions that cannot be emulated, and fetches from the device window, raise #UD.
 */
static void mmio_access(struct lip *lip, const struct lip_exit *exit)
{
	struct emul_insn insn;

	if (exit->mmio.fetch || lip_decode(lip, &insn))
		lpar_hw->inject_fault(lip->hw, X86_TRAP_UD, 0);
	else if (emul_is_string(&insn))
		lip_string(lip, &insn, lip->hw->regs[LIP_RDX]);
	else if (insn.op == EMUL_VEC)
		mmio_vector(lip, exit->mmio.gpa, &insn);
	else
		mmio_exec(lip, exit->mmio.gpa, &insn);
}

void lip_exit_mmio(struct lip *lip, struct lip_exit *exit)
{
	gpa_t gpa = exit->mmio.gpa;

	if (!lip_mmio_is_device(lip, gpa))
		lip_fault(lip, LPAR_REASON_NO_STORAGE, lip->hw->rip, gpa);
	else if (exit->mmio.implicit)
		lip_fault(lip, LPAR_REASON_NOT_EMULATED, lip->hw->rip, gpa);
	else
		mmio_access(lip, exit);
}
