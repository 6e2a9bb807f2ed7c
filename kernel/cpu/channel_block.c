// SPDX-License-Identifier: GPL-2.0
/*
 * cpu/channel_block.c - the thread that serves a block channel: the pure model of
 * vdev/virtio_blk in front, host/blkio behind. See channel.h. Layer L2.
 */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cpu/channel.h"
#include "cpu/channel_block.h"
#include "cpu/machine.h"
#include "host/blkio.h"
#include "vdev/virtio_blk.h"

#define QUEUES	4
/* How much is served before the guest is told, while more is waiting. */
#define BATCH	16

/**
 * struct block_dev - a block channel in a machine
 * @dev: as any channel
 * @io: the source
 * @worker: the thread
 * @work: look at the queues
 * @stable: make the source stable, when all before it is done
 * @done: @stable has been carried out
 * @err: what came of it
 * @blk: the model (devs_lock)
 * @req: what is being served: the thread's own
 */
struct block_dev {
	struct channel_dev dev;
	struct blkio *io;
	struct kthread_worker *worker;
	struct kthread_work work;
	struct kthread_work stable;
	struct completion done;
	int err;
	struct virtio_blk blk;
	struct virtio_blk_req req;
};

static struct block_dev *to_block(struct channel_dev *dev)
{
	return container_of(dev, struct block_dev, dev);
}

/*
 * Serving. The guest's storage stays where it is for as long as its machine does.
 */
static int move_piece(struct block_dev *b, u64 pos, u64 gpa, u32 len)
{
	bool read = b->req.op == VIRTIO_BLK_READ;
	size_t part;
	void *va;
	int err;

	for (; len; pos += part, gpa += part, len -= part) {
		va = machine_va(b->dev.m, gpa, &part);
		if (!va)
			return -EFAULT;
		part = min_t(size_t, part, len);
		err = read ? blkio_read(b->io, pos, va, part) :
			     blkio_write(b->io, pos, va, part);
		if (err)
			return err;
	}
	return 0;
}

static int move(struct block_dev *b)
{
	const struct virtio_blk_req *req = &b->req;
	u64 done, gpa;
	u32 len;
	int err;

	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		err = len ? move_piece(b, req->pos + done, gpa, len) : -EFAULT;
		if (err)
			return err;
	}
	return 0;
}

static int carry_out(struct block_dev *b)
{
	const struct virtio_blk_req *req = &b->req;

	switch (req->op) {
	case VIRTIO_BLK_READ:
	case VIRTIO_BLK_WRITE:
		return move(b);
	case VIRTIO_BLK_FLUSH:
		return blkio_flush(b->io);
	case VIRTIO_BLK_DISCARD:
		return blkio_discard(b->io, req->pos, req->len);
	case VIRTIO_BLK_ZERO:
		return blkio_zero(b->io, req->pos, req->len, req->unmap);
	default:
		return 0;
	}
}

static u8 serve(struct block_dev *b)
{
	const struct virtio_blk_req *req = &b->req;
	int err;

	if (req->op == VIRTIO_BLK_NONE)
		return req->status;
	err = carry_out(b);
	if (!err && req->stable && req->op != VIRTIO_BLK_READ)
		err = blkio_flush(b->io);
	return err ? VIRTIO_BLK_IOERR : VIRTIO_BLK_OK;
}

static bool take(struct block_dev *b, u32 queue)
{
	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	return !b->dev.quiet && virtio_blk_next(&b->blk, queue, &b->req);
}

static void give(struct block_dev *b, u8 status)
{
	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	virtio_blk_done(&b->blk, &b->req, status);
}

/* One interrupt for all of a batch. True: there is more. */
static bool end_batch(struct block_dev *b, u32 queue)
{
	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	virtio_pci_tell(&b->blk.pci, queue);
	return !b->dev.quiet && virtio_pci_live(&b->blk.pci) &&
	       virtq_ask(&b->blk.pci.queue[queue]);
}

static bool serve_queue(struct block_dev *b, u32 queue)
{
	int n;

	for (n = 0; n < BATCH && take(b, queue); n++)
		give(b, serve(b));
	return end_batch(b, queue);
}

static void serve_all(struct kthread_work *work)
{
	struct block_dev *b = container_of(work, struct block_dev, work);
	bool more = false;
	u32 q;

	for (q = 0; q < b->blk.cfg.queues; q++)
		more |= serve_queue(b, q);
	/* Queued again, so that whoever waits for quiet has its turn. */
	if (more)
		kthread_queue_work(b->worker, &b->work);
}

static void make_stable(struct kthread_work *work)
{
	struct block_dev *b = container_of(work, struct block_dev, stable);

	b->err = blkio_flush(b->io);
	complete(&b->done);
}

/*
 * The model's effects. devs_lock is held.
 */
static void block_kick(void *ctx)
{
	struct block_dev *b = ctx;

	kthread_queue_work(b->worker, &b->work);
}

static void *block_va(void *ctx, u64 gpa, u32 len)
{
	struct block_dev *b = ctx;
	size_t part;
	void *va = machine_va(b->dev.m, gpa, &part);

	return va && part >= len ? va : NULL;
}

static const struct virtio_blk_env block_env = {
	.kick = block_kick,
	.memory = { .va = block_va },
};

/*
 * The device, as any channel.
 */
static void block_reset(struct channel_dev *dev)
{
	virtio_pci_reset(&to_block(dev)->blk.pci);
}

static void block_resume(struct channel_dev *dev)
{
	struct block_dev *b = to_block(dev);

	kthread_queue_work(b->worker, &b->work);
}

static void block_drain(struct channel_dev *dev)
{
	kthread_flush_worker(to_block(dev)->worker);
}

static int block_quiesce(struct channel_dev *dev, unsigned long timeout)
{
	struct block_dev *b = to_block(dev);

	reinit_completion(&b->done);
	/* One thread: whatever it does now is over when this has its turn. */
	kthread_queue_work(b->worker, &b->stable);
	if (!wait_for_completion_timeout(&b->done, timeout))
		return -ETIMEDOUT;
	return b->err;
}

static void block_destroy(struct channel_dev *dev)
{
	struct block_dev *b = to_block(dev);

	kthread_destroy_worker(b->worker);
	blkio_put(b->io);
	kvfree(b);
}

static const struct channel_dev_ops block_ops = {
	.reset = block_reset,
	.resume = block_resume,
	.drain = block_drain,
	.quiesce = block_quiesce,
	.destroy = block_destroy,
};

static void init_model(struct block_dev *b, struct machine *m, const char *serial)
{
	const struct blkio *io = b->io;
	struct virtio_blk_config cfg = {
		.sectors = io->size / VIRTIO_BLK_SECTOR,
		.block_size = io->block_size,
		.readonly = io->readonly,
		.can_discard = io->can_discard,
		.queues = min_t(u32, m->max_lips, QUEUES),
	};

	memcpy(cfg.serial, serial, strnlen(serial, sizeof(cfg.serial)));
	virtio_blk_init(&b->blk, &cfg, &block_env, b);
}

struct channel_dev *channel_block_create(struct machine *m, struct blkio *io, u32 id,
					 const char *serial)
{
	struct block_dev *b = kvzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return ERR_PTR(-ENOMEM);
	b->worker = kthread_create_worker(0, "lpar-ch%u", id);
	if (IS_ERR(b->worker)) {
		kvfree(b);
		return ERR_PTR(-ENOMEM);
	}
	b->io = io;
	blkio_get(io);
	init_completion(&b->done);
	kthread_init_work(&b->work, serve_all);
	kthread_init_work(&b->stable, make_stable);
	init_model(b, m, serial);
	channel_dev_init(&b->dev, &block_ops, m, &b->blk.pci.func, id);
	b->dev.task[0] = b->worker->task;
	return &b->dev;
}
