// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/timer.c - interrupt the guest at its deadline.
 *
 * SVM has no preemption timer, so use an hrtimer. It is not reprogrammed for a
 * later deadline: it then fires early, and the next entry arms it again. Layer L1.
 */
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <asm/tsc.h>

#include "hw/svm/vmcb.h"

/* For later deadlines the timer is armed again after this time. */
#define SVM_TIMER_MAX_NS NSEC_PER_SEC

static enum hrtimer_restart svm_timer_fired(struct hrtimer *timer)
{
	container_of(timer, struct svm_cpu, timer)->armed = U64_MAX;
	return HRTIMER_NORESTART;
}

void svm_timer_init(struct svm_cpu *cpu)
{
	hrtimer_setup(&cpu->timer, svm_timer_fired, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_HARD);
	cpu->armed = U64_MAX;
}

/* @deadline is after @now; both are host TSC. Context: interrupts off. */
void svm_timer_arm(struct svm_cpu *cpu, u64 deadline, u64 now)
{
	u64 ns;

	if (deadline >= cpu->armed)
		return;
	ns = mul_u64_u32_div(min(deadline - now, U64_MAX / NSEC_PER_MSEC),
			     NSEC_PER_MSEC, tsc_khz);
	ns = min_t(u64, ns + 1, SVM_TIMER_MAX_NS);
	cpu->armed = deadline;
	hrtimer_start(&cpu->timer, ktime_add_ns(ktime_get(), ns),
		      HRTIMER_MODE_ABS_PINNED_HARD);
}

void svm_timer_cancel(struct svm_cpu *cpu)
{
	hrtimer_cancel(&cpu->timer);
	cpu->armed = U64_MAX;
}
