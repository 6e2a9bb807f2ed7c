// SPDX-License-Identifier: GPL-2.0
/* machine/operand.c - see operand.h. Layer L2. */
#include <linux/mm.h>
#include <asm/trapnr.h>

#include "emul/segment.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "machine/operand.h"

static int operand_read_table(void *m, gpa_t gpa, void *data, size_t len)
{
	return machine_read(m, gpa, data, len);
}

/* Entries are aligned, hence within a page, and the update is atomic for the guest. */
static int operand_update_table(void *m, gpa_t gpa, unsigned int size, u64 from, u64 to)
{
	size_t len;
	void *va = machine_va(m, gpa, &len);

	if (!va)
		return -EFAULT;
	if (size == 4)
		return cmpxchg((u32 *)va, (u32)from, (u32)to) == (u32)from ? 0 : -EAGAIN;
	return cmpxchg((u64 *)va, from, to) == from ? 0 : -EAGAIN;
}

/**
 * operand_translate() - translate a linear address by the guest's page tables
 * @lip: the LIP
 * @pg: its control state
 * @gva: the address
 * @write: write access
 * @gpa: output: the guest-physical address
 * @error: output: error code of the page fault
 *
 * Context: dispatcher's thread, after an exit.
 * Return: that of paging_access().
 */
int operand_translate(struct lip *lip, const struct lip_paging *pg, u64 gva, bool write,
		      gpa_t *gpa, u32 *error)
{
	const struct paging_memory mem = {
		.read = operand_read_table, .update = operand_update_table,
		.ctx = lip->machine,
	};

	return paging_access(pg, gva, write, &mem, gpa, error);
}

static int operand_page(struct lip *lip, const struct lip_paging *pg, u64 gva, bool write,
			gpa_t *gpa)
{
	u32 error;
	int err = operand_translate(lip, pg, gva, write, gpa, &error);

	if (err == -EFAULT) {
		lpar_hw->set_cr2(lip->hw, gva);
		lpar_hw->inject_fault(lip->hw, X86_TRAP_PF, error);
	}
	return err;
}

/**
 * operand_find() - translate the address of an operand
 * @lip: the LIP
 * @pg: its control state
 * @seg: segment register
 * @offset: offset in it
 * @size: bytes: 1, 2, 4 or 8
 * @write: write access
 * @op: output
 *
 * Context: dispatcher's thread, after an exit.
 * Return: 0; -EFAULT: a fault has been injected; -EAGAIN: page tables have changed
 * meanwhile: execute the instruction again.
 */
int operand_find(struct lip *lip, const struct lip_paging *pg, enum emul_seg seg, u64 offset,
		 unsigned int size, bool write, struct operand *op)
{
	struct lip_segment reg;
	u64 gva;
	int err;

	lpar_hw->get_segment(lip->hw, seg, &reg);
	if (segment_linear(&reg, pg->cs_long, seg >= EMUL_FS, offset, size, write, &gva)) {
		lpar_hw->inject_fault(lip->hw, seg == EMUL_SS ? X86_TRAP_SS : X86_TRAP_GP, 0);
		return -EFAULT;
	}
	op->size = size;
	op->first = min_t(unsigned int, size, PAGE_SIZE - offset_in_page(gva));
	err = operand_page(lip, pg, gva, write, &op->gpa[0]);
	if (err || op->first == size)
		return err;
	gva = pg->cs_long ? gva + op->first : (u32)(gva + op->first);
	return operand_page(lip, pg, gva, write, &op->gpa[1]);
}

/* Devices are accessed in powers of two. */
static void operand_device(struct lip *lip, gpa_t gpa, u8 *data, unsigned int size, bool write)
{
	unsigned int step;
	u64 val = 0;

	for (; size; size -= step, gpa += step, data += step) {
		step = rounddown_pow_of_two(size);
		if (write) {
			memcpy(&val, data, step);
			lip_mmio_write(lip, gpa, step, val);
		} else {
			val = lip_mmio_read(lip, gpa, step);
			memcpy(data, &val, step);
		}
	}
}

static int operand_part(struct lip *lip, gpa_t gpa, u8 *data, unsigned int size, bool write)
{
	int err = write ? machine_write(lip->machine, gpa, data, size) :
			  machine_read(lip->machine, gpa, data, size);

	if (!err)
		return 0;
	if (!lip_mmio_is_device(lip, gpa)) {
		lip_fault(lip, LPAR_REASON_NO_STORAGE, lip->hw->rip, gpa);
		return -EIO;
	}
	operand_device(lip, gpa, data, size, write);
	return 0;
}

static int operand_copy(struct lip *lip, const struct operand *op, u8 *data, bool write)
{
	int err = operand_part(lip, op->gpa[0], data, op->first, write);

	if (err || op->first == op->size)
		return err;
	return operand_part(lip, op->gpa[1], data + op->first, op->size - op->first, write);
}

/**
 * operand_read() - read an operand
 * @lip: the LIP
 * @op: from operand_find()
 * @val: output
 *
 * Context: dispatcher's thread, after an exit.
 * Return: 0; -EIO: neither storage nor a device, the LPAR has failed.
 */
int operand_read(struct lip *lip, const struct operand *op, u64 *val)
{
	*val = 0;
	return operand_copy(lip, op, (u8 *)val, false);
}

/* Write an operand. Return: that of operand_read(). */
int operand_write(struct lip *lip, const struct operand *op, u64 val)
{
	return operand_copy(lip, op, (u8 *)&val, true);
}
