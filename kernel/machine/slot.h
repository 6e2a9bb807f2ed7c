/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/slot.h - a channel as a device of one machine: what all kinds have in
 * common. Each kind (io/block.c, ...) has a pure model in front, the host's own
 * device behind, and between them whatever can block. Layer L2.
 *
 * The model belongs to the machine's devs_lock. The guest's LIPs only ever wake
 * who serves it.
 */
#ifndef LPAR_MACHINE_SLOT_H
#define LPAR_MACHINE_SLOT_H

#include <linux/types.h>

#include "lpar.h"

/* Expanded storage stands in a slot, and is no channel (io/es.h). */
#define SLOT_DEV_ES	LPAR_MAX_CHANNELS
#define SLOT_DEV_TASKS	5

struct slot_dev;
struct machine;
struct pci_func;
struct task_struct;

/**
 * struct slot_dev_ops - a kind of channel
 * @reset: as at power-on; devs_lock held
 * @connect: the source serves this device from now on, and no other; NULL: it does
 *	anyway. It is quiet, and the one before was made so. Sleeps; constant time (206)
 * @storage: the machine has got more storage; NULL: that does not matter. Sleeps
 * @resume: quiet is over: look for what has come meanwhile. Sleeps; constant time,
 *	as a guest stands still (206). Why its source does not serve it any more
 * @drain: return when what was taken has ended. It is quiet. Sleeps
 * @quiesce: likewise, and make stable what the guest was told is; wait no longer
 *	than so many jiffies. Sleeps; waits for the host, never for the guest.
 *	-ETIMEDOUT, -EINTR, or why it could not
 * @destroy: end and free it. It is quiet and not plugged. Sleeps
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
 * struct slot_dev - a channel in a machine; each kind has its own around it
 * @ops: its kind
 * @m: whose
 * @func: what the guest sees
 * @task: threads that serve it, the rest NULL; to be kept off the monitor's CPUs
 * @id: of the channel, or SLOT_DEV_ES
 * @slot: where it is plugged, or 0 (devs_lock)
 * @quiet: nothing is to be taken (devs_lock)
 * @ejected: the guest gave it back (devs_lock)
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

/* For kinds: not plugged, and quiet until slot_dev_resume(). */
void slot_dev_init(struct slot_dev *dev, const struct slot_dev_ops *ops,
		   struct machine *m, struct pci_func *func, u32 id);

/* Not plugged, or not any more. Waits for what is under way. */
void slot_dev_destroy(struct slot_dev *dev);

/* Before it is plugged: the source is this device's. 0, or why it cannot be. */
int slot_dev_connect(struct slot_dev *dev);

/*
 * Into a free slot and out of it; cannot fail. The guest sees it from its IPL on,
 * or when it was told (machine_notify_slot()). @standby: a guest before it had given
 * it back. Any context, constant time.
 */
void slot_dev_plug(struct slot_dev *dev, u32 slot, bool standby);
void slot_dev_unplug(struct slot_dev *dev);
/* One that the guest has given back is there again, once the guest was told. */
void slot_dev_return(struct slot_dev *dev);
/* Has the guest given it back since it was plugged, or since its IPL? */
bool slot_dev_ejected(struct slot_dev *dev);

/**
 * slot_dev_quiesce() - take nothing more, end what was taken, make it stable
 * @dev: the device
 * @timeout: jiffies
 *
 * Whatever comes of it, nothing new is taken until slot_dev_resume().
 *
 * Context: sleeps. Waits for the host's source, never for the guest.
 * Return: 0; -ETIMEDOUT; -EINTR: a signal came; or why the source could not make it
 * stable.
 */
int slot_dev_quiesce(struct slot_dev *dev, unsigned long timeout);
/* The reverse: 0, or why the source does not serve the device any more. */
int slot_dev_resume(struct slot_dev *dev);

/* The first free slot of a machine from @from on; -ENOSPC. How many there are. */
int machine_free_slot(struct machine *m, u32 from);
u32 machine_free_slots(struct machine *m);
/* Before a machine's storage is taken away: all is quiet. Before its IPL, too. */
void machine_quiet_slots(struct machine *m);

/* The guest has more storage: what reaches it by itself is to reach that, too. */
int machine_slots_storage(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);

/* Id of what is in a slot, or -1. devs_lock held. */
int machine_slot_id(struct machine *m, u32 slot);

/* Within L2, under devs_lock. Every device as at power-on; the slots in use. */
u32 machine_slots_reset(struct machine *m);
void machine_slot_ejected(struct machine *m, u32 slot);

#endif
