/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/paging.h - L0: translate addresses by the guest's page tables.
 *
 * paging_fetch() is for fetching an instruction that has exited: the processor has just
 * done the same walk, so access rights are not checked. paging_access() is for an
 * operand that the processor has not accessed yet: it handles access rights, faults, and
 * accessed and dirty bits. SDM: "Paging"; APM: "Page Translation and Protection".
 */
#ifndef LPAR_EMUL_PAGING_H
#define LPAR_EMUL_PAGING_H

#include "lpar.h"

/* Control and segment state needed to translate a guest's addresses */
struct lip_paging {
	u64 cr0, cr3, cr4, efer;
	u64 cs_base;
	bool cs_long;		/* 64-bit code segment */
	bool cs_db;		/* default operand size is 32 bits */
	u8 cpl;
	bool ac;		/* RFLAGS.AC */
};

/* Read @len bytes of storage within a page; -EFAULT if there is none. */
typedef int (*paging_read)(void *ctx, gpa_t gpa, void *data, size_t len);

/**
 * paging_fetch() - read bytes at an instruction pointer
 * @pg: the processor's state
 * @rip: the instruction pointer, without the base of CS
 * @read: reads the guest's storage
 * @ctx: first argument of @read
 * @data: output
 * @len: number of bytes
 *
 * Context: that of @read.
 * Return: bytes read: @len, or fewer if the next page is not mapped.
 */
size_t paging_fetch(const struct lip_paging *pg, u64 rip, paging_read read, void *ctx,
		    void *data, size_t len);

/**
 * struct paging_memory - access to page tables in the guest's storage
 * @read: as above
 * @update: compare-and-exchange of @size bytes at @gpa; -EAGAIN if they differ from
 *	@from
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
 * paging_access() - translate the address of an operand
 * @pg: the processor's state
 * @gva: linear address
 * @write: write access
 * @mem: the guest's storage
 * @gpa: output: the guest-physical address
 * @error: output: error code of the page fault
 *
 * Reserved bits, and protection keys, which guests do not have, are not checked.
 *
 * Context: that of @mem.
 * Return: 0; -EFAULT: page fault; -EAGAIN: an entry has changed meanwhile: try again.
 */
int paging_access(const struct lip_paging *pg, u64 gva, bool write,
		  const struct paging_memory *mem, gpa_t *gpa, u32 *error);

#endif
