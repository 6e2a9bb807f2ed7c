/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/lip.h - a logical instruction processor: one share of one pCPU.
 *
 * A LIP belongs to one machine and one dispatcher all its life, and only that
 * dispatcher's thread changes it. Others post interrupts and request bits, and kick.
 * Exits are handled by struct lip_ops. Layer L2, lowest part: may call hw/ and L0.
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

/* Requests by other threads; see lip_request(). */
enum lip_request {
	LIP_REQ_INIT,		/* INIT came over the APIC bus */
	LIP_REQ_SIPI,		/* SIPI, vector in lip->sipi_vector */
	LIP_REQ_NMI,		/* lip->posted_nmis NMIs */
	LIP_REQ_VECTORS,	/* vectors in lip->posted */
};

/**
 * enum lip_mode - mode of a LIP
 * @LIP_MODE_WAITING: defined, but the guest has not started it: it has no task
 *	([0030] of the patent) and is not dispatched
 * @LIP_MODE_RUNNABLE: has a task
 * @LIP_MODE_HALTED: has a task, and waits in HLT for an interrupt
 * @LIP_MODE_DEAD: the LPAR has failed or ended
 */
enum lip_mode { LIP_MODE_WAITING, LIP_MODE_RUNNABLE, LIP_MODE_HALTED, LIP_MODE_DEAD };

/* One NMI in its handler, and another one pending */
#define LIP_MAX_NMIS 2

struct lip;

/**
 * struct lip_handler - handler of one kind of exit
 * @name: as in /sys/class/lpar/<name>/exits
 * @handle: called on the dispatcher's thread, interrupts are off; must not sleep
 */
struct lip_handler {
	const char *name;
	void (*handle)(struct lip *lip, struct lip_exit *exit);
};

/**
 * struct lip_ops - callbacks of a LIP into its machine
 * @handler: table indexed by enum lip_exit_kind
 * @dispatch: a slice begins at host TSC @now; preemption is off
 * @lapic: callbacks of the local APIC, with the LIP as context
 */
struct lip_ops {
	const struct lip_handler *handler;
	void (*dispatch)(struct lip *lip, u64 now);
	const struct lapic_env *lapic;
};

/**
 * struct lip_config - configuration of a LIP
 * @machine: for @ops; opaque to cpu/
 * @ops: callbacks
 * @msr: MSR policy; outlives the LIP
 * @lpar: number of the LPAR, for trace events
 * @tsc_per_tick: TSC cycles in one tick of a local APIC's timer
 * @tsc_offset: guest TSC = host TSC + this; changed by lip_reset()
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
	bool attached;			/* to its dispatcher */

	/* Owned by the dispatcher's thread. */
	enum lip_mode mode;
	bool stopped;			/* steps 201, 204: not dispatched until 208 */
	u8 nmis;			/* pending, at most LIP_MAX_NMIS */
	bool recheck;			/* interrupts or timer have changed */
	bool apic_hw;			/* the processor delivers interrupts */
	bool deaf;			/* halted with interrupts off */
	u16 wakes_from;			/* halted: lowest vector that wakes it, 256: none */
	struct share_entity share;
	struct lapic lapic;
	u32 *apic_page;
	struct msr_state msrs;
	u64 tsc_adjust;			/* guest TSC = host TSC + tsc_offset + this */
	u64 slice_end;			/* host TSC at which its slice ends */
	u64 deadline;			/* host TSC: earlier of slice_end and its timer */
	u64 taken;			/* TSC cycles of the slice in long host interrupts */
	u64 kick_cost;			/* TSC cycles of the last one, if it was short */
	u64 waiting_since;		/* host TSC; 0: not waiting for its pCPU */
	u64 stolen;			/* TSC cycles runnable but not running, since reset */
	u64 waited;			/* the same since its creation: for sysfs */
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
void lip_get_cpu(struct lip *lip, struct core_cpu *out);
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
