/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pci.h - the guest's PCI bus 0: a host bridge and up to 31 functions with memory
 * BARs and MSI-X (PCI Local Bus 3.0; PCI Firmware 3.0 for ECAM).
 *
 * The caller serialises all calls on one bus and its functions. Functions are owned by
 * the caller. L0: calls only the callbacks.
 */
#ifndef LPAR_VDEV_PCI_H
#define LPAR_VDEV_PCI_H

#include "pure.h"
#include <linux/pci_regs.h>

#include "vdev/layout.h"
#include "vdev/pci_facts.h"
#include "vdev/vdev.h"

/**
 * struct pci_env - effects on the machine around the bus
 * @msi: a function writes @data to @addr
 * @present: whether the guest can see the function in @slot
 * @reset: the guest set RST_CPU in the reset control register, port 0xcf9
 */
struct pci_env {
	void (*msi)(void *ctx, u64 addr, u32 data);
	bool (*present)(void *ctx, u32 slot);
	void (*reset)(void *ctx);
};

/**
 * struct pci_ops - callbacks of a function
 * @read: @size is 1, 2 or 4, within the BAR, naturally aligned
 * @write: likewise
 * @moved: the command register or a BAR was written; may be NULL
 * @window_read: an access to the four bytes of config space at func->window
 * @window_write: likewise
 */
struct pci_ops {
	u32 (*read)(void *dev, u32 bar, u32 offset, u32 size);
	void (*write)(void *dev, u32 bar, u32 offset, u32 size, u32 val);
	void (*moved)(void *dev);
	u32 (*window_read)(void *dev, u32 offset, u32 size);
	void (*window_write)(void *dev, u32 offset, u32 size, u32 val);
};

struct pci_msix_entry {
	u64 addr;
	u32 data;
	bool masked;
};

/** struct pci_place - an offset in a function's BAR */
struct pci_place {
	u32 bar;
	u32 offset;
};

/**
 * struct pci_func - one function
 * @bus: its bus while it is plugged, or NULL
 * @ops: its device
 * @dev: first argument of @ops
 * @cfg: its registers
 * @writable: writable bits of @cfg
 * @cap_end: first free byte after the capabilities
 * @cap_last: offset of the last capability
 * @window: offset in @cfg of four bytes that @ops serve, or 0
 * @bar_size: of each, a power of 2; 0: no such BAR, or an upper half
 * @msix_cap: offset of the MSI-X capability, or 0
 * @msix_table: location of the vector table
 * @msix_pba: location of the pending bits
 * @msix_count: vectors
 * @pending: bit n: vector n is to be sent when it is unmasked
 */
struct pci_func {
	struct pci_bus *bus;
	const struct pci_ops *ops;
	void *dev;
	u8 cfg[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE];
	u8 cap_end;
	u8 cap_last;
	u8 window;
	u32 bar_size[PCI_STD_NUM_BARS];
	u8 msix_cap;
	struct pci_place msix_table;
	struct pci_place msix_pba;
	u32 msix_count;
	u64 pending;
	struct pci_msix_entry msix[PCI_MSIX_MAX];
};

/** struct pci_bus - slot 0 is the host bridge */
struct pci_bus {
	const struct pci_env *env;
	void *ctx;
	u32 address;			/* CONFIG_ADDRESS */
	u8 reset_control;		/* port 0xcf9, as chipsets have it beside the bus */
	struct pci_func bridge;
	struct pci_func *func[LAYOUT_PCI_SLOTS];
};

/* Access to ports 0xcf8-0xcff, to ECAM and to the window of BARs; dev: the bus */
extern const struct vdev_ops pci_port_ops, pci_ecam_ops, pci_mmio_ops;

void pci_bus_init(struct pci_bus *bus, const struct pci_env *env, void *ctx);
/* Power-on state of the bus and of every function on it. */
void pci_bus_reset(struct pci_bus *bus);
void pci_plug(struct pci_bus *bus, u32 slot, struct pci_func *func);
void pci_unplug(struct pci_bus *bus, u32 slot);
/* The lowest free slot, starting at @from, or -ENOSPC. */
int pci_free_slot(const struct pci_bus *bus, u32 from);

/**
 * struct pci_identity - identification registers of a function
 */
struct pci_identity {
	u16 vendor;
	u16 device;
	u16 subsystem_vendor;
	u16 subsystem;
	u8 revision;
	u32 class;		/* base class, sub-class, interface */
};

/* Initialise a function; BARs and capabilities follow. */
void pci_func_init(struct pci_func *f, const struct pci_identity *id,
		   const struct pci_ops *ops, void *dev);
/* BAR @nr has @size bytes, a power of 2, 16 and more; @flags: PCI_BAR_*. */
void pci_func_bar(struct pci_func *f, u32 nr, u32 size, u32 flags);
/* Add a capability of @len bytes; returns its offset. */
u8 pci_func_cap(struct pci_func *f, u8 id, u8 len);
/* Add one at a given offset, in ascending order. Use one of the two for a function. */
void pci_func_cap_at(struct pci_func *f, u8 id, u8 at);
/* The capability at @cap, of 12 bytes, is MSI-X. */
void pci_func_msix(struct pci_func *f, u8 cap, u32 count, struct pci_place table,
		   struct pci_place pba);
/* The address of a BAR that decodes; 0: none. */
u64 pci_func_bar_at(const struct pci_func *f, u32 nr);
void pci_func_reset(struct pci_func *f);

/* Bus mastering is enabled: the function may access memory and send MSIs. */
bool pci_master(const struct pci_func *f);
bool pci_msix_on(const struct pci_func *f);
/* Send a vector, or set it pending; no effect while MSI-X is disabled. */
void pci_msix_raise(struct pci_func *f, u32 vector);

/* The guest's accesses; @size is 1, 2 or 4. */
u32 pci_cfg_read(struct pci_bus *bus, u32 slot, u32 offset, u32 size);
void pci_cfg_write(struct pci_bus *bus, u32 slot, u32 offset, u32 size, u32 val);
u32 pci_bar_read(struct pci_func *f, u32 bar, u32 offset, u32 size);
void pci_bar_write(struct pci_func *f, u32 bar, u32 offset, u32 size, u32 val);

#endif /* LPAR_VDEV_PCI_H */
