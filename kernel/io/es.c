// SPDX-License-Identifier: GPL-2.0
/*
 * io/es.c - serve expanded storage. Requests do not block, but copying takes time, so
 * it is done by a thread and not by a dispatcher. Layer L2.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "io/es.h"
#include "machine/machine.h"
#include "host/pages.h"
#include "vdev/virtio_blk.h"

#define ES_BATCH	16
#define BLOCK_SECTORS	(HOST_BLOCK_SIZE / VIRTIO_BLK_SECTOR)
#define ES_BLOCK_SIZE	4096	/* the guest's page size */
#define ES_SERIAL	"lpar-es"

/**
 * struct es_dev - the expanded storage of a machine
 * @dev: common part
 * @worker: the thread
 * @work: serve the queue
 * @pfn: host frames of the blocks (devs_lock; the thread reads it without the lock
 *	while it serves a request, see io_es_set())
 * @nr: number of blocks, which may exceed what the guest sees (devs_lock)
 * @blk: the model (devs_lock)
 * @req: current request; accessed by the thread only
 */
struct es_dev {
	struct slot_dev dev;
	struct kthread_worker *worker;
	struct kthread_work work;
	const u64 *pfn;
	u64 nr;
	struct virtio_blk blk;
	struct virtio_blk_req req;
};

static struct es_dev *to_es(struct slot_dev *dev)
{
	return container_of(dev, struct es_dev, dev);
}

/* Host mapping of byte @pos, and the number of contiguous bytes from there. */
static void *es_at(const struct es_dev *es, u64 pos, size_t *len)
{
	u64 offset = pos % HOST_BLOCK_SIZE;

	*len = HOST_BLOCK_SIZE - offset;
	return host_va(PFN_PHYS(es->pfn[pos / HOST_BLOCK_SIZE])) + offset;
}

/* Copy between @len bytes at @pos and guest memory at @gpa. */
static int es_copy(struct es_dev *es, u64 pos, u64 gpa, u32 len)
{
	void *here, *there;
	size_t part, room;

	for (; len; pos += part, gpa += part, len -= part) {
		here = es_at(es, pos, &room);
		there = machine_va(es->dev.m, gpa, &part);
		if (!there)
			return -EFAULT;
		part = min3(part, room, (size_t)len);
		if (es->req.op == VIRTIO_BLK_READ)
			memcpy(there, here, part);
		else
			memcpy(here, there, part);
		cond_resched();
	}
	return 0;
}

static int es_move(struct es_dev *es)
{
	const struct virtio_blk_req *req = &es->req;
	u64 done, gpa;
	u32 len;
	int err;

	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		err = len ? es_copy(es, req->pos + done, gpa, len) : -EFAULT;
		if (err)
			return err;
	}
	return 0;
}

/* Write zeroes; also for discard. */
static void es_zero(struct es_dev *es)
{
	u64 pos = es->req.pos, left = es->req.len;
	size_t part;
	void *va;

	for (; left; pos += part, left -= part) {
		va = es_at(es, pos, &part);
		part = min_t(u64, part, left);
		memset(va, 0, part);
		cond_resched();
	}
}

static u8 es_serve(struct es_dev *es)
{
	int err = 0;

	switch (es->req.op) {
	case VIRTIO_BLK_NONE:
		return es->req.status;
	case VIRTIO_BLK_READ:
	case VIRTIO_BLK_WRITE:
		err = es_move(es);
		break;
	case VIRTIO_BLK_DISCARD:
	case VIRTIO_BLK_ZERO:
		es_zero(es);
		break;
	case VIRTIO_BLK_FLUSH:
		break;
	}
	return err ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK;
}

static bool es_take(struct es_dev *es)
{
	guard(raw_spinlock_irqsave)(&es->dev.m->devs_lock);
	return !es->dev.quiet && virtio_blk_next(&es->blk, 0, &es->req);
}

static void es_give(struct es_dev *es, u8 status)
{
	guard(raw_spinlock_irqsave)(&es->dev.m->devs_lock);
	virtio_blk_done(&es->blk, &es->req, status);
}

/* Send one interrupt for the whole batch. True: more requests are waiting. */
static bool es_end_batch(struct es_dev *es)
{
	guard(raw_spinlock_irqsave)(&es->dev.m->devs_lock);
	virtio_pci_tell(&es->blk.pci, 0);
	return !es->dev.quiet && virtio_pci_live(&es->blk.pci) &&
	       virtq_ask(&es->blk.pci.queue[0]);
}

static void es_serve_all(struct kthread_work *work)
{
	struct es_dev *es = container_of(work, struct es_dev, work);
	int n;

	for (n = 0; n < ES_BATCH && es_take(es); n++)
		es_give(es, es_serve(es));
	if (es_end_batch(es))
		kthread_queue_work(es->worker, &es->work);
}

/*
 * Callbacks of the model. devs_lock is held.
 */
static void es_kick(void *ctx, u32 queue)
{
	struct es_dev *es = ctx;

	kthread_queue_work(es->worker, &es->work);
}

static void *es_va(void *ctx, u64 gpa, u32 len)
{
	struct es_dev *es = ctx;
	size_t part;
	void *va = machine_va(es->dev.m, gpa, &part);

	return va && part >= len ? va : NULL;
}

static const struct virtio_blk_env es_env = {
	.kick = es_kick,
	.memory = { .va = es_va },
};

/*
 * slot_dev_ops
 */
static void es_reset(struct slot_dev *dev)
{
	struct es_dev *es = to_es(dev);

	virtio_pci_reset(&es->blk.pci);
	virtio_blk_grow(&es->blk, es->nr * BLOCK_SECTORS);
}

static int es_resume(struct slot_dev *dev)
{
	kthread_queue_work(to_es(dev)->worker, &to_es(dev)->work);
	return 0;
}

static void es_drain(struct slot_dev *dev)
{
	kthread_flush_worker(to_es(dev)->worker);
}

static int es_quiesce(struct slot_dev *dev, unsigned long timeout)
{
	es_drain(dev);
	return 0;
}

static void es_destroy(struct slot_dev *dev)
{
	kthread_destroy_worker(to_es(dev)->worker);
	kvfree(to_es(dev));
}

static const struct slot_dev_ops es_ops = {
	.reset = es_reset,
	.resume = es_resume,
	.drain = es_drain,
	.quiesce = es_quiesce,
	.destroy = es_destroy,
};

struct slot_dev *io_es_create(struct machine *m, const u64 *pfn, u64 nr)
{
	const struct virtio_blk_setup cfg = {
		.sectors = nr * BLOCK_SECTORS,
		.block_size = ES_BLOCK_SIZE,
		.unit = ES_BLOCK_SIZE,
		.can_discard = true,
		.serial = ES_SERIAL,
		.queues = 1,
	};
	struct es_dev *es = kvzalloc(sizeof(*es), GFP_KERNEL);

	if (!es)
		return ERR_PTR(-ENOMEM);
	es->worker = kthread_create_worker(0, "lpar-es/%u", m->number);
	if (IS_ERR(es->worker)) {
		kvfree(es);
		return ERR_PTR(-ENOMEM);
	}
	es->pfn = pfn;
	es->nr = nr;
	kthread_init_work(&es->work, es_serve_all);
	virtio_blk_init(&es->blk, &cfg, &es_env, es);
	slot_dev_init(&es->dev, &es_ops, m, &es->blk.pci.func, SLOT_DEV_ES);
	es->dev.task[0] = es->worker->task;
	return &es->dev;
}

void io_es_set(struct slot_dev *dev, const u64 *pfn, u64 nr)
{
	struct es_dev *es = to_es(dev);

	scoped_guard(raw_spinlock_irqsave, &dev->m->devs_lock) {
		es->pfn = pfn;
		es->nr = nr;
	}
	/* Wait for a request that still uses the old list. */
	kthread_flush_worker(es->worker);
}

void io_es_tell(struct slot_dev *dev)
{
	struct es_dev *es = to_es(dev);

	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	virtio_blk_grow(&es->blk, es->nr * BLOCK_SECTORS);
}
