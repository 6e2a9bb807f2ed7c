/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/pci.h - a PCI channel as a device of a machine: config space is a model,
 * memory is the physical function's, and so are DMA and interrupts. Layer L2.
 */
#ifndef LPAR_IO_PCI_H
#define LPAR_IO_PCI_H

#include <linux/types.h>

struct slot_dev;
struct machine;
struct pcidev;

/**
 * io_pci_create() - a function that no slot has yet, and that is quiet
 * @m: whose; its storage of now, and what it gets while this is plugged, can be
 *	reached by DMA
 * @pd: the physical function, which may be connected to another machine
 * @id: of the channel, for the thread's name
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct slot_dev *io_pci_create(struct machine *m, struct pcidev *pd, u32 id);

#endif
