/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/run_queue.h - internals of a dispatcher, for L2 only.
 */
#ifndef LPAR_CPU_RUN_QUEUE_H
#define LPAR_CPU_RUN_QUEUE_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "lpar.h"
#include "model/share.h"

struct lip;

#define DISPATCH_MAX_LIPS (2 * LPAR_MAX_PARTS)

/**
 * struct dispatcher - one pCPU of the monitor
 * @cpu: the pCPU
 * @task: its thread
 * @max_slice: maximum slice in TSC cycles
 * @ended: the thread has been told to stop
 * @kicked: check all requests again before sleeping or entering a guest
 * @in_guest: set from the last check of requests until the exit
 * @running: the LIP that has the pCPU
 * @csd: IPI that makes this CPU exit from the guest
 * @csd_busy: @csd has been sent and not been taken yet
 * @lock: protects @works
 * @works: work posted by others
 * @nr_lips: LIPs on this pCPU; accessed by the thread only, like @lips and @ents
 * @lips: the LIPs, in the order of @ents
 * @ents: their entities for model/share.c
 */
struct dispatcher {
	int cpu;
	struct task_struct *task;
	u64 max_slice;
	bool ended;
	bool kicked;
	bool in_guest;
	struct lip *running;
	call_single_data_t csd;
	atomic_t csd_busy;
	raw_spinlock_t lock;
	struct list_head works;
	unsigned int nr_lips;
	struct lip *lips[DISPATCH_MAX_LIPS];
	struct share_entity *ents[DISPATCH_MAX_LIPS];
};

/*
 * Called before an entry. Whoever sets a request and kicks afterwards sees in_guest
 * and sends an interrupt; requests set before are seen by the caller's check that
 * follows. Context: own thread, interrupts off.
 */
static inline void dispatch_enter_guest(struct dispatcher *d)
{
	/* Pairs with the barriers in dispatch_kick() and lip_ask(). */
	smp_store_mb(d->in_guest, true);
}

static inline void dispatch_leave_guest(struct dispatcher *d)
{
	WRITE_ONCE(d->in_guest, false);
}

void dispatch_kick_lip(struct lip *lip, bool wakes);

#endif
