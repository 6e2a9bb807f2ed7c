/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/dispatch.h - the patent's monitor: one dispatcher thread per pCPU.
 *
 * The thread asks model/share which LIP runs and for how long, enters the guest
 * itself, and executes work posted by others; so a run queue and its LIPs are
 * accessed by one thread only. Layer L2.
 */
#ifndef LPAR_CPU_DISPATCH_H
#define LPAR_CPU_DISPATCH_H

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/list.h>

struct lip;
struct dispatcher;
struct lpar_reason;

/**
 * struct dispatch_work - work for a dispatcher's thread
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
 * Start the monitor on @cpus: enable VMX or SVM on each and start the threads. On
 * failure nothing has changed, and @why is the reason unless the host's errno is all that
 * there is. May sleep. -EBUSY: KVM uses a CPU.
 */
int dispatch_init(const struct cpumask *cpus, u32 period_us, struct lpar_reason *why);
void dispatch_exit(void);

/* Module load and unload: CPU hotplug, suspend and reboot of the host. */
int dispatch_guards_init(void);
void dispatch_guards_exit(void);

/* The monitor's CPUs. */
const struct cpumask *dispatch_cpus(void);
struct dispatcher *dispatch_of(int cpu);

/*
 * dispatch_post() posts work (any context), dispatch_wait() waits for its completion
 * (sleeps); dispatch_call() does both. The wait is bounded: posting kicks the
 * dispatcher, which ends the current slice.
 */
void dispatch_post(int cpu, struct dispatch_work *w);
void dispatch_wait(struct dispatch_work *w);
void dispatch_call(int cpu, void (*fn)(void *arg), void *arg);

/* Within dispatch work only. */
void dispatch_attach(struct dispatcher *d, struct lip *lip);
void dispatch_detach(struct dispatcher *d, struct lip *lip);

/* Make the thread check its requests soon. Any context but NMI. */
void dispatch_kick(struct dispatcher *d);

/* Length of the accounting period in TSC cycles. */
u64 dispatch_period(void);
void dispatch_set_period_us(u32 us);

#endif
