// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pm_timer.c vdev/vdev.c */

/* The ACPI PM timer: its frequency, its 32 bits, and no overflow over ten years. */
#include "pure.h"
#include "tap.h"
#include "vdev/layout.h"
#include "vdev/pm_timer.h"

static u64 tsc;

static u64 cycles(void *ctx)
{
	return tsc;
}

static const struct pm_timer_env env = { .cycles = cycles };
static struct vdev_table pio;
static struct pm_timer timer;

static void start(u32 khz)
{
	memset(&pio, 0, sizeof(pio));
	tsc = 0;
	pm_timer_init(&timer, &env, NULL, khz);
	vdev_add(&pio, LAYOUT_PM_TIMER_PORT, LAYOUT_PM_TIMER_PORTS, &pm_timer_vdev_ops, &timer);
}

static u32 now(void)
{
	return vdev_read(&pio, LAYOUT_PM_TIMER_PORT, 4);
}

TEST(one_second_is_3579545_ticks)
{
	static const u32 khz[] = { 1000, 1000000, 2399999, 3500000, 5700000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(khz); i++) {
		start(khz[i]);
		CHECK_EQ(now(), 0);
		tsc = khz[i] * 1000ULL;
		CHECK_EQ(now(), 3579545);
		tsc = khz[i] * 1000ULL / 2;
		CHECK_EQ(now(), 3579545 / 2);
	}
}

TEST(wraps_at_32_bits_and_is_monotonic)
{
	u64 second = 3000000000ULL, ten_years = 315360000ULL * second;
	u32 last;

	start(3000000);
	tsc = 1200 * second;
	CHECK_EQ(now(), (u32)(1200ULL * 3579545));
	tsc = ten_years;
	CHECK_EQ(now(), (u32)(315360000ULL * 3579545));
	last = now();
	for (; tsc < ten_years + second; tsc += second / 1000) {
		CHECK((s32)(now() - last) >= 0);
		last = now();
	}
}

TEST(only_reads_within_its_four_ports_respond)
{
	start(1000000);
	tsc = 1000000000ULL;
	vdev_write(&pio, LAYOUT_PM_TIMER_PORT, 4, 7);
	CHECK_EQ(now(), 3579545);
	CHECK_EQ(vdev_read(&pio, LAYOUT_PM_TIMER_PORT + 1, 1), 3579545 >> 8 & 0xff);
	CHECK_EQ(vdev_read(&pio, LAYOUT_PM_TIMER_PORT + 2, 4), U32_MAX);
}
