/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/lpar.h - the interface of logical partitions for iface/.
 *
 * struct lpar is opaque to iface/. Every error of a setter, a verb or an integrate
 * leaves one line in last_error. Layer L3: may call L2, host/ and L0.
 *
 * Context, unless noted:
 *  - lpar_set_*(), lpar_power(), lpar_integrate*(), lpar_system_set_*() sleep
 *    and take mutexes; call them from configfs stores.
 *  - lpar_get_*(), lpar_show_*(), lpar_system_get_*(), lpar_system_show_*()
 *    sleep briefly and never wait for an operation in progress, so shows of sysfs and
 *    configfs can call them, also from within hooks.
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
 * enum lpar_change - bits of lpar_hooks.changed()
 * @LPAR_CHANGED_STATE: the state word
 * @LPAR_CHANGED_MS: origin, size or expansion of its main storage
 * @LPAR_CHANGED_LIPS: a LIP was added, removed, or got another share
 * @LPAR_CHANGED_OST: the guest answered a notification
 * @LPAR_CHANGED_INTEGRATE: an integrate into this LPAR has ended
 * @LPAR_CHANGED_PANIC: the guest's kernel has panicked
 * @LPAR_CHANGED_MOVE: a move to this LPAR has ended
 */
enum lpar_change {
	LPAR_CHANGED_STATE	= BIT(0),
	LPAR_CHANGED_MS		= BIT(1),
	LPAR_CHANGED_LIPS	= BIT(2),
	LPAR_CHANGED_OST	= BIT(3),
	LPAR_CHANGED_INTEGRATE	= BIT(4),
	LPAR_CHANGED_PANIC	= BIT(5),
	LPAR_CHANGED_MOVE	= BIT(6),
};

/**
 * enum lpar_end - how a guest can end by itself, other than by powering off
 * @LPAR_END_RESET: it asked for a reset
 * @LPAR_END_TRIPLE_FAULT: a LIP had a triple fault
 * @LPAR_END_PANIC: its kernel reported a panic
 */
enum lpar_end {
	LPAR_END_RESET,
	LPAR_END_TRIPLE_FAULT,
	LPAR_END_PANIC,
	LPAR_NR_ENDS
};

/**
 * struct lpar_hooks - callbacks from an LPAR to its configfs, sysfs and tty
 * @pin: the LPAR is about to own resources, so its directory must stay. Called within
 *	a store to an attribute of that directory. -errno refuses the activation.
 * @unpin: it owns nothing any more; undoes one @pin. May sleep.
 * @changed: @what has LPAR_CHANGED_* bits: send a uevent, add and remove lips/<n>. May
 *	sleep; the LPAR's mutex is held, so only lpar_get_*() and lpar_show_*() may be
 *	called.
 * @console: output of the guest's UART. Atomic context, interrupts may be off.
 */
struct lpar_hooks {
	int (*pin)(void *cookie);
	void (*unpin)(void *cookie);
	void (*changed)(void *cookie, unsigned int what);
	void (*console)(void *cookie, const u8 *bytes, size_t len);
};

/* For mkdir, and for rmdir or the failure of a later step of mkdir. */
struct lpar *lpar_create(const char *name, const struct lpar_hooks *hooks,
			 void *cookie);
/*
 * No hook is called after lpar_remove() has returned. Frees what the LPAR still owns,
 * although a directory is pinned while it owns anything.
 */
void lpar_remove(struct lpar *lpar);

/**
 * lpar_dump() - read a piece of an ELF core of the guest
 * @lpar: the LPAR
 * @buf: output
 * @pos: position in the file
 * @len: bytes wanted
 *
 * The file consists of the registers of the LIPs and the guest's storage. It is consistent
 * as long as the LPAR remains stopped or failed.
 *
 * Context: sleeps; waits for another operation on the LPAR, until a signal.
 * Return: bytes read, 0 at the end; -EBUSY: the guest runs; -ENODATA: the LPAR is not in
 * state stopped or failed; -EINTR; -ENOMEM.
 */
ssize_t lpar_dump(struct lpar *lpar, char *buf, u64 pos, size_t len);

const char *lpar_name(const struct lpar *lpar);
u32 lpar_number(const struct lpar *lpar);		/* 1.. */

/*
 * The definition of the LPAR. -EBUSY while it owns resources, except for ms_size, es_size
 * and shares, which take effect at once as far as they name more (shares also less), from
 * what is free; capped; and kernel, initrd, cmdline, notify, memory_block, uuid and
 * reactions, which take effect at the next IPL, integrate or end of the guest.
 * lpar_set_shares() takes "1:100 2:50"; lpar_set_notify() "auto" or "manual"; trailing
 * white space is ignored. -EINVAL, -ENAMETOOLONG, -ERANGE if the value is invalid.
 */
int lpar_set_ms_origin(struct lpar *lpar, u64 bytes);
int lpar_set_ms_size(struct lpar *lpar, u64 bytes);
int lpar_set_ms_expansion(struct lpar *lpar, u64 bytes);
int lpar_set_es_size(struct lpar *lpar, u64 bytes);
int lpar_set_shares(struct lpar *lpar, const char *text);
int lpar_set_capped(struct lpar *lpar, bool capped);
int lpar_set_notify(struct lpar *lpar, const char *text);
/* Size of the guest's memory blocks; 0: as Linux selects it. */
int lpar_set_memory_block(struct lpar *lpar, u64 bytes);
int lpar_set_kernel(struct lpar *lpar, const char *path);
int lpar_set_initrd(struct lpar *lpar, const char *path);
int lpar_set_cmdline(struct lpar *lpar, const char *text);
/* "keep", "restart" or "fail": what to do when the guest ends that way. */
int lpar_set_reaction(struct lpar *lpar, enum lpar_end end, const char *text);
/* UUID of the guest's machine; random by default. */
int lpar_set_uuid(struct lpar *lpar, const char *text);
/* Set last_error, and return @err: for errors that iface/ finds. */
__printf(3, 4)
int lpar_refuse(struct lpar *lpar, int err, const char *fmt, ...);

/* As written; while the LPAR owns resources: what it owns. Sizes in bytes. */
u64 lpar_want_ms_origin(struct lpar *lpar);
u64 lpar_want_ms_size(struct lpar *lpar);
u64 lpar_want_ms_expansion(struct lpar *lpar);
u64 lpar_want_es_size(struct lpar *lpar);
u64 lpar_want_memory_block(struct lpar *lpar);
bool lpar_want_capped(struct lpar *lpar);
int lpar_show_shares(struct lpar *lpar, char *buf, size_t size);
int lpar_show_notify(struct lpar *lpar, char *buf, size_t size);
int lpar_show_kernel(struct lpar *lpar, char *buf, size_t size);
int lpar_show_initrd(struct lpar *lpar, char *buf, size_t size);
int lpar_show_cmdline(struct lpar *lpar, char *buf, size_t size);
int lpar_show_reaction(struct lpar *lpar, enum lpar_end end, char *buf, size_t size);
int lpar_show_uuid(struct lpar *lpar, char *buf, size_t size);

/*
 * Commands. @verb: activate load stop start shutdown nmi reset deactivate.
 * lpar_integrate() integrates the LPAR named @donor into @receiver. -EBUSY while
 * another integration runs; -EINTR for a signal before the point of no return.
 * lpar_integrate_check() only plans; lpar_show_integrate_check() then shows the plan
 * or the reason of the refusal.
 */
int lpar_power(struct lpar *lpar, const char *verb);
int lpar_integrate(struct lpar *receiver, const char *donor);
int lpar_integrate_check(struct lpar *receiver, const char *donor);
int lpar_show_integrate(struct lpar *lpar, char *buf, size_t size);
int lpar_show_integrate_check(struct lpar *lpar, char *buf, size_t size);
int lpar_show_last_error(struct lpar *lpar, char *buf, size_t size);

/**
 * struct lpar_part - a part of an LPAR's resources, to be moved to another one
 * @donor: its name
 * @ms: main storage, in bytes, from the end of its area
 * @es: expanded storage, in bytes
 * @shares: "2:25,3:50": CPUs and percentages, NULL: none
 * @channels: "3,5": ids, NULL: none
 */
struct lpar_part {
	const char *donor;
	u64 ms;
	u64 es;
	const char *shares;
	const char *channels;
};

/*
 * The same for a part: lpar_move() moves it to @receiver, and the donor keeps the rest.
 * Errors as with lpar_integrate(), and -EBUSY for a donor that runs and would have to give
 * back what its guest knows of. Only one integration or move is done at a time.
 */
int lpar_move(struct lpar *receiver, const struct lpar_part *p);
int lpar_move_check(struct lpar *receiver, const struct lpar_part *p);
int lpar_show_move(struct lpar *lpar, char *buf, size_t size);
int lpar_show_move_check(struct lpar *lpar, char *buf, size_t size);

/* The present state. */

/**
 * struct lpar_ms_info - an LPAR's main storage, in bytes; zeros if it has none
 * @origin: address of its first byte in the machine's main storage
 * @size: size
 * @expansion: how much it may still grow
 * @free: free storage directly behind its area
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
 * @pcpu: its CPU
 * @share: percent of that CPU
 * @used_ns: time dispatched since activation
 * @steal_ns: time runnable but not dispatched since activation
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
/* Its present LIPs: bit n = LIP n. */
u64 lpar_get_lip_mask(struct lpar *lpar);
/* -ENOENT: no such LIP (any more). */
int lpar_get_lip(struct lpar *lpar, u32 id, struct lpar_lip_info *info);
/* Guest TSC - host TSC, in cycles; 0 without a machine. */
s64 lpar_tsc_offset(struct lpar *lpar);
int lpar_show_exits(struct lpar *lpar, char *buf, size_t size);
int lpar_show_lip_exits(struct lpar *lpar, u32 id, char *buf, size_t size);
/* Bytes that it got since its guest's IPL and that the guest has not added. */
u64 lpar_get_memory_idle(struct lpar *lpar);
int lpar_show_memory_ost(struct lpar *lpar, char *buf, size_t size);
int lpar_show_channel_ost(struct lpar *lpar, char *buf, size_t size);
int lpar_show_processor_ost(struct lpar *lpar, char *buf, size_t size);

/*
 * Console input. Any context, interrupts on or off. Returns the bytes taken, and the
 * room for more; both 0 while the LPAR has no machine.
 */
size_t lpar_console_input(struct lpar *lpar, const u8 *bytes, size_t len);
size_t lpar_console_room(struct lpar *lpar);
/* A break; false: not yet, as with bytes for which there is no room. */
bool lpar_console_break(struct lpar *lpar);

/**
 * struct lpar_system_info - the partitioned machine
 * @pool_size: bytes of main storage taken from the host
 * @pool_free: bytes of it that no LPAR owns
 * @pool_addr: start of the reserved physical range, or 0 if taken block by block
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
 * The machine as a whole. Setters return -EBUSY while an LPAR owns resources, and
 * log their errors.
 * lpar_system_set_pool(): take @size bytes from the host (0: return all), from the
 * reserved physical range at @addr if that is not 0.
 * lpar_system_set_es(): the same for expanded storage, never from a reserved range.
 * lpar_system_set_cpus(): give these CPUs to the monitor; an empty mask returns all to
 * the host.
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

/* For main.c: after dispatch_init() and before the interfaces. */
int lpar_system_init(void);
void lpar_system_exit(void);

#endif
