/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/part.h - private header of part/: struct lpar, struct part_system, and the
 * functions that its files call of each other. Layer L3.
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
#include <linux/uuid.h>

#include "machine/machine.h"
#include "host/image.h"
#include "host/open.h"
#include "model/hotadd.h"
#include "model/inventory.h"
#include "part/lpar.h"

struct smbios_config;

#define PART_INTEGRATE_LEN	1024	/* text of the result of an integrate or a move */

/* What the results and plans of struct lpar are of. */
enum part_report {
	PART_REPORT_INTEGRATE,
	PART_REPORT_MOVE,
	PART_NR_REPORTS
};

/* Kinds of resources that an LPAR can own: part/resource.h. */
enum part_resource_id {
	PART_MS,
	PART_LIPS,
	PART_CHANNELS,
	PART_ES,
	PART_NR_RESOURCES
};

/**
 * enum reaction - what to do when a guest ends
 * @REACTION_KEEP: stop it and keep its storage; "start" loads it again
 * @REACTION_RESTART: load it again at once
 * @REACTION_FAIL: set state "failed"
 */
enum reaction { REACTION_KEEP, REACTION_RESTART, REACTION_FAIL };

/**
 * struct lpar_want - the definition of an LPAR, as the admin wrote it
 * @own: what it will own when activated
 * @capped: shares are upper bounds, too
 * @notify: announce new resources to the guest at once
 * @memory_block: of the guest, in bytes; 0: as Linux selects it
 * @reaction: enum reaction, by how the guest ends
 * @uuid: of the guest's machine
 * @kernel: path, "" = none
 * @initrd: path, "" = none
 * @cmdline: for the guest's kernel
 */
struct lpar_want {
	struct inventory_want own;
	bool capped;
	bool notify;
	u64 memory_block;
	u8 reaction[LPAR_NR_ENDS];
	guid_t uuid;
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
 * @hooks: callbacks to iface/; never changes
 * @cookie: first argument of @hooks
 * @ref: held by the registry and by each look-up
 * @worker: thread for @work, @moved and @remind, kept off the monitor's CPUs
 *
 * @lock: serialises every operation on this LPAR; changes of its state in the
 *	inventory need it and part.lock
 * @machine: of an LPAR that owns resources, else NULL (@lock)
 * @own: data of each kind of resource, by enum part_resource_id (@lock)
 * @dirty: a guest has used this storage (@lock)
 * @gone: lpar_remove() was called (@lock)
 * @ended: stopped because its guest ended: only a new IPL can start it (@lock)
 * @reminders: number of reminders left for the guest (@lock)
 * @view: the host's files as the admin saw them who requested the last IPL (@lock)
 *
 * @want: its definition (part.lock)
 * @hotadd: which main storage its guest knows (@lock and part.lock)
 * @result: text of the last integrate into this LPAR, and of the last move (part.lock)
 * @plan: text of the last integrate_check and move_check; kvmalloc, PAGE_SIZE (part.lock)
 *
 * @machine_lock: held while @seen is used. Only locks of machine_*() are taken under
 *	it, so callbacks of a machine must not take it
 * @seen: @machine, for readers who cannot take @lock (machine_lock)
 * @event_lock: taken in callbacks of the machine; a leaf
 * @events: bits of enum machine_event (event_lock)
 * @fault: reason of MACHINE_FAILED (event_lock)
 * @work: handles @events
 * @moved: tells iface/ that the LPAR was relocated
 * @remind: repeats the interrupt for announcements that the guest has not handled
 * @answers: handles MACHINE_OST, at a bounded rate
 * @text_lock: a leaf
 * @last_error: one line, "" = none (text_lock)
 * @generation: incremented with every change (text_lock)
 */
struct lpar {
	char name[LPAR_NAME_LEN];
	u32 slot;
	const struct lpar_hooks *hooks;
	void *cookie;
	struct kref ref;
	struct kthread_worker *worker;

	struct mutex lock;		/* machine to view */
	struct machine *machine;
	void *own[PART_NR_RESOURCES];
	bool dirty;
	bool gone;
	bool ended;
	unsigned int reminders;
	struct host_view view;

	struct lpar_want want;
	struct hotadd hotadd;
	char result[PART_NR_REPORTS][PART_INTEGRATE_LEN];
	char *plan[PART_NR_REPORTS];

	raw_spinlock_t machine_lock;	/* seen */
	struct machine *seen;

	raw_spinlock_t event_lock;	/* events, fault */
	unsigned long events;
	struct lpar_reason fault;
	struct kthread_work work;
	struct kthread_work moved;
	struct kthread_delayed_work remind;
	struct kthread_delayed_work answers;

	spinlock_t text_lock;		/* last_error, generation */
	char last_error[LPAR_TEXT_LEN];
	u64 generation;
};

/**
 * struct part_system - the partitioned machine (the patent's resource manager)
 * @lock: protects everything here, and want, result and plan of every LPAR. Never held
 *	while waiting for a guest, a file or the admin, so shows can take it; changing
 *	the pool or the CPUs is the exception.
 * @inv: owners of all resources
 * @blocks: the block table: MS block to host frame
 * @lpar: by slot
 * @channel: by id; an owned channel cannot be removed
 * @cpus: CPUs that belong to the monitor
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
/* Set the state that follows from a verb which part_allowed() has allowed. */
void part_set_state(struct lpar *lpar, enum lpar_verb verb);
int part_allowed(struct lpar *lpar, enum lpar_verb verb,
		 struct lpar_reason *why);

/*
 * Dispatchers leave next to no time on the monitor's CPUs to other threads. Keep the
 * current thread off them during an operation, so that a stopped guest need not wait
 * for the scheduler. @before: for part_step_back().
 */
bool part_step_aside(cpumask_var_t *before);
void part_step_back(cpumask_var_t *before);
/* Keep a thread, or those of a device, off the monitor's CPUs; part.lock held. */
void part_avoid_pcpus(struct task_struct *task);
void part_avoid_pcpus_dev(struct slot_dev *dev);

/* Free what part_own_alloc() (part/resource.h) allocated; entries may be NULL. */
void part_own_free(void *own[PART_NR_RESOURCES]);

/* The machine of an LPAR, or NULL, for readers who cannot take its lock: takes machine_lock. */
struct machine *part_machine_get(struct lpar *lpar, unsigned long *flags);
void part_machine_put(struct lpar *lpar, unsigned long flags);

/* Set last_error from @why, or from @err if it is empty; returns @err. */
int lpar_explain(struct lpar *lpar, int err, struct lpar_reason *why);
/* For an allocation that failed; returns -ENOMEM. */
int lpar_no_memory(struct lpar *lpar);
void lpar_clear_error(struct lpar *lpar);
/*
 * Around a change of lpar->want: lpar_set_begin() takes both locks if the state allows @verb,
 * lpar_set_lock() in every state; lpar_set_end() drops them and returns 0.
 */
int lpar_set_begin(struct lpar *lpar, enum lpar_verb verb);
void lpar_set_lock(struct lpar *lpar);
int lpar_set_end(struct lpar *lpar);
/* lpar->lock held, part.lock not; see lpar_hooks.changed(). */
void lpar_changed(struct lpar *lpar, unsigned int what);
/* Set lpar->seen: the machine that readers get, or NULL. */
void lpar_publish(struct lpar *lpar, struct machine *m);

/* frames.c */
int frames_alloc(struct lpar_frames *frames, u64 nr);
/* A copy of @now with room for @more frames. */
int frames_extend(struct lpar_frames *frames, const struct lpar_frames *now, u64 more);
void frames_free(struct lpar_frames *frames);
/* Clear the memory of the frames. Sleeps. */
void frames_clear(const struct lpar_frames *frames);

/*
 * answers.c: print the guest's last answers (_OST) about units of a kind below @limit,
 * one line each; like lpar_show_*().
 */
int part_show_answers(struct lpar *lpar, enum ged_kind kind, u32 limit, char *buf,
		      size_t size);

/*
 * hotadd.c: lpar->lock held. A guest was loaded with @size bytes of main storage; @len more
 * bytes at @offset are mapped for it; announce what it can add: 0 or -errno.
 */
void part_hotadd_ipl(struct lpar *lpar, u64 size);
void part_hotadd_grow(struct lpar *lpar, u64 offset, u64 len);
int part_hotadd_announce(struct lpar *lpar);
/* One line: how much storage was added since the IPL, by the guest's answer; part.lock held. */
int part_hotadd_show(struct lpar *lpar, char *buf, size_t size);

/* res_lips.c: lpar->lock held; of an LPAR with a machine. Let idle CPU time be used or not. */
void lips_set_capped(struct lpar *lpar, bool capped);

/* lifecycle.c: lpar->lock held. */
/* Destroy the machine of a stopped LPAR; its storage is not changed. */
void lifecycle_teardown(struct lpar *lpar);
/* The same for a donor, and clear what the inventory has given to the receiver. */
void lifecycle_retire(struct lpar *lpar);
/* The guest of a stopped LPAR, which has a machine, will not run again: forget it. */
void lifecycle_forget_guest(struct lpar *lpar);
/* Release everything that the LPAR owns, in any state. */
void lifecycle_dissolve(struct lpar *lpar);
/* Drop the references that an LPAR with resources has: pin, module. */
void lifecycle_unhold(struct lpar *lpar);
/*
 * IPL again, for the guest: stop, load, start. Takes the files as the admin saw them who
 * requested the last IPL. The reason of an error is in @why.
 */
int lifecycle_reboot(struct lpar *lpar, struct lpar_reason *why);

/* inbox.c: events from the machine; guest.c: handles them. */
extern const struct machine_owner_ops inbox_owner_ops;
void inbox_note(struct lpar *lpar, enum machine_event event, const struct lpar_reason *why);
unsigned long inbox_take(struct lpar *lpar, struct lpar_reason *why);
void guest_work(struct kthread_work *work);
void guest_moved(struct kthread_work *work);
void inbox_answers(struct kthread_work *work);
/* Drop all events so far. Its LIPs must be stopped. */
void inbox_forget(struct lpar *lpar);
/* Handle events that came while it was stopped. */
void inbox_resume(struct lpar *lpar);
/* reaction.c: lpar->lock held. Stop the guest for good; @verb selects the new state. */
void reaction_end(struct lpar *lpar, enum lpar_verb verb);
/* State "failed", @why in last_error and the log; keeps the first reason. */
void reaction_fail(struct lpar *lpar, struct lpar_reason *why);
/* The guest has ended: do what on_reset, on_triple_fault or on_panic says. */
void reaction_run(struct lpar *lpar, enum lpar_end end, struct lpar_reason *why);
/* Its kernel panicked, and its crash kernel takes over: only report that. */
void reaction_crash(struct lpar *lpar);
void reaction_defaults(struct lpar_want *want);
/* identity.c: a random UUID. */
void identity_defaults(struct lpar_want *want);
/* What the firmware tells the guest of the LPAR. May sleep. */
void identity_build(struct lpar *lpar, struct smbios_config *config);

/*
 * load.c: IPL in two parts. load_prepare() reads and checks everything without a
 * change, with the files as @view shows them; ERR_PTR on error. load_commit() copies it
 * to the storage of a stopped machine and starts that. lpar->lock held.
 */
struct load;
struct load *load_prepare(struct lpar *lpar, const struct host_view *view,
			  struct lpar_reason *why);
int load_commit(struct lpar *lpar, struct load *load, struct lpar_reason *why);
void load_free(struct load *load);

/*
 * notify.c: lpar->lock held. Announce resources that the guest was not told of yet.
 * notify_announce(), for a write of notify=auto, also announces again those that it
 * refused. notify_unless_manual() does nothing with notify=manual. 0, or -errno with a
 * line in last_error.
 */
int notify_announce(struct lpar *lpar);
int notify_unless_manual(struct lpar *lpar);
/* Start reminding the guest of announcements. */
void notify_insist(struct lpar *lpar);
void notify_remind(struct kthread_work *work);

/* initrd.c: is the file truncated? Unknown formats are accepted. */
int initrd_check(const struct host_image *image, struct lpar_reason *why);

#endif
