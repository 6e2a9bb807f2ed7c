/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/virtio_pci.h - virtio over PCI, modern only (virtio 1.2, "Virtio Over PCI
 * Bus"): the common part of all virtio devices.
 *
 * The caller serialises all calls on one device. L0: calls only the callbacks.
 */
#ifndef LPAR_VDEV_VIRTIO_PCI_H
#define LPAR_VDEV_VIRTIO_PCI_H

#include "pure.h"
#include <linux/virtio_config.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>

#include "vdev/pci.h"
#include "vdev/virtq.h"

#define VIRTIO_MAX_QUEUES	9

/* Layout of BAR 0 */
#define VIRTIO_BAR_SIZE		0x8000
#define VIRTIO_BAR_COMMON	0x0000
#define VIRTIO_BAR_ISR		0x1000
#define VIRTIO_BAR_DEVICE	0x2000
#define VIRTIO_BAR_NOTIFY	0x3000
#define VIRTIO_BAR_MSIX		0x4000
#define VIRTIO_BAR_PBA		0x5000
#define VIRTIO_NOTIFY_STEP	4	/* notify_off_multiplier */

struct virtio_pci;

/**
 * struct virtio_ops - callbacks of a device type
 * @config_read: @size bytes of its configuration, within its length
 * @kick: the driver has notified queue @q
 * @status: the driver has reset the device or set DRIVER_OK; may be NULL
 */
struct virtio_ops {
	u32 (*config_read)(struct virtio_pci *v, u32 offset, u32 size);
	void (*kick)(struct virtio_pci *v, u32 q);
	void (*status)(struct virtio_pci *v);
};

/**
 * struct virtio_kind - identity of a device type
 * @type: virtio device ID
 * @class: PCI class
 * @config_len: bytes of its configuration
 */
struct virtio_kind {
	u16 type;
	u32 class;
	u32 config_len;
};

/**
 * struct virtio_pci - one device
 * @func: as a PCI function
 * @ops: callbacks of its type
 * @offered: feature bits
 * @config_len: bytes of its configuration
 * @nr_queues: at most VIRTIO_MAX_QUEUES
 * @busy: requests in flight
 * @resetting: the driver reset it while @busy; done when it is 0
 * @status: device status
 * @generation: of the configuration
 * @isr: interrupt status, for drivers without MSI-X
 * @window_cap: offset of the capability that the window belongs to
 * @window_data: pci_cfg_data as written by the driver
 * @offered_select: device_feature_select
 * @accepted_select: driver_feature_select
 * @queue_select: likewise
 * @accepted: features that the driver accepted
 * @config_vector: for configuration changes
 * @queue: the queues
 * @vector: of each queue
 */
struct virtio_pci {
	struct pci_func func;
	const struct virtio_ops *ops;
	u64 offered;
	u32 config_len;
	u32 nr_queues;
	u32 busy;
	bool resetting;
	u8 status;
	u8 generation;
	u8 isr;
	u8 window_cap;
	u32 window_data;
	u32 offered_select;
	u32 accepted_select;
	u16 queue_select;
	u64 accepted;
	u16 config_vector;
	struct virtq queue[VIRTIO_MAX_QUEUES];
	u16 vector[VIRTIO_MAX_QUEUES];
};

/**
 * virtio_pci_init() - power-on state
 * @v: the device
 * @kind: what it is
 * @ops: its callbacks
 * @offered: feature bits beside those of the transport
 * @nr_queues: at most VIRTIO_MAX_QUEUES
 * @env: guest memory
 * @ctx: first argument of the callback in @env
 */
void virtio_pci_init(struct virtio_pci *v, const struct virtio_kind *kind,
		     const struct virtio_ops *ops, u64 offered, u32 nr_queues,
		     const struct virtq_env *env, void *ctx);

/* Reset: at once, or when no request is in flight any more. */
void virtio_pci_reset(struct virtio_pci *v);
/* The driver runs, bus mastering is enabled, and the queues may be accessed. */
bool virtio_pci_live(const struct virtio_pci *v);
/* The device may write to the guest's memory: bus mastering is on, no reset is pending. */
bool virtio_pci_may_write(const struct virtio_pci *v);
bool virtio_pci_has(const struct virtio_pci *v, u64 feature);

/* virtq_next() and virtq_done() of a device's queue, counted in @busy. */
int virtio_pci_next(struct virtio_pci *v, u32 q, struct virtq_chain *c);
/* Likewise, with virtq_next()'s budget of descriptors; -E2BIG: it was not enough. */
int virtio_pci_next_within(struct virtio_pci *v, u32 q, struct virtq_chain *c, u32 *budget);
void virtio_pci_done(struct virtio_pci *v, u32 q, const struct virtq_chain *c, u32 len);
void virtio_pci_done_all(struct virtio_pci *v, u32 q, const struct virtq_used *used, u32 n);
/* Undo the last @n virtio_pci_next() of queue @q. */
void virtio_pci_untake(struct virtio_pci *v, u32 q, u32 n);
/* Send the interrupt for returned requests, if the driver wants one. */
void virtio_pci_tell(struct virtio_pci *v, u32 q);
/* The queue is invalid: set DEVICE_NEEDS_RESET. */
void virtio_pci_fail(struct virtio_pci *v, u32 q);

/* The device configuration has changed: notify the driver. */
void virtio_pci_changed(struct virtio_pci *v);

#endif /* LPAR_VDEV_VIRTIO_PCI_H */
