// SPDX-License-Identifier: GPL-2.0
/*
 * io/pool.c - a few threads of one device, for requests that block. See io/pool.h.
 * Layer L2.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/sched.h>

#include "io/pool.h"

static struct io_pool_work *pool_next(struct io_pool_thread *t)
{
	struct io_pool *pool = t->pool;
	struct io_pool_work *w;

	guard(spinlock)(&pool->lock);
	w = list_first_entry_or_null(&pool->list, struct io_pool_work, node);
	if (w)
		list_del(&w->node);
	else
		t->busy = false;
	return w;
}

static void pool_serve(struct kthread_work *work)
{
	struct io_pool_thread *t = container_of(work, struct io_pool_thread, work);
	struct io_pool_work *w;

	while ((w = pool_next(t)) != NULL) {
		w->fn(w);
		cond_resched();
	}
}

void io_pool_add(struct io_pool *pool, struct io_pool_work *w)
{
	u32 i;

	guard(spinlock)(&pool->lock);
	list_add_tail(&w->node, &pool->list);
	for (i = 0; i < pool->nr && pool->thread[i].busy; i++)
		;
	/* All are busy: the first that has finished takes it. */
	if (i == pool->nr)
		return;
	pool->thread[i].busy = true;
	kthread_queue_work(pool->thread[i].worker, &pool->thread[i].work);
}

int io_pool_init(struct io_pool *pool, u32 id, struct task_struct *task[IO_POOL_THREADS])
{
	struct kthread_worker *worker;
	struct io_pool_thread *t;

	spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->list);
	for (; pool->nr < IO_POOL_THREADS; pool->nr++) {
		worker = kthread_create_worker(0, "lpar-ch%u/io%u", id, pool->nr);
		if (IS_ERR(worker))
			return PTR_ERR(worker);
		t = &pool->thread[pool->nr];
		t->pool = pool;
		t->worker = worker;
		kthread_init_work(&t->work, pool_serve);
		task[pool->nr] = worker->task;
	}
	return 0;
}

void io_pool_exit(struct io_pool *pool)
{
	for (; pool->nr; pool->nr--)
		kthread_destroy_worker(pool->thread[pool->nr - 1].worker);
}
