// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/lapic_timer.c - the local APIC's timer (SDM, "APIC Timer").
 *
 * One deadline in guest TSC serves the three modes; the current count is
 * computed from it when it is read. L0: calls nothing outside lapic.c.
 */
#include "pure.h"

#include "vdev/lapic.h"
#include "vdev/lapic_regs.h"

static u32 lapic_timer_mode(const struct lapic *l)
{
	return lapic_get(l, LREG_LVT_TIMER) & LVT_TIMER_MODE;
}

static bool lapic_timer_tsc_mode(const struct lapic *l)
{
	return lapic_timer_mode(l) == LVT_TIMER_TSC;
}

/* TSC cycles in one count; divide configuration 7 means "divide by 1". */
static u64 lapic_timer_tick(const struct lapic *l)
{
	u32 tdcr = lapic_get(l, LREG_TDCR);
	u32 code = (tdcr & 3) | (tdcr >> 1 & 4);

	return (u64)l->tsc_per_tick << ((code + 1) & 7);
}

/* Does not wrap: a guest may have set its TSC close to the maximum. */
static void lapic_timer_arm(struct lapic *l, u64 now, u64 cycles)
{
	if (check_add_overflow(now, cycles, &l->deadline))
		l->deadline = LAPIC_NO_DEADLINE;
}

void lapic_timer_disarm(struct lapic *l)
{
	l->deadline = LAPIC_NO_DEADLINE;
	l->period = 0;
}

/* Remaining count. An expiry may not have been handled yet. */
u32 lapic_timer_count(const struct lapic *l, u64 now)
{
	u64 left;

	if (lapic_timer_tsc_mode(l) || l->deadline == LAPIC_NO_DEADLINE)
		return 0;
	if (now < l->deadline)
		left = l->deadline - now;
	else if (lapic_timer_mode(l) == LVT_TIMER_PERIODIC && l->period)
		left = l->period - (now - l->deadline) % l->period;
	else
		return 0;
	return DIV_ROUND_UP_ULL(left, lapic_timer_tick(l));
}

/**
 * lapic_timer_deadline() - when lapic_timer_expire() has to be called
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: guest TSC, or LAPIC_NO_DEADLINE when no interrupt is to come.
 */
u64 lapic_timer_deadline(const struct lapic *l)
{
	if (lapic_get(l, LREG_LVT_TIMER) & LVT_MASKED)
		return LAPIC_NO_DEADLINE;
	return l->deadline;
}

/**
 * lapic_timer_wakes() - would the timer's interrupt be delivered now?
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: false while the processor priority blocks it.
 */
bool lapic_timer_wakes(const struct lapic *l)
{
	return (lapic_get(l, LREG_LVT_TIMER) & 0xf0) > (lapic_ppr(l) & 0xf0);
}

/**
 * lapic_timer_expire() - bring the timer up to date
 * @l: the local APIC
 * @now: guest TSC
 *
 * A periodic timer continues at its next full period. Missed periods cause one
 * interrupt, like periods that end while the interrupt is pending.
 *
 * Context: the owner's thread.
 * Return: true when the timer's vector has been requested.
 */
bool lapic_timer_expire(struct lapic *l, u64 now)
{
	u32 lvt = lapic_get(l, LREG_LVT_TIMER);
	u64 period = max(l->period, l->min_period);
	u64 late;

	if (now < l->deadline || l->deadline == LAPIC_NO_DEADLINE)
		return false;
	late = now - l->deadline;
	if (lapic_timer_mode(l) == LVT_TIMER_PERIODIC && l->period)
		lapic_timer_arm(l, now, period - late % period);
	else
		l->deadline = LAPIC_NO_DEADLINE;
	if (lvt & LVT_MASKED)
		return false;
	return lapic_set_irr(l, lvt & LVT_VECTOR, false);
}

/**
 * lapic_tsc_moved() - the guest's TSC was set
 * @l: the local APIC
 * @delta: what was added to it, modulo 2^64
 *
 * A count is not affected; a TSC deadline follows the TSC.
 *
 * Context: the owner's thread.
 */
void lapic_tsc_moved(struct lapic *l, u64 delta)
{
	if (l->deadline != LAPIC_NO_DEADLINE && !lapic_timer_tsc_mode(l))
		l->deadline += delta;
}

void lapic_write_tmict(struct lapic *l, u32 val, u64 now)
{
	if (lapic_timer_tsc_mode(l))
		return;
	lapic_set(l, LREG_TMICT, val);
	lapic_timer_disarm(l);
	if (!val)
		return;
	l->period = val * lapic_timer_tick(l);
	lapic_timer_arm(l, now, l->period);
}

/* The remaining count continues at the new rate. */
void lapic_write_tdcr(struct lapic *l, u32 val, u64 now)
{
	u32 count;

	lapic_timer_expire(l, now);
	count = lapic_timer_count(l, now);
	lapic_set(l, LREG_TDCR, val & TDCR_WRITABLE);
	if (!count)
		return;
	l->period = lapic_get(l, LREG_TMICT) * lapic_timer_tick(l);
	lapic_timer_arm(l, now, count * lapic_timer_tick(l));
}

void lapic_write_lvt_timer(struct lapic *l, u32 val, u64 now)
{
	bool was_tsc = lapic_timer_tsc_mode(l);

	/* Handle an expiry under the old LVT entry first. */
	lapic_timer_expire(l, now);
	lapic_set(l, LREG_LVT_TIMER, val);
	/* Entering or leaving TSC-deadline mode disarms the timer. */
	if (lapic_timer_tsc_mode(l) != was_tsc) {
		lapic_timer_disarm(l);
		lapic_set(l, LREG_TMICT, 0);
	}
}

u64 lapic_read_tsc_deadline(const struct lapic *l, u64 now)
{
	if (!lapic_timer_tsc_mode(l) || l->deadline == LAPIC_NO_DEADLINE)
		return 0;
	return now < l->deadline ? l->deadline : 0;
}

void lapic_write_tsc_deadline(struct lapic *l, u64 val, u64 now)
{
	if (!lapic_timer_tsc_mode(l))
		return;
	lapic_timer_expire(l, now);
	l->deadline = val ? val : LAPIC_NO_DEADLINE;
	lapic_timer_expire(l, now);
}

/**
 * lapic_tsc_per_tick() - a rate for the timer's bus clock
 * @tsc_khz: rate of the guest's TSC
 *
 * A whole number of TSC cycles, so that no count is ever rounded; the clock
 * is at most 1 GHz, so that its rate in Hz and what guests multiply it by
 * stay within 32 bits.
 *
 * Context: any.
 * Return: TSC cycles in one tick.
 */
u32 lapic_tsc_per_tick(u64 tsc_khz)
{
	u64 ratio = DIV_ROUND_UP_ULL(tsc_khz, 1000000);

	return clamp_t(u64, ratio, 1, LAPIC_MAX_RATIO);
}
