// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/kbc.c - the reset command of the keyboard controller (8042).
 *
 * L0: calls only its env.
 */
#include "pure.h"
#include "vdev/kbc.h"

/* F0h-FFh pulse those output lines whose bit is 0; line 0 is the reset. */
#define KBC_CMD_PULSE	0xf0
#define KBC_LINE_RESET	BIT(0)

/* Both buffers empty: a command can be written, and nothing can be read. */
#define KBC_STATUS_IDLE	0

static u64 kbc_read(void *dev, u64 offset, unsigned int size)
{
	return KBC_STATUS_IDLE;
}

static void kbc_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct kbc *kbc = dev;

	if ((val & KBC_CMD_PULSE) == KBC_CMD_PULSE && !(val & KBC_LINE_RESET))
		kbc->env->reset(kbc->ctx);
}

const struct vdev_ops kbc_vdev_ops = { .read = kbc_read, .write = kbc_write };

void kbc_init(struct kbc *kbc, const struct kbc_env *env, void *ctx)
{
	kbc->env = env;
	kbc->ctx = ctx;
}
