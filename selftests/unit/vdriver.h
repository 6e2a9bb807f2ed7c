/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of a virtio driver that the tests need: a bus, the device's function on it,
 * and access to its registers through the BAR. The offsets are those of struct
 * virtio_pci_common_cfg (virtio 1.2, 4.1.4.3), written out here independently so that a
 * wrong offset in the device is caught.
 */
#ifndef UNIT_VDRIVER_H
#define UNIT_VDRIVER_H

#include "pure.h"
#include "vmem.h"
#include "vdev/pci.h"
#include "vdev/virtio_pci.h"

#define NEXT	1
#define WRITE	2

static struct pci_bus bus;
static struct pci_func *func;
static u32 msis, msi_data;

static void on_msi(void *ctx, u64 addr, u32 data)
{
	msis++;
	msi_data = data;
}

static bool on_present(void *ctx, u32 slot)
{
	return true;
}

static const struct pci_env pci_env = { .msi = on_msi, .present = on_present };

static inline u32 rd(u32 offset, u32 size)
{
	return pci_bar_read(func, 0, offset, size);
}

static inline void wr(u32 offset, u32 size, u32 val)
{
	pci_bar_write(func, 0, offset, size, val);
}

static inline void driver_master(bool on)
{
	pci_cfg_write(&bus, 1, PCI_COMMAND, 2,
		      PCI_COMMAND_MEMORY | (on ? PCI_COMMAND_MASTER : 0));
}

/* Plug device @f, freshly initialized, into slot 1 of a new bus. */
static inline void driver_plug(struct pci_func *f)
{
	func = f;
	pci_bus_init(&bus, &pci_env, NULL);
	pci_plug(&bus, 1, f);
	driver_master(true);
}

static inline void driver_msix_on(void)
{
	pci_cfg_write(&bus, 1, func->msix_cap + 2, 2, 0x8000);
}

static inline void driver_vector(u32 vector, u32 data)
{
	wr(VIRTIO_BAR_MSIX + 16 * vector + 8, 4, data);
	wr(VIRTIO_BAR_MSIX + 16 * vector + 12, 4, 0);
}

static inline void driver_accept(u64 features)
{
	wr(0x14, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	wr(0x14, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	wr(0x08, 4, 0);
	wr(0x0c, 4, lower_32_bits(features));
	wr(0x08, 4, 1);
	wr(0x0c, 4, upper_32_bits(features));
	wr(0x14, 1, VIRTIO_CONFIG_S_FEATURES_OK);
}

static inline void driver_queue(u32 queue, u32 size, u32 vector, u64 desc, u64 avail, u64 used)
{
	wr(0x16, 2, queue);
	wr(0x18, 2, size);
	wr(0x1a, 2, vector);
	wr(0x20, 4, lower_32_bits(desc));
	wr(0x24, 4, upper_32_bits(desc));
	wr(0x28, 4, lower_32_bits(avail));
	wr(0x2c, 4, upper_32_bits(avail));
	wr(0x30, 4, lower_32_bits(used));
	wr(0x34, 4, upper_32_bits(used));
	wr(0x1c, 2, 1);
}

#endif
