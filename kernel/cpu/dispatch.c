// SPDX-License-Identifier: GPL-2.0
/*
 * cpu/dispatch.c - the patent's monitor: one dispatcher thread per pCPU.
 *
 * The threads run at nice -20 rather than with real-time priority: the kernel
 * throttles real-time threads to 95 % of each second, and other threads on the CPU
 * would starve. At nice -20 a dispatcher gets 88761/89785 (98.9 %) of a CPU shared
 * with one normal thread, and all of an otherwise idle CPU. Layer L2.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/suspend.h>
#include <asm/tsc.h>

#include "cpu/dispatch.h"
#include "cpu/lip.h"
#include "cpu/run_queue.h"
#include "trace.h"

/* Limits. Preemption is off during a slice. */
#define DISPATCH_MAX_SLEEP_NS (100 * NSEC_PER_MSEC)
#define DISPATCH_MAX_SLICE_MS 5
#define DISPATCH_MAX_POLL_US 1000

static unsigned int halt_poll_us;
module_param(halt_poll_us, uint, 0600);
MODULE_PARM_DESC(halt_poll_us,
		 "microseconds that a dispatcher polls for its halted guests before it sleeps (0-1000)");

static struct dispatcher *dispatchers[LPAR_MAX_PCPUS];
static cpumask_t dispatch_mask;
static u64 dispatch_period_tsc;
static int dispatch_hp_state;

const struct cpumask *dispatch_cpus(void)
{
	return &dispatch_mask;
}

struct dispatcher *dispatch_of(int cpu)
{
	return cpu >= 0 && cpu < LPAR_MAX_PCPUS ? dispatchers[cpu] : NULL;
}

u64 dispatch_period(void)
{
	return READ_ONCE(dispatch_period_tsc);
}

/**
 * dispatch_set_period_us() - set the period over which shares are enforced
 * @us: microseconds; applies to LIPs added from now on
 */
void dispatch_set_period_us(u32 us)
{
	WRITE_ONCE(dispatch_period_tsc, (u64)us * tsc_khz / USEC_PER_MSEC);
}

static void dispatch_csd(void *arg)
{
	struct dispatcher *d = arg;

	/* The interrupt has caused the VM exit; that is all it is for. */
	atomic_set_release(&d->csd_busy, 0);
}

/*
 * Force a VM exit on the dispatcher's CPU. An interrupt sent earlier and not taken
 * yet serves as well, since the exit comes after now.
 */
static void dispatch_interrupt(struct dispatcher *d)
{
	/* Others rely on the interrupt once csd_busy is set: send it without delay. */
	preempt_disable();
	if (d->cpu != raw_smp_processor_id() && !atomic_xchg(&d->csd_busy, 1))
		smp_call_function_single_async(d->cpu, &d->csd);
	preempt_enable();
}

/**
 * dispatch_kick() - make the thread check its queue and its LIPs soon
 * @d: any dispatcher
 *
 * Context: any but NMI.
 */
void dispatch_kick(struct dispatcher *d)
{
	WRITE_ONCE(d->kicked, true);
	/* Pairs with dispatch_enter_guest() and dispatch_sleep(). */
	smp_mb();
	if (READ_ONCE(d->in_guest))
		dispatch_interrupt(d);
	else
		wake_up_process(d->task);
}

/**
 * dispatch_kick_lip() - make a LIP check its requests
 * @lip: its requests were set before, followed by a full barrier
 * @wakes: the request makes it runnable
 *
 * A running LIP only has to leave the guest: it checks its requests before it
 * enters again. For a LIP that is not running, and not made runnable, the current
 * slice is not ended.
 *
 * Context: any but NMI.
 */
void dispatch_kick_lip(struct lip *lip, bool wakes)
{
	struct dispatcher *d = lip->disp;

	if (READ_ONCE(d->running) != lip) {
		if (wakes)
			dispatch_kick(d);
		return;
	}
	if (READ_ONCE(d->in_guest))
		dispatch_interrupt(d);
}

static struct dispatch_work *dispatch_next_work(struct dispatcher *d)
{
	struct dispatch_work *w;
	unsigned long flags;

	raw_spin_lock_irqsave(&d->lock, flags);
	w = list_first_entry_or_null(&d->works, struct dispatch_work, node);
	if (w)
		list_del(&w->node);
	raw_spin_unlock_irqrestore(&d->lock, flags);
	return w;
}

static void dispatch_do_works(struct dispatcher *d)
{
	struct dispatch_work *w;

	while ((w = dispatch_next_work(d))) {
		preempt_disable();
		w->fn(w->arg);
		preempt_enable();
		complete(&w->done);
	}
}

void dispatch_post(int cpu, struct dispatch_work *w)
{
	struct dispatcher *d = dispatchers[cpu];
	unsigned long flags;
	bool ended;

	init_completion(&w->done);
	raw_spin_lock_irqsave(&d->lock, flags);
	ended = d->ended;
	if (!ended)
		list_add_tail(&w->node, &d->works);
	raw_spin_unlock_irqrestore(&d->lock, flags);
	if (ended)	/* the host is shutting down: no LIP runs */
		complete(&w->done);
	else
		dispatch_kick(d);
}

void dispatch_wait(struct dispatch_work *w)
{
	wait_for_completion(&w->done);
}

void dispatch_call(int cpu, void (*fn)(void *arg), void *arg)
{
	struct dispatch_work w = { .fn = fn, .arg = arg };

	dispatch_post(cpu, &w);
	dispatch_wait(&w);
}

void dispatch_attach(struct dispatcher *d, struct lip *lip)
{
	d->lips[d->nr_lips++] = lip;
	d->ents[d->nr_lips - 1] = &lip->share;
}

void dispatch_detach(struct dispatcher *d, struct lip *lip)
{
	unsigned int i;

	for (i = 0; i < d->nr_lips; i++) {
		if (d->lips[i] != lip)
			continue;
		d->nr_lips--;
		d->lips[i] = d->lips[d->nr_lips];
		d->ents[i] = d->ents[d->nr_lips];
		return;
	}
}

/* Handle requests and timers of all LIPs. Return: earliest timer of a halted LIP. */
static u64 dispatch_update(struct dispatcher *d, u64 now)
{
	u64 next = U64_MAX;
	unsigned int i;

	for (i = 0; i < d->nr_lips; i++) {
		lip_update(d->lips[i], now);
		next = min(next, lip_next_timer(d->lips[i]));
	}
	return next;
}

/*
 * Waits for a disk or a packet are often shorter than sleeping and waking up would
 * take. No LIP is runnable, and the loop ends when Linux needs the CPU.
 */
static bool dispatch_poll(struct dispatcher *d, u64 until)
{
	u64 us = min_t(u64, READ_ONCE(halt_poll_us), DISPATCH_MAX_POLL_US);
	u64 now = rdtsc(), end = min(until, now + us * tsc_khz / USEC_PER_MSEC);

	if (!d->nr_lips)
		return false;
	for (; now < end && !READ_ONCE(d->kicked) && !need_resched(); now = rdtsc())
		cpu_relax();
	return now >= until || READ_ONCE(d->kicked);
}

/* Sleep until host TSC @until or a kick. */
static void dispatch_sleep(struct dispatcher *d, u64 until)
{
	u64 now, ns = DISPATCH_MAX_SLEEP_NS;
	ktime_t wait;

	if (dispatch_poll(d, until))
		return;
	set_current_state(TASK_INTERRUPTIBLE);	/* has a barrier before the check */
	if (READ_ONCE(d->kicked) || kthread_should_stop()) {
		__set_current_state(TASK_RUNNING);
		return;
	}
	now = rdtsc();
	if (until <= now)
		ns = 0;
	else if (until != U64_MAX)
		ns = min(ns, mul_u64_u32_div(until - now, NSEC_PER_MSEC, tsc_khz));
	wait = ns_to_ktime(ns);
	schedule_hrtimeout(&wait, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
}

/*
 * Charge the cost of an early end of @lip's slice, an interrupt and another entry, to
 * the LIPs that caused it: those that have something to do at @end. False: there is
 * none.
 */
static bool dispatch_blame(struct dispatcher *d, struct lip *lip, u64 end, u64 cost)
{
	unsigned int i, n = 0;

	for (i = 0; i < d->nr_lips; i++)
		n += d->lips[i] != lip && lip_wants(d->lips[i], end);
	/* n is not exact: the second loop may find more. */
	if (!n)
		return false;
	for (i = 0; i < d->nr_lips; i++)
		if (d->lips[i] != lip && lip_wants(d->lips[i], end))
			share_charge(&d->lips[i]->share, cost / n);
	return true;
}

static void dispatch_slice(struct dispatcher *d, struct lip *lip, u64 now, u64 slice_end)
{
	u64 end, in_loop, switching, taken;

	trace_lpar_dispatch(d->cpu, lip->lpar, lip->id, slice_end - now);
	WRITE_ONCE(d->running, lip);
	in_loop = lip_run_slice(lip, slice_end);
	WRITE_ONCE(d->running, NULL);
	end = rdtsc();
	taken = lip->taken;
	switching = end - now - min(in_loop, end - now);
	if (lip->mode == LIP_MODE_RUNNABLE &&
	    dispatch_blame(d, lip, end, switching + lip->kick_cost))
		taken += switching + lip->kick_cost;
	share_debit(&lip->share, now, end, taken);
}

static void dispatch_once(struct dispatcher *d)
{
	u64 now, timer, slice_end;
	struct lip *lip;
	int i;

	WRITE_ONCE(d->kicked, false);
	/* A kick after this is noticed before sleeping and before entry. */
	smp_mb();
	dispatch_do_works(d);
	/* From here on time is charged to the LIP: keep the host's tasks off the CPU. */
	preempt_disable();
	now = rdtsc();
	timer = dispatch_update(d, now);
	i = share_pick(d->ents, d->nr_lips, now, &slice_end);
	if (i < 0) {
		preempt_enable();
		dispatch_sleep(d, min(timer, share_next_event(d->ents, d->nr_lips)));
		return;
	}
	lip = d->lips[i];
	slice_end = min3(slice_end, timer, now + d->max_slice);
	dispatch_slice(d, lip, now, slice_end);
	preempt_enable();
}

static int dispatch_thread(void *arg)
{
	struct dispatcher *d = arg;
	unsigned long seen = jiffies;

	/* A failed attempt to take the CPU offline would migrate the thread. */
	migrate_disable();
	while (!kthread_should_stop()) {
		dispatch_once(d);
		cond_resched_tasks_rcu_qs();
		/* Pass through the scheduler once per jiffy: RCU grace periods need it. */
		if (time_before_eq(jiffies, seen))
			continue;
		seen = jiffies;
		schedule();
	}
	dispatch_do_works(d);
	migrate_enable();
	return 0;
}

static void dispatch_stop(struct dispatcher *d)
{
	if (d->ended)
		return;
	/* The thread completes the work on its list before it ends; no more is accepted. */
	raw_spin_lock_irq(&d->lock);
	d->ended = true;
	raw_spin_unlock_irq(&d->lock);
	kthread_stop(d->task);
	/* The last interrupt may still be in flight. */
	while (atomic_read_acquire(&d->csd_busy))
		cond_resched();
}

static void dispatch_free(int cpu)
{
	struct dispatcher *d = dispatchers[cpu];

	if (!d)
		return;
	dispatch_stop(d);
	dispatchers[cpu] = NULL;
	put_task_struct(d->task);
	kfree(d);
}

static int dispatch_make(int cpu)
{
	struct dispatcher *d = kzalloc_node(sizeof(*d), GFP_KERNEL, cpu_to_node(cpu));
	struct task_struct *task;

	if (!d)
		return -ENOMEM;
	d->cpu = cpu;
	d->max_slice = (u64)tsc_khz * DISPATCH_MAX_SLICE_MS;
	raw_spin_lock_init(&d->lock);
	INIT_LIST_HEAD(&d->works);
	INIT_CSD(&d->csd, dispatch_csd, d);
	task = kthread_create_on_cpu(dispatch_thread, d, cpu, "lpar/%u");
	if (IS_ERR(task)) {
		kfree(d);
		return PTR_ERR(task);
	}
	d->task = get_task_struct(task);
	set_user_nice(task, MIN_NICE);
	dispatchers[cpu] = d;
	wake_up_process(task);
	return 0;
}

static void dispatch_free_all(void)
{
	int cpu;

	for (cpu = 0; cpu < LPAR_MAX_PCPUS; cpu++)
		dispatch_free(cpu);
}

/* Refuse to take a CPU offline that has a dispatcher. */
static int dispatch_cpu_offline(unsigned int cpu)
{
	if (!cpumask_test_cpu(cpu, &dispatch_mask))
		return 0;
	pr_warn("lpar: CPU %u cannot go offline: remove it from processors/online first\n",
		cpu);
	return -EBUSY;
}

static int dispatch_pm(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action != PM_SUSPEND_PREPARE && action != PM_HIBERNATION_PREPARE)
		return NOTIFY_DONE;
	if (cpumask_empty(&dispatch_mask))
		return NOTIFY_DONE;
	pr_warn("lpar: cannot suspend or hibernate: clear processors/online first\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block dispatch_pm_nb = { .notifier_call = dispatch_pm };

/*
 * Reboot, kexec: disable virtualisation before the host stops its CPUs. LPARs may
 * still exist, so the dispatchers' threads end, but the structures stay.
 */
static int dispatch_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	int cpu;

	for_each_cpu(cpu, &dispatch_mask)
		dispatch_stop(dispatchers[cpu]);
	hw_disable_cpus(&dispatch_mask);
	return NOTIFY_DONE;
}

static struct notifier_block dispatch_reboot_nb = {
	.notifier_call = dispatch_reboot,
};

static int dispatch_make_all(const struct cpumask *cpus)
{
	int cpu, err;

	for_each_cpu(cpu, cpus) {
		err = cpu < LPAR_MAX_PCPUS ? dispatch_make(cpu) : -ERANGE;
		if (err)
			return err;
	}
	return 0;
}

static int dispatch_check_online(const struct cpumask *cpus, struct lpar_reason *why)
{
	int cpu;

	for_each_cpu(cpu, cpus) {
		if (cpu_online(cpu))
			continue;
		lpar_reason_set(why, LPAR_REASON_PCPU_OFFLINE, NULL, cpu, 0, 0);
		return -ENODEV;
	}
	return 0;
}

/* See dispatch.h. Callers serialise dispatch_init() and dispatch_exit(). */
int dispatch_init(const struct cpumask *cpus, u32 period_us, struct lpar_reason *why)
{
	int err;

	dispatch_set_period_us(period_us);
	cpus_read_lock();
	err = dispatch_check_online(cpus, why) ?: hw_enable_cpus(cpus, why);
	if (!err) {
		err = dispatch_make_all(cpus);
		if (err) {
			dispatch_free_all();
			hw_disable_cpus(cpus);
		} else {
			cpumask_copy(&dispatch_mask, cpus);
		}
	}
	cpus_read_unlock();
	return err;
}

void dispatch_exit(void)
{
	dispatch_free_all();
	hw_disable_cpus(&dispatch_mask);
	cpumask_clear(&dispatch_mask);
}

/* Module load: register for CPU hotplug, suspend and reboot of the host. */
int dispatch_guards_init(void)
{
	int err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "lpar:online",
					    NULL, dispatch_cpu_offline);

	if (err < 0)
		return err;
	dispatch_hp_state = err;
	register_pm_notifier(&dispatch_pm_nb);
	register_reboot_notifier(&dispatch_reboot_nb);
	return 0;
}

void dispatch_guards_exit(void)
{
	unregister_reboot_notifier(&dispatch_reboot_nb);
	unregister_pm_notifier(&dispatch_pm_nb);
	cpuhp_remove_state_nocalls(dispatch_hp_state);
}
