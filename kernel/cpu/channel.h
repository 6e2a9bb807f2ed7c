/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/channel.h - a block channel as a device of one machine: the pure model of
 * vdev/virtio_blk in front, host/blkio behind, and a thread between that does
 * what can block. Layer L2.
 *
 * The model belongs to the machine's devs_lock; the source to the thread. The
 * guest's LIPs only ever wake the thread.
 */
#ifndef LPAR_CPU_CHANNEL_H
#define LPAR_CPU_CHANNEL_H

#include <linux/types.h>

struct blkio;
struct channel_dev;
struct machine;
struct task_struct;

/**
 * channel_dev_create() - a device that no slot has yet
 * @m: whose
 * @io: its source; takes a reference
 * @id: of the channel, for the thread's name
 * @serial: what the guest reads as its serial number
 *
 * It is quiet: takes nothing before channel_dev_resume().
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct channel_dev *channel_dev_create(struct machine *m, struct blkio *io, u32 id,
				       const char *serial);
/* Not plugged, or not any more. Waits for what is under way. */
void channel_dev_destroy(struct channel_dev *dev);
struct task_struct *channel_dev_task(struct channel_dev *dev);

/*
 * Into a free slot and out of it; cannot fail. The guest sees it from its IPL on,
 * or when it was told (machine_notify_slot()). @standby: a guest before it had given
 * it back. Any context, constant time.
 */
void channel_dev_plug(struct channel_dev *dev, u32 slot, bool standby);
void channel_dev_unplug(struct channel_dev *dev);
/* Has the guest given it back since it was plugged, or since its IPL? */
bool channel_dev_ejected(struct channel_dev *dev);

/**
 * channel_dev_quiesce() - take nothing more, end what was taken, make it stable
 * @dev: the device
 * @timeout: jiffies
 *
 * Whatever comes of it, nothing new is taken until channel_dev_resume().
 *
 * Context: sleeps. Waits for the host's source, never for the guest.
 * Return: 0; -ETIMEDOUT, or why the source could not make it stable.
 */
int channel_dev_quiesce(struct channel_dev *dev, unsigned long timeout);
void channel_dev_resume(struct channel_dev *dev);

/* Free slots of a machine from @from on; -ENOSPC. */
int machine_free_slot(struct machine *m, u32 from);
/* Before a machine's storage is taken away: all is quiet. Before its IPL, too. */
void machine_quiet_slots(struct machine *m);

/* Id of the channel in a slot, or -1. devs_lock held. */
int machine_slot_id(struct machine *m, u32 slot);

/* Within L2, under devs_lock. Every device as at power-on; the slots in use. */
u32 machine_slots_reset(struct machine *m);
void machine_slot_ejected(struct machine *m, u32 slot);

#endif
