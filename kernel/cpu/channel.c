// SPDX-License-Identifier: GPL-2.0
/*
 * cpu/channel.c - the thread that serves a block channel. See channel.h. Layer L2.
 */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cpu/channel.h"
#include "cpu/machine.h"
#include "host/blkio.h"
#include "vdev/virtio_blk.h"

/* How much is served before the guest is told, while more is waiting. */
#define BATCH	16

/**
 * struct channel_dev - a block channel in a machine
 * @m: whose
 * @io: the source
 * @worker: the thread
 * @work: look at the queues
 * @stable: make the source stable, when all before it is done
 * @done: @stable has been carried out
 * @err: what came of it
 * @slot: where it is plugged, or 0 (devs_lock)
 * @quiet: nothing is to be taken (devs_lock)
 * @ejected: the guest gave it back (devs_lock)
 * @id: of the channel
 * @blk: the model (devs_lock)
 * @req: what is being served: the thread's own
 */
struct channel_dev {
	struct machine *m;
	struct blkio *io;
	struct kthread_worker *worker;
	struct kthread_work work;
	struct kthread_work stable;
	struct completion done;
	int err;
	u32 slot;
	bool quiet;
	bool ejected;
	u32 id;
	struct virtio_blk blk;
	struct virtio_blk_req req;
};

/*
 * Serving. The guest's storage stays where it is for as long as its machine does.
 */
static int move_piece(struct channel_dev *dev, u64 pos, u64 gpa, u32 len)
{
	bool read = dev->req.op == VIRTIO_BLK_READ;
	size_t part;
	void *va;
	int err;

	for (; len; pos += part, gpa += part, len -= part) {
		va = machine_va(dev->m, gpa, &part);
		if (!va)
			return -EFAULT;
		part = min_t(size_t, part, len);
		err = read ? blkio_read(dev->io, pos, va, part) :
			     blkio_write(dev->io, pos, va, part);
		if (err)
			return err;
	}
	return 0;
}

static int move(struct channel_dev *dev)
{
	const struct virtio_blk_req *req = &dev->req;
	u64 done, gpa;
	u32 len;
	int err;

	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		err = len ? move_piece(dev, req->pos + done, gpa, len) : -EFAULT;
		if (err)
			return err;
	}
	return 0;
}

static int carry_out(struct channel_dev *dev)
{
	const struct virtio_blk_req *req = &dev->req;

	switch (req->op) {
	case VIRTIO_BLK_READ:
	case VIRTIO_BLK_WRITE:
		return move(dev);
	case VIRTIO_BLK_FLUSH:
		return blkio_flush(dev->io);
	case VIRTIO_BLK_DISCARD:
		return blkio_discard(dev->io, req->pos, req->len);
	case VIRTIO_BLK_ZERO:
		return blkio_zero(dev->io, req->pos, req->len, req->unmap);
	default:
		return 0;
	}
}

static u8 serve(struct channel_dev *dev)
{
	const struct virtio_blk_req *req = &dev->req;
	int err;

	if (req->op == VIRTIO_BLK_NONE)
		return req->status;
	err = carry_out(dev);
	if (!err && req->stable && req->op != VIRTIO_BLK_READ)
		err = blkio_flush(dev->io);
	return err ? VIRTIO_BLK_IOERR : VIRTIO_BLK_OK;
}

static bool take(struct channel_dev *dev, u32 queue)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	return !dev->quiet && virtio_blk_next(&dev->blk, queue, &dev->req);
}

static void give(struct channel_dev *dev, u8 status)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	virtio_blk_done(&dev->blk, &dev->req, status);
}

/* One interrupt for all of a batch. True: there is more. */
static bool end_batch(struct channel_dev *dev, u32 queue)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	virtio_pci_tell(&dev->blk.pci, queue);
	return !dev->quiet && virtio_pci_live(&dev->blk.pci) &&
	       virtq_ask(&dev->blk.pci.queue[queue]);
}

static bool serve_queue(struct channel_dev *dev, u32 queue)
{
	int n;

	for (n = 0; n < BATCH && take(dev, queue); n++)
		give(dev, serve(dev));
	return end_batch(dev, queue);
}

static void serve_all(struct kthread_work *work)
{
	struct channel_dev *dev = container_of(work, struct channel_dev, work);
	bool more = false;
	u32 q;

	for (q = 0; q < dev->blk.cfg.queues; q++)
		more |= serve_queue(dev, q);
	/* Queued again, so that whoever waits for quiet has its turn. */
	if (more)
		kthread_queue_work(dev->worker, &dev->work);
}

static void make_stable(struct kthread_work *work)
{
	struct channel_dev *dev = container_of(work, struct channel_dev, stable);

	dev->err = blkio_flush(dev->io);
	complete(&dev->done);
}

/*
 * The model's effects. devs_lock is held.
 */
static void dev_kick(void *ctx)
{
	struct channel_dev *dev = ctx;

	kthread_queue_work(dev->worker, &dev->work);
}

static void *dev_va(void *ctx, u64 gpa, u32 len)
{
	struct channel_dev *dev = ctx;
	size_t part;
	void *va = machine_va(dev->m, gpa, &part);

	return va && part >= len ? va : NULL;
}

static const struct virtio_blk_env dev_env = {
	.kick = dev_kick,
	.memory = { .va = dev_va },
};

/*
 * Life.
 */
struct channel_dev *channel_dev_create(struct machine *m, struct blkio *io, u32 id,
				       const char *serial)
{
	struct channel_dev *dev = kvzalloc(sizeof(*dev), GFP_KERNEL);
	struct virtio_blk_config cfg = {
		.sectors = io->size / VIRTIO_BLK_SECTOR,
		.block_size = io->block_size,
		.readonly = io->readonly,
		.can_discard = io->can_discard,
		.queues = min_t(u32, m->max_lips, VIRTIO_MAX_QUEUES),
	};

	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->worker = kthread_create_worker(0, "lpar-ch%u", id);
	if (IS_ERR(dev->worker)) {
		kvfree(dev);
		return ERR_PTR(-ENOMEM);
	}
	memcpy(cfg.serial, serial, strnlen(serial, sizeof(cfg.serial)));
	dev->m = m;
	dev->io = io;
	dev->id = id;
	blkio_get(io);
	dev->quiet = true;
	init_completion(&dev->done);
	kthread_init_work(&dev->work, serve_all);
	kthread_init_work(&dev->stable, make_stable);
	virtio_blk_init(&dev->blk, &cfg, &dev_env, dev);
	return dev;
}

/* From now on nothing more is taken; the thread may still be at what was. */
static void be_quiet(struct channel_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	dev->quiet = true;
}

void channel_dev_destroy(struct channel_dev *dev)
{
	be_quiet(dev);
	channel_dev_unplug(dev);
	kthread_destroy_worker(dev->worker);
	blkio_put(dev->io);
	kvfree(dev);
}

struct task_struct *channel_dev_task(struct channel_dev *dev)
{
	return dev->worker->task;
}

void channel_dev_plug(struct channel_dev *dev, u32 slot, bool standby)
{
	struct machine *m = dev->m;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	dev->slot = slot;
	dev->ejected = standby;
	m->slots[slot] = dev;
	pci_plug(&m->pci, slot, &dev->blk.pci.func);
}

void channel_dev_unplug(struct channel_dev *dev)
{
	struct machine *m = dev->m;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	if (!dev->slot)
		return;
	pci_unplug(&m->pci, dev->slot);
	ged_drop_pci(&m->ged, dev->slot);
	m->slots[dev->slot] = NULL;
	dev->slot = 0;
}

bool channel_dev_ejected(struct channel_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	return dev->ejected;
}

int machine_slot_id(struct machine *m, u32 slot)
{
	return m->slots[slot] ? (int)m->slots[slot]->id : -1;
}

/*
 * Quiet.
 */
int channel_dev_quiesce(struct channel_dev *dev, unsigned long timeout)
{
	be_quiet(dev);
	reinit_completion(&dev->done);
	/* One thread: whatever it does now is over when this has its turn. */
	kthread_queue_work(dev->worker, &dev->stable);
	if (!wait_for_completion_timeout(&dev->done, timeout))
		return -ETIMEDOUT;
	return dev->err;
}

void channel_dev_resume(struct channel_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	dev->quiet = false;
	kthread_queue_work(dev->worker, &dev->work);
}

int machine_free_slot(struct machine *m, u32 from)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return pci_free_slot(&m->pci, from);
}

void machine_quiet_slots(struct machine *m)
{
	u32 i;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++) {
		if (!m->slots[i])
			continue;
		be_quiet(m->slots[i]);
		kthread_flush_worker(m->slots[i]->worker);
	}
}

u32 machine_slots_reset(struct machine *m)
{
	u32 i, used = 0;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++) {
		if (!m->slots[i])
			continue;
		virtio_pci_reset(&m->slots[i]->blk.pci);
		m->slots[i]->quiet = false;
		m->slots[i]->ejected = false;
		used |= BIT(i);
	}
	return used;
}

void machine_slot_ejected(struct machine *m, u32 slot)
{
	if (!m->slots[slot])
		return;
	m->slots[slot]->ejected = true;
	virtio_pci_reset(&m->slots[slot]->blk.pci);
}
