// SPDX-License-Identifier: GPL-2.0
/*
 * machine/mmio.c - accesses to guest-physical addresses without storage.
 *
 * Below 4 GiB is a hole where devices live, and where nothing lives reads give
 * all ones. Everywhere else such an access is to storage that the LPAR does
 * not have, and ends it. Layer L2.
 */
#include <linux/mm.h>

#include "cpu/lip.h"
#include "machine/machine.h"
#include "emul/insn.h"
#include "emul/paging.h"
#include "vdev/layout.h"

static bool mmio_is_apic(struct lip *lip, gpa_t gpa)
{
	return lapic_mmio_active(&lip->lapic, gpa);
}

static u64 mmio_read(struct lip *lip, gpa_t gpa, unsigned int size)
{
	if (mmio_is_apic(lip, gpa))
		return lapic_mmio_read(&lip->lapic, offset_in_page(gpa), lip_guest_tsc(lip));
	return machine_mmio_read(lip->machine, gpa, size);
}

static void mmio_write(struct lip *lip, gpa_t gpa, unsigned int size, u64 val)
{
	if (!mmio_is_apic(lip, gpa)) {
		machine_mmio_write(lip->machine, gpa, size, val);
		return;
	}
	lapic_mmio_write(&lip->lapic, offset_in_page(gpa), val, lip_guest_tsc(lip));
	lip->recheck = true;
}

static int mmio_fetch(void *m, gpa_t gpa, void *data, size_t len)
{
	return machine_read(m, gpa, data, len);
}

static int mmio_decode(struct lip *lip, struct emul_insn *insn)
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
		mem = mmio_read(lip, gpa, insn->size);
	emul_exec(insn, lip->hw->regs, &flags, &mem);
	if (emul_writes(insn))
		mmio_write(lip, gpa, insn->size, mem);
	if (flags != before)
		lpar_hw->set_rflags(lip->hw, flags);
	/* Skipping marks RIP and RSP, which may be the operand, as changed. */
	static_call(hw_skip)(lip->hw, insn->len);
}

void lip_exit_mmio(struct lip *lip, struct lip_exit *exit)
{
	gpa_t gpa = exit->mmio.gpa;
	struct emul_insn insn;

	if (gpa < LAYOUT_HOLE_START || gpa >= LAYOUT_HOLE_END) {
		lip_fault(lip, LPAR_REASON_NO_STORAGE, lip->hw->rip, gpa);
		return;
	}
	if (exit->mmio.fetch || mmio_decode(lip, &insn)) {
		lip_fault(lip, LPAR_REASON_NOT_EMULATED, lip->hw->rip, gpa);
		return;
	}
	mmio_exec(lip, gpa, &insn);
}
