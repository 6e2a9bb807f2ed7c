/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/pool.h - a few threads of one device, for requests that block. Layer L2.
 *
 * A device has its own threads instead of a workqueue: they must be kept off the
 * monitor's CPUs, and a source that hangs must not occupy the threads of another one.
 */
#ifndef LPAR_IO_POOL_H
#define LPAR_IO_POOL_H

#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Few, because requests that block mostly wait for one disk */
#define IO_POOL_THREADS	4

struct io_pool;

/**
 * struct io_pool_work - a request
 * @node: private
 * @fn: executes it; may block, and may free it
 */
struct io_pool_work {
	struct list_head node;
	void (*fn)(struct io_pool_work *w);
};

/* Private: a thread; @busy, under the pool's lock: it serves the list, or is about to. */
struct io_pool_thread {
	struct io_pool *pool;
	struct kthread_worker *worker;
	struct kthread_work work;
	bool busy;
};

/**
 * struct io_pool - threads that execute requests, each begun in the order of arrival
 * @lock: a leaf
 * @list: requests that have not begun (@lock)
 * @thread: the threads
 * @nr: their number
 */
struct io_pool {
	spinlock_t lock;	/* a leaf */
	struct list_head list;
	struct io_pool_thread thread[IO_POOL_THREADS];
	u32 nr;
};

/**
 * io_pool_init() - create the threads
 * @pool: zeroed
 * @id: number of the channel, for their names
 * @task: gets the threads
 *
 * Context: sleeps.
 * Return: 0 or -errno; then io_pool_exit() frees those that were created.
 */
int io_pool_init(struct io_pool *pool, u32 id, struct task_struct *task[IO_POOL_THREADS]);

/* End the threads, after all requests. Sleeps as long as these take. */
void io_pool_exit(struct io_pool *pool);

/* Add a request, with @fn set. Context: process, may not sleep. */
void io_pool_add(struct io_pool *pool, struct io_pool_work *w);

#endif
