/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pci_facts.h - what a physical PCI function is, and whether a guest can be
 * shown it. Apart from vdev/pci.h, whose names the kernel has for other things: this
 * one can stand beside <linux/pci.h>. L0.
 */
#ifndef LPAR_VDEV_PCI_FACTS_H
#define LPAR_VDEV_PCI_FACTS_H

#include "pure.h"
#include <linux/pci_regs.h>

#define PCI_MSIX_MAX	64	/* vectors of one function */
#define PCI_PASS_MAX_BAR SZ_256M /* half of the guest's window */

/**
 * struct pci_pass_facts - what the function is, as the host has found it
 * @cfg: its config space
 * @bar_size: of its memory BARs; 0: there is none, or it is an upper half
 * @vectors: of MSI-X that the host has for it, not more than it has itself
 */
struct pci_pass_facts {
	u8 cfg[PCI_CFG_SPACE_SIZE];
	u64 bar_size[PCI_STD_NUM_BARS];
	u32 vectors;
};

/** enum pci_pass_fault - why a function cannot be shown to a guest */
enum pci_pass_fault {
	PCI_PASS_OK,
	PCI_PASS_NOT_ENDPOINT,	/* a bridge */
	PCI_PASS_NO_MSIX,
	PCI_PASS_BAD_CAPS,	/* its capabilities or BARs make no sense */
	PCI_PASS_BAR_SIZE,	/* a BAR is larger than PCI_PASS_MAX_BAR */
};

/* Could it be shown to a guest? @facts->vectors is not looked at. */
enum pci_pass_fault pci_pass_check(const struct pci_pass_facts *facts);

#endif
