// SPDX-License-Identifier: GPL-2.0
/*
 * Case: storage and LIPs that are added while the guest runs. It accesses the GED's
 * registers directly, as the AML does.
 *
 * Options: refuse=N answers "failure" to the first N; tick=MS prints a line at that
 * interval; smp=1 starts all LIPs at the beginning; burn=1 makes every LIP use all the
 * time it gets.
 */
#include "tiny.h"

#define GED_VECTOR	0x60
#define OST_DEVICE_CHECK 1
#define OST_SUCCESS	0
#define OST_FAILURE	1
#define BIG		(2ull << 20)

static volatile u32 events;
static u32 refusals;

static u32 ged_read(u32 reg)
{
	return inl(LAYOUT_GED_PORT + reg);
}

static void ged_write(u32 reg, u32 v)
{
	outl(LAYOUT_GED_PORT + reg, v);
}

static void ged_irq(struct frame *f)
{
	(void)f;
	events |= 0x80000000;
	apic_eoi();
}

/* The new storage reads as zero, and keeps what is written. */
static const char *try_storage(u64 base, u64 len)
{
	u64 at, i, *p;

	for (at = base; at < base + len; at += BIG) {
		p = map_page(at);
		for (i = 0; i < BIG / 8; i++)
			if (p[i])
				return why("0x%llx is 0x%llx, not 0", at + i * 8, p[i]);
		for (i = 0; i < BIG / 8; i += 512)
			p[i] = at + i;
	}
	for (at = base; at < base + len; at += BIG) {
		p = map_page(at);
		for (i = 0; i < BIG / 8; i += 512)
			if (p[i] != at + i)
				return why("0x%llx lost what was written", at);
	}
	return NULL;
}

static void answer(u32 event_reg, u32 status_reg, bool good)
{
	if (refusals) {
		refusals--;
		good = false;
	}
	ged_write(event_reg, OST_DEVICE_CHECK);
	ged_write(status_reg, good ? OST_SUCCESS : OST_FAILURE);
}

static const char *take_memory(u32 slot)
{
	const char *fault;
	u64 base, len;

	ged_write(GED_MEM_SELECT, slot);
	if (!(ged_read(GED_MEM_STATUS) & GED_STA_PRESENT))
		return "storage that was announced is not present";
	base = ged_read(GED_MEM_BASE_LO) | (u64)ged_read(GED_MEM_BASE_HI) << 32;
	len = ged_read(GED_MEM_LEN_LO) | (u64)ged_read(GED_MEM_LEN_HI) << 32;
	/* Storage that is refused stays untouched, as it may be announced again. */
	fault = refusals ? NULL : try_storage(base, len);
	answer(GED_MEM_OST_EVENT, GED_MEM_OST_STATUS, !fault);
	if (!fault)
		say("TINY hotplug memory %llu MB at %llu MB", len >> 20, base >> 20);
	return fault;
}

static void lip_works(u32 lip)
{
	say("TINY hotplug lip %u works", lip);
	while (option("burn"))
		pause();
}

static const char *take_lip(u32 lip)
{
	ged_write(GED_CPU_SELECT, lip);
	if (!(ged_read(GED_CPU_STATUS) & GED_STA_PRESENT))
		return "a LIP that was announced is not present";
	if (lip_start(lip, lip_works)) {
		answer(GED_CPU_OST_EVENT, GED_CPU_OST_STATUS, false);
		return why("LIP %u does not start", lip);
	}
	answer(GED_CPU_OST_EVENT, GED_CPU_OST_STATUS, true);
	return NULL;
}

static const char *take_all(u32 next_reg, const char *(*take)(u32 index))
{
	const char *fault = NULL;
	u32 next;

	while (!fault) {
		next = ged_read(next_reg);
		if (next == GED_NEXT_NONE)
			break;
		if (next >> 16 != GED_NOTIFY_CHECK)
			return why("notification %u", next >> 16);
		fault = take(next & 0xffff);
	}
	return fault;
}

static const char *take_events(void)
{
	const char *fault = NULL;
	u32 what = ged_read(GED_EVENT);

	if (what & GED_EVENT_MEM)
		fault = take_all(GED_MEM_NEXT, take_memory);
	if (!fault && what & GED_EVENT_CPU)
		fault = take_all(GED_CPU_NEXT, take_lip);
	if (what & GED_EVENT_POWER)
		power_off();
	return fault;
}

static void open_window(void)
{
	irq_on();
	pause();
	irq_off();
}

CASE(hotplug)
{
	u64 ms = option_number("tick", 0) * tsc_khz(), next = rdtsc() + ms, n = 0;
	const char *fault = NULL;

	refusals = option_number("refuse", 0);
	idt_set(GED_VECTOR, ged_irq);
	ioapic_route(LAYOUT_GED_GSI, GED_VECTOR, lip_self());
	if (option("smp"))
		lips_start(lip_works);
	say("TINY hotplug ready");
	while (!fault) {
		if (events) {
			events = 0;
			fault = take_events();
		}
		if (ms && rdtsc() >= next) {
			next += ms;
			say("TINY hotplug tick %llu", ++n);
		}
		if (option("burn"))
			open_window();
		else if (!events)
			doze_until(ms ? next : rdtsc() + 100 * tsc_khz());
	}
	return fault;
}
