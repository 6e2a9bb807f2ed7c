/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pm_timer.h - the ACPI power management timer (ACPI, "Power Management
 * Timer"): 3.579545 MHz in 32 bits, always running, without an interrupt.
 *
 * L0. The caller serialises all calls on one struct pm_timer.
 */
#ifndef LPAR_VDEV_PM_TIMER_H
#define LPAR_VDEV_PM_TIMER_H

#include "pure.h"
#include "vdev/vdev.h"

/** struct pm_timer_env - @cycles: the machine's TSC */
struct pm_timer_env {
	u64 (*cycles)(void *ctx);
};

/**
 * struct pm_timer - the timer; it has no state to reset
 * @env: the machine around it
 * @ctx: first argument of the callback in @env
 * @tsc_khz: rate of the TSC
 */
struct pm_timer {
	const struct pm_timer_env *env;
	void *ctx;
	u32 tsc_khz;
};

/* Access to LAYOUT_PM_TIMER_PORT; dev: the struct pm_timer. */
extern const struct vdev_ops pm_timer_vdev_ops;

void pm_timer_init(struct pm_timer *t, const struct pm_timer_env *env, void *ctx, u32 tsc_khz);

#endif /* LPAR_VDEV_PM_TIMER_H */
