/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/pci.h - a PCI channel as a device of a machine: config space is a model; MMIO,
 * DMA and interrupts are those of the physical function. Layer L2.
 */
#ifndef LPAR_IO_PCI_H
#define LPAR_IO_PCI_H

#include <linux/types.h>

struct slot_dev;
struct machine;
struct pcidev;

/**
 * io_pci_create() - create a PCI function, not plugged and quiet
 * @m: its machine; DMA can access its present storage, and storage added while the
 *	device is plugged
 * @pd: the physical function, which may be connected to another machine
 * @id: of the channel, for the thread's name
 *
 * Context: sleeps.
 * Return: the device, or ERR_PTR.
 */
struct slot_dev *io_pci_create(struct machine *m, struct pcidev *pd, u32 id);

#endif
