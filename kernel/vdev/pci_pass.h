/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pci_pass.h - a guest's view of a physical PCI function: header, BARs and
 * capabilities are built here from the function's properties. No config access of the
 * guest reaches the function itself. L0: calls vdev/pci only.
 *
 * The caller serialises, as for any function.
 */
#ifndef LPAR_VDEV_PCI_PASS_H
#define LPAR_VDEV_PCI_PASS_H

#include "pure.h"
#include "vdev/pci.h"
#include "vdev/pci_facts.h"

#define PCI_PASS_PAGE		SZ_4K

/**
 * struct pci_pass - one function
 * @func: as any on the bus
 * @table: location of the function's own vector table
 * @table_len: bytes
 * @pba: its pending bits
 * @pba_len: bytes
 */
struct pci_pass {
	struct pci_func func;
	struct pci_place table;
	u32 table_len;
	struct pci_place pba;
	u32 pba_len;
};

/**
 * pci_pass_init() - initialise it
 * @p: the function
 * @facts: accepted by pci_pass_check()
 * @ops: accesses to BAR memory that the function serves
 * @dev: first argument of @ops
 */
void pci_pass_init(struct pci_pass *p, const struct pci_pass_facts *facts,
		   const struct pci_ops *ops, void *dev);

/* Does a naturally aligned access touch the function's own vector table or PBA? */
bool pci_pass_hidden(const struct pci_pass *p, u32 bar, u32 offset, u32 size);

/**
 * pci_pass_run() - a part of a BAR that can be mapped into the guest
 * @p: the function
 * @bar: the BAR
 * @from: offset to start at, a multiple of a page
 * @len: gets the bytes
 *
 * Return: the offset of the first page at or after @from without vectors, which @len
 * bytes of such pages follow; the BAR's size if there is none.
 */
u32 pci_pass_run(const struct pci_pass *p, u32 bar, u32 from, u32 *len);

#endif
