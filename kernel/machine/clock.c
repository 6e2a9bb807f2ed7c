// SPDX-License-Identifier: GPL-2.0
/*
 * machine/clock.c - kvmclock and steal time.
 *
 * A machine's time is its TSC since IPL times a factor that is the same for all
 * LIPs. An area is written when the guest sets its address and after each stop, always
 * with the same values, so time is monotonic across LIPs. Layer L2.
 */
#include <linux/kvm_para.h>
#include <linux/timekeeping.h>
#include <asm/tsc.h>

#include "emul/kvmclock.h"
#include "machine/exit.h"
#include "machine/machine.h"

/* Host mapping of @size bytes at the address in @msr; NULL: no storage. */
static void *clock_va(struct lip *lip, u64 msr, size_t size)
{
	size_t len;
	void *va = machine_va(lip->machine, msr & ~(u64)KVM_MSR_ENABLED, &len);

	return va && len >= size ? va : NULL;
}

static void clock_write_time(struct lip *lip, u8 flags)
{
	struct kvmclock_time now = { 0 }, *page;

	if (!(lip->msrs.kvm_time & KVM_MSR_ENABLED))
		return;
	page = clock_va(lip, lip->msrs.kvm_time, sizeof(*page));
	if (!page)
		return;
	now.version = READ_ONCE(page->version);
	/* Without TSC_STABLE the guest itself keeps time monotonic across LIPs. */
	kvmclock_fill(&now, lip->machine->tsc_khz, lip->tsc_adjust, 0,
		      flags | (check_tsc_unstable() ? 0 : KVMCLOCK_TSC_STABLE));
	kvmclock_publish(page, &now);
}

static void clock_write_wall(struct lip *lip)
{
	struct kvmclock_wall *page = clock_va(lip, lip->msrs.kvm_wall, sizeof(*page));

	if (page)
		kvmclock_wall_publish(page, 2, lip->machine->boot_wall_ns);
}

static void clock_write_steal(struct lip *lip)
{
	struct kvm_steal_time now = { 0 }, *page;
	u32 mul;
	s8 shift;

	if (!(lip->msrs.kvm_steal & KVM_MSR_ENABLED))
		return;
	page = clock_va(lip, lip->msrs.kvm_steal, sizeof(*page));
	if (!page)
		return;
	kvmclock_scale(lip->machine->tsc_khz, &mul, &shift);
	now.version = READ_ONCE(page->version);
	now.steal = kvmclock_cycles_to_ns(lip->stolen, mul, shift);
	kvmclock_steal_publish(page, &now);
}

/* The guest has written one of the clock's MSRs. */
void lip_clock_changed(struct lip *lip)
{
	u32 changed = lip->msrs.changed;

	lip->msrs.changed = 0;
	if (changed & MSR_CHANGED_TIME)
		clock_write_time(lip, 0);
	if (changed & MSR_CHANGED_WALL)
		clock_write_wall(lip);
	if (changed & MSR_CHANGED_STEAL)
		clock_write_steal(lip);
}

/**
 * lip_clock_stopped() - tell the guest that this LIP was stopped
 * @lip: the LIP, about to continue
 *
 * Sets PVCLOCK_GUEST_STOPPED in its kvmclock page, so that the guest's watchdogs do
 * not take the stop for a lockup (Linux, "KVM-specific MSRs"). The guest clears it.
 *
 * Context: dispatcher's thread.
 */
void lip_clock_stopped(struct lip *lip)
{
	clock_write_time(lip, KVMCLOCK_STOPPED);
}

/* The time of day and the host's TSC at that time: the best of three readings. */
static void clock_sample(struct timespec64 *now, u64 *tsc)
{
	u64 from, took, best = U64_MAX;
	struct timespec64 read;
	int i;

	for (i = 0; i < 3; i++) {
		from = rdtsc_ordered();
		ktime_get_real_ts64(&read);
		took = rdtsc_ordered() - from;
		if (took >= best)
			continue;
		best = took;
		*tsc = from + took / 2;
		*now = read;
	}
}

/**
 * lip_clock_pair() - hypercall KVM_HC_CLOCK_PAIRING
 * @lip: the caller
 * @gpa: where the guest wants its struct kvm_clock_pairing
 * @type: clock; there is only KVM_CLOCK_PAIRING_WALLCLOCK
 *
 * Linux's ptp_kvm makes /dev/ptp0 of it, by which chrony follows the host's corrected
 * time of day.
 *
 * Context: dispatcher's thread, interrupts off.
 * Return: 0; -KVM_EOPNOTSUPP: no such clock; -KVM_EFAULT: no storage at @gpa.
 */
s64 lip_clock_pair(struct lip *lip, gpa_t gpa, u64 type)
{
	struct kvm_clock_pairing pair = { 0 };
	struct timespec64 now;
	u64 tsc;

	if (type != KVM_CLOCK_PAIRING_WALLCLOCK)
		return -KVM_EOPNOTSUPP;
	clock_sample(&now, &tsc);
	pair.sec = now.tv_sec;
	pair.nsec = now.tv_nsec;
	pair.tsc = tsc + lip->tsc_offset + lip->tsc_adjust;
	return machine_write(lip->machine, gpa, &pair, sizeof(pair)) ? -KVM_EFAULT : 0;
}

/* A slice begins: account the time the LIP waited for its pCPU as stolen. */
void lip_clock_dispatch(struct lip *lip, u64 now)
{
	if (lip->waiting_since && now > lip->waiting_since) {
		lip->stolen += now - lip->waiting_since;
		WRITE_ONCE(lip->waited, lip->waited + now - lip->waiting_since);
	}
	lip->waiting_since = 0;
	clock_write_steal(lip);
}
