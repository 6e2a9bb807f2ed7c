// SPDX-License-Identifier: GPL-2.0
/* Cases: all LIPs run; a LIP is restarted; the LIPs' TSCs agree. */
#include "tiny.h"

#define ADDS 20000

static volatile u64 sum;
static volatile u32 done;

static void add_up(u32 lip)
{
	int i;

	if (lip != lip_self())
		return;
	for (i = 0; i < ADDS; i++)
		__atomic_add_fetch(&sum, 1, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
}

static u32 count_bits(u64 v)
{
	u32 n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

CASE(smp)
{
	u64 end = rdtsc() + 10000 * tsc_khz();
	u32 n, want = count_bits(lips_present);

	n = lips_start(add_up);
	if (n != want)
		return why("%u of %u LIPs came up (0x%llx)", n, want, lips_up);
	add_up(lip_self());
	while (done < n && rdtsc() < end)
		pause();
	if (sum != (u64)n * ADDS)
		return why("%u LIPs counted to %llu, not %u", n, sum, n * ADDS);
	say("TINY smp %u LIPs", n);
	return NULL;
}

#define MSR_KVM_TIME	0x4b564d01u
#define KVM_STOPPED	2

/* Linux, "KVM-specific MSRs": struct pvclock_vcpu_time_info */
static struct {
	volatile u32 version;
	u32 pad0;
	u64 tsc, time;
	u32 mul;
	volatile u8 shift, flags, pad[2];
} time_page[MAX_LIPS] __attribute__((aligned(64)));
static volatile u64 paused_up;

static void set_time_page(u32 lip)
{
	wrmsr(MSR_KVM_TIME, (u64)&time_page[lip] | 1);
	__atomic_or_fetch(&paused_up, BIT_ULL(lip), __ATOMIC_SEQ_CST);
}

/* Each LIP's kvmclock page reports a stop, and its other fields do not change. */
CASE(paused)
{
	u64 end = rdtsc() + 20000 * tsc_khz();
	u32 n = lips_start(set_time_page), i, told = 0;
	u32 mul;

	set_time_page(0);
	while (paused_up != lips_present && rdtsc() < end)
		pause();
	mul = time_page[0].mul;
	for (i = 0; i < n; i++)
		if (time_page[i].flags & KVM_STOPPED)
			return why("LIP %u had PVCLOCK_GUEST_STOPPED before a stop", i);
	say("TINY paused ready");
	while (told < n && rdtsc() < end)
		for (i = told = 0; i < n; i++)
			told += !!(time_page[i].flags & KVM_STOPPED);
	if (told < n)
		return why("%u of %u LIPs had PVCLOCK_GUEST_STOPPED", told, n);
	if (!mul || time_page[0].mul != mul || time_page[0].version & 1)
		return why("mul %u, version %u", time_page[0].mul, time_page[0].version);
	return NULL;
}

/* INIT stops a LIP wherever it is; SIPI starts it again. */
static volatile u64 beats;

static void beat(u32 lip)
{
	(void)lip;
	for (;;) {
		beats++;
		pause();
	}
}

CASE(restart)
{
	u64 before;
	int i;

	for (i = 0; i < 5; i++) {
		lips_up &= ~2ull;
		if (lip_start(1, beat))
			return why("LIP 1 does not start in round %d", i);
		before = beats;
		spin_us(20000);
		if (beats == before)
			return "LIP 1 does nothing";
		apic_icr(1, 0x500 | ICR_ASSERT);
		spin_us(20000);
		before = beats;
		spin_us(20000);
		if (beats != before)
			return "LIP 1 still runs after INIT";
	}
	return NULL;
}

/* Two LIPs exchange TSC values: these must never go backwards. */
static volatile u64 ball;

static void return_ball(u32 lip)
{
	u64 seen = 0;

	(void)lip;
	for (;;) {
		while (ball == seen || !(ball & 1))
			pause();
		seen = rdtsc() & ~1ull;
		if (seen < (ball & ~1ull))
			seen = 0;	/* went back */
		ball = seen;
	}
}

CASE(tsc)
{
	u64 now, end = rdtsc() + 500 * tsc_khz();
	u32 rounds = 0;

	lips_start(return_ball);
	while (rdtsc() < end) {
		now = rdtsc() | 1;
		ball = now;
		while (ball == now && rdtsc() < end + 1000 * tsc_khz())
			pause();
		if (!ball)
			return "the other LIP's TSC is behind";
		if (rdtsc() < ball)
			return "the TSC went backwards";
		rounds++;
	}
	say("TINY tsc %u rounds", rounds);
	return rounds > 3 ? NULL : "the other LIP does not answer";
}
