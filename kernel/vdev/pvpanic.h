/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/pvpanic.h - pvpanic device: the guest's kernel reports that it has panicked
 * (<misc/pvpanic.h>; ACPI device QEMU0001, Linux's pvpanic-mmio).
 *
 * One port: a read returns the events that the device knows, a write reports one.
 * L0. The caller serialises all calls on one struct pvpanic; env callbacks are made
 * from within them.
 */
#ifndef LPAR_VDEV_PVPANIC_H
#define LPAR_VDEV_PVPANIC_H

#include "pure.h"
#include "vdev/vdev.h"

/**
 * struct pvpanic_env - effects of the device
 * @panicked: the kernel has panicked and will not go on
 * @crash_loaded: the kernel has panicked, and its crash kernel takes over
 */
struct pvpanic_env {
	void (*panicked)(void *ctx);
	void (*crash_loaded)(void *ctx);
};

struct pvpanic {
	const struct pvpanic_env *env;
	void *ctx;
};

/* Access to LAYOUT_PVPANIC_PORT; dev: the struct pvpanic. It has no state to reset. */
extern const struct vdev_ops pvpanic_vdev_ops;

void pvpanic_init(struct pvpanic *p, const struct pvpanic_env *env, void *ctx);

#endif /* LPAR_VDEV_PVPANIC_H */
