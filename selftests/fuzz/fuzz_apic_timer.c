// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/lapic.c vdev/lapic_route.c vdev/lapic_timer.c */

/*
 * The APIC timer in its three modes with any accesses at any time, compared with a counter
 * that is decremented tick by tick (SDM volume 3, "APIC Timer").
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/lapic.h"

#define VECTOR	0x40
#define LVT	0x320
#define TMICT	0x380
#define TMCCT	0x390
#define TDCR	0x3e0

enum { ONE_SHOT, PERIODIC, DEADLINE };

static struct lapic lapic;
static u32 page[LAPIC_PAGE_SIZE / 4];
static u64 now;

static struct {
	u32 mode, initial, count, divisor;
	bool masked;
	u64 part;	/* cycles of the present tick that have passed */
	u64 deadline;	/* 0: none */
	u32 fired;
} m;

static void on_ipi(void *ctx, const struct apic_msg *msg)
{
}

static void on_eoi(void *ctx, u8 vector)
{
}

static void on_id(void *ctx)
{
}

static const struct lapic_env env = { .ipi = on_ipi, .eoi = on_eoi, .id_changed = on_id };

static u64 tick(void)
{
	return (u64)lapic.tsc_per_tick * m.divisor;
}

/* Let @cycles pass, one tick after the other; many ticks are one step. */
static void model_pass(u64 cycles)
{
	u64 ticks;

	if (m.mode == DEADLINE) {
		if (m.deadline && now >= m.deadline) {
			m.deadline = 0;
			m.fired += !m.masked;
		}
		return;
	}
	if (!m.count)
		return;
	cycles += m.part;
	ticks = cycles / tick();
	m.part = cycles % tick();
	while (ticks >= m.count) {
		ticks -= m.count;
		m.fired += !m.masked;
		m.count = m.mode == PERIODIC ? m.initial : 0;
		if (!m.count) {
			m.part = 0;
			return;
		}
		ticks %= m.count;
	}
	m.count -= ticks;
}

static void wr(u32 reg, u32 val)
{
	lapic_mmio_write(&lapic, reg, val, now);
}

static bool take_interrupt(void)
{
	if (lapic_highest_irr(&lapic) != VECTOR)
		return false;
	lapic_ack(&lapic, VECTOR);
	wr(0xb0, 0);
	return true;
}

/* The vector is requested if at least one expiry was due. */
static void settle(void)
{
	lapic_timer_expire(&lapic, now);
	FUZZ_EQ(take_interrupt(), m.fired != 0, "interrupt");
	m.fired = 0;
}

static void pass(void)
{
	u64 cycles = fuzz_flip() ? fuzz_bytes(2) : fuzz_number() >> 20;

	now += cycles;
	model_pass(cycles);
	if (fuzz_flip())
		settle();
}

static void write_lvt(void)
{
	u32 mode = fuzz_below(3);

	m.masked = fuzz_rarely(3);
	settle();
	if (mode != m.mode && (mode == DEADLINE || m.mode == DEADLINE)) {
		m.count = 0;
		m.initial = 0;
		m.part = 0;
		m.deadline = 0;
	}
	m.mode = mode;
	wr(LVT, VECTOR | mode << 17 | (m.masked ? 0x10000 : 0));
}

static void write_count(void)
{
	u32 val = fuzz_number();

	settle();
	wr(TMICT, val);
	if (m.mode == DEADLINE)
		return;
	m.initial = val;
	m.count = val;
	m.part = 0;
}

static void write_divisor(void)
{
	u32 code = fuzz_below(8);

	settle();
	wr(TDCR, (code & 3) | (code & 4) << 1);
	m.divisor = 1U << (code + 1) % 8;
	m.part = 0;
}

static void write_deadline(void)
{
	u64 val = fuzz_flip() ? now + fuzz_bytes(2) : fuzz_number();

	settle();
	lapic_msr_write(&lapic, 0x6e0, val, now);
	if (m.mode != DEADLINE)
		return;
	m.deadline = val == LAPIC_NO_DEADLINE ? 0 : val;
	model_pass(0);
}

static void check(void)
{
	u64 val;
	u32 count = lapic_mmio_read(&lapic, TMCCT, now);

	FUZZ_EQ(count, m.mode == DEADLINE ? 0 : m.count, "current count");
	FUZZ_EQ(lapic_mmio_read(&lapic, TMICT, now), m.initial, "initial count");
	lapic_msr_read(&lapic, 0x6e0, &val, now);
	if (m.mode != DEADLINE || !m.fired)
		FUZZ_EQ(val, m.mode == DEADLINE ? m.deadline : 0, "deadline");
	/* Whoever sleeps until the deadline is not too late. */
	if (!m.masked && m.mode == DEADLINE && m.deadline)
		FUZZ_EQ(lapic_timer_deadline(&lapic), m.deadline, "deadline");
	if (!m.masked && m.mode != DEADLINE && m.count && !m.fired)
		FUZZ_EQ(lapic_timer_deadline(&lapic), now + m.count * tick() - m.part,
			"deadline of a count");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	fuzz_start(data, size);
	lapic_init(&lapic, page, 0, true, 1 + fuzz_below(1024), &env, NULL);
	memset(&m, 0, sizeof(m));
	m.masked = true;
	m.divisor = 2;
	now = fuzz_number() >> 8;
	wr(0xf0, 0x1ff);
	while (fuzz_more()) {
		switch (fuzz_below(8)) {
		case 0:
			write_lvt();
			break;
		case 1:
			write_count();
			break;
		case 2:
			write_divisor();
			break;
		case 3:
			write_deadline();
			break;
		default:
			pass();
		}
		check();
	}
	return 0;
}
