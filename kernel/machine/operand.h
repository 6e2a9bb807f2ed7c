/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/operand.h - access memory operands of emulated instructions.
 *
 * The processor has not accessed the operand yet: its address is translated by segment
 * and page tables, and errors are injected as faults. It may be in storage or in a
 * device, and cross a page. Layer L2.
 */
#ifndef LPAR_MACHINE_OPERAND_H
#define LPAR_MACHINE_OPERAND_H

#include "emul/insn.h"
#include "emul/paging.h"

struct lip;

/**
 * struct operand - a translated operand
 * @gpa: of its first byte, and of its first byte in the second page
 * @first: bytes in the first page
 * @size: bytes
 */
struct operand {
	gpa_t gpa[2];
	unsigned int first;
	unsigned int size;
};

int operand_translate(struct lip *lip, const struct lip_paging *pg, u64 gva, bool write,
		      gpa_t *gpa, u32 *error);
int operand_find(struct lip *lip, const struct lip_paging *pg, enum emul_seg seg, u64 offset,
		 unsigned int size, bool write, struct operand *op);
int operand_read(struct lip *lip, const struct operand *op, u64 *val);
int operand_write(struct lip *lip, const struct operand *op, u64 val);

#endif
