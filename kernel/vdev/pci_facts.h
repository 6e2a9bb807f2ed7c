/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pci_facts.h - properties of a physical PCI function, and whether it can be
 * assigned to a guest. Separate from vdev/pci.h, whose names clash with those of
 * <linux/pci.h>. L0.
 */
#ifndef LPAR_VDEV_PCI_FACTS_H
#define LPAR_VDEV_PCI_FACTS_H

#include "pure.h"
#include <linux/pci_regs.h>

#define PCI_MSIX_MAX	64	/* vectors of one function */
#define PCI_PASS_MAX_BAR SZ_256M /* half of the guest's window */

/**
 * struct pci_pass_facts - properties of the function, read by the host
 * @cfg: its config space
 * @bar_size: of its memory BARs; 0: none, or an upper half
 * @vectors: MSI-X vectors that the host has allocated for it
 */
struct pci_pass_facts {
	u8 cfg[PCI_CFG_SPACE_SIZE];
	u64 bar_size[PCI_STD_NUM_BARS];
	u32 vectors;
};

/** enum pci_pass_fault - why a function cannot be assigned to a guest */
enum pci_pass_fault {
	PCI_PASS_OK,
	PCI_PASS_NOT_ENDPOINT,	/* a bridge */
	PCI_PASS_NO_MSIX,
	PCI_PASS_BAD_CAPS,	/* its capabilities or BARs are invalid */
	PCI_PASS_BAR_SIZE,	/* a BAR is larger than PCI_PASS_MAX_BAR */
};

/* Can it be assigned to a guest? Ignores @facts->vectors. */
enum pci_pass_fault pci_pass_check(const struct pci_pass_facts *facts);

#endif
