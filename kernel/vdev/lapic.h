/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/lapic.h - the local APIC of one LIP: xAPIC, x2APIC and its timer.
 *
 * Only the dispatcher of its LIP accesses a lapic, so there is no lock. Other LIPs
 * find their targets by struct lapic_id, a one-word snapshot that the owner publishes.
 * L0: calls only the callbacks in struct lapic_env.
 */
#ifndef LPAR_VDEV_LAPIC_H
#define LPAR_VDEV_LAPIC_H

#include "pure.h"

#define LAPIC_PAGE_SIZE		4096
#define LAPIC_NO_DEADLINE	(~0ULL)
#define LAPIC_DEFAULT_BASE	0xfee00000ULL

/* Destination that reaches every local APIC, in struct apic_msg. */
#define APIC_BROADCAST		0xffffffffU

enum apic_delivery {
	APIC_FIXED = 0,
	APIC_LOWEST = 1,
	APIC_SMI = 2,
	APIC_NMI = 4,
	APIC_INIT = 5,
	APIC_STARTUP = 6,
	APIC_EXTINT = 7,
};

enum apic_shorthand {
	APIC_TO_DEST = 0,
	APIC_TO_SELF = 1,
	APIC_TO_ALL = 2,
	APIC_TO_OTHERS = 3,
};

/**
 * struct apic_msg - one message on the APIC bus: an IPI, or from an IO-APIC
 *	pin, or an MSI
 * @dest: APIC id or logical destination; APIC_BROADCAST for all, whatever the
 *	width of the sender's field was
 * @vector: interrupt vector, or start page for APIC_STARTUP
 * @delivery: enum apic_delivery
 * @shorthand: enum apic_shorthand; APIC_TO_DEST for all but IPIs
 * @logical: @dest is a logical destination
 * @level: level triggered
 * @assert: false only in the INIT level de-assert, which has no effect
 */
struct apic_msg {
	u32 dest;
	u8 vector;
	u8 delivery;
	u8 shorthand;
	bool logical;
	bool level;
	bool assert;
};

/**
 * struct lapic_id - snapshot of a local APIC for senders
 * @word: packed, so that one WRITE_ONCE() publishes it and one READ_ONCE() reads it
 */
struct lapic_id {
	u64 word;
};

/**
 * struct lapic_env - effects of a local APIC
 * @ipi: send @msg; the receiver may be the sender
 * @eoi: the guest ended a level-triggered interrupt: tell the IO-APIC
 * @id_changed: publish lapic_id() again: mode, LDR, DFR or enable has changed
 */
struct lapic_env {
	void (*ipi)(void *ctx, const struct apic_msg *msg);
	void (*eoi)(void *ctx, u8 vector);
	void (*id_changed)(void *ctx);
};

/**
 * struct lapic - state of one local APIC
 * @regs: register page in xAPIC layout; can serve as a virtual-APIC page
 * @env: effects outside
 * @ctx: first argument of the callbacks in @env
 * @base: IA32_APIC_BASE
 * @base_bits: bits of an address in @base; after lapic_init() those below 4 GiB,
 *	and the owner's to set
 * @id: APIC id, 32 bits in either mode
 * @tsc_per_tick: TSC cycles in one tick of the timer's bus clock
 * @min_period: minimum period in TSC cycles, which bounds the rate of a guest's timer
 *	interrupts; set by the owner, 0: none
 * @deadline: guest TSC at which the timer expires, or LAPIC_NO_DEADLINE
 * @period: TSC cycles from count to zero of the last initial count
 * @esr_pending: errors since the last write of ESR
 *
 * Owned by the dispatcher of the LIP.
 */
struct lapic {
	u32 *regs;
	const struct lapic_env *env;
	void *ctx;
	u64 base;
	u64 base_bits;
	u32 id;
	u32 tsc_per_tick;
	u64 min_period;
	u64 deadline;
	u64 period;
	u32 esr_pending;
};

/* Life */
void lapic_init(struct lapic *l, u32 *regs, u32 id, bool bsp, u32 tsc_per_tick,
		const struct lapic_env *env, void *ctx);
void lapic_power_on(struct lapic *l, bool bsp);
void lapic_reset(struct lapic *l);
u32 lapic_tsc_per_tick(u64 tsc_khz);

/* Guest's accesses; now = guest TSC */
u32 lapic_mmio_read(struct lapic *l, u32 offset, u64 now);
void lapic_mmio_write(struct lapic *l, u32 offset, u32 val, u64 now);
bool lapic_mmio_active(const struct lapic *l, u64 gpa);
bool lapic_owns_msr(u32 msr);
int lapic_msr_read(struct lapic *l, u32 msr, u64 *val, u64 now);
int lapic_msr_write(struct lapic *l, u32 msr, u64 val, u64 now);
u8 lapic_get_cr8(const struct lapic *l);
void lapic_set_cr8(struct lapic *l, u8 cr8);

/* Interrupts */
bool lapic_set_irr(struct lapic *l, u8 vector, bool level);
int lapic_highest_irr(const struct lapic *l);
int lapic_highest_isr(const struct lapic *l);
u8 lapic_ppr(const struct lapic *l);
int lapic_pending(const struct lapic *l);
unsigned int lapic_lowest_taken(const struct lapic *l);
void lapic_ack(struct lapic *l, u8 vector);
void lapic_eoi_done(struct lapic *l, u8 vector);

/* Timer */
u64 lapic_timer_deadline(const struct lapic *l);
bool lapic_timer_wakes(const struct lapic *l);
bool lapic_timer_expire(struct lapic *l, u64 now);
void lapic_tsc_moved(struct lapic *l, u64 delta);

/* Routing: any thread, from snapshots */
struct lapic_id lapic_id(const struct lapic *l);
bool lapic_id_accepts(struct lapic_id id);
bool lapic_matches(struct lapic_id id, u32 dest, bool logical);
u64 lapic_route(const struct lapic_id *ids, unsigned int count, u64 present,
		const struct apic_msg *msg, unsigned int sender);
bool apic_msg_from_msi(struct apic_msg *msg, u64 addr, u32 data);

#endif
