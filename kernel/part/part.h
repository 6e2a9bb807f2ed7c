/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/part.h - private header of part/: the LPAR object, the machine that is
 * partitioned, and who calls whom among its files. Layer L3.
 *
 * Locks, in this order (Documentation/lpar/locking.rst):
 *	integrate_mutex > lpar->lock, lower number first > part.lock >
 *	{ lpar->machine_lock > what machine_*() takes; lpar->event_lock;
 *	  lpar->text_lock }
 */
#ifndef LPAR_PART_PART_H
#define LPAR_PART_PART_H

#include <linux/cpumask.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "machine/machine.h"
#include "host/image.h"
#include "model/inventory.h"
#include "part/lpar.h"

#define PART_INTEGRATE_LEN	1024	/* text of an integrate's result */

/* Kinds of things that an LPAR can own: part/resource.h. */
enum part_resource_id {
	PART_MS,
	PART_LIPS,
	PART_CHANNELS,
	PART_ES,
	PART_NR_RESOURCES
};

/**
 * enum reaction - what follows when a guest ends
 * @REACTION_KEEP: it is stopped with its storage as it is; "start" loads it again
 * @REACTION_RESTART: it is loaded again at once
 * @REACTION_FAIL: state "failed"
 */
enum reaction { REACTION_KEEP, REACTION_RESTART, REACTION_FAIL };

/**
 * struct lpar_want - what the admin wrote
 * @own: what it is to own once it is activated
 * @capped: shares are upper bounds too
 * @notify: tell the guest of new resources at once
 * @reaction: enum reaction, by how the guest ends
 * @kernel: path, "" = none
 * @initrd: path, "" = none
 * @cmdline: for the guest's kernel
 */
struct lpar_want {
	struct inventory_want own;
	bool capped;
	bool notify;
	u8 reaction[LPAR_NR_ENDS];
	char kernel[LPAR_PATH_LEN];
	char initrd[LPAR_PATH_LEN];
	char cmdline[LPAR_CMDLINE_LEN];
};

/**
 * struct lpar_frames - host frames behind blocks of storage
 * @pfn: by block, kvmalloc
 * @nr: blocks
 */
struct lpar_frames {
	u64 *pfn;
	u64 nr;
};

/**
 * struct lpar - one logical partition
 * @name: unique; never changes
 * @slot: in the inventory; its number is one more; never changes
 * @hooks: words up to iface/; never changes
 * @cookie: first argument of @hooks
 * @ref: one of the registry, one of each look-up
 * @worker: thread that runs @work and @remind, kept off the monitor's CPUs
 *
 * @lock: serialises every operation on this LPAR; changes of its state in the
 *	inventory need it and part.lock
 * @machine: of an LPAR that owns resources, else NULL (@lock)
 * @own: what each kind of resource keeps of it, by enum part_resource_id (@lock)
 * @dirty: a guest has had this storage (@lock)
 * @gone: lpar_remove() was here (@lock)
 * @ended: stopped because its guest has ended: only a new IPL starts it (@lock)
 * @reminders: how often the guest will still be reminded (@lock)
 *
 * @want: what the admin wrote (part.lock)
 * @result: text of the last integrate into this LPAR (part.lock)
 * @plan: text of the last integrate_check; kvmalloc, PAGE_SIZE (part.lock)
 *
 * @machine_lock: held by whoever uses @seen; a leaf but for what machine_*()
 *	take, so nothing that a machine calls may take it
 * @seen: @machine for readers who cannot take @lock (machine_lock)
 * @event_lock: taken in callbacks of the machine; a leaf
 * @events: bits of enum machine_event (event_lock)
 * @fault: reason of MACHINE_FAILED (event_lock)
 * @work: handles @events
 * @moved: tells iface/ that the LPAR was relocated
 * @remind: gives the guest another interrupt for what it has not taken
 * @text_lock: a leaf
 * @last_error: one line, "" = none (text_lock)
 * @generation: grows by one with every change (text_lock)
 */
struct lpar {
	char name[LPAR_NAME_LEN];
	u32 slot;
	const struct lpar_hooks *hooks;
	void *cookie;
	struct kref ref;
	struct kthread_worker *worker;

	struct mutex lock;		/* what follows */
	struct machine *machine;
	void *own[PART_NR_RESOURCES];
	bool dirty;
	bool gone;
	bool ended;
	unsigned int reminders;

	struct lpar_want want;
	char result[PART_INTEGRATE_LEN];
	char *plan;

	raw_spinlock_t machine_lock;	/* seen */
	struct machine *seen;

	raw_spinlock_t event_lock;	/* events, fault */
	unsigned long events;
	struct lpar_reason fault;
	struct kthread_work work;
	struct kthread_work moved;
	struct kthread_delayed_work remind;

	spinlock_t text_lock;		/* what follows */
	char last_error[LPAR_TEXT_LEN];
	u64 generation;
};

/**
 * struct part_system - the machine that is partitioned: the resource manager
 * @lock: everything here, and want, result and plan of every LPAR. Never held
 *	while a guest, a file or the admin is waited for; so what shows things
 *	may take it. Changing the pool or the CPUs is the exception.
 * @inv: who owns what
 * @blocks: the block table: MS block to host frame
 * @lpar: by slot
 * @channel: by id; one that is owned stays
 * @cpus: given to the monitor
 * @period_us: accounting period
 */
struct part_system {
	struct mutex lock;		/* all of it */
	struct inventory inv;
	struct ms_blocks blocks;
	struct lpar *lpar[LPAR_MAX_PARTS];
	struct lpar_channel *channel[LPAR_MAX_CHANNELS];
	struct cpumask cpus;
	u32 period_us;
};

extern struct part_system part;

/* object.c */
struct lpar *part_get(const char *name);	/* takes a reference, or NULL */
struct lpar *part_get_slot(unsigned int slot);
void part_put(struct lpar *lpar);
/* Under part.lock or the LPAR's lock. */
enum lpar_state part_state(const struct lpar *lpar);
/* The verb's effect on the state; allowed as of an earlier part_allowed(). */
void part_set_state(struct lpar *lpar, enum lpar_verb verb);
int part_allowed(struct lpar *lpar, enum lpar_verb verb,
		 struct lpar_reason *why);

/*
 * The monitor's threads leave next to nothing of their CPUs to others. Whoever
 * works for the admin steps aside for as long as that takes, lest a stopped
 * guest wait for the scheduler. @before: what part_step_back() restores.
 */
bool part_step_aside(cpumask_var_t *before);
void part_step_back(cpumask_var_t *before);
/* Keep a thread of ours off the monitor's CPUs; part.lock held. Those of a device. */
void part_avoid_pcpus(struct task_struct *task);
void part_avoid_pcpus_dev(struct slot_dev *dev);

/* A list that part_own_alloc() (part/resource.h) made; some of it, or all, may be NULL. */
void part_own_free(void *own[PART_NR_RESOURCES]);

/* The machine of an LPAR for readers who cannot take its lock; machine_lock is held. */
struct machine *part_machine_get(struct lpar *lpar, unsigned long *flags);
void part_machine_put(struct lpar *lpar, unsigned long flags);

/* Leaves @why in last_error; returns @err. */
int lpar_explain(struct lpar *lpar, int err, struct lpar_reason *why);
void lpar_forgive(struct lpar *lpar);		/* last_error = "" */
/*
 * Changing what the admin wants: lpar_set_begin() takes both locks, lpar_set_end()
 * releases them.
 */
int lpar_set_begin(struct lpar *lpar, enum lpar_verb verb);
int lpar_set_end(struct lpar *lpar);
/* lpar->lock held, part.lock not; see lpar_hooks.changed(). */
void lpar_changed(struct lpar *lpar, unsigned int what);
/* Readers see the LPAR's machine from here on, or see none any more. */
void lpar_publish(struct lpar *lpar, struct machine *m);

/* frames.c */
int frames_alloc(struct lpar_frames *frames, u64 nr);
/* A new list that begins as @now does, and has room for @more. */
int frames_extend(struct lpar_frames *frames, const struct lpar_frames *now, u64 more);
void frames_free(struct lpar_frames *frames);
/* The frames, not the list: to zeroes. Sleeps. */
void frames_clear(const struct lpar_frames *frames);

/*
 * answers.c: the guest's last answers about units of a kind, below @limit, one line for
 * each; as lpar_show_*().
 */
int part_show_answers(struct lpar *lpar, enum ged_kind kind, u32 limit, char *buf,
		      size_t size);

/* lifecycle.c: lpar->lock held. */
/* The machine of a stopped LPAR ends; storage stays as the guest left it. */
void lifecycle_teardown(struct lpar *lpar);
/* A donor's ends, and what it had is cleared: it is another's by the inventory. */
void lifecycle_retire(struct lpar *lpar);
/* Whatever state it is in: it owns nothing afterwards. */
void lifecycle_dissolve(struct lpar *lpar);
/* What an LPAR that owns nothing any more does not need: pin, module. */
void lifecycle_unhold(struct lpar *lpar);
/* IPL anew: stop, load, start. The reason of an error is in @why. */
int lifecycle_reset(struct lpar *lpar, struct lpar_reason *why);

/* inbox.c: words from the guest, and guest.c: what is done about them. */
extern const struct machine_owner_ops inbox_owner_ops;
void inbox_note(struct lpar *lpar, enum machine_event event, const struct lpar_reason *why);
unsigned long inbox_take(struct lpar *lpar, struct lpar_reason *why);
void guest_work(struct kthread_work *work);
void guest_moved(struct kthread_work *work);
/* Nothing that the guest has said so far counts. Its LIPs stand still. */
void inbox_forget(struct lpar *lpar);
/* What could not be done while it was stopped. */
void inbox_resume(struct lpar *lpar);
/* reaction.c: lpar->lock held. The guest does not run any more; @verb selects the state. */
void reaction_end(struct lpar *lpar, enum lpar_verb verb);
/* State "failed", with @why in last_error and in the log; the first reason stays. */
void reaction_fail(struct lpar *lpar, struct lpar_reason *why);
/* The guest ended; do what the admin has chosen. */
void reaction_run(struct lpar *lpar, enum lpar_end end, struct lpar_reason *why);
void reaction_defaults(struct lpar_want *want);

/*
 * load.c: IPL in two halves. load_prepare() reads and checks everything and
 * changes nothing; NULL or ERR_PTR never mean success. load_commit() puts it
 * into the storage of a stopped machine and starts it. lpar->lock held.
 */
struct load;
struct load *load_prepare(struct lpar *lpar, struct lpar_reason *why);
int load_commit(struct lpar *lpar, struct load *load, struct lpar_reason *why);
void load_free(struct load *load);

/*
 * notify.c: lpar->lock held. Both announce to the guest what it was not told of yet.
 * notify_announce() is for notify=auto being written: it also announces again what the
 * guest has refused. notify_unless_manual() does nothing with notify=manual. 0, or -errno
 * with a line in last_error.
 */
int notify_announce(struct lpar *lpar);
int notify_unless_manual(struct lpar *lpar);
/* The guest has something to take: see to it that it does. */
void notify_insist(struct lpar *lpar);
void notify_remind(struct kthread_work *work);

/* initrd.c: is the file cut off? What it is not known to be may be anything. */
int initrd_check(const struct host_image *image, struct lpar_reason *why);

#endif
