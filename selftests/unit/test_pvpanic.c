// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pvpanic.c vdev/vdev.c */

#include "pure.h"
#include "tap.h"
#include "vdev/layout.h"
#include "vdev/pvpanic.h"

static u32 panics, crashes;

static void on_panicked(void *ctx)
{
	panics++;
}

static void on_crash_loaded(void *ctx)
{
	crashes++;
}

static const struct pvpanic_env env = {
	.panicked = on_panicked,
	.crash_loaded = on_crash_loaded,
};

/* A driver sends only events that the device reports; other bits are for later versions. */
TEST(each_event_is_reported)
{
	struct vdev_table pio = { 0 };
	struct pvpanic p;
	u32 val;

	pvpanic_init(&p, &env, NULL);
	vdev_add(&pio, LAYOUT_PVPANIC_PORT, LAYOUT_PVPANIC_PORTS, &pvpanic_vdev_ops, &p);
	CHECK_EQ(vdev_read(&pio, 0x505, 1), 3);
	for (val = 0; val < 256; val++) {
		panics = 0;
		crashes = 0;
		vdev_write(&pio, 0x505, 1, val);
		CHECK_EQ(panics, val & 1);
		CHECK_EQ(crashes, (val & 3) == 2);
	}
}
