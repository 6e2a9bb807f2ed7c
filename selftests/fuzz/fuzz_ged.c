// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/ged.c */

/*
 * The GED with any order of announcements and accesses of the guest: each announcement is
 * taken once, none is lost, and each answer is that of an announced unit.
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/ged.h"

static const u32 base[GED_NR_KINDS] = {
	[GED_LIP] = GED_CPU_SELECT, [GED_MEMORY] = GED_MEM_SELECT, [GED_PCI] = GED_PCI_SELECT,
};

static const u32 count[GED_NR_KINDS] = {
	[GED_LIP] = LAYOUT_GED_LIPS, [GED_MEMORY] = LAYOUT_GED_MEM_SLOTS,
	[GED_PCI] = LAYOUT_PCI_SLOTS,
};

static const u32 event_bit[GED_NR_KINDS] = {
	[GED_LIP] = GED_EVENT_CPU, [GED_MEMORY] = GED_EVENT_MEM, [GED_PCI] = GED_EVENT_PCI,
};

struct unit {
	bool present, taken;
	u32 notify, event;
	enum ged_answer answer;
};

static struct ged ged;
static struct unit unit[GED_NR_KINDS][64];
static struct layout_range range[LAYOUT_GED_MEM_SLOTS];
static u32 nr_ranges, events, selected[GED_NR_KINDS];
static u32 irqs, sleeps, resets, osts, ejects;

static void on_irq(void *ctx)
{
	irqs++;
}

static void on_sleep(void *ctx, u32 state)
{
	FUZZ_EQ(state, 5, "sleep state");
	sleeps++;
}

static void on_reset(void *ctx)
{
	resets++;
}

static void on_ost(void *ctx, enum ged_kind kind, u32 index, enum ged_answer answer, u32 status)
{
	FUZZ_CHECK(index < count[kind] && unit[kind][index].taken, "unit %u of kind %u", index,
		   kind);
	osts++;
}

static void on_eject(void *ctx, u32 slot)
{
	FUZZ_CHECK(unit[GED_PCI][slot].present, "slot %u", slot);
	ejects++;
}

static const struct ged_env env = {
	.irq = on_irq, .sleep = on_sleep, .reset = on_reset, .ost = on_ost, .eject = on_eject,
};

static void announced(enum ged_kind kind, u32 i, u32 was)
{
	unit[kind][i] = (struct unit){ .notify = GED_NOTIFY_CHECK, .answer = GED_PENDING };
	events |= event_bit[kind];
	FUZZ_EQ(irqs, was + 1, "interrupts");
}

static bool range_ok(u64 start, u64 len)
{
	u32 i;

	if (!len || start + len < start ||
	    (start < LAYOUT_HOLE_END && start + len > LAYOUT_HOLE_START))
		return false;
	for (i = 0; i < nr_ranges; i++)
		if (start < range[i].start + range[i].len && range[i].start < start + len)
			return false;
	return true;
}

static void add_memory(void)
{
	u64 start = fuzz_flip() ? fuzz_byte() * (u64)SZ_128M : fuzz_number();
	u64 len = fuzz_flip() ? fuzz_below(3) * (u64)SZ_128M : fuzz_number();
	u32 was = irqs;
	int ret = ged_add_memory(&ged, start, len);

	if (!range_ok(start, len)) {
		FUZZ_EQ(ret, -EINVAL, "range");
		return;
	}
	FUZZ_EQ(ret, nr_ranges == LAYOUT_GED_MEM_SLOTS ? -ENOSPC : (int)nr_ranges, "slot");
	if (ret < 0)
		return;
	range[nr_ranges++] = (struct layout_range){ start, len };
	announced(GED_MEMORY, ret, was);
}

/* Mostly one of a few, so that several things happen to the same */
static u32 any_index(enum ged_kind kind)
{
	return fuzz_rarely(8) ? fuzz_below(count[kind] + 1) : 1 + fuzz_below(3);
}

static void add_unit(enum ged_kind kind)
{
	u32 i = any_index(kind), was = irqs;
	int ret = kind == GED_LIP ? ged_add_cpu(&ged, i) : ged_add_pci(&ged, i), want = 0;

	if (i >= count[kind] || (kind == GED_PCI && !i))
		want = -EINVAL;
	else if (unit[kind][i].present || unit[kind][i].notify)
		want = -EEXIST;
	FUZZ_EQ(ret, want, "added");
	if (!ret)
		announced(kind, i, was);
}

static void request_eject(void)
{
	u32 i = any_index(GED_PCI), was = irqs;
	bool there = i < LAYOUT_PCI_SLOTS && unit[GED_PCI][i].present;

	FUZZ_EQ(ged_eject_pci(&ged, i), there ? 0 : -ENOENT, "eject");
	if (!there)
		return;
	unit[GED_PCI][i].notify = GED_NOTIFY_EJECT;
	unit[GED_PCI][i].answer = GED_PENDING;
	unit[GED_PCI][i].taken = false;
	events |= GED_EVENT_PCI;
	FUZZ_EQ(irqs, was + 1, "interrupts");
	if (fuzz_rarely(4)) {
		ged_cancel_eject(&ged, i);
		unit[GED_PCI][i].notify = 0;
	}
}

static void take_next(enum ged_kind kind)
{
	u32 got = ged_port_read(&ged, base[kind] + 8, 4), i;

	for (i = 0; i < count[kind] && !unit[kind][i].notify; i++)
		;
	if (i == count[kind]) {
		FUZZ_EQ(got, GED_NEXT_NONE, "nothing is pending");
		return;
	}
	FUZZ_EQ(got, i | unit[kind][i].notify << 16, "next");
	if (unit[kind][i].notify == GED_NOTIFY_CHECK)
		unit[kind][i].present = true;
	unit[kind][i].notify = 0;
	unit[kind][i].taken = true;
}

/* ACPI, "_OST": success is 0; 0x80 and 0x84 say that it goes on. */
static void answer(enum ged_kind kind, struct unit *u)
{
	static const u32 stati[] = { 0, 0, 1, 0x80, 0x84 };
	u32 status = fuzz_rarely(8) ? fuzz_number() : stati[fuzz_below(5)], was = osts;
	bool eject, known = u && u->taken;

	ged_port_write(&ged, base[kind] + 16, 4, status);
	FUZZ_EQ(osts - was, known, "an answer");
	if (!known)
		return;
	eject = u->event == 3 || u->event == 0x103;
	if (!status)
		u->answer = eject ? GED_EJECTED : GED_ADDED;
	else if (status == (eject ? 0x84 : 0x80))
		u->answer = GED_PENDING;
	else
		u->answer = GED_FAILED;
	FUZZ_EQ(ged_unit(&ged, kind, selected[kind])->answer, u->answer, "answer");
}

static void guest_access(enum ged_kind kind)
{
	struct unit *u = selected[kind] < count[kind] ? &unit[kind][selected[kind]] : NULL;
	u32 was;

	switch (fuzz_below(6)) {
	case 0:
		selected[kind] = fuzz_rarely(8) ? fuzz_number() : any_index(kind);
		ged_port_write(&ged, base[kind], 4, selected[kind]);
		FUZZ_EQ(ged_port_read(&ged, base[kind], 4), selected[kind], "select");
		break;
	case 1:
		FUZZ_EQ(ged_port_read(&ged, base[kind] + 4, 4), u && u->present, "status");
		break;
	case 2:
		take_next(kind);
		break;
	case 3:
		was = fuzz_flip() ? (fuzz_flip() ? 3 : 0x103) : fuzz_below(4);
		ged_port_write(&ged, base[kind] + 12, 4, was);
		if (u)
			u->event = was;
		break;
	case 4:
		answer(kind, u);
		break;
	default:
		was = ejects;
		ged_port_write(&ged, GED_PCI_EJECT, 4, fuzz_byte());
		u = selected[GED_PCI] < count[GED_PCI] ? &unit[GED_PCI][selected[GED_PCI]] : NULL;
		FUZZ_EQ(ejects - was, u && u->present, "ejected");
		if (u)
			u->present = false;
	}
}

static void guest_range(void)
{
	u32 slot = selected[GED_MEMORY];
	u64 start = ged_port_read(&ged, GED_MEM_BASE_LO, 4) |
		    (u64)ged_port_read(&ged, GED_MEM_BASE_HI, 4) << 32;
	u64 len = ged_port_read(&ged, GED_MEM_LEN_LO, 4) |
		  (u64)ged_port_read(&ged, GED_MEM_LEN_HI, 4) << 32;

	FUZZ_EQ(start, slot < nr_ranges ? range[slot].start : 0, "start of a range");
	FUZZ_EQ(len, slot < nr_ranges ? range[slot].len : 0, "length of a range");
}

static void any_port(void)
{
	u32 size = 1U << fuzz_below(3), at = fuzz_below(LAYOUT_GED_PORTS), val = fuzz_number();
	u32 was_sleep = sleeps, was_reset = resets;

	if (size == 4)
		return;
	ged_port_write(&ged, at, size, val);
	FUZZ_EQ(sleeps - was_sleep, size == 1 && at == 0xe0 && (val & 0x3c) == 0x34, "sleep");
	FUZZ_EQ(resets - was_reset, size == 1 && at == 0xe4 && (val & 0xff) == 0x42, "reset");
	ged_port_read(&ged, at, size);
}

/* Units whose addition failed are announced again. */
static void again(void)
{
	u32 kind, i, want = 0;

	for (kind = 0; kind < GED_NR_KINDS; kind++)
		for (i = 0; i < count[kind]; i++) {
			struct unit *u = &unit[kind][i];

			if (u->answer != GED_FAILED || u->event == 3 || u->event == 0x103)
				continue;
			*u = (struct unit){ .notify = GED_NOTIFY_CHECK, .answer = GED_PENDING };
			events |= event_bit[kind];
			want++;
		}
	FUZZ_EQ(ged_announce_again(&ged), want, "announced again");
}

static bool waiting(void)
{
	u32 kind, i;

	for (kind = 0; kind < GED_NR_KINDS; kind++)
		for (i = 0; i < count[kind]; i++)
			if (unit[kind][i].notify)
				return true;
	return events;
}

static void host_step(void)
{
	u32 was = irqs;

	switch (fuzz_below(7)) {
	case 0:
		add_memory();
		break;
	case 1 ... 2:
		add_unit(fuzz_flip() ? GED_LIP : GED_PCI);
		break;
	case 3:
		request_eject();
		break;
	case 4:
		again();
		break;
	case 5:
		ged_power_button(&ged);
		events |= GED_EVENT_POWER;
		break;
	default:
		ged_kick(&ged);
		FUZZ_EQ(irqs - was, waiting(), "interrupt again");
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u64 lips, slots;
	u32 i;

	fuzz_start(data, size);
	memset(unit, 0, sizeof(unit));
	memset(selected, 0, sizeof(selected));
	nr_ranges = 0;
	events = 0;
	lips = fuzz_number();
	slots = fuzz_byte();
	ged_init(&ged, &env, NULL, lips);
	ged_set_slots(&ged, slots);
	for (i = 0; i < 64; i++)
		unit[GED_LIP][i].present = lips >> i & 1;
	for (i = 0; i < LAYOUT_PCI_SLOTS; i++)
		unit[GED_PCI][i].present = slots >> i & 1;
	while (fuzz_more()) {
		switch (fuzz_below(8)) {
		case 0 ... 2:
			host_step();
			break;
		case 3:
			FUZZ_EQ(ged_port_read(&ged, GED_EVENT, 4), events, "events");
			events = 0;
			break;
		case 4:
			guest_range();
			break;
		case 5:
			any_port();
			break;
		default:
			guest_access(fuzz_below(GED_NR_KINDS));
		}
	}
	return 0;
}
