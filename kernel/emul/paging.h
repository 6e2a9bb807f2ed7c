/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/paging.h - L0: where the guest's own page tables say that an instruction is.
 *
 * Only to fetch what has exited: the processor has just done the same walk, so rights
 * are not checked again. SDM: "Paging"; APM: "Page Translation and Protection".
 */
#ifndef LPAR_EMUL_PAGING_H
#define LPAR_EMUL_PAGING_H

#include "lpar.h"

/* Control and segment state that is needed to read a guest's memory by its addresses. */
struct lip_paging {
	u64 cr0, cr3, cr4, efer;
	u64 cs_base;
	bool cs_long;		/* 64-bit code segment */
	bool cs_db;		/* default operand size is 32 bits */
};

/* @len bytes of storage that do not cross a page; -EFAULT where there is none. */
typedef int (*paging_read)(void *ctx, gpa_t gpa, void *data, size_t len);

/**
 * paging_fetch() - bytes at an instruction pointer
 * @pg: the processor's state
 * @rip: the instruction pointer, without the base of CS
 * @read: reads the guest's storage
 * @ctx: first argument of @read
 * @data: gets the bytes
 * @len: how many are wanted
 *
 * Context: that of @read.
 * Return: bytes read: @len, or fewer where the next page is not there.
 */
size_t paging_fetch(const struct lip_paging *pg, u64 rip, paging_read read, void *ctx,
		    void *data, size_t len);

#endif
