// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pvpanic.c - pvpanic device.
 *
 * L0: calls only its env.
 */
#include "pure.h"
#include <misc/pvpanic.h>

#include "vdev/pvpanic.h"

static u64 pvpanic_read(void *dev, u64 offset, unsigned int size)
{
	return PVPANIC_PANICKED | PVPANIC_CRASH_LOADED;
}

/* A kernel that reports both events does not go on. */
static void pvpanic_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct pvpanic *p = dev;

	if (val & PVPANIC_PANICKED)
		p->env->panicked(p->ctx);
	else if (val & PVPANIC_CRASH_LOADED)
		p->env->crash_loaded(p->ctx);
}

const struct vdev_ops pvpanic_vdev_ops = { .read = pvpanic_read, .write = pvpanic_write };

void pvpanic_init(struct pvpanic *p, const struct pvpanic_env *env, void *ctx)
{
	p->env = env;
	p->ctx = ctx;
}
