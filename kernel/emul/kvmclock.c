// SPDX-License-Identifier: GPL-2.0
/*
 * emul/kvmclock.c - write the clock and steal-time areas.
 *
 * Any LIP of the guest may read an area at any time: its version is odd during an
 * update. The host keeps its own copy of the version and never reads the guest's
 * memory. L0: calls nothing.
 */
#include "pure.h"

#include "emul/kvmclock.h"

#define KHZ_PER_GHZ 1000000ULL

/**
 * kvmclock_scale() - factors that turn TSC cycles into nanoseconds
 * @tsc_khz: rate of the TSC; 0 counts as 1
 * @mul: output: 0.32 fixed-point factor, at least one half
 * @shift: output: power of two that is applied first
 *
 * Context: any.
 */
void kvmclock_scale(u32 tsc_khz, u32 *mul, s8 *shift)
{
	u64 num = KHZ_PER_GHZ, den = tsc_khz ? tsc_khz : 1;

	*shift = 0;
	while (num >= den) {
		den <<= 1;
		(*shift)++;
	}
	while (num * 2 < den) {
		num <<= 1;
		(*shift)--;
	}
	/* num < den < 2^32: the quotient has 32 bits, the top one set. */
	*mul = (num << 32) / den;
}

/**
 * kvmclock_cycles_to_ns() - convert a TSC difference as the guest does
 * @cycles: TSC cycles
 * @mul: from kvmclock_scale()
 * @shift: from kvmclock_scale()
 *
 * Context: any.
 * Return: nanoseconds, modulo 2^64.
 */
u64 kvmclock_cycles_to_ns(u64 cycles, u32 mul, s8 shift)
{
	if (shift < 0)
		cycles >>= -shift;
	else
		cycles <<= shift;
	return mul_u64_u32_shr(cycles, mul, 32);
}

/**
 * kvmclock_fill() - compute the contents of a time area
 * @t: output; its version is kept
 * @tsc_khz: rate of the guest's TSC
 * @tsc: guest TSC
 * @system_time: ns since boot at @tsc
 * @flags: KVMCLOCK_* bits
 *
 * Context: any.
 */
void kvmclock_fill(struct kvmclock_time *t, u32 tsc_khz, u64 tsc,
		   u64 system_time, u8 flags)
{
	u32 mul;
	s8 shift;

	kvmclock_scale(tsc_khz, &mul, &shift);
	*t = (struct kvmclock_time){
		.version = t->version,
		.tsc = tsc,
		.system_time = system_time,
		.mul = mul,
		.shift = shift,
		.flags = flags,
	};
}

/* x86 does not reorder stores: compiler barriers suffice. */
static void set_version(u32 *version, u32 value)
{
	barrier();
	WRITE_ONCE(*version, value);
	barrier();
}

/**
 * kvmclock_publish() - write a time area to the guest's memory
 * @dst: the guest's memory, 4-byte aligned
 * @src: from kvmclock_fill(); its version is advanced
 *
 * Context: the only writer of @dst.
 */
void kvmclock_publish(void *dst, struct kvmclock_time *src)
{
	const size_t body = offsetofend(struct kvmclock_time, version);

	src->version |= 1;
	set_version(dst, src->version);
	memcpy(dst + body, (void *)src + body, sizeof(*src) - body);
	src->version++;
	set_version(dst, src->version);
}

/**
 * kvmclock_wall_publish() - write the guest's wall-clock area
 * @dst: the guest's memory, 4-byte aligned
 * @version: even number, different each time
 * @boot_ns: ns since 1970 at the zero of system_time
 *
 * Context: the only writer of @dst.
 */
void kvmclock_wall_publish(void *dst, u32 version, u64 boot_ns)
{
	struct kvmclock_wall *wall = dst;

	set_version(&wall->version, version - 1);
	wall->sec = boot_ns / 1000000000;
	wall->nsec = boot_ns % 1000000000;
	set_version(&wall->version, version);
}

/**
 * kvmclock_steal_publish() - write the guest's steal-time area
 * @dst: the guest's memory, KVMCLOCK_STEAL_ALIGN aligned
 * @src: contents; its version is advanced
 *
 * Context: the only writer of @dst.
 */
void kvmclock_steal_publish(void *dst, struct kvm_steal_time *src)
{
	struct kvm_steal_time *area = dst;

	src->version |= 1;
	set_version(&area->version, src->version);
	area->steal = src->steal;
	area->flags = src->flags;
	area->preempted = src->preempted;
	src->version++;
	set_version(&area->version, src->version);
}
