// SPDX-License-Identifier: GPL-2.0
/* sources: emul/kvmclock.c */

/* kvmclock areas: the arithmetic that guests do, and the version protocol. */
#include "pure.h"
#include "tap.h"
#include "emul/kvmclock.h"

TEST(scale_is_accurate_to_one_part_per_billion)
{
	static const u32 rates[] = { 1, 1000, 19200, 999999, 1000000, 1000001,
		2000000, 2893437, 3500000, 4294967, 16000000, U32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		u32 khz = rates[i], mul;
		u64 ns, want;
		s8 shift;

		kvmclock_scale(khz, &mul, &shift);
		CHECK(mul >= 0x80000000U);
		/* 1000 seconds */
		ns = kvmclock_cycles_to_ns(khz * 1000000ULL, mul, shift);
		want = 1000000000000ULL;
		CHECK(ns <= want);
		CHECK(want - ns <= want / 1000000000 + 2);
	}
}

TEST(scale_is_accurate_for_random_rates)
{
	int i;

	for (i = 0; i < 100000; i++) {
		u32 khz = 100000 + tap_below(10000000), mul;
		u64 cycles = tap_rand() >> 20, ns, want;
		s8 shift;

		kvmclock_scale(khz, &mul, &shift);
		ns = kvmclock_cycles_to_ns(cycles, mul, shift);
		want = (u64)((unsigned __int128)cycles * 1000000 / khz);
		CHECK(ns <= want && want - ns <= (want >> 30) + 8);
	}
}

TEST(scale_of_rate_zero_is_defined)
{
	u32 mul;
	s8 shift;

	kvmclock_scale(0, &mul, &shift);
	CHECK_EQ(shift, 20);
}

TEST(publish_advances_the_version)
{
	struct kvmclock_time t = { .version = 0 };
	/* aligned to 4 bytes only, which a guest may do */
	static u32 guest[9] __aligned(8);
	struct kvmclock_time seen;

	memset(guest, 0xff, sizeof(guest));
	kvmclock_fill(&t, 2000000, 111, 222, KVMCLOCK_TSC_STABLE);
	CHECK_EQ(t.version, 0);
	kvmclock_publish(guest + 1, &t);
	memcpy(&seen, guest + 1, sizeof(seen));
	CHECK_EQ(guest[0], U32_MAX);
	CHECK_EQ(seen.version, 2);
	CHECK_EQ(seen.tsc, 111);
	CHECK_EQ(seen.system_time, 222);
	CHECK_EQ(seen.flags, 1);
	CHECK_EQ(seen.pad0, 0);
	/* 2 GHz: half a nanosecond a cycle; mul is 2^31, shift 0 */
	CHECK_EQ(kvmclock_cycles_to_ns(4000, seen.mul, seen.shift), 2000);
	kvmclock_fill(&t, 2000000, 333, 444, 0);
	kvmclock_publish(guest + 1, &t);
	memcpy(&seen, guest + 1, sizeof(seen));
	CHECK_EQ(seen.version, 4);
	/* a version overwritten by the guest is ignored */
	guest[1] = 77;
	kvmclock_publish(guest + 1, &t);
	CHECK_EQ(guest[1], 6);
}

TEST(version_wraps_to_zero)
{
	struct kvmclock_time t = { .version = U32_MAX - 1 };
	struct kvmclock_time guest;

	kvmclock_publish(&guest, &t);
	CHECK_EQ(guest.version, 0);
}

TEST(wall_clock_is_published)
{
	struct kvmclock_wall wall;

	kvmclock_wall_publish(&wall, 4, 1700000000123456789ULL);
	CHECK_EQ(wall.version, 4);
	CHECK_EQ(wall.sec, 1700000000);
	CHECK_EQ(wall.nsec, 123456789);
}

TEST(steal_time_is_published)
{
	struct kvm_steal_time src = { .steal = 5, .preempted = 1 };
	struct kvm_steal_time guest;

	memset(&guest, 0xff, sizeof(guest));
	kvmclock_steal_publish(&guest, &src);
	CHECK_EQ(guest.steal, 5);
	CHECK_EQ(guest.preempted, 1);
	CHECK_EQ(guest.flags, 0);
	CHECK_EQ(guest.version, 2);
	src.steal += 7;
	kvmclock_steal_publish(&guest, &src);
	CHECK_EQ(guest.steal, 12);
	CHECK_EQ(guest.version, 4);
}
