// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/ged.c */

/* The Generic Event Device's registers as the guest's AML and the monitor use them. */
#include "pure.h"
#include "tap.h"
#include "vdev/ged.h"

struct seen {
	int irqs, sleeps, resets, osts, ejects;
	u32 state, index, status;
	enum ged_kind kind;
	enum ged_answer answer;
};

static void on_irq(void *ctx)
{
	((struct seen *)ctx)->irqs++;
}

static void on_sleep(void *ctx, u32 state)
{
	struct seen *s = ctx;

	s->sleeps++;
	s->state = state;
}

static void on_reset(void *ctx)
{
	((struct seen *)ctx)->resets++;
}

static void on_ost(void *ctx, enum ged_kind kind, u32 index,
		   enum ged_answer answer, u32 status)
{
	struct seen *s = ctx;

	s->osts++;
	s->kind = kind;
	s->index = index;
	s->answer = answer;
	s->status = status;
}

static void on_eject(void *ctx, u32 slot)
{
	struct seen *s = ctx;

	s->ejects++;
	s->index = slot;
}

static const struct ged_env env = {
	.irq = on_irq,
	.sleep = on_sleep,
	.reset = on_reset,
	.ost = on_ost,
	.eject = on_eject,
};

static struct ged g;
static struct seen seen;

static void start(u64 lips)
{
	memset(&seen, 0, sizeof(seen));
	ged_init(&g, &env, &seen, lips);
}

static u32 rd(u32 offset)
{
	return ged_port_read(&g, offset, 4);
}

static void wr(u32 offset, u32 val)
{
	ged_port_write(&g, offset, 4, val);
}

/* The status that _STA of a LIP or memory slot returns. */
static u32 status(enum ged_kind kind, u32 index)
{
	wr(kind == GED_LIP ? GED_CPU_SELECT : GED_MEM_SELECT, index);
	return rd(kind == GED_LIP ? GED_CPU_STATUS : GED_MEM_STATUS);
}

static void mem_ost(u32 slot, u32 event, u32 code)
{
	wr(GED_MEM_SELECT, slot);
	wr(GED_MEM_OST_EVENT, event);
	wr(GED_MEM_OST_STATUS, code);
}

TEST(power_on_state)
{
	u32 i;

	start(0x7);
	CHECK_EQ(rd(GED_EVENT), 0);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NEXT_NONE);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NEXT_NONE);
	for (i = 0; i < LAYOUT_GED_LIPS; i++)
		CHECK_EQ(status(GED_LIP, i), i < 3);
	for (i = 0; i < LAYOUT_GED_MEM_SLOTS; i++)
		CHECK_EQ(status(GED_MEMORY, i), 0);
	CHECK_EQ(seen.irqs, 0);
	CHECK_EQ(ged_free_slots(&g), LAYOUT_GED_MEM_SLOTS);
}

TEST(added_memory_is_announced_and_acknowledged)
{
	const struct ged_unit *u;

	/* LPAR1 of the patent: 256 MB, followed by LPAR2's 128 MB. */
	start(3);
	CHECK_EQ(ged_add_memory(&g, 256ULL << 20, 128ULL << 20), 0);
	u = ged_unit(&g, GED_MEMORY, 0);
	CHECK_EQ(seen.irqs, 1);
	CHECK_EQ(u->answer, GED_PENDING);
	CHECK_EQ(status(GED_MEMORY, 0), 0);
	CHECK_EQ(rd(GED_EVENT), GED_EVENT_MEM);
	CHECK_EQ(rd(GED_EVENT), 0);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NOTIFY_CHECK << 16 | 0);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NEXT_NONE);
	CHECK_EQ(status(GED_MEMORY, 0), GED_STA_PRESENT);
	CHECK_EQ(rd(GED_MEM_BASE_LO), 256 << 20);
	CHECK_EQ(rd(GED_MEM_BASE_HI), 0);
	CHECK_EQ(rd(GED_MEM_LEN_LO), 128 << 20);
	CHECK_EQ(rd(GED_MEM_LEN_HI), 0);
	mem_ost(0, GED_NOTIFY_CHECK, 0);
	CHECK_EQ(u->answer, GED_ADDED);
	CHECK_EQ(seen.osts, 1);
	CHECK_EQ(seen.kind, GED_MEMORY);
	CHECK_EQ(seen.index, 0);
	CHECK_EQ(seen.answer, GED_ADDED);
}

TEST(range_above_4g_is_read_in_two_halves)
{
	start(1);
	CHECK_EQ(ged_add_memory(&g, 0x123456000000ULL, 0x543200000ULL), 0);
	wr(GED_MEM_SELECT, 0);
	CHECK_EQ(rd(GED_MEM_BASE_LO), 0x56000000);
	CHECK_EQ(rd(GED_MEM_BASE_HI), 0x1234);
	CHECK_EQ(rd(GED_MEM_LEN_LO), 0x43200000);
	CHECK_EQ(rd(GED_MEM_LEN_HI), 0x5);
}

TEST(lip_is_added_once)
{
	start(1);
	CHECK_EQ(ged_add_cpu(&g, 0), -EEXIST);
	CHECK_EQ(ged_add_cpu(&g, LAYOUT_GED_LIPS), -EINVAL);
	CHECK_EQ(ged_add_cpu(&g, 63), 0);
	CHECK_EQ(ged_add_cpu(&g, 2), 0);
	CHECK_EQ(ged_add_cpu(&g, 2), -EEXIST);
	CHECK_EQ(seen.irqs, 2);
	CHECK_EQ(rd(GED_EVENT), GED_EVENT_CPU);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NOTIFY_CHECK << 16 | 2);
	CHECK_EQ(status(GED_LIP, 2), GED_STA_PRESENT);
	CHECK_EQ(status(GED_LIP, 63), 0);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NOTIFY_CHECK << 16 | 63);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NEXT_NONE);
	CHECK_EQ(ged_add_cpu(&g, 2), -EEXIST);
}

TEST(ost_codes_follow_acpi)
{
	static const struct {
		u32 event, status;
		enum ged_answer answer;
	} row[] = {
		{ 1, 0x00, GED_ADDED },
		{ 1, 0x01, GED_FAILED },
		{ 1, 0x80, GED_PENDING },
		{ 1, 0x81, GED_FAILED },
		{ 0, 0x00, GED_ADDED },
		{ 3, 0x00, GED_EJECTED },
		{ 3, 0x80, GED_FAILED },
		{ 3, 0x84, GED_PENDING },
		{ 0x103, 0x00, GED_EJECTED },
		{ 0x103, 0x84, GED_PENDING },
		{ 1, 0xffffffff, GED_FAILED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		start(1);
		ged_add_memory(&g, SZ_1G, SZ_128M);
		rd(GED_MEM_NEXT);
		mem_ost(0, row[i].event, row[i].status);
		CHECK_EQ(seen.answer, row[i].answer);
		CHECK_EQ(seen.status, row[i].status);
	}
	CHECK_STR(ged_answer_name(GED_PENDING), "pending");
	CHECK_STR(ged_answer_name(GED_EJECTED), "ejected");
	CHECK_STR(ged_answer_name(99), "unknown");
}

TEST(ost_without_an_event_is_ignored)
{
	start(1);
	ged_add_memory(&g, SZ_1G, SZ_128M);
	mem_ost(0, 1, 0);		/* event not read yet */
	mem_ost(1, 1, 0);		/* a slot without memory */
	mem_ost(LAYOUT_GED_MEM_SLOTS, 1, 0);
	mem_ost(0xffffffff, 1, 0);
	wr(GED_CPU_SELECT, 0xffffffff);
	wr(GED_CPU_OST_STATUS, 0);
	CHECK_EQ(seen.osts, 0);
	CHECK_EQ(ged_unit(&g, GED_MEMORY, 0)->answer, GED_PENDING);
}

TEST(bad_ranges_are_refused)
{
	start(1);
	CHECK_EQ(ged_add_memory(&g, SZ_1G, 0), -EINVAL);
	CHECK_EQ(ged_add_memory(&g, U64_MAX - 10, 100), -EINVAL);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_START - SZ_2M, SZ_4M), -EINVAL);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_START, SZ_2M), -EINVAL);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_END - SZ_2M, SZ_4M), -EINVAL);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_START - SZ_2M, SZ_2M), 0);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_END, SZ_2M), 1);
	CHECK_EQ(ged_add_memory(&g, LAYOUT_HOLE_END + SZ_1M, SZ_2M), -EINVAL);
	CHECK_EQ(seen.irqs, 2);
}

TEST(too_many_memory_slots_are_refused)
{
	u32 i;

	start(1);
	for (i = 0; i < LAYOUT_GED_MEM_SLOTS; i++) {
		CHECK_EQ(ged_free_slots(&g), LAYOUT_GED_MEM_SLOTS - i);
		CHECK_EQ(ged_add_memory(&g, (i + 1) * (u64)SZ_2M, SZ_2M), i);
	}
	CHECK_EQ(ged_free_slots(&g), 0);
	CHECK_EQ(ged_add_memory(&g, SZ_1G, SZ_2M), -ENOSPC);
	for (i = 0; i < LAYOUT_GED_MEM_SLOTS; i++)
		CHECK_EQ(rd(GED_MEM_NEXT), GED_NOTIFY_CHECK << 16 | i);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NEXT_NONE);
}

TEST(kick_repeats_the_irq_of_pending_events)
{
	start(1);
	ged_kick(&g);
	CHECK_EQ(seen.irqs, 0);
	ged_power_button(&g);
	CHECK_EQ(seen.irqs, 1);
	ged_kick(&g);
	CHECK_EQ(seen.irqs, 2);
	CHECK_EQ(rd(GED_EVENT), GED_EVENT_POWER);
	ged_kick(&g);
	CHECK_EQ(seen.irqs, 2);
	/* A lost edge: EVENT was read, NEXT was not. */
	ged_add_cpu(&g, 1);
	rd(GED_EVENT);
	ged_kick(&g);
	CHECK_EQ(seen.irqs, 4);
	rd(GED_CPU_NEXT);
	ged_kick(&g);
	CHECK_EQ(seen.irqs, 4);
}

TEST(sleep_and_reset_need_the_exact_value)
{
	start(1);
	ged_port_write(&g, GED_SLEEP_CONTROL, 1, GED_SLP_TYP_S5 << 2);
	ged_port_write(&g, GED_SLEEP_CONTROL, 1, 3 << 2 | 0x20);
	ged_port_write(&g, GED_SLEEP_CONTROL, 4, GED_SLP_TYP_S5 << 2 | 0x20);
	CHECK_EQ(seen.sleeps, 0);
	ged_port_write(&g, GED_SLEEP_CONTROL, 1, GED_SLP_TYP_S5 << 2 | 0x20);
	CHECK_EQ(seen.sleeps, 1);
	CHECK_EQ(seen.state, 5);
	CHECK_EQ(ged_port_read(&g, GED_SLEEP_STATUS, 1), 0);
	ged_port_write(&g, GED_RESET, 1, 1);
	CHECK_EQ(seen.resets, 0);
	ged_port_write(&g, GED_RESET, 1, GED_RESET_VALUE);
	CHECK_EQ(seen.resets, 1);
}

TEST(access_of_the_wrong_width_does_nothing)
{
	start(1);
	ged_add_cpu(&g, 5);
	CHECK_EQ(ged_port_read(&g, GED_EVENT, 2), 0xffff);
	CHECK_EQ(ged_port_read(&g, GED_EVENT, 1), 0xff);
	CHECK_EQ(ged_port_read(&g, GED_CPU_NEXT + 2, 4), 0xffffffff);
	CHECK_EQ(ged_port_read(&g, GED_CPU_NEXT, 2), 0xffff);
	ged_port_write(&g, GED_CPU_SELECT, 2, 5);
	CHECK_EQ(rd(GED_CPU_SELECT), 0);
	CHECK_EQ(rd(GED_EVENT), GED_EVENT_CPU);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NOTIFY_CHECK << 16 | 5);
}

TEST(init_resets_all_state)
{
	start(1);
	ged_add_memory(&g, SZ_1G, SZ_128M);
	ged_add_cpu(&g, 1);
	ged_init(&g, &env, &seen, 3);
	CHECK_EQ(rd(GED_EVENT), 0);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NEXT_NONE);
	CHECK_EQ(status(GED_LIP, 1), GED_STA_PRESENT);
	CHECK_EQ(ged_unit(&g, GED_LIP, 1)->answer, GED_NONE);
	CHECK_EQ(ged_free_slots(&g), LAYOUT_GED_MEM_SLOTS);
	CHECK(!ged_unit(&g, GED_LIP, LAYOUT_GED_LIPS));
	CHECK(!ged_unit(&g, GED_NR_KINDS, 0));
}

TEST(pci_slots_are_added_and_ejected)
{
	start(1);
	ged_set_slots(&g, BIT(1));
	wr(GED_PCI_SELECT, 1);
	CHECK_EQ(rd(GED_PCI_STATUS), GED_STA_PRESENT);
	CHECK_EQ(ged_add_pci(&g, 0), -EINVAL);
	CHECK_EQ(ged_add_pci(&g, LAYOUT_PCI_SLOTS), -EINVAL);
	CHECK_EQ(ged_add_pci(&g, 1), -EEXIST);
	CHECK_EQ(ged_add_pci(&g, 31), 0);
	CHECK_EQ(seen.irqs, 1);
	wr(GED_PCI_SELECT, 31);
	CHECK_EQ(rd(GED_PCI_STATUS), 0);
	CHECK_EQ(rd(GED_EVENT), GED_EVENT_PCI);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NOTIFY_CHECK << 16 | 31);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NEXT_NONE);
	CHECK_EQ(rd(GED_PCI_STATUS), GED_STA_PRESENT);
	wr(GED_PCI_OST_EVENT, GED_NOTIFY_CHECK);
	wr(GED_PCI_OST_STATUS, 0);
	CHECK_EQ(seen.kind, GED_PCI);
	CHECK_EQ(seen.index, 31);
	CHECK_EQ(seen.answer, GED_ADDED);
	wr(GED_PCI_EJECT, 1);
	wr(GED_PCI_EJECT, 1);
	CHECK_EQ(seen.ejects, 1);
	CHECK_EQ(seen.index, 31);
	CHECK_EQ(rd(GED_PCI_STATUS), 0);
	CHECK_EQ(ged_add_pci(&g, 31), 0);
	ged_drop_pci(&g, 31);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NEXT_NONE);
	wr(GED_PCI_SELECT, 99);
	wr(GED_PCI_EJECT, 1);
	CHECK_EQ(seen.ejects, 1);
	/* The other register blocks have no eject register. */
	ged_init(&g, &env, &seen, 1);
	wr(GED_MEM_SELECT + 0x14, 1);
	CHECK_EQ(seen.ejects, 1);
}

TEST(pci_eject_request_is_answered)
{
	start(1);
	CHECK_EQ(ged_eject_pci(&g, 3), -ENOENT);
	CHECK_EQ(ged_eject_pci(&g, LAYOUT_PCI_SLOTS), -ENOENT);
	ged_set_slots(&g, BIT(3) | BIT(4));
	CHECK_EQ(ged_eject_pci(&g, 3), 0);
	CHECK_EQ(seen.irqs, 1);
	CHECK_EQ(ged_unit(&g, GED_PCI, 3)->answer, GED_PENDING);
	wr(GED_PCI_SELECT, 3);
	CHECK_EQ(rd(GED_PCI_STATUS), GED_STA_PRESENT);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NOTIFY_EJECT << 16 | 3);
	wr(GED_PCI_EJECT, 1);
	CHECK_EQ(seen.ejects, 1);
	wr(GED_PCI_OST_EVENT, GED_NOTIFY_EJECT);
	wr(GED_PCI_OST_STATUS, 0);
	CHECK_EQ(seen.answer, GED_EJECTED);
	/* A guest that refuses keeps the slot. */
	CHECK_EQ(ged_eject_pci(&g, 4), 0);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NOTIFY_EJECT << 16 | 4);
	wr(GED_PCI_SELECT, 4);
	wr(GED_PCI_OST_EVENT, GED_NOTIFY_EJECT);
	wr(GED_PCI_OST_STATUS, 0x82);
	CHECK_EQ(seen.answer, GED_FAILED);
	CHECK_EQ(rd(GED_PCI_STATUS), GED_STA_PRESENT);
	/* The request is cancelled before the guest reads it. */
	CHECK_EQ(ged_eject_pci(&g, 4), 0);
	ged_cancel_eject(&g, 4);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NEXT_NONE);
}

TEST(refused_units_are_announced_again)
{
	start(1);
	CHECK_EQ(ged_announce_again(&g), 0);
	CHECK_EQ(ged_add_memory(&g, SZ_1G, SZ_2M), 0);
	CHECK_EQ(ged_add_memory(&g, SZ_1G + SZ_2M, SZ_2M), 1);
	CHECK_EQ(ged_add_cpu(&g, 2), 0);
	/* A unit that waits for its first answer is left alone. */
	CHECK_EQ(ged_announce_again(&g), 0);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NOTIFY_CHECK << 16);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NOTIFY_CHECK << 16 | 1);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NOTIFY_CHECK << 16 | 2);
	wr(GED_MEM_SELECT, 0);
	wr(GED_MEM_OST_EVENT, GED_NOTIFY_CHECK);
	wr(GED_MEM_OST_STATUS, 0);
	wr(GED_MEM_SELECT, 1);
	wr(GED_MEM_OST_EVENT, GED_NOTIFY_CHECK);
	wr(GED_MEM_OST_STATUS, 1);
	wr(GED_CPU_SELECT, 2);
	wr(GED_CPU_OST_EVENT, GED_NOTIFY_CHECK);
	wr(GED_CPU_OST_STATUS, 1);
	CHECK_EQ(ged_announce_again(&g), 2);
	CHECK_EQ(ged_unit(&g, GED_MEMORY, 0)->answer, GED_ADDED);
	CHECK_EQ(ged_unit(&g, GED_MEMORY, 1)->answer, GED_PENDING);
	CHECK_EQ(rd(GED_EVENT) & (GED_EVENT_MEM | GED_EVENT_CPU), GED_EVENT_MEM | GED_EVENT_CPU);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NOTIFY_CHECK << 16 | 1);
	CHECK_EQ(rd(GED_MEM_NEXT), GED_NEXT_NONE);
	CHECK_EQ(rd(GED_CPU_NEXT), GED_NOTIFY_CHECK << 16 | 2);
	CHECK_EQ(ged_announce_again(&g), 0);
	/* A slot whose eject was refused is not announced as new. */
	start(1);
	ged_set_slots(&g, BIT(4));
	CHECK_EQ(ged_eject_pci(&g, 4), 0);
	CHECK_EQ(rd(GED_PCI_NEXT), GED_NOTIFY_EJECT << 16 | 4);
	wr(GED_PCI_SELECT, 4);
	wr(GED_PCI_OST_EVENT, GED_NOTIFY_EJECT);
	wr(GED_PCI_OST_STATUS, 0x82);
	CHECK_EQ(ged_announce_again(&g), 0);
}

/* A guest may access any register at any time with any value. */
TEST(random_accesses_are_harmless)
{
	static const u32 sizes[] = { 1, 2, 4 };
	u32 i, offset, size, taken = 0, added = 0;

	start(1);
	for (i = 0; i < 200000; i++) {
		offset = tap_below(LAYOUT_GED_PORTS);
		size = sizes[tap_below(3)];
		switch (tap_below(16)) {
		case 0:
			added += ged_add_memory(&g, tap_below(1 << 20) * SZ_2M,
						tap_below(64) * SZ_2M) >= 0;
			break;
		case 1:
			ged_add_cpu(&g, tap_below(LAYOUT_GED_LIPS + 2));
			break;
		case 2:
			taken += rd(GED_MEM_NEXT) != GED_NEXT_NONE;
			break;
		case 3 ... 8:
			ged_port_write(&g, offset, size, tap_rand() >>
				       tap_below(64));
			break;
		default:
			if (offset != GED_MEM_NEXT)
				ged_port_read(&g, offset, size);
		}
	}
	while (rd(GED_MEM_NEXT) != GED_NEXT_NONE)
		taken++;
	CHECK_EQ(taken, added);
	CHECK_EQ(g.nr_mem, added);
}

TEST(layout_splits_ranges_at_the_hole)
{
	struct layout_range r[LAYOUT_MAX_SPLIT];
	u64 off;

	CHECK_EQ(layout_split(0, 0, r), 0);
	CHECK_EQ(layout_split(SZ_1G, SZ_2M, r), 1);
	CHECK_EQ(r[0].start, SZ_1G);
	CHECK_EQ(r[0].len, SZ_2M);
	CHECK_EQ(layout_split(LAYOUT_HOLE_START, SZ_2M, r), 1);
	CHECK_EQ(r[0].start, LAYOUT_HOLE_END);
	CHECK_EQ(layout_split(LAYOUT_HOLE_START - SZ_2M, 2 * SZ_4M, r), 2);
	CHECK_EQ(r[0].start, LAYOUT_HOLE_START - SZ_2M);
	CHECK_EQ(r[0].len, SZ_2M);
	CHECK_EQ(r[1].start, LAYOUT_HOLE_END);
	CHECK_EQ(r[1].len, SZ_4M + SZ_2M);
	CHECK_EQ(layout_gpa_of_ms(LAYOUT_HOLE_START - 1), LAYOUT_HOLE_START - 1);
	CHECK_EQ(layout_gpa_of_ms(LAYOUT_HOLE_START), LAYOUT_HOLE_END);
	CHECK(!layout_ms_of_gpa(LAYOUT_HOLE_START, &off));
	CHECK(!layout_ms_of_gpa(LAYOUT_HOLE_END - 1, &off));
	CHECK(layout_ms_of_gpa(LAYOUT_HOLE_END + 5, &off));
	CHECK_EQ(off, LAYOUT_HOLE_START + 5ULL);
}
