/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/kvmclock.h - contents of the clock and steal-time areas that a guest
 * with KVM's paravirtual interface shares (Linux, "KVM-specific MSRs").
 *
 * L0: pure arithmetic, and stores to the guest's memory through a pointer
 * that the caller supplies.
 */
#ifndef LPAR_EMUL_KVMCLOCK_H
#define LPAR_EMUL_KVMCLOCK_H

#include "pure.h"

#define KVMCLOCK_TSC_STABLE	BIT(0)	/* monotone across LIPs */
#define KVMCLOCK_STOPPED	BIT(1)	/* the guest was stopped for a while */

/* One per LIP, at the address in MSR_KVM_TIME. */
struct kvmclock_time {
	u32 version;		/* odd while it is being written */
	u32 pad0;
	u64 tsc;		/* guest TSC at which system_time held */
	u64 system_time;	/* ns since boot */
	u32 mul;		/* ns = ((cycles << shift) * mul) >> 32 */
	s8 shift;
	u8 flags;
	u8 pad[2];
};

/* One per machine, at the address in MSR_KVM_WALL: time of day at boot. */
struct kvmclock_wall {
	u32 version;
	u32 sec;
	u32 nsec;
};

/* One per LIP, at the address in MSR_KVM_STEAL. */
struct kvmclock_steal {
	u64 steal;		/* ns runnable but not running */
	u32 version;
	u32 flags;
	u8 preempted;
	u8 pad8[3];
	u32 pad[11];
};

static_assert(sizeof(struct kvmclock_time) == 32);
static_assert(sizeof(struct kvmclock_wall) == 12);
static_assert(sizeof(struct kvmclock_steal) == 64);

#define KVMCLOCK_STEAL_ALIGN 64

void kvmclock_scale(u32 tsc_khz, u32 *mul, s8 *shift);
u64 kvmclock_cycles_to_ns(u64 cycles, u32 mul, s8 shift);
void kvmclock_fill(struct kvmclock_time *t, u32 tsc_khz, u64 tsc,
		   u64 system_time, u8 flags);
void kvmclock_publish(void *dst, struct kvmclock_time *src);
void kvmclock_wall_publish(void *dst, u32 version, u64 boot_ns);
void kvmclock_steal_publish(void *dst, struct kvmclock_steal *src);

#endif
