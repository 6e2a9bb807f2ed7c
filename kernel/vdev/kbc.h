/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/kbc.h - keyboard controller (8042) without a keyboard: only command FEh, which
 * pulses the processor's reset line, and which kernels use to reboot.
 *
 * The FADT reports that there is no 8042.
 * L0. The caller serialises all calls on one struct kbc; env callbacks are made
 * from within them.
 */
#ifndef LPAR_VDEV_KBC_H
#define LPAR_VDEV_KBC_H

#include "pure.h"
#include "vdev/vdev.h"

/** struct kbc_env - @reset: the guest pulsed the reset line */
struct kbc_env {
	void (*reset)(void *ctx);
};

struct kbc {
	const struct kbc_env *env;
	void *ctx;
};

/* Access to LAYOUT_KBC_PORT; dev: the struct kbc. It has no state to reset. */
extern const struct vdev_ops kbc_vdev_ops;

void kbc_init(struct kbc *kbc, const struct kbc_env *env, void *ctx);

#endif /* LPAR_VDEV_KBC_H */
