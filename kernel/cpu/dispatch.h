/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/dispatch.h - the patent's monitor: one dispatcher thread per pCPU.
 *
 * The thread asks model/share who runs and for how long, enters the guest
 * itself, and carries out work that others hand to it; so a run queue and the
 * LIPs on it are only ever touched by one thread. Layer L2.
 */
#ifndef LPAR_CPU_DISPATCH_H
#define LPAR_CPU_DISPATCH_H

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/list.h>

struct lip;
struct dispatcher;

/**
 * struct dispatch_work - something to be done on a dispatcher's own thread
 * @fn: called between two slices; must not sleep
 * @arg: for @fn
 */
struct dispatch_work {
	void (*fn)(void *arg);
	void *arg;
	struct list_head node;
	struct completion done;
};

/*
 * Start the monitor on @cpus: takes VMX/SVM operation on each, starts the
 * threads. On failure nothing stays taken. May sleep. -EBUSY: KVM has a CPU.
 */
int dispatch_init(const struct cpumask *cpus, u32 period_us);
void dispatch_exit(void);

/* Module load and unload: CPU hotplug, suspend and reboot of the host. */
int dispatch_guards_init(void);
void dispatch_guards_exit(void);

/* The CPUs that were given to the monitor. */
const struct cpumask *dispatch_cpus(void);
struct dispatcher *dispatch_of(int cpu);

/*
 * dispatch_post() hands work over (any context), dispatch_wait() waits for it
 * (sleeps); dispatch_call() is both. The waits end: between two slices is at
 * most one kick away.
 */
void dispatch_post(int cpu, struct dispatch_work *w);
void dispatch_wait(struct dispatch_work *w);
void dispatch_call(int cpu, void (*fn)(void *arg), void *arg);

/* Within dispatch work only. */
void dispatch_attach(struct dispatcher *d, struct lip *lip);
void dispatch_detach(struct dispatcher *d, struct lip *lip);

/* Make the thread look at its requests soon. Any context. */
void dispatch_kick(struct dispatcher *d);

/* Length of the accounting period in TSC cycles. */
u64 dispatch_period(void);
void dispatch_set_period_us(u32 us);

#endif
