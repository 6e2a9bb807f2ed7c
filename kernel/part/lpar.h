/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/lpar.h - what iface/ may ask of logical partitions.
 *
 * An LPAR is opaque here: iface/ names it, passes on what the admin wrote and
 * prints what comes back. Every error of a setter, a verb or an integrate has
 * left one English line in last_error. Layer L3: may call L2, host/ and L0.
 *
 * Context, unless a function says otherwise:
 *  - lpar_set_*(), lpar_power(), lpar_integrate*(), lpar_system_set_*() sleep
 *    and take mutexes; call them from configfs stores.
 *  - lpar_get_*(), lpar_show_*(), lpar_system_get_*(), lpar_system_show_*()
 *    sleep for moments at most and never wait for an operation in progress, so
 *    sysfs and configfs shows may call them, from within hooks too.
 *  - lpar_show_*() write at most @size bytes, NUL-terminated, and return the
 *    length without the NUL, as scnprintf() does.
 */
#ifndef LPAR_PART_LPAR_H
#define LPAR_PART_LPAR_H

#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/types.h>

struct lpar;

#define LPAR_PATH_LEN		512	/* kernel, initrd; NUL included */
#define LPAR_CMDLINE_LEN	2048	/* NUL included */
#define LPAR_TEXT_LEN		256	/* last_error; NUL included */

/**
 * enum lpar_change - what lpar_hooks.changed() speaks of; bits
 * @LPAR_CHANGED_STATE: the state word
 * @LPAR_CHANGED_MS: origin, size or expansion of its main storage
 * @LPAR_CHANGED_LIPS: a LIP came, went, or has another share
 * @LPAR_CHANGED_OST: the guest answered a notification
 * @LPAR_CHANGED_INTEGRATE: an integrate into this LPAR has ended
 */
enum lpar_change {
	LPAR_CHANGED_STATE	= BIT(0),
	LPAR_CHANGED_MS		= BIT(1),
	LPAR_CHANGED_LIPS	= BIT(2),
	LPAR_CHANGED_OST	= BIT(3),
	LPAR_CHANGED_INTEGRATE	= BIT(4),
};

/**
 * enum lpar_end - how a guest can end by itself, other than by switching off
 * @LPAR_END_RESET: it asked for a reset
 * @LPAR_END_TRIPLE_FAULT: a LIP had a triple fault
 */
enum lpar_end {
	LPAR_END_RESET,
	LPAR_END_TRIPLE_FAULT,
	LPAR_NR_ENDS
};

/**
 * struct lpar_hooks - words from an LPAR up to its configfs, sysfs and tty
 * @pin: the LPAR is about to own resources: its directory must stay. Called
 *	within a store to an attribute of this LPAR's own directory. -errno
 *	refuses the activation.
 * @unpin: it owns nothing any more; undoes one @pin. Any sleeping context.
 * @changed: @what has LPAR_CHANGED_* bits: send a uevent, make and remove
 *	lips/<n>. Sleeping context, the LPAR's mutex is held: only lpar_get_*()
 *	and lpar_show_*() may be called back.
 * @console: bytes from the guest's UART. Atomic context, interrupts may be off.
 */
struct lpar_hooks {
	int (*pin)(void *cookie);
	void (*unpin)(void *cookie);
	void (*changed)(void *cookie, unsigned int what);
	void (*console)(void *cookie, const u8 *bytes, size_t len);
};

/* Life of the object: mkdir, and rmdir or the failure of a later mkdir step. */
struct lpar *lpar_create(const char *name, const struct lpar_hooks *hooks,
			 void *cookie);
/*
 * No hook is called once lpar_remove() has returned. What it owned, if that
 * can be (a directory is pinned while it owns something), is given back.
 */
void lpar_remove(struct lpar *lpar);

const char *lpar_name(const struct lpar *lpar);
u32 lpar_number(const struct lpar *lpar);		/* 1.. */

/*
 * What the admin wants. Refused with -EBUSY while the LPAR owns resources
 * (kernel, initrd, cmdline, notify and reactions may be written then: they matter
 * at the next IPL, integrate or end of the guest). lpar_set_shares() takes
 * "1:100 2:50"; lpar_set_notify() "auto" or "manual"; trailing white space is
 * ignored everywhere. -EINVAL, -ENAMETOOLONG, -ERANGE for what cannot be read.
 */
int lpar_set_ms_origin(struct lpar *lpar, u64 bytes);
int lpar_set_ms_size(struct lpar *lpar, u64 bytes);
int lpar_set_ms_expansion(struct lpar *lpar, u64 bytes);
int lpar_set_es_size(struct lpar *lpar, u64 bytes);
int lpar_set_shares(struct lpar *lpar, const char *text);
int lpar_set_capped(struct lpar *lpar, bool capped);
int lpar_set_notify(struct lpar *lpar, const char *text);
int lpar_set_kernel(struct lpar *lpar, const char *path);
int lpar_set_initrd(struct lpar *lpar, const char *path);
int lpar_set_cmdline(struct lpar *lpar, const char *text);
/* "keep", "restart" or "fail": what follows when the guest ends that way. */
int lpar_set_reaction(struct lpar *lpar, enum lpar_end end, const char *text);
/*
 * iface/ itself could not read what was written (a size "12X"): leave a line
 * in last_error. Returns @err.
 */
__printf(3, 4)
int lpar_refuse(struct lpar *lpar, int err, const char *fmt, ...);

/* As written (sizes in bytes); while the LPAR owns resources: what is. */
u64 lpar_want_ms_origin(struct lpar *lpar);
u64 lpar_want_ms_size(struct lpar *lpar);
u64 lpar_want_ms_expansion(struct lpar *lpar);
u64 lpar_want_es_size(struct lpar *lpar);
bool lpar_want_capped(struct lpar *lpar);
int lpar_show_shares(struct lpar *lpar, char *buf, size_t size);
int lpar_show_notify(struct lpar *lpar, char *buf, size_t size);
int lpar_show_kernel(struct lpar *lpar, char *buf, size_t size);
int lpar_show_initrd(struct lpar *lpar, char *buf, size_t size);
int lpar_show_cmdline(struct lpar *lpar, char *buf, size_t size);
int lpar_show_reaction(struct lpar *lpar, enum lpar_end end, char *buf, size_t size);

/*
 * Commands. @verb: activate load stop start shutdown reset deactivate.
 * lpar_integrate() folds the LPAR called @donor into @receiver. -EBUSY while
 * another one runs; -EINTR where a signal came before the point of no return.
 * lpar_integrate_check() plans only; its plan or its "no" is then shown by
 * lpar_show_integrate_check().
 */
int lpar_power(struct lpar *lpar, const char *verb);
int lpar_integrate(struct lpar *receiver, const char *donor);
int lpar_integrate_check(struct lpar *receiver, const char *donor);
int lpar_show_integrate(struct lpar *lpar, char *buf, size_t size);
int lpar_show_integrate_check(struct lpar *lpar, char *buf, size_t size);
int lpar_show_last_error(struct lpar *lpar, char *buf, size_t size);

/* What is. */

/**
 * struct lpar_ms_info - an LPAR's main storage, in bytes; zeros if it has none
 * @origin: address of its first byte in the machine's main storage
 * @size: what it has
 * @expansion: what it may still grow by
 * @free: free storage standing directly behind its area
 */
struct lpar_ms_info {
	u64 origin;
	u64 size;
	u64 expansion;
	u64 free;
};

/**
 * struct lpar_lip_info - one LIP as sysfs shows it
 * @id: LIP number
 * @pcpu: the CPU whose share it is
 * @share: percent
 * @used_ns: how long it was dispatched since activation
 * @steal_ns: how long it wanted its CPU and did not have it, likewise
 * @state: "running", "waiting" or "stopped"
 */
struct lpar_lip_info {
	u32 id;
	u32 pcpu;
	u32 share;
	u64 used_ns;
	u64 steal_ns;
	const char *state;
};

const char *lpar_state_word(struct lpar *lpar);
u64 lpar_generation(struct lpar *lpar);
void lpar_get_ms(struct lpar *lpar, struct lpar_ms_info *info);
u64 lpar_get_es(struct lpar *lpar);		/* bytes of expanded storage */
bool lpar_get_capped(struct lpar *lpar);
/* The LIPs it has now: bit n = LIP n. */
u64 lpar_get_lip_mask(struct lpar *lpar);
/* -ENOENT: no such LIP (any more). */
int lpar_get_lip(struct lpar *lpar, u32 id, struct lpar_lip_info *info);
/* Guest TSC = host TSC + this, in cycles; 0: it has no machine. */
s64 lpar_tsc_offset(struct lpar *lpar);
int lpar_show_exits(struct lpar *lpar, char *buf, size_t size);
int lpar_show_lip_exits(struct lpar *lpar, u32 id, char *buf, size_t size);
int lpar_show_memory_ost(struct lpar *lpar, char *buf, size_t size);
int lpar_show_channel_ost(struct lpar *lpar, char *buf, size_t size);
int lpar_show_processor_ost(struct lpar *lpar, char *buf, size_t size);

/*
 * Console. Any context, interrupts on or off. Return the bytes taken, and the
 * room there is; both 0 while the LPAR has no machine.
 */
size_t lpar_console_input(struct lpar *lpar, const u8 *bytes, size_t len);
size_t lpar_console_room(struct lpar *lpar);

/**
 * struct lpar_system_info - the machine that is partitioned
 * @pool_size: bytes of main storage taken from the host
 * @pool_free: bytes of it that no LPAR owns
 * @pool_addr: start of the reserved physical range, or 0 if taken piecemeal
 * @es_size: bytes of expanded storage taken from the host
 * @es_free: bytes of it that no LPAR owns
 * @block_size: unit of storage, bytes
 * @period_us: accounting period of shares
 */
struct lpar_system_info {
	u64 pool_size;
	u64 pool_free;
	u64 pool_addr;
	u64 es_size;
	u64 es_free;
	u64 block_size;
	u32 period_us;
};

/*
 * The machine as a whole. All setters: -EBUSY while an LPAR owns resources.
 * lpar_system_set_pool(): take @size bytes from the host (0 gives all back),
 * from the reserved physical range at @addr if that is not 0.
 * lpar_system_set_es(): likewise expanded storage, always from the running host.
 * lpar_system_set_cpus(): give these CPUs to the monitor; an empty mask takes
 * all back. Their error lines go to the kernel log as well.
 */
int lpar_system_set_pool(u64 size, u64 addr);
int lpar_system_set_es(u64 size);
int lpar_system_set_cpus(const struct cpumask *cpus);
int lpar_system_set_period(u32 us);
void lpar_system_get(struct lpar_system_info *info);
void lpar_system_get_cpus(struct cpumask *online);	/* given to the monitor */
void lpar_system_get_available(struct cpumask *cpus);	/* could be given */
/* "<origin> <size> <expansion> <name|-free->" lines, sorted by origin. */
int lpar_system_show_map(char *buf, size_t size);
/* "<pcpu> <lpar name> <lip> <percent>" lines, sorted by pcpu, then by LPAR. */
int lpar_system_show_processors(char *buf, size_t size);

/* main.c: after dispatch_init() is possible, before iface/; and in reverse. */
int lpar_system_init(void);
void lpar_system_exit(void);

#endif
