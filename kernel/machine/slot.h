/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/slot.h - a channel as a device of a machine: the part common to all kinds.
 * Each kind (io/block.c, ...) connects a pure model to the host's device, and does
 * what can block. Layer L2.
 *
 * The model is protected by the machine's devs_lock. LIPs only wake up the thread that
 * serves it.
 */
#ifndef LPAR_MACHINE_SLOT_H
#define LPAR_MACHINE_SLOT_H

#include <linux/types.h>

#include "lpar.h"

/* Id of expanded storage, which uses a slot but is not a channel (io/es.h). */
#define SLOT_DEV_ES	LPAR_MAX_CHANNELS
#define SLOT_DEV_TASKS	9

struct slot_dev;
struct machine;
struct pci_func;
struct task_struct;

/**
 * struct slot_dev_ops - a kind of channel
 * @reset: reset to power-on state; devs_lock held
 * @connect: connect the source to this device; NULL: not needed. This device and the
 *	one connected before are quiet. 0 or -errno. Sleeps; constant time (206)
 * @storage: the machine has more storage; NULL: not needed. Sleeps
 * @resume: no longer quiet: check for pending requests. Sleeps; constant time, because
 *	the guest is stopped (206). 0, or -errno if the source no longer serves the device
 * @drain: wait for requests in progress. The device is quiet. Sleeps
 * @quiesce: likewise, and flush completed writes; the timeout is in jiffies. Sleeps;
 *	waits for the host only, never for the guest. 0, -ETIMEDOUT, -EINTR, or the
 *	source's error
 * @destroy: free the device, which is quiet and not plugged. Sleeps
 */
struct slot_dev_ops {
	void (*reset)(struct slot_dev *dev);
	int (*connect)(struct slot_dev *dev);
	int (*storage)(struct slot_dev *dev, gpa_t gpa, hpa_t hpa, u64 len);
	int (*resume)(struct slot_dev *dev);
	void (*drain)(struct slot_dev *dev);
	int (*quiesce)(struct slot_dev *dev, unsigned long timeout);
	void (*destroy)(struct slot_dev *dev);
};

/**
 * struct slot_dev - a channel in a machine; embedded in each kind's structure
 * @ops: its kind
 * @m: its machine
 * @func: the PCI function seen by the guest
 * @task: threads that serve it, the rest NULL; kept off the monitor's CPUs
 * @id: of the channel, or SLOT_DEV_ES
 * @slot: its slot, 0: not plugged (devs_lock)
 * @quiet: accept no requests (devs_lock)
 * @ejected: the guest has ejected it (devs_lock)
 */
struct slot_dev {
	const struct slot_dev_ops *ops;
	struct machine *m;
	struct pci_func *func;
	struct task_struct *task[SLOT_DEV_TASKS];
	u32 id;
	u32 slot;
	bool quiet;
	bool ejected;
};

/* For kinds: initialise a device, not plugged, quiet until slot_dev_resume(). */
void slot_dev_init(struct slot_dev *dev, const struct slot_dev_ops *ops,
		   struct machine *m, struct pci_func *func, u32 id);

/* Unplug and free a device. Waits for requests in progress. */
void slot_dev_destroy(struct slot_dev *dev);

/* Connect the source to this device, before it is plugged. 0 or -errno. */
int slot_dev_connect(struct slot_dev *dev);

/*
 * Plug into a free slot, and unplug; cannot fail. The guest sees the device from its
 * next IPL on, or after machine_notify_slot(). @standby: it was ejected before. Any
 * context, constant time.
 */
void slot_dev_plug(struct slot_dev *dev, u32 slot, bool standby);
void slot_dev_unplug(struct slot_dev *dev);
/* Make an ejected device available again, before the guest is notified. */
void slot_dev_return(struct slot_dev *dev);
/* Whether the guest has ejected it since it was plugged, or since its IPL. */
bool slot_dev_ejected(struct slot_dev *dev);

/**
 * slot_dev_quiesce() - accept no more requests, complete and flush earlier ones
 * @dev: the device
 * @timeout: jiffies
 *
 * The device stays quiet until slot_dev_resume(), even on error.
 *
 * Context: sleeps. Waits for the host's source only, never for the guest.
 * Return: 0; -ETIMEDOUT; -EINTR: interrupted by a signal; or the error of the source.
 */
int slot_dev_quiesce(struct slot_dev *dev, unsigned long timeout);
/* Undo it. 0, or -errno if the source no longer serves the device. */
int slot_dev_resume(struct slot_dev *dev);

/* First free slot from @from on, or -ENOSPC; number of free slots. */
int machine_free_slot(struct machine *m, u32 from);
u32 machine_free_slots(struct machine *m);
/* Make all devices quiet and drain them: before storage is unmapped, and before IPL. */
void machine_quiet_slots(struct machine *m);

/* Make new storage accessible to devices that use DMA. */
int machine_slots_storage(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);

/* Id of the device in a slot, or -1. devs_lock held. */
int machine_slot_id(struct machine *m, u32 slot);

/* For L2 only, devs_lock held. Reset all devices; returns the slots in use. */
u32 machine_slots_reset(struct machine *m);
void machine_slot_ejected(struct machine *m, u32 slot);

#endif
