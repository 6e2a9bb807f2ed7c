/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/kvmclock.h - clock and steal-time areas of KVM's paravirtual interface
 * (Linux, "KVM-specific MSRs").
 *
 * L0: arithmetic, and stores to the guest's memory by the caller's pointer.
 */
#ifndef LPAR_EMUL_KVMCLOCK_H
#define LPAR_EMUL_KVMCLOCK_H

#include <asm/kvm_para.h>

#include "pure.h"

#define KVMCLOCK_TSC_STABLE	BIT(0)	/* monotonic across LIPs */
#define KVMCLOCK_STOPPED	BIT(1)	/* the guest was stopped for a while */

/* One per LIP, at the address in MSR_KVM_SYSTEM_TIME_NEW; pvclock-abi.h is not UAPI. */
struct kvmclock_time {
	u32 version;		/* odd during an update */
	u32 pad0;
	u64 tsc;		/* guest TSC at system_time */
	u64 system_time;	/* ns since boot */
	u32 mul;		/* ns = ((cycles << shift) * mul) >> 32 */
	s8 shift;
	u8 flags;
	u8 pad[2];
};

/* One per machine, at the address in MSR_KVM_WALL_CLOCK_NEW: time of day at boot. */
struct kvmclock_wall {
	u32 version;
	u32 sec;
	u32 nsec;
};

static_assert(sizeof(struct kvmclock_time) == 32);
static_assert(sizeof(struct kvmclock_wall) == 12);
static_assert(sizeof(struct kvm_steal_time) == 64);

#define KVMCLOCK_STEAL_ALIGN (2 << KVM_STEAL_ALIGNMENT_BITS)

void kvmclock_scale(u32 tsc_khz, u32 *mul, s8 *shift);
u64 kvmclock_cycles_to_ns(u64 cycles, u32 mul, s8 shift);
void kvmclock_fill(struct kvmclock_time *t, u32 tsc_khz, u64 tsc,
		   u64 system_time, u8 flags);
void kvmclock_publish(void *dst, struct kvmclock_time *src);
void kvmclock_wall_publish(void *dst, u32 version, u64 boot_ns);
void kvmclock_steal_publish(void *dst, struct kvm_steal_time *src);

#endif
