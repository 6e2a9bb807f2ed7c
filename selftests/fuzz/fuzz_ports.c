// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/vdev.c vdev/kbc.c vdev/pm_timer.c vdev/pvpanic.c vdev/portb.c */
/* sources: emul/kvmclock.c */

/*
 * The dispatch of accesses and the small devices behind it: each access reaches the one
 * device that holds all of it, and has its effect. Times are compared with 128-bit arithmetic.
 */
#include "pure.h"
#include "fuzz.h"

#include "emul/kvmclock.h"
#include "vdev/kbc.h"
#include "vdev/pm_timer.h"
#include "vdev/portb.h"
#include "vdev/pvpanic.h"

#define RANGES	(VDEV_MAX_RANGES + 2)

static u64 cycles;
static u32 resets, panics, crashes;

static void on_reset(void *ctx)
{
	resets++;
}

static void on_panic(void *ctx)
{
	panics++;
}

static void on_crash(void *ctx)
{
	crashes++;
}

static u64 on_cycles(void *ctx)
{
	return cycles;
}

static const struct kbc_env kbc_env = { .reset = on_reset };
static const struct pvpanic_env panic_env = { .panicked = on_panic, .crash_loaded = on_crash };
static const struct pm_timer_env timer_env = { .cycles = on_cycles };

/* A device that checks who is called */
static u64 probe_read(void *dev, u64 offset, unsigned int size)
{
	const struct vdev_range *r = dev;

	FUZZ_CHECK(offset < r->len && size <= r->len - offset, "offset %llx of %llx", offset,
		   r->len);
	return ~(r->base + offset);
}

static void probe_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	probe_read(dev, offset, size);
	FUZZ_EQ(val & ~vdev_mask(size), 0, "bits above the access");
}

static const struct vdev_ops probe_ops = { .read = probe_read, .write = probe_write };

static bool crosses(const struct vdev_range *r, u64 base, u64 len)
{
	unsigned __int128 a = r->base, b = base;

	return a < b + len && b < a + r->len;
}

static void check_table(void)
{
	static struct vdev_range r[RANGES];
	struct vdev_table t = { 0 };
	u32 n = 0, i, size;
	u64 base, len, at, got;
	int want;

	while (fuzz_more() && n < RANGES && fuzz_below(16)) {
		base = fuzz_flip() ? fuzz_byte() * 16ULL : fuzz_number();
		len = fuzz_flip() ? fuzz_byte() : fuzz_number();
		want = !len || base + (len - 1) < base ? -EINVAL : 0;
		for (i = 0; i < n && !want; i++)
			want = crosses(&r[i], base, len) ? -EEXIST : 0;
		if (!want && n == VDEV_MAX_RANGES)
			want = -ENOSPC;
		r[n] = (struct vdev_range){ .base = base, .len = len };
		FUZZ_EQ(vdev_add(&t, base, len, &probe_ops, &r[n]), want, "add");
		n += !want;
	}
	for (i = 0; i < 8; i++) {
		u32 k, hit = n;

		at = n && fuzz_flip() ? r[fuzz_below(n)].base + fuzz_byte() : fuzz_number();
		size = 1 << fuzz_below(4);
		for (k = 0; k < n; k++)
			if (at >= r[k].base && at - r[k].base < r[k].len &&
			    size <= r[k].len - (at - r[k].base))
				hit = k;
		got = vdev_read(&t, at, size);
		FUZZ_EQ(got, (hit < n ? ~at : U64_MAX) & vdev_mask(size), "read");
		vdev_write(&t, at, size, fuzz_number());
	}
}

static void check_devices(void)
{
	struct pm_timer timer;
	struct pvpanic panic;
	struct kbc kbc;
	u32 khz = fuzz_below(10000000) + 1, was, was2, offset = fuzz_below(4);
	u64 val = fuzz_number();

	kbc_init(&kbc, &kbc_env, NULL);
	was = resets;
	kbc_vdev_ops.write(&kbc, 0, 1, (u8)val);
	FUZZ_EQ(resets - was, (val & 0xf1) == 0xf0, "reset by the 8042");
	FUZZ_EQ(kbc_vdev_ops.read(&kbc, 0, 1), 0, "status of the 8042");
	FUZZ_EQ(portb_vdev_ops.read(NULL, 0, 1) & 0xc0, 0, "NMI sources");
	pvpanic_init(&panic, &panic_env, NULL);
	was = panics;
	was2 = crashes;
	pvpanic_vdev_ops.write(&panic, 0, 1, (u8)val);
	FUZZ_EQ(panics - was, val & 1, "panic");
	FUZZ_EQ(crashes - was2, !(val & 1) && val & 2, "crash kernel");
	cycles = fuzz_number();
	pm_timer_init(&timer, &timer_env, NULL, khz);
	val = (unsigned __int128)cycles * 3579545 / ((u64)khz * 1000);
	FUZZ_EQ(pm_timer_vdev_ops.read(&timer, offset, 1), (u32)val >> 8 * offset, "PM timer");
}

/* The guest's formula gives the time within 1 part in 2^30 and a nanosecond. */
static void check_clock(void)
{
	u32 khz = 1000 + fuzz_below(10000000), mul;
	u64 c = fuzz_number() >> 10, got, want, slack;
	s8 shift;

	kvmclock_scale(khz, &mul, &shift);
	got = kvmclock_cycles_to_ns(c, mul, shift);
	want = (unsigned __int128)c * 1000000 / khz;
	slack = (want >> 30) + 1;
	FUZZ_CHECK(got + slack >= want && got <= want + slack,
		   "%llu cycles at %u kHz: %llu, not %llu", c, khz, got, want);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	fuzz_start(data, size);
	check_devices();
	check_clock();
	check_table();
	return 0;
}
