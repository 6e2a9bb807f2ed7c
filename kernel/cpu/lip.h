/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/lip.h - a logical instruction processor: one share of one pCPU.
 *
 * A LIP belongs to one machine and to one dispatcher for all its life, and
 * only that dispatcher's thread changes it. Others post interrupts and
 * request bits, and kick. What the machine does about an exit comes in through
 * struct lip_ops. Layer L2, its lowest floor: may call hw/ and L0.
 */
#ifndef LPAR_CPU_LIP_H
#define LPAR_CPU_LIP_H

#include <linux/bitmap.h>
#include <linux/types.h>

#include "hw/hw.h"
#include "lpar.h"
#include "emul/msr.h"
#include "model/share.h"
#include "vdev/lapic.h"

struct machine;
struct dispatcher;
struct boot_cpu_state;

/* Requests by other threads; set_bit(), then lip_kick(). */
enum lip_request {
	LIP_REQ_INIT,		/* INIT came over the APIC bus */
	LIP_REQ_SIPI,		/* SIPI, vector in lip->sipi_vector */
	LIP_REQ_NMI,		/* lip->posted_nmis of them */
	LIP_REQ_VECTORS,	/* lip->posted has something */
};

/**
 * enum lip_mode - what the dispatcher may do with a LIP
 * @LIP_MODE_WAITING: defined, but the guest has not started it: it has no task
 *	([0030] of the patent) and is not dispatched
 * @LIP_MODE_RUNNABLE: has a task
 * @LIP_MODE_HALTED: has a task, and waits in HLT for an interrupt
 * @LIP_MODE_DEAD: the guest made a mistake; the whole LPAR is being ended
 */
enum lip_mode { LIP_MODE_WAITING, LIP_MODE_RUNNABLE, LIP_MODE_HALTED, LIP_MODE_DEAD };

/* An NMI can be in its handler while another one waits. */
#define LIP_MAX_NMIS 2

struct lip;

/**
 * struct lip_handler - what is done about one kind of exit
 * @name: word for /sys/class/lpar/<name>/exits
 * @handle: called on the dispatcher's thread, interrupts are off; must not sleep
 */
struct lip_handler {
	const char *name;
	void (*handle)(struct lip *lip, struct lip_exit *exit);
};

/**
 * struct lip_ops - what a machine does for its LIPs
 * @handler: by enum lip_exit_kind; a table, so that an exit costs one indirect call
 * @dispatch: the LIP gets its pCPU, at host TSC @now; preemption is off
 * @lapic: where a local APIC sends to; its context is the LIP
 */
struct lip_ops {
	const struct lip_handler *handler;
	void (*dispatch)(struct lip *lip, u64 now);
	const struct lapic_env *lapic;
};

/**
 * struct lip_config - what a LIP has to know of its machine
 * @machine: for @ops; cpu/ does not look into it
 * @ops: what it does for its LIPs
 * @msr: which MSRs there are; outlives the LIP
 * @lpar: number of the LPAR, for trace events
 * @tsc_per_tick: TSC cycles in one tick of a local APIC's timer
 * @tsc_offset: guest TSC = host TSC + this; lip_reset() gives another one
 * @s2_root: the guest's memory, see lpar_hw_ops.lip_alloc()
 */
struct lip_config {
	struct machine *machine;
	const struct lip_ops *ops;
	const struct msr_policy *msr;
	u32 lpar;
	u32 tsc_per_tick;
	u64 tsc_offset;
	u64 s2_root;
};

struct lip {
	/* See struct lip_config. tsc_offset: the dispatcher's thread. */
	struct machine *machine;
	const struct lip_ops *ops;
	const struct msr_policy *msr;
	u32 lpar;
	u32 tsc_per_tick;
	u64 tsc_offset;

	struct dispatcher *disp;
	struct hw_lip *hw;
	u32 id;				/* LIP number = APIC id */
	int pcpu;
	bool attached;			/* its dispatcher knows it */

	/* Owned by the dispatcher's thread. */
	enum lip_mode mode;
	bool stopped;			/* 201, 204: not dispatched till 208 */
	u8 nmis;			/* to be delivered: LIP_MAX_NMIS at most */
	bool recheck;			/* interrupts or timer have changed */
	bool apic_hw;			/* the processor delivers by itself */
	bool deaf;			/* halted with interrupts off */
	u16 wakes_from;			/* halted: lowest vector that ends it, 256: none */
	struct share_entity share;
	struct lapic lapic;
	u32 *apic_page;
	struct msr_state msrs;
	u64 tsc_adjust;			/* guest TSC = host TSC + tsc_offset + this */
	u64 slice_end;			/* host TSC at which its slice ends */
	u64 deadline;			/* host TSC: that, or its own timer */
	u64 taken;			/* TSC cycles of it in long host interrupts */
	u64 kick_cost;			/* of its last one, if that was short */
	u64 waiting_since;		/* host TSC; 0: not waiting for its pCPU */
	u64 stolen;			/* TSC cycles runnable but not running, since reset */
	u64 waited;			/* the same since it is there: for sysfs */
	u64 exits[LIP_NR_EXITS];

	/* Any context. */
	unsigned long requests;
	u8 sipi_vector;
	atomic_t posted_nmis;
	DECLARE_BITMAP(posted, 256);
	DECLARE_BITMAP(posted_level, 256);
};

struct lip *lip_alloc(const struct lip_config *config, u32 id, int pcpu);
void lip_free(struct lip *lip);

/* Dispatcher's thread only. */
int lip_init(struct lip *lip);
void lip_reset(struct lip *lip, const struct boot_cpu_state *boot, u64 tsc_offset);
void lip_update(struct lip *lip, u64 now);
u64 lip_next_timer(const struct lip *lip);
u64 lip_run_slice(struct lip *lip, u64 slice_end);
void lip_apic_mode(struct lip *lip);
void lip_set_mode(struct lip *lip, enum lip_mode mode);
void lip_halt(struct lip *lip, bool irqs_off);
bool lip_wants(const struct lip *lip, u64 now);
u64 lip_guest_tsc(const struct lip *lip);

/* Any context, interrupts off or on. */
void lip_post_vector(struct lip *lip, u8 vector, bool level);
void lip_post_nmi(struct lip *lip);
void lip_request(struct lip *lip, enum lip_request req);

#endif
