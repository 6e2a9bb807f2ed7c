/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pci_pass.h - what a guest sees of a physical PCI function: a header, BARs and
 * capabilities that are made here from what the function says of itself. None of the
 * guest's accesses to config space reaches it. L0: calls vdev/pci only.
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
 * @table: where the function's own vector table is
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
 * pci_pass_init() - make it
 * @p: to fill in
 * @facts: pci_pass_check() has accepted them
 * @ops: accesses that are for the function itself
 * @dev: first argument of @ops
 */
void pci_pass_init(struct pci_pass *p, const struct pci_pass_facts *facts,
		   const struct pci_ops *ops, void *dev);

/* Is an access, aligned by its size, one to the function's own vectors? */
bool pci_pass_hidden(const struct pci_pass *p, u32 bar, u32 offset, u32 size);

/**
 * pci_pass_run() - a piece of a BAR that the guest may have without being watched
 * @p: the function
 * @bar: which
 * @from: offset where to look, a multiple of a page
 * @len: gets the bytes
 *
 * Return: the offset of the first whole page from @from on without vectors in it, of
 * @len bytes of such pages; the BAR's size if there is none.
 */
u32 pci_pass_run(const struct pci_pass *p, u32 bar, u32 from, u32 *len);

#endif
