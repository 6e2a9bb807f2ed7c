/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/exit.h - exit handlers, in exit.c, mmio.c, string.c, task.c, msr.c and
 * clock.c. Layer L2.
 *
 * Context: the dispatcher's thread, interrupts off.
 */
#ifndef LPAR_MACHINE_EXIT_H
#define LPAR_MACHINE_EXIT_H

#include "cpu/lip.h"
#include "emul/insn.h"

extern const struct lip_handler exit_handlers[LIP_NR_EXITS];

void lip_exit_mmio(struct lip *lip, struct lip_exit *exit);
void lip_exit_task(struct lip *lip, struct lip_exit *exit);
void lip_exit_rdmsr(struct lip *lip, struct lip_exit *exit);
void lip_exit_wrmsr(struct lip *lip, struct lip_exit *exit);

/* access.c: MMIO at addresses for which lip_mmio_is_device() is true */
bool lip_mmio_is_device(struct lip *lip, gpa_t gpa);
u64 lip_mmio_read(struct lip *lip, gpa_t gpa, unsigned int size);
void lip_mmio_write(struct lip *lip, gpa_t gpa, unsigned int size, u64 val);
/* mmio.c, string.c */
int lip_decode(struct lip *lip, struct emul_insn *insn);
void lip_string(struct lip *lip, const struct emul_insn *insn, u16 port);

/* devices.c */
void lip_fault(struct lip *lip, enum lpar_reason_code code, u64 b, u64 c);

/* clock.c: the guest has written a clock MSR; a slice begins (interrupts on) */
void lip_clock_changed(struct lip *lip);
void lip_clock_stopped(struct lip *lip);
s64 lip_clock_pair(struct lip *lip, gpa_t gpa, u64 type);
void lip_clock_dispatch(struct lip *lip, u64 now);

#endif
