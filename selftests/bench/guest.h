/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark's guest: the interface between guest.c and entry.S.
 */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define __packed	__attribute__((packed))

/* entry.S */
#define EXCEPTION_SIZE	16		/* bytes of each of 32 entries */
extern char exceptions[];
extern char irq_entry[];
extern u64 irq_tsc;		/* TSC in its handler */

/* guest.c */
void guest_main(const u8 *zero_page);
void guest_exception(u64 vector);

#endif
