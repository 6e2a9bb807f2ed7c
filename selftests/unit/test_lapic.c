// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/lapic.c vdev/lapic_timer.c vdev/lapic_route.c */

/* Local APIC: priorities, xAPIC and x2APIC registers, modes, timer, destinations. */
#include "pure.h"
#include "tap.h"
#include "vdev/lapic.h"
#include "vdev/lapic_regs.h"

struct bus {
	unsigned int ipis, eois, ids;
	struct apic_msg ipi;
	int eoi;
};

static void bus_ipi(void *ctx, const struct apic_msg *msg)
{
	struct bus *b = ctx;

	b->ipis++;
	b->ipi = *msg;
}

static void bus_eoi(void *ctx, u8 vector)
{
	struct bus *b = ctx;

	b->eois++;
	b->eoi = vector;
}

static void bus_id(void *ctx)
{
	((struct bus *)ctx)->ids++;
}

static const struct lapic_env env = { bus_ipi, bus_eoi, bus_id };
static u32 page[LAPIC_PAGE_SIZE / 4] __aligned(4096);
static struct lapic l;
static struct bus bus;

#define RATIO 3
#define BASE_X2 (LAPIC_DEFAULT_BASE | APIC_BASE_ENABLE | APIC_BASE_X2APIC)
#define BASE_X1 (LAPIC_DEFAULT_BASE | APIC_BASE_ENABLE)
#define BASE_OFF LAPIC_DEFAULT_BASE

static u32 rd(u32 reg)
{
	return lapic_mmio_read(&l, reg, 0);
}

static void wr(u32 reg, u32 val)
{
	lapic_mmio_write(&l, reg, val, 0);
}

static u32 x2msr(u32 reg)
{
	return MSR_X2APIC + reg / 16;
}

static int wrmsr(u32 msr, u64 val)
{
	return lapic_msr_write(&l, msr, val, 0);
}

static int rdmsr_err(u32 msr)
{
	u64 val;

	return lapic_msr_read(&l, msr, &val, 0);
}

static u64 rdmsr_at(u32 msr, u64 now)
{
	u64 val = 0;

	CHECK_EQ(lapic_msr_read(&l, msr, &val, now), 0);
	return val;
}

/* As after power-on, with APIC ID 5. */
static void power_on(void)
{
	memset(page, 0xa5, sizeof(page));
	bus = (struct bus){ 0 };
	lapic_init(&l, page, 5, false, RATIO, &env, &bus);
}

/* Software-enabled (SVR bit 8). */
static void fresh(void)
{
	power_on();
	wr(LREG_SVR, 0x1ff);
	bus = (struct bus){ 0 };
}

static void fresh_x2(void)
{
	fresh();
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_X2), 0);
	bus = (struct bus){ 0 };
}

TEST(power_on_state)
{
	power_on();
	CHECK_EQ(rd(LREG_ID), 5 << 24);
	CHECK_EQ(rd(LREG_VERSION), 0x50014);
	CHECK_EQ(rd(LREG_SVR), 0xff);
	CHECK_EQ(rd(LREG_DFR), 0xffffffff);
	CHECK_EQ(rd(LREG_LVT_TIMER), 0x10000);
	CHECK_EQ(rd(LREG_LVT_LINT0), 0x10000);
	CHECK_EQ(rd(LREG_TMICT), 0);
	CHECK_EQ(rdmsr_at(MSR_APIC_BASE, 0), BASE_X1);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	CHECK_EQ(lapic_pending(&l), -1);
	CHECK(!lapic_set_irr(&l, 0x40, false));
	lapic_power_on(&l, true);
	CHECK_EQ(rdmsr_at(MSR_APIC_BASE, 0), BASE_X1 | 0x100);
	CHECK(bus.ids >= 2);
}

TEST(interrupts_are_delivered_by_priority)
{
	fresh();
	CHECK(lapic_set_irr(&l, 0x41, false));
	CHECK(lapic_set_irr(&l, 0x32, false));
	CHECK(lapic_set_irr(&l, 0x4f, false));
	CHECK_EQ(lapic_pending(&l), 0x4f);
	lapic_ack(&l, 0x4f);
	CHECK_EQ(lapic_highest_isr(&l), 0x4f);
	CHECK_EQ(rd(LREG_PPR), 0x40);
	/* the same priority class has to wait */
	CHECK_EQ(lapic_highest_irr(&l), 0x41);
	CHECK_EQ(lapic_pending(&l), -1);
	lapic_set_irr(&l, 0x50, false);
	CHECK_EQ(lapic_pending(&l), 0x50);
	lapic_ack(&l, 0x50);
	wr(LREG_EOI, 0);
	CHECK_EQ(lapic_highest_isr(&l), 0x4f);
	wr(LREG_EOI, 0);
	CHECK_EQ(lapic_pending(&l), 0x41);
	wr(LREG_TPR, 0x45);
	CHECK_EQ(rd(LREG_PPR), 0x45);
	CHECK_EQ(lapic_pending(&l), -1);
	CHECK_EQ(lapic_get_cr8(&l), 4);
	lapic_set_cr8(&l, 3);
	CHECK_EQ(rd(LREG_TPR), 0x30);
	CHECK_EQ(lapic_pending(&l), 0x41);
	CHECK_EQ(bus.eois, 0);
	wr(LREG_EOI, 0);	/* with nothing in service */
	CHECK_EQ(lapic_pending(&l), 0x41);
}

TEST(irr_isr_tmr_show_the_vectors)
{
	fresh();
	lapic_set_irr(&l, 0x3f, false);
	lapic_set_irr(&l, 0x40, true);
	lapic_set_irr(&l, 0xff, false);
	CHECK_EQ(rd(LREG_IRR + 0x10), 0x80000000);
	CHECK_EQ(rd(LREG_IRR + 0x20), 1);
	CHECK_EQ(rd(LREG_IRR + 0x70), 0x80000000);
	CHECK_EQ(rd(LREG_TMR + 0x20), 1);
	lapic_ack(&l, 0xff);
	CHECK_EQ(rd(LREG_ISR + 0x70), 0x80000000);
	CHECK_EQ(rd(LREG_IRR + 0x70), 0);
	wr(LREG_IRR, 0xffffffff);	/* read only */
	CHECK_EQ(rd(LREG_IRR), 0);
}

TEST(eoi_of_a_level_interrupt_is_broadcast)
{
	fresh();
	lapic_set_irr(&l, 0x60, true);
	lapic_ack(&l, 0x60);
	wr(LREG_EOI, 0);
	CHECK_EQ(bus.eois, 1);
	CHECK_EQ(bus.eoi, 0x60);
	/* the next one is edge-triggered */
	lapic_set_irr(&l, 0x60, false);
	lapic_ack(&l, 0x60);
	wr(LREG_EOI, 0);
	CHECK_EQ(bus.eois, 1);
	lapic_set_irr(&l, 0x61, true);
	lapic_eoi_done(&l, 0x61);
	CHECK_EQ(bus.eois, 2);
}

TEST(errors_are_latched_in_esr)
{
	fresh();
	wr(LREG_LVT_ERROR, 0xfe);
	CHECK(!lapic_set_irr(&l, 0x0f, false));
	CHECK_EQ(lapic_pending(&l), 0xfe);
	CHECK(lapic_set_irr(&l, 0x10, false));
	CHECK_EQ(rd(LREG_ESR), 0);
	wr(LREG_ESR, 0);
	CHECK_EQ(rd(LREG_ESR), 0x40);
	wr(LREG_ICR, 0x4003);
	CHECK_EQ(bus.ipis, 0);
	wr(LREG_ESR, 0);
	CHECK_EQ(rd(LREG_ESR), 0x20);
	rd(0x3f0);
	rd(0x400);
	rd(0xffc);
	wr(LREG_ESR, 0);
	CHECK_EQ(rd(LREG_ESR), 0x80);
	wr(LREG_ESR, 0);
	CHECK_EQ(rd(LREG_ESR), 0);
}

TEST(unaligned_page_accesses)
{
	fresh();
	CHECK_EQ(rd(LREG_VERSION + 2), 5);
	CHECK_EQ(rd(LREG_VERSION + 4), 0);
	wr(LREG_TPR + 4, 0x50);
	wr(LREG_TPR + 1, 0x50);
	CHECK_EQ(rd(LREG_TPR), 0);
	CHECK(lapic_mmio_active(&l, 0xfee00fff));
	CHECK(!lapic_mmio_active(&l, 0xfee01000));
	CHECK(!lapic_mmio_active(&l, 0xfedfffff));
}

TEST(icr_writes_send_ipis)
{
	fresh();
	wr(LREG_ICR2, 0x02ffffff);
	CHECK_EQ(rd(LREG_ICR2), 0x02000000);
	wr(LREG_ICR, 0x1040f1 | 0x1000);
	CHECK_EQ(bus.ipis, 1);
	CHECK_EQ(bus.ipi.dest, 2);
	CHECK_EQ(bus.ipi.vector, 0xf1);
	CHECK_EQ(bus.ipi.delivery, APIC_FIXED);
	CHECK_EQ(bus.ipi.shorthand, APIC_TO_DEST);
	CHECK_EQ(rd(LREG_ICR), 0x40f1);	/* idle, reserved bit cleared */
	wr(LREG_ICR2, 0xff000000);
	wr(LREG_ICR, 0x0840 + 0x1000 * 0);
	CHECK_EQ(bus.ipi.dest, APIC_BROADCAST);
	CHECK(bus.ipi.logical);
	/* INIT, INIT level de-assert, SIPI */
	wr(LREG_ICR2, 3 << 24);
	wr(LREG_ICR, 0xc500);
	CHECK_EQ(bus.ipi.delivery, APIC_INIT);
	CHECK_EQ(bus.ipis, 3);
	wr(LREG_ICR, 0x8500);
	CHECK_EQ(bus.ipis, 3);
	wr(LREG_ICR, 0x4608);
	CHECK_EQ(bus.ipi.delivery, APIC_STARTUP);
	CHECK_EQ(bus.ipi.vector, 8);
	CHECK_EQ(bus.ipi.dest, 3);
	/* NMI to all others; then invalid combinations */
	wr(LREG_ICR, 0xc4400);
	CHECK_EQ(bus.ipi.shorthand, APIC_TO_OTHERS);
	CHECK_EQ(bus.ipis, 5);
	wr(LREG_ICR, 0x84500);
	wr(LREG_ICR, 0x44400);
	wr(LREG_ICR, 0x4230);
	wr(LREG_ICR, 0x4330);
	wr(LREG_ICR, 0x4730);
	CHECK_EQ(bus.ipis, 5);
}

TEST(self_ipi_is_not_sent_to_the_bus)
{
	fresh();
	wr(LREG_ICR, 0x44055);
	CHECK_EQ(bus.ipis, 0);
	CHECK_EQ(lapic_pending(&l), 0x55);
	fresh_x2();
	CHECK_EQ(wrmsr(x2msr(LREG_SELF_IPI), 0x66), 0);
	CHECK_EQ(lapic_pending(&l), 0x66);
	CHECK_EQ(wrmsr(x2msr(LREG_SELF_IPI), 0x166), -EINVAL);
	CHECK_EQ(rdmsr_err(x2msr(LREG_SELF_IPI)), -EINVAL);
}

TEST(x2apic_registers_check_access_and_values)
{
	u32 reg;

	fresh_x2();
	CHECK(!lapic_mmio_active(&l, 0xfee00000));
	CHECK_EQ(rdmsr_at(x2msr(LREG_ID), 0), 5);
	CHECK_EQ(rdmsr_at(x2msr(LREG_LDR), 0), 0x20);
	CHECK_EQ(rdmsr_at(x2msr(LREG_SVR), 0), 0x1ff);
	/* read-only, write-only, nonexistent */
	CHECK_EQ(wrmsr(x2msr(LREG_ID), 5), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_VERSION), 0), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_LDR), 0), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_TMCCT), 0), -EINVAL);
	CHECK_EQ(rdmsr_err(x2msr(LREG_EOI)), -EINVAL);
	CHECK_EQ(rdmsr_err(x2msr(LREG_DFR)), -EINVAL);
	CHECK_EQ(rdmsr_err(x2msr(LREG_APR)), -EINVAL);
	CHECK_EQ(rdmsr_err(x2msr(LREG_ICR2)), -EINVAL);
	CHECK_EQ(rdmsr_err(0x82f), -EINVAL);
	for (reg = 0x840; reg <= 0x8ff; reg++)
		CHECK_EQ(rdmsr_err(reg), -EINVAL);
	/* values */
	CHECK_EQ(wrmsr(x2msr(LREG_EOI), 1), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_EOI), 0), 0);
	CHECK_EQ(wrmsr(x2msr(LREG_ESR), 1), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_ESR), 0), 0);
	CHECK_EQ(wrmsr(x2msr(LREG_TPR), 0x100000000ULL), -EINVAL);
	CHECK_EQ(wrmsr(x2msr(LREG_TPR), 0x20), 0);
	CHECK_EQ(lapic_get_cr8(&l), 2);
}

TEST(x2apic_icr_has_a_32_bit_destination)
{
	fresh_x2();
	CHECK_EQ(wrmsr(x2msr(LREG_ICR), 0x0000000300004041ULL), 0);
	CHECK_EQ(bus.ipis, 1);
	CHECK_EQ(bus.ipi.dest, 3);
	CHECK_EQ(rdmsr_at(x2msr(LREG_ICR), 0), 0x0000000300004041ULL);
	wrmsr(x2msr(LREG_ICR), 0xffffffff00000841ULL);
	CHECK_EQ(bus.ipi.dest, APIC_BROADCAST);
	wrmsr(x2msr(LREG_ICR), 0x000000ff00000041ULL);
	CHECK_EQ(bus.ipi.dest, 0xff);
}

TEST(only_valid_mode_transitions_are_allowed)
{
	static const u64 modes[] = { BASE_OFF, BASE_X1, BASE_X2,
				     BASE_OFF | APIC_BASE_X2APIC };
	/* from each of the first three to each of the four */
	static const bool allowed[3][4] = {
		{ true, true, false, false },
		{ true, true, true, false },
		{ true, false, true, false },
	};
	int from, to;

	for (from = 0; from < 3; from++) {
		for (to = 0; to < 4; to++) {
			power_on();
			CHECK_EQ(wrmsr(MSR_APIC_BASE, modes[from]), 0);
			CHECK_EQ(wrmsr(MSR_APIC_BASE, modes[to]),
				 allowed[from][to] ? 0 : -EINVAL);
			CHECK_EQ(rdmsr_at(MSR_APIC_BASE, 0),
				 allowed[from][to] ? modes[to] : modes[from]);
		}
	}
	power_on();
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_X1 | 1), -EINVAL);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_X1 | 0x200), -EINVAL);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_X1 | 1ULL << 60), -EINVAL);
}

/* The registers respond at the new base, and only there. */
TEST(base_can_be_moved)
{
	power_on();
	wr(LREG_TPR, 0x30);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, 0xfef01000 | APIC_BASE_ENABLE), 0);
	CHECK_EQ(rdmsr_at(MSR_APIC_BASE, 0), 0xfef01000 | APIC_BASE_ENABLE);
	CHECK(lapic_mmio_active(&l, 0xfef01ffc) && !lapic_mmio_active(&l, 0xfef02000));
	CHECK(!lapic_mmio_active(&l, 0xfee00000));
	CHECK_EQ(rd(LREG_TPR), 0x30);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, 1ULL << 39 | BASE_X1), -EINVAL);
	l.base_bits = GENMASK_ULL(39, 12);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, 1ULL << 39 | BASE_X1), 0);
	CHECK(lapic_mmio_active(&l, 1ULL << 39 | 0xfee00000));
	CHECK_EQ(wrmsr(MSR_APIC_BASE, 1ULL << 40 | BASE_X1), -EINVAL);
}

TEST(disabling_resets_the_registers)
{
	fresh_x2();
	lapic_set_irr(&l, 0x40, false);
	wrmsr(x2msr(LREG_LVT_TIMER), 0x30);
	wrmsr(x2msr(LREG_TMICT), 1000);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_OFF), 0);
	CHECK(!lapic_mmio_active(&l, 0xfee00000));
	CHECK_EQ(lapic_pending(&l), -1);
	CHECK(!lapic_set_irr(&l, 0x40, false));
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	CHECK_EQ(rdmsr_err(x2msr(LREG_ID)), -EINVAL);
	CHECK_EQ(wrmsr(MSR_APIC_BASE, BASE_X1), 0);
	CHECK_EQ(rd(LREG_ID), 5 << 24);
	CHECK_EQ(rd(LREG_LDR), 0);
	CHECK_EQ(rd(LREG_SVR), 0xff);
	CHECK_EQ(lapic_highest_irr(&l), -1);
	CHECK_EQ(bus.ids, 2);
}

TEST(init_keeps_the_mode)
{
	fresh_x2();
	lapic_set_irr(&l, 0x40, false);
	lapic_reset(&l);
	CHECK_EQ(rdmsr_at(MSR_APIC_BASE, 0), BASE_X2);
	CHECK_EQ(rdmsr_at(x2msr(LREG_ID), 0), 5);
	CHECK_EQ(rdmsr_at(x2msr(LREG_LDR), 0), 0x20);
	CHECK_EQ(rdmsr_at(x2msr(LREG_SVR), 0), 0xff);
	CHECK_EQ(lapic_highest_irr(&l), -1);
}

TEST(software_disable_masks_the_lvt)
{
	fresh();
	wr(LREG_LVT_ERROR, 0xfe);
	wr(LREG_LVT_TIMER, 0x30);
	wr(LREG_SVR, 0xff);
	CHECK_EQ(bus.ids, 1);
	CHECK_EQ(rd(LREG_LVT_ERROR), 0x100fe);
	wr(LREG_LVT_TIMER, 0x30);
	CHECK_EQ(rd(LREG_LVT_TIMER), 0x10030);
	CHECK(!lapic_set_irr(&l, 0x40, false));
	wr(LREG_ICR, 0x4041);	/* sending still works */
	CHECK_EQ(bus.ipis, 1);
	wr(LREG_SVR, 0x1ff);
	CHECK_EQ(rd(LREG_LVT_TIMER), 0x10030);
	CHECK(lapic_set_irr(&l, 0x40, false));
}

TEST(reserved_lvt_bits_read_zero)
{
	fresh();
	wr(LREG_LVT_TIMER, 0xffffffff);
	CHECK_EQ(rd(LREG_LVT_TIMER), 0x700ff);
	wr(LREG_LVT_LINT0, 0xffffffff);
	CHECK_EQ(rd(LREG_LVT_LINT0), 0x1a7ff);
	wr(LREG_LVT_PERF, 0xffffffff);
	CHECK_EQ(rd(LREG_LVT_PERF), 0x107ff);
	wr(LREG_LVT_ERROR, 0xffffffff);
	CHECK_EQ(rd(LREG_LVT_ERROR), 0x100ff);
	wr(LREG_TDCR, 0xffffffff);
	CHECK_EQ(rd(LREG_TDCR), 0xb);
}

TEST(one_shot_timer_expires_once)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x30);
	wr(LREG_TDCR, 0xb);		/* divide by 1 */
	lapic_mmio_write(&l, LREG_TMICT, 100, 1000);
	CHECK_EQ(lapic_timer_deadline(&l), 1000 + 100 * RATIO);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1000), 100);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1001), 100);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1003), 99);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1299), 1);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1300), 0);
	CHECK(!lapic_timer_expire(&l, 1299));
	CHECK(lapic_timer_expire(&l, 1300));
	CHECK_EQ(lapic_pending(&l), 0x30);
	CHECK(!lapic_timer_expire(&l, 5000));
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	lapic_mmio_write(&l, LREG_TMICT, 100, 6000);
	lapic_mmio_write(&l, LREG_TMICT, 0, 6001);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
}

TEST(divide_register_scales_the_timer)
{
	static const u8 codes[] = { 0xb, 0, 1, 2, 3, 8, 9, 0xa };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		fresh();
		wr(LREG_LVT_TIMER, 0x30);
		wr(LREG_TDCR, codes[i]);
		lapic_mmio_write(&l, LREG_TMICT, 0xffffffff, 7);
		CHECK_EQ(lapic_timer_deadline(&l),
			 7 + 0xffffffffULL * RATIO * (1 << i));
		CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 7), 0xffffffff);
	}
}

TEST(divide_register_takes_effect_while_counting)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x30);
	wr(LREG_TDCR, 0xb);
	lapic_mmio_write(&l, LREG_TMICT, 100, 0);
	lapic_mmio_write(&l, LREG_TDCR, 0, 40 * RATIO);	/* divide by 2 */
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 40 * RATIO), 60);
	CHECK_EQ(lapic_timer_deadline(&l), (40 + 120) * RATIO);
}

TEST(periodic_timer_keeps_its_phase)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x20030);
	wr(LREG_TDCR, 0xb);
	lapic_mmio_write(&l, LREG_TMICT, 10, 0);
	CHECK_EQ(lapic_timer_deadline(&l), 10 * RATIO);
	CHECK(lapic_timer_expire(&l, 10 * RATIO));
	CHECK_EQ(lapic_timer_deadline(&l), 20 * RATIO);
	/* three periods late: one interrupt, and the phase is kept */
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 45 * RATIO), 5);
	CHECK(lapic_timer_expire(&l, 45 * RATIO));
	CHECK_EQ(lapic_timer_deadline(&l), 50 * RATIO);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 45 * RATIO), 5);
	/* start time not a multiple of the period */
	lapic_mmio_write(&l, LREG_TMICT, 10, 7);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 7 + 14 * RATIO), 6);
	CHECK(lapic_timer_expire(&l, 7 + 14 * RATIO));
	CHECK_EQ(lapic_timer_deadline(&l), 7 + 20 * RATIO);
	lapic_mmio_write(&l, LREG_TMICT, 10, 40 * RATIO);
	/* switched to one-shot: expires once */
	lapic_mmio_write(&l, LREG_LVT_TIMER, 0x31, 46 * RATIO);
	CHECK_EQ(lapic_timer_deadline(&l), 50 * RATIO);
	CHECK(lapic_timer_expire(&l, 60 * RATIO));
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	/* masked: it counts, but needs no deadline */
	lapic_mmio_write(&l, LREG_LVT_TIMER, 0x30030, 60 * RATIO);
	lapic_mmio_write(&l, LREG_TMICT, 10, 60 * RATIO);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	CHECK_EQ(lapic_mmio_read(&l, LREG_TMCCT, 1063 * RATIO), 7);
	lapic_mmio_write(&l, LREG_LVT_TIMER, 0x20030, 1063 * RATIO);
	CHECK_EQ(lapic_timer_deadline(&l), 1070 * RATIO);
}

/* A guest must not be able to keep the CPU busy with timer exits alone. */
TEST(periodic_timer_has_a_minimum_period)
{
	u64 now;
	int expired = 0;

	fresh();
	l.min_period = 10000;
	wr(LREG_LVT_TIMER, 0x20040);
	wr(LREG_TMICT, 1);
	for (now = 0; now < 1000000; now += 10) {
		expired += lapic_timer_expire(&l, now);
		lapic_ack(&l, 0x40);
	}
	CHECK(expired >= 99 && expired <= 102);
}

/* A halted LIP is not woken by a timer interrupt below its processor priority. */
TEST(timer_wakes_only_above_the_priority)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x41);
	CHECK(lapic_timer_wakes(&l));
	wr(LREG_TPR, 0x40);
	CHECK(!lapic_timer_wakes(&l));
	wr(LREG_TPR, 0x30);
	CHECK(lapic_timer_wakes(&l));
	lapic_set_irr(&l, 0x45, false);
	lapic_ack(&l, 0x45);
	CHECK(!lapic_timer_wakes(&l));
}

TEST(expiry_uses_the_lvt_entry_of_its_time)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x30);
	wr(LREG_TDCR, 0xb);
	lapic_mmio_write(&l, LREG_TMICT, 10, 0);
	lapic_mmio_write(&l, LREG_LVT_TIMER, 0x31, 10 * RATIO);
	CHECK_EQ(lapic_pending(&l), 0x30);
	/* masked when it expired: dropped */
	fresh();
	wr(LREG_LVT_TIMER, 0x10030);
	lapic_mmio_write(&l, LREG_TMICT, 10, 0);
	lapic_mmio_write(&l, LREG_LVT_TIMER, 0x30, 1000);
	CHECK_EQ(lapic_pending(&l), -1);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
}

TEST(tsc_deadline_mode)
{
	fresh_x2();
	/* in another mode writes are ignored */
	CHECK_EQ(wrmsr(MSR_TSC_DEADLINE, 500), 0);
	CHECK_EQ(rdmsr_at(MSR_TSC_DEADLINE, 0), 0);
	wrmsr(x2msr(LREG_LVT_TIMER), 0x40030);
	CHECK_EQ(wrmsr(MSR_TSC_DEADLINE, 500), 0);
	CHECK_EQ(rdmsr_at(MSR_TSC_DEADLINE, 499), 500);
	CHECK_EQ(rdmsr_at(MSR_TSC_DEADLINE, 500), 0);
	CHECK_EQ(lapic_timer_deadline(&l), 500);
	CHECK_EQ(rdmsr_at(x2msr(LREG_TMCCT), 100), 0);
	wrmsr(x2msr(LREG_TMICT), 77);
	CHECK_EQ(rdmsr_at(x2msr(LREG_TMICT), 0), 0);
	CHECK(!lapic_timer_expire(&l, 499));
	CHECK(lapic_timer_expire(&l, 500));
	CHECK_EQ(lapic_pending(&l), 0x30);
	lapic_ack(&l, 0x30);
	/* in the past: fires at once; zero: disarms */
	CHECK_EQ(lapic_msr_write(&l, MSR_TSC_DEADLINE, 600, 700), 0);
	CHECK_EQ(lapic_highest_irr(&l), 0x30);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	lapic_msr_write(&l, MSR_TSC_DEADLINE, 900, 700);
	lapic_msr_write(&l, MSR_TSC_DEADLINE, 0, 701);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	CHECK_EQ(rdmsr_at(MSR_TSC_DEADLINE, 702), 0);
	/* changing the mode disarms */
	lapic_msr_write(&l, MSR_TSC_DEADLINE, 900, 700);
	lapic_msr_write(&l, x2msr(LREG_LVT_TIMER), 0x30, 701);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
}

TEST(timer_does_not_overflow_at_u64_max)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x20030);
	lapic_mmio_write(&l, LREG_TMICT, 0xffffffff, U64_MAX - 5);
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
	lapic_mmio_write(&l, LREG_TMICT, 1, U64_MAX - 20);
	CHECK(lapic_timer_expire(&l, U64_MAX - 1));
	CHECK_EQ(lapic_timer_deadline(&l), LAPIC_NO_DEADLINE);
}

TEST(timer_follows_a_tsc_change)
{
	fresh();
	wr(LREG_LVT_TIMER, 0x30);
	wr(LREG_TDCR, 0xb);
	lapic_mmio_write(&l, LREG_TMICT, 100, 1000);
	lapic_tsc_moved(&l, (u64)-900);
	CHECK_EQ(lapic_timer_deadline(&l), 100 + 300);
	wr(LREG_LVT_TIMER, 0x40030);
	wrmsr(MSR_TSC_DEADLINE, 5000);
	lapic_tsc_moved(&l, 1000);
	CHECK_EQ(lapic_timer_deadline(&l), 5000);
}

TEST(bus_clock_is_at_most_1_ghz)
{
	CHECK_EQ(lapic_tsc_per_tick(0), 1);
	CHECK_EQ(lapic_tsc_per_tick(1000000), 1);
	CHECK_EQ(lapic_tsc_per_tick(1000001), 2);
	CHECK_EQ(lapic_tsc_per_tick(3500000), 4);
	CHECK_EQ(lapic_tsc_per_tick(U64_MAX / 2), LAPIC_MAX_RATIO);
}

/* ---- destinations ---- */

static struct lapic_id make_id(u32 id, u32 ldr, u32 dfr, bool x2)
{
	static u32 regs[LAPIC_PAGE_SIZE / 4];
	struct lapic other;
	struct bus b = { 0 };

	lapic_init(&other, regs, id, false, 1, &env, &b);
	lapic_mmio_write(&other, LREG_SVR, 0x1ff, 0);
	lapic_mmio_write(&other, LREG_LDR, ldr << 24, 0);
	lapic_mmio_write(&other, LREG_DFR, dfr, 0);
	if (x2)
		lapic_msr_write(&other, MSR_APIC_BASE, BASE_X2, 0);
	return lapic_id(&other);
}

TEST(physical_destination)
{
	struct lapic_id id = make_id(5, 1, ~0, false);

	CHECK(lapic_matches(id, 5, false));
	CHECK(!lapic_matches(id, 4, false));
	CHECK(!lapic_matches(id, 0x105, false));
	CHECK(!lapic_matches(id, 0xff, false));
	CHECK(lapic_matches(id, APIC_BROADCAST, false));
	CHECK(lapic_id_accepts(id));
}

TEST(logical_destination_flat_and_cluster)
{
	struct lapic_id flat = make_id(5, 0x24, 0xffffffff, false);
	struct lapic_id cluster = make_id(5, 0x24, 0x0fffffff, false);

	CHECK(lapic_matches(flat, 0x20, true));
	CHECK(lapic_matches(flat, 0x0f, true));
	CHECK(!lapic_matches(flat, 0x1b & ~0x24, true));
	CHECK(!lapic_matches(flat, 0x120, true));
	CHECK(lapic_matches(flat, APIC_BROADCAST, true));
	CHECK(lapic_matches(cluster, 0x24, true));
	CHECK(lapic_matches(cluster, 0x2f, true));
	CHECK(!lapic_matches(cluster, 0x2b, true));
	CHECK(!lapic_matches(cluster, 0x34, true));
}

TEST(logical_destination_x2apic)
{
	struct lapic_id id = make_id(0x25, 0, ~0, true);

	CHECK(lapic_matches(id, 0x00020020, true));
	CHECK(lapic_matches(id, 0x0002ffff, true));
	CHECK(!lapic_matches(id, 0x00020010, true));
	CHECK(!lapic_matches(id, 0x00010020, true));
	CHECK(lapic_matches(id, APIC_BROADCAST, true));
	CHECK(lapic_matches(id, 0x25, false));
}

TEST(routing_by_shorthand_and_destination)
{
	struct lapic_id ids[4];
	struct apic_msg msg = { .vector = 0x40, .dest = 2 };
	u64 seen = 0;
	int i;

	for (i = 0; i < 4; i++)
		ids[i] = make_id(i, 1 << i, ~0, false);
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 0), 4);
	CHECK_EQ(lapic_route(ids, 4, 0xb, &msg, 0), 0);
	msg.shorthand = APIC_TO_OTHERS;
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 1), 0xd);
	CHECK_EQ(lapic_route(ids, 4, 0x3, &msg, 1), 0x1);
	msg.shorthand = APIC_TO_ALL;
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 1), 0xf);
	msg.shorthand = APIC_TO_SELF;
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 1), 0x2);
	msg.shorthand = APIC_TO_DEST;
	msg.logical = true;
	msg.dest = 0xd;
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 99), 0xd);
	msg.delivery = APIC_LOWEST;
	for (i = 0; i < 3; i++) {
		u64 one;

		msg.vector = 0x40 + i;
		one = lapic_route(ids, 4, 0xf, &msg, 99);
		CHECK(is_power_of_2(one));
		seen |= one;
	}
	CHECK_EQ(seen, 0xd);
	msg.dest = 0;
	CHECK_EQ(lapic_route(ids, 4, 0xf, &msg, 99), 0);
}

TEST(disabled_apic_accepts_only_init)
{
	struct apic_msg msg = { .vector = 0x40, .dest = 5 };
	struct lapic_id id;

	power_on();
	id = lapic_id(&l);	/* not software-enabled yet */
	CHECK(!lapic_id_accepts(id));
	CHECK_EQ(lapic_route(&id, 1, 1, &msg, 9), 0);
	msg.delivery = APIC_INIT;
	CHECK_EQ(lapic_route(&id, 1, 1, &msg, 9), 1);
	wrmsr(MSR_APIC_BASE, BASE_OFF);
	id = lapic_id(&l);
	CHECK_EQ(lapic_route(&id, 1, 1, &msg, 9), 0);
	msg.shorthand = APIC_TO_ALL;
	CHECK_EQ(lapic_route(&id, 1, 1, &msg, 9), 0);
}

TEST(msi_is_decoded)
{
	struct apic_msg msg;

	CHECK(!apic_msg_from_msi(&msg, 0xfed00000, 0));
	CHECK(!apic_msg_from_msi(&msg, 0x1fee00000ULL, 0));
	CHECK(apic_msg_from_msi(&msg, 0xfee03000, 0x4041));
	CHECK_EQ(msg.dest, 3);
	CHECK_EQ(msg.vector, 0x41);
	CHECK_EQ(msg.delivery, APIC_FIXED);
	CHECK(!msg.logical && !msg.level);
	CHECK(apic_msg_from_msi(&msg, 0xfeeff00c, 0xc041));
	CHECK_EQ(msg.dest, APIC_BROADCAST);
	CHECK_EQ(msg.delivery, APIC_LOWEST);
	CHECK(msg.logical && msg.level);
	CHECK(apic_msg_from_msi(&msg, 0xfee0000c, 0x0441));
	CHECK_EQ(msg.delivery, APIC_NMI);
	CHECK(apic_msg_from_msi(&msg, 0xfee34000 | 6 << 5, 0x41));
	CHECK_EQ(msg.dest, 6 << 8 | 0x34);
}

/* ---- random accesses ---- */

static void random_access(u64 r, u64 now)
{
	u64 val;

	switch (r & 7) {
	case 0:
	case 1:
		lapic_mmio_write(&l, r >> 8 & 0xfff, r >> 32, now);
		break;
	case 2:
		lapic_mmio_write(&l, r >> 4 & 0x3f0, r >> 32, now);
		break;
	case 3:
		lapic_msr_write(&l, 0x800 + (r >> 8 & 0x3f), r >> 32, now);
		break;
	case 4:
		lapic_msr_write(&l, MSR_APIC_BASE,
				BASE_OFF | (r >> 8 & 0xd00), now);
		break;
	case 5:
		lapic_msr_write(&l, MSR_TSC_DEADLINE, now + (r >> 40), now);
		break;
	case 6:
		lapic_set_irr(&l, r >> 8, r & 0x10000);
		break;
	default:
		lapic_mmio_read(&l, r >> 8 & 0xfff, now);
		lapic_msr_read(&l, 0x800 + (r >> 20 & 0xff), &val, now);
		break;
	}
}

TEST(random_accesses_keep_invariants)
{
	u64 now = 0;
	int i, vector;

	fresh();
	for (i = 0; i < 500000; i++) {
		random_access(tap_rand(), now);
		now += tap_rand() >> (24 + (i & 31));
		lapic_timer_expire(&l, now);
		CHECK(lapic_timer_deadline(&l) > now);
		vector = lapic_pending(&l);
		if (vector >= 0) {
			CHECK(vector >= 16);
			CHECK(vector >> 4 > lapic_ppr(&l) >> 4);
			lapic_ack(&l, vector);
			CHECK_EQ(lapic_highest_isr(&l), vector);
		}
		/* the current count agrees with the deadline */
		if (lapic_timer_count(&l, now))
			CHECK(l.deadline - now <= l.period);
		if (!(i & 0xfff))
			lapic_reset(&l);
	}
}
