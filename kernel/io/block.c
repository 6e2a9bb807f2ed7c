// SPDX-License-Identifier: GPL-2.0
/*
 * io/block.c - threads of a block channel, between the pure model vdev/virtio_blk and
 * host/blkio. See machine/slot.h. Layer L2.
 *
 * A thread per queue takes requests, starts them, and completes those that have ended,
 * up to BLOCK_DEPTH at a time. Direct reads and writes are submitted to the source with
 * pages of the guest's storage and end asynchronously, in any context. Requests that
 * block are left to other threads: reads and writes through the page cache, discards and
 * write-zeroes to a pool (io/pool.c), and flushes to a thread of their own, so that they
 * do not wait behind these.
 */
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "machine/slot.h"
#include "io/block.h"
#include "io/pool.h"
#include "machine/machine.h"
#include "host/blkio.h"
#include "host/pages.h"
#include "vdev/virtio_blk.h"

#define BLOCK_QUEUES	4
/* Maximum number of requests in progress per queue */
#define BLOCK_DEPTH	32

/**
 * struct block_io - a request in progress
 * @q: its queue
 * @node: in @q->done or in flush_list
 * @pooled: for the pool
 * @paged: @vec has all of its data
 * @status: result, VIRTIO_BLK_*
 * @req: the guest's request
 * @r: the request to the source
 * @vec: pages of guest memory
 */
struct block_io {
	struct block_queue *q;
	struct llist_node node;
	struct io_pool_work pooled;
	bool paged;
	u8 status;
	struct virtio_blk_req req;
	struct blkio_req r;
	struct bio_vec vec[VIRTQ_MAX_SIZE];
};

/**
 * struct block_queue - one queue
 * @b: its device
 * @index: its number
 * @worker: its thread
 * @work: serve the queue
 * @done: requests that have ended; any context
 * @ending: number of contexts that are adding to @done and waking the thread
 * @free: unused requests; accessed by the thread only, like @nr_free and @io
 * @nr_free: their number
 * @io: all requests
 */
struct block_queue {
	struct block_dev *b;
	u32 index;
	struct kthread_worker *worker;
	struct kthread_work work;
	struct llist_head done;
	atomic_t ending;
	struct block_io *free[BLOCK_DEPTH];
	u32 nr_free;
	struct block_io io[BLOCK_DEPTH];
};

/**
 * struct block_dev - a block channel in a machine
 * @dev: common part
 * @io: the source
 * @pool: threads for requests that block
 * @flush: thread for flushes
 * @flush_work: serve @flush_list
 * @flush_list: flushes
 * @stable_work: flush the source
 * @stable_wanted: number of the last requested flush; the owner's lock is held
 * @stable_done: number of the last completed flush
 * @stable_err: its result
 * @idle: woken when requests have ended
 * @queue: one for each queue of the model
 * @blk: the model (devs_lock)
 */
struct block_dev {
	struct slot_dev dev;
	struct blkio *io;
	struct io_pool pool;
	struct kthread_worker *flush;
	struct kthread_work flush_work;
	struct llist_head flush_list;
	struct kthread_work stable_work;
	u32 stable_wanted;
	u32 stable_done;
	int stable_err;
	wait_queue_head_t idle;
	struct block_queue *queue[BLOCK_QUEUES];
	struct virtio_blk blk;
};

/* dev.task[]: the queues' threads, the one for flushes, the pool */
#define BLOCK_TASK_FLUSH	BLOCK_QUEUES
#define BLOCK_TASK_POOL		(BLOCK_QUEUES + 1)

static_assert(BLOCK_TASK_POOL + IO_POOL_THREADS <= SLOT_DEV_TASKS);
static_assert(BLOCK_QUEUES <= VIRTIO_MAX_QUEUES);

static struct block_dev *to_block(struct slot_dev *dev)
{
	return container_of(dev, struct block_dev, dev);
}

/*
 * The end of a request. Any context.
 */
static void block_ended(struct block_io *io, u8 status)
{
	struct block_queue *q = io->q;

	io->status = status;
	atomic_inc(&q->ending);
	/* block_serve() checks the list again by itself. */
	if (llist_add(&io->node, &q->done) && !(in_task() && q->worker->task == current))
		kthread_queue_work(q->worker, &q->work);
	/* The device may be freed from here on: see block_free_queue(). */
	atomic_dec_return_release(&q->ending);
}

static void block_ended_by(struct block_io *io, int err)
{
	block_ended(io, err ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK);
}

static void block_pages_done(struct blkio_req *r)
{
	block_ended_by(container_of(r, struct block_io, r), r->err);
}

/*
 * Transfer by pages. The guest's storage is not moved while its machine exists, which
 * waits for requests in progress.
 */
static bool block_add_page(struct block_io *io, struct page *page, u64 gpa, u32 len)
{
	struct bio_vec *v = &io->vec[io->r.nr];

	if (io->r.nr == ARRAY_SIZE(io->vec))
		return false;
	v->bv_page = page;
	v->bv_offset = offset_in_page(gpa);
	v->bv_len = len;
	io->r.nr++;
	return true;
}

static bool block_add_piece(struct block_io *io, u64 gpa, u32 len)
{
	struct page *page;
	size_t part;

	if ((gpa | len) % VIRTIO_BLK_SECTOR)
		return false;
	for (; len; gpa += part, len -= part) {
		page = machine_page(io->q->b->dev.m, gpa, &part);
		part = min_t(size_t, part, len);
		if (!page || !block_add_page(io, page, gpa, part))
			return false;
	}
	return true;
}

/* False: no pages, not aligned, or too many pieces. */
static bool block_add_pages(struct block_io *io)
{
	const struct virtio_blk_req *req = &io->req;
	u64 done, gpa;
	u32 len;

	io->r.nr = 0;
	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		if (!len || !block_add_piece(io, gpa, len))
			return false;
	}
	return true;
}

static void block_prepare_pages(struct block_io *io)
{
	io->r.done = block_pages_done;
	io->r.vec = io->vec;
	io->r.len = io->req.len;
	io->r.write = io->req.op == VIRTIO_BLK_WRITE;
	io->r.stable = io->req.stable;
}

/*
 * Transfer by copying.
 */
static int block_copy_piece(struct block_io *io, u64 pos, u64 gpa, u32 len)
{
	struct block_dev *b = io->q->b;
	size_t part;
	void *va;
	int err;

	for (; len; pos += part, gpa += part, len -= part) {
		va = machine_va(b->dev.m, gpa, &part);
		if (!va)
			return -EFAULT;
		part = min_t(size_t, part, len);
		err = io->req.op == VIRTIO_BLK_READ ? blkio_read(b->io, pos, va, part) :
						      blkio_write(b->io, pos, va, part);
		if (err)
			return err;
	}
	return 0;
}

static int block_copy(struct block_io *io)
{
	const struct virtio_blk_req *req = &io->req;
	u64 done, gpa;
	u32 len;
	int err;

	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		err = len ? block_copy_piece(io, req->pos + done, gpa, len) : -EFAULT;
		if (err)
			return err;
	}
	return req->op == VIRTIO_BLK_WRITE && req->stable ? blkio_flush(io->q->b->io) : 0;
}

/*
 * Requests that block. Context: a thread of the pool.
 */
static int block_deallocate(struct block_io *io)
{
	const struct virtio_blk_req *req = &io->req;
	struct blkio *source = io->q->b->io;
	int err;

	if (req->op == VIRTIO_BLK_DISCARD)
		err = blkio_discard(source, req->pos, req->len);
	else
		err = blkio_zero(source, req->pos, req->len, req->unmap);
	return !err && req->stable ? blkio_flush(source) : err;
}

static bool block_is_transfer(const struct block_io *io)
{
	return io->req.op == VIRTIO_BLK_READ || io->req.op == VIRTIO_BLK_WRITE;
}

static void block_execute(struct io_pool_work *w)
{
	struct block_io *io = container_of(w, struct block_io, pooled);

	if (!block_is_transfer(io))
		block_ended_by(io, block_deallocate(io));
	else if (io->paged)
		blkio_start(io->q->b->io, &io->r, io->req.pos);
	else
		block_ended_by(io, block_copy(io));
}

static void block_leave_to_pool(struct block_io *io)
{
	io->pooled.fn = block_execute;
	io_pool_add(&io->q->b->pool, &io->pooled);
}

/*
 * Flushes. Those that have come before it begins share one flush of the source, which
 * covers all writes that had ended before any of them.
 */
static void block_serve_flushes(struct kthread_work *work)
{
	struct block_dev *b = container_of(work, struct block_dev, flush_work);
	struct llist_node *list = llist_reverse_order(llist_del_all(&b->flush_list));
	struct block_io *io, *next;
	int err;

	if (!list)
		return;
	err = blkio_flush(b->io);
	llist_for_each_entry_safe(io, next, list, node)
		block_ended_by(io, err);
}

static void block_make_stable(struct kthread_work *work)
{
	struct block_dev *b = container_of(work, struct block_dev, stable_work);
	u32 wanted = READ_ONCE(b->stable_wanted);

	b->stable_err = blkio_settle(b->io);
	/* Pairs with the acquire in block_quiesce(): publishes stable_err. */
	smp_store_release(&b->stable_done, wanted);
	wake_up(&b->idle);
}

/*
 * Serving a queue.
 */
static void block_start_transfer(struct block_io *io)
{
	struct blkio *source = io->q->b->io;

	io->paged = io->req.len && block_add_pages(io);
	if (io->paged) {
		block_prepare_pages(io);
		/* A read from the page cache does not block: no other thread is needed. */
		if (blkio_start_direct(source, &io->r, io->req.pos) ||
		    blkio_read_cached(source, &io->r, io->req.pos))
			return;
	}
	block_leave_to_pool(io);
}

static void block_start(struct block_io *io)
{
	struct block_dev *b = io->q->b;

	switch (io->req.op) {
	case VIRTIO_BLK_NONE:
		block_ended(io, io->req.status);
		break;
	case VIRTIO_BLK_READ:
	case VIRTIO_BLK_WRITE:
		block_start_transfer(io);
		break;
	case VIRTIO_BLK_FLUSH:
		llist_add(&io->node, &b->flush_list);
		kthread_queue_work(b->flush, &b->flush_work);
		break;
	default:
		block_leave_to_pool(io);
	}
}

static struct block_io *block_take(struct block_queue *q)
{
	struct block_dev *b = q->b;
	struct block_io *io;

	if (!q->nr_free)
		return NULL;
	io = q->free[q->nr_free - 1];
	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	if (b->dev.quiet || !virtio_blk_next(&b->blk, q->index, &io->req))
		return NULL;
	q->nr_free--;
	return io;
}

static void block_give(struct block_io *io)
{
	struct block_dev *b = io->q->b;

	scoped_guard(raw_spinlock_irqsave, &b->dev.m->devs_lock)
		virtio_blk_done(&b->blk, &io->req, io->status);
	io->q->free[io->q->nr_free++] = io;
}

static void block_give_ended(struct block_queue *q)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&q->done));
	struct block_io *io, *next;

	llist_for_each_entry_safe(io, next, list, node)
		block_give(io);
}

/* Send one interrupt for the whole batch. True: more requests are waiting. */
static bool block_end_batch(struct block_queue *q)
{
	struct block_dev *b = q->b;

	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	virtio_pci_tell(&b->blk.pci, q->index);
	/* With none free no kick is needed: the next completion serves the queue. */
	return q->nr_free && !b->dev.quiet && virtio_pci_live(&b->blk.pci) &&
	       virtq_ask(&b->blk.pci.queue[q->index]);
}

static void block_serve(struct kthread_work *work)
{
	struct block_queue *q = container_of(work, struct block_queue, work);
	struct block_io *io;
	struct blk_plug plug;

	block_give_ended(q);
	blk_start_plug(&plug);
	while ((io = block_take(q)) != NULL)
		block_start(io);
	blk_finish_plug(&plug);
	block_give_ended(q);
	if (block_end_batch(q))
		kthread_queue_work(q->worker, &q->work);
	if (wq_has_sleeper(&q->b->idle))
		wake_up(&q->b->idle);
}

/*
 * Callbacks of the model. devs_lock is held.
 */
static void block_kick(void *ctx, u32 queue)
{
	struct block_dev *b = ctx;

	kthread_queue_work(b->queue[queue]->worker, &b->queue[queue]->work);
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
 * slot_dev_ops
 */
static void block_reset(struct slot_dev *dev)
{
	virtio_pci_reset(&to_block(dev)->blk.pci);
}

static int block_resume(struct slot_dev *dev)
{
	struct block_dev *b = to_block(dev);
	u32 i;

	for (i = 0; i < b->blk.cfg.queues; i++)
		block_kick(b, i);
	return 0;
}

static bool block_at_rest(struct block_dev *b)
{
	guard(raw_spinlock_irqsave)(&b->dev.m->devs_lock);
	return !b->blk.pci.busy;
}

static void block_drain(struct slot_dev *dev)
{
	struct block_dev *b = to_block(dev);

	wait_event_idle(b->idle, block_at_rest(b));
}

static int block_quiesce(struct slot_dev *dev, unsigned long timeout)
{
	struct block_dev *b = to_block(dev);
	long left = wait_event_interruptible_timeout(b->idle, block_at_rest(b), timeout);

	if (left <= 0)
		return left ? -EINTR : -ETIMEDOUT;
	WRITE_ONCE(b->stable_wanted, b->stable_wanted + 1);
	kthread_queue_work(b->flush, &b->stable_work);
	/* Pairs with smp_store_release() in block_make_stable(). */
	left = wait_event_interruptible_timeout(b->idle, smp_load_acquire(&b->stable_done) ==
							 b->stable_wanted, left);
	if (left <= 0)
		return left ? -EINTR : -ETIMEDOUT;
	return b->stable_err;
}

/*
 * Creation and destruction.
 */
static void block_free_queue(struct block_queue *q)
{
	if (!q)
		return;
	/* All requests have ended, but block_ended() may still be waking the thread. */
	while (atomic_read_acquire(&q->ending))
		usleep_range(10, 50);
	if (!IS_ERR_OR_NULL(q->worker))
		kthread_destroy_worker(q->worker);
	kvfree(q);
}

static void block_free_dev(struct block_dev *b)
{
	u32 i;

	for (i = 0; i < BLOCK_QUEUES; i++)
		block_free_queue(b->queue[i]);
	io_pool_exit(&b->pool);
	if (!IS_ERR_OR_NULL(b->flush))
		kthread_destroy_worker(b->flush);
	blkio_put(b->io);
	kvfree(b);
}

static void block_destroy(struct slot_dev *dev)
{
	block_drain(dev);
	block_free_dev(to_block(dev));
}

static const struct slot_dev_ops block_ops = {
	.reset = block_reset,
	.resume = block_resume,
	.drain = block_drain,
	.quiesce = block_quiesce,
	.destroy = block_destroy,
};

static int block_make_queue(struct block_dev *b, u32 index)
{
	struct block_queue *q = kvzalloc(sizeof(*q), GFP_KERNEL);

	if (!q)
		return -ENOMEM;
	b->queue[index] = q;
	q->b = b;
	q->index = index;
	init_llist_head(&q->done);
	kthread_init_work(&q->work, block_serve);
	for (; q->nr_free < BLOCK_DEPTH; q->nr_free++) {
		q->io[q->nr_free].q = q;
		q->free[q->nr_free] = &q->io[q->nr_free];
	}
	q->worker = kthread_create_worker(0, "lpar-ch%u/%u", b->dev.id, index);
	if (IS_ERR(q->worker))
		return PTR_ERR(q->worker);
	b->dev.task[index] = q->worker->task;
	return 0;
}

static int block_make_threads(struct block_dev *b)
{
	int err = io_pool_init(&b->pool, b->dev.id, &b->dev.task[BLOCK_TASK_POOL]);
	u32 i;

	if (err)
		return err;
	b->flush = kthread_create_worker(0, "lpar-ch%u/flush", b->dev.id);
	if (IS_ERR(b->flush))
		return PTR_ERR(b->flush);
	b->dev.task[BLOCK_TASK_FLUSH] = b->flush->task;
	for (i = 0; i < b->blk.cfg.queues; i++) {
		err = block_make_queue(b, i);
		if (err)
			return err;
	}
	return 0;
}

static void block_init_model(struct block_dev *b, struct machine *m, const char *serial)
{
	const struct blkio *io = b->io;
	struct virtio_blk_setup cfg = {
		.sectors = io->size / VIRTIO_BLK_SECTOR,
		.block_size = io->block_size,
		.unit = io->unit,
		.readonly = io->readonly,
		.can_discard = io->can_discard,
		.queues = min_t(u32, m->max_lips, BLOCK_QUEUES),
	};

	memcpy(cfg.serial, serial, strnlen(serial, sizeof(cfg.serial)));
	virtio_blk_init(&b->blk, &cfg, &block_env, b);
}

struct slot_dev *io_block_create(struct machine *m, struct blkio *io, u32 id,
				 const char *serial)
{
	struct block_dev *b = kvzalloc(sizeof(*b), GFP_KERNEL);
	int err;

	if (!b)
		return ERR_PTR(-ENOMEM);
	b->io = io;
	blkio_get(io);
	init_waitqueue_head(&b->idle);
	init_llist_head(&b->flush_list);
	kthread_init_work(&b->flush_work, block_serve_flushes);
	kthread_init_work(&b->stable_work, block_make_stable);
	block_init_model(b, m, serial);
	slot_dev_init(&b->dev, &block_ops, m, &b->blk.pci.func, id);
	err = block_make_threads(b);
	if (err) {
		block_free_dev(b);
		return ERR_PTR(err);
	}
	return &b->dev;
}
