// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/ioapic.c */

/* Redirection, level and edge, Remote IRR and the ways to signal EOI. */
#include "pure.h"
#include "tap.h"
#include "vdev/ioapic.h"

struct bus {
	unsigned int count;
	struct apic_msg last;
	bool nobody;
};

static bool bus_deliver(void *ctx, const struct apic_msg *msg)
{
	struct bus *b = ctx;

	if (b->nobody)
		return false;
	b->count++;
	b->last = *msg;
	return true;
}

static const struct ioapic_env env = { bus_deliver };
static struct ioapic io;
static struct bus bus;

static u32 reg_get(u8 reg)
{
	ioapic_write(&io, 0, 4, reg);
	return ioapic_read(&io, 0x10, 4);
}

static void reg_set(u8 reg, u32 val)
{
	ioapic_write(&io, 0, 4, reg);
	ioapic_write(&io, 0x10, 4, val);
}

static void pin_set(unsigned int pin, u64 rte)
{
	reg_set(0x11 + 2 * pin, rte >> 32);
	reg_set(0x10 + 2 * pin, rte);
}

static void fresh(void)
{
	bus = (struct bus){ 0 };
	ioapic_init(&io, &env, &bus);
}

#define LEVEL 0x8000
#define MASK 0x10000
#define RIRR 0x4000

TEST(registers_keep_their_reserved_bits)
{
	fresh();
	CHECK_EQ(reg_get(1), 0x170020);
	reg_set(0, 0xffffffff);
	CHECK_EQ(reg_get(0), 0x0f000000);
	CHECK_EQ(reg_get(2), 0x0f000000);
	CHECK_EQ(reg_get(0x10), MASK);
	CHECK_EQ(reg_get(0x11), 0);
	CHECK_EQ(reg_get(0x3f), 0);
	CHECK_EQ(reg_get(0x40), 0);
	CHECK_EQ(reg_get(0xff), 0);
	CHECK_EQ(ioapic_read(&io, 0, 4), 0xff);
	CHECK_EQ(ioapic_read(&io, 0x20, 4), 0);
	/* read-only bits, and those that do not exist */
	pin_set(3, 0x0ffeffffffffffffULL);
	CHECK_EQ(reg_get(0x16), 0x1afff);
	CHECK_EQ(reg_get(0x17), 0x0ffe0000);
}

TEST(edge_is_sent_once)
{
	fresh();
	pin_set(4, 0x0300000000000031ULL);
	ioapic_set_line(&io, 4, true);
	CHECK_EQ(bus.count, 1);
	CHECK_EQ(bus.last.vector, 0x31);
	CHECK_EQ(bus.last.dest, 3);
	CHECK_EQ(bus.last.delivery, APIC_FIXED);
	CHECK(!bus.last.level && !bus.last.logical);
	ioapic_set_line(&io, 4, true);
	CHECK_EQ(bus.count, 1);
	ioapic_set_line(&io, 4, false);
	ioapic_set_line(&io, 4, true);
	CHECK_EQ(bus.count, 2);
	CHECK_EQ(reg_get(0x18) & RIRR, 0);
}

TEST(masked_edge_is_dropped)
{
	fresh();
	pin_set(4, MASK | 0x31);
	ioapic_set_line(&io, 4, true);
	pin_set(4, 0x31);
	CHECK_EQ(bus.count, 0);
}

TEST(level_is_resent_after_eoi)
{
	fresh();
	pin_set(9, LEVEL | 0x41);
	ioapic_set_line(&io, 9, true);
	ioapic_set_line(&io, 9, true);
	CHECK_EQ(bus.count, 1);
	CHECK(bus.last.level);
	CHECK_EQ(reg_get(0x22) & RIRR, RIRR);
	ioapic_eoi(&io, 0x42);
	CHECK_EQ(bus.count, 1);
	ioapic_eoi(&io, 0x41);	/* line is still up */
	CHECK_EQ(bus.count, 2);
	ioapic_set_line(&io, 9, false);
	ioapic_eoi(&io, 0x41);
	CHECK_EQ(bus.count, 2);
	CHECK_EQ(reg_get(0x22) & RIRR, 0);
}

TEST(eoi_register_clears_remote_irr)
{
	fresh();
	pin_set(9, LEVEL | 0x41);
	ioapic_set_line(&io, 9, true);
	ioapic_set_line(&io, 9, false);
	ioapic_write(&io, 0x40, 4, 0x41);
	CHECK_EQ(reg_get(0x22) & RIRR, 0);
}

TEST(masked_level_is_sent_when_unmasked)
{
	fresh();
	pin_set(9, LEVEL | MASK | 0x41);
	ioapic_set_line(&io, 9, true);
	CHECK_EQ(bus.count, 0);
	pin_set(9, LEVEL | 0x41);
	CHECK_EQ(bus.count, 1);
	/* Remote IRR survives a write, and masking */
	pin_set(9, LEVEL | MASK | 0x41);
	CHECK_EQ(reg_get(0x22) & RIRR, RIRR);
	pin_set(9, LEVEL | 0x41);
	CHECK_EQ(bus.count, 1);
}

/* EOI without an EOI register: mask, switch to edge, back to level. */
TEST(edge_mode_clears_remote_irr)
{
	fresh();
	pin_set(9, LEVEL | 0x41);
	ioapic_set_line(&io, 9, true);
	reg_set(0x22, MASK | 0x41);
	CHECK_EQ(reg_get(0x22) & RIRR, 0);
	reg_set(0x22, LEVEL | 0x41);
	CHECK_EQ(bus.count, 2);
}

TEST(level_is_resent_if_nobody_accepted)
{
	fresh();
	bus.nobody = true;
	pin_set(9, LEVEL | 0x41);
	ioapic_set_line(&io, 9, true);
	CHECK_EQ(reg_get(0x22) & RIRR, 0);
	bus.nobody = false;
	pin_set(9, LEVEL | 0x41);
	CHECK(bus.count >= 1);
	CHECK_EQ(reg_get(0x22) & RIRR, RIRR);
}

TEST(destinations_are_decoded)
{
	fresh();
	pin_set(0, 0xff00000000000830ULL | 0x100);
	ioapic_set_line(&io, 0, true);
	CHECK_EQ(bus.last.dest, APIC_BROADCAST);
	CHECK(bus.last.logical);
	CHECK_EQ(bus.last.delivery, APIC_LOWEST);
	/* extended destination ID: bits 49-55 are 8-14 */
	pin_set(1, 0x3406000000000030ULL);
	ioapic_set_line(&io, 1, true);
	CHECK_EQ(bus.last.dest, 0x334);
	pin_set(2, 0xff02000000000030ULL);
	ioapic_set_line(&io, 2, true);
	CHECK_EQ(bus.last.dest, 0x1ff);
	bus.count = 0;
	pin_set(3, 0x700);	/* ExtINT */
	ioapic_set_line(&io, 3, true);
	ioapic_set_line(&io, 24, true);
	ioapic_set_line(&io, 1000, true);
	CHECK_EQ(bus.count, 0);
}

TEST(reset_keeps_line_levels)
{
	fresh();
	ioapic_set_line(&io, 5, true);
	ioapic_reset(&io);
	CHECK_EQ(bus.count, 0);
	pin_set(5, LEVEL | 0x50);
	CHECK_EQ(bus.count, 1);
}

/* At most one message is outstanding per level pin; none is lost. */
TEST(random_accesses_lose_no_level_interrupt)
{
	unsigned int i, pin;

	fresh();
	for (i = 0; i < 300000; i++) {
		u64 r = tap_rand();

		pin = r >> 8 & 0x1f;
		switch (r & 7) {
		case 0:
			reg_set(r >> 16, r >> 32);
			break;
		case 1:
			ioapic_eoi(&io, r >> 16);
			break;
		case 2:
			ioapic_write(&io, r >> 16 & 0x7f, 1 << (r >> 24 & 3),
				     tap_rand());
			break;
		default:
			ioapic_set_line(&io, pin, r & 0x10000);
		}
		for (pin = 0; pin < IOAPIC_PINS; pin++) {
			u64 p = io.pins[pin];
			bool sends = (p >> 8 & 7) != 7 && (p >> 8 & 7) != 2;

			CHECK(!(p & RIRR) || p & LEVEL);
			/* an unmasked level pin with its line asserted has been sent */
			if (io.lines & BIT(pin) && p & LEVEL && !(p & MASK) &&
			    sends)
				CHECK(p & RIRR);
		}
	}
}
