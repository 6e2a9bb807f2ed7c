/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/paging.h - L0: where the guest's own page tables say that something is.
 *
 * To fetch an instruction that has exited: the processor has just done the same walk, so
 * rights are not checked again. And to reach an operand that it has not come to yet, as
 * the processor would: with rights, faults, and the accessed and dirty bits. SDM:
 * "Paging"; APM: "Page Translation and Protection".
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
	u8 cpl;
	bool ac;		/* RFLAGS.AC */
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

/**
 * struct paging_memory - a guest's storage, where page tables are
 * @read: as above
 * @update: change @size bytes at @gpa from @from to @to at once; -EAGAIN where they are
 *	not @from any more
 * @ctx: first argument of both
 */
struct paging_memory {
	paging_read read;
	int (*update)(void *ctx, gpa_t gpa, unsigned int size, u64 from, u64 to);
	void *ctx;
};

#define PAGING_ERROR_PRESENT	BIT(0)
#define PAGING_ERROR_WRITE	BIT(1)
#define PAGING_ERROR_USER	BIT(2)

/**
 * paging_access() - what the processor does with the address of a datum
 * @pg: its state
 * @gva: linear address
 * @write: it is written
 * @mem: the guest's storage
 * @gpa: gets the guest-physical address
 * @error: gets the error code of the page fault
 *
 * Reserved bits of entries and protection keys, which no guest has, are not looked at.
 *
 * Context: that of @mem.
 * Return: 0; -EFAULT: a page fault; -EAGAIN: an entry has changed meanwhile, and the
 * access is to be tried again.
 */
int paging_access(const struct lip_paging *pg, u64 gva, bool write,
		  const struct paging_memory *mem, gpa_t *gpa, u32 *error);

#endif
