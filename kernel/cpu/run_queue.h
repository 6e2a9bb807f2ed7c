/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/run_queue.h - the inside of a dispatcher, for cpu/ alone. Layer L2.
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
 * @max_slice: TSC cycles
 * @ended: the thread has been told to stop
 * @kicked: look at everything again before sleeping or entering a guest
 * @in_guest: between the last look at the requests and the exit
 * @running: the LIP that has the pCPU
 * @csd: the interrupt that makes this CPU leave the guest; @csd_busy while it
 *	is under way
 * @lock: guards @works
 * @works: what others want done on this thread
 * @nr_lips: LIPs on this pCPU; the thread alone touches these three
 * @lips: the LIPs, in the order of @ents
 * @ents: what model/share.c sees of them
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
 * This CPU is about to enter. After it, whoever sets a request and kicks sees
 * in_guest and interrupts; who set one before is seen by the caller's look at
 * the requests that follows. Own thread, interrupts off.
 */
static inline void dispatch_enter_guest(struct dispatcher *d)
{
	/* The barrier goes with those in dispatch_kick(), dispatch_kick_lip(). */
	smp_store_mb(d->in_guest, true);
}

static inline void dispatch_leave_guest(struct dispatcher *d)
{
	WRITE_ONCE(d->in_guest, false);
}

void dispatch_kick_lip(struct lip *lip, bool wakes);

#endif
