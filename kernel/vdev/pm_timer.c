// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pm_timer.c - the ACPI power management timer, out of the TSC.
 *
 * L0: calls only its env.
 */
#include "pure.h"
#include "vdev/pm_timer.h"

#define PM_TIMER_HZ	3579545ULL

/* In seconds and the rest, so that no product of a long time overflows. */
static u64 pm_timer_ticks(const struct pm_timer *t)
{
	u64 cycles = t->env->cycles(t->ctx);
	u64 hz = (u64)t->tsc_khz * 1000;

	return cycles / hz * PM_TIMER_HZ + cycles % hz * PM_TIMER_HZ / hz;
}

static u64 pm_timer_read(void *dev, u64 offset, unsigned int size)
{
	return lower_32_bits(pm_timer_ticks(dev)) >> 8 * offset;
}

static void pm_timer_write(void *dev, u64 offset, unsigned int size, u64 val)
{
}

const struct vdev_ops pm_timer_vdev_ops = { .read = pm_timer_read, .write = pm_timer_write };

void pm_timer_init(struct pm_timer *t, const struct pm_timer_env *env, void *ctx, u32 tsc_khz)
{
	t->env = env;
	t->ctx = ctx;
	t->tsc_khz = tsc_khz;
}
