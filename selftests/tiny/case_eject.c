// SPDX-License-Identifier: GPL-2.0
/*
 * Case: a guest that gets eject requests for PCI slots. It accesses the GED's registers
 * directly, as the AML does.
 *
 * Options: answer=N is the _OST status of the answer; give=1 ejects the slot half a second
 * later; flood=1 repeats the answer about an added slot forever, as fast as possible.
 */
#include "tiny.h"

#define LOOK_MS		20
#define GIVE_MS		500

static void sleep_ms(u64 ms)
{
	sleep_until(rdtsc() + ms * tsc_khz());
}

static void answer(u32 slot, u32 event, u32 status)
{
	outl(LAYOUT_GED_PORT + GED_PCI_SELECT, slot);
	outl(LAYOUT_GED_PORT + GED_PCI_OST_EVENT, event);
	outl(LAYOUT_GED_PORT + GED_PCI_OST_STATUS, status);
	say("TINY eject slot %u event %u status %u", slot, event, status);
}

static void added(u32 slot, u32 event)
{
	answer(slot, event, 0);
	while (option("flood"))
		outl(LAYOUT_GED_PORT + GED_PCI_OST_STATUS, 0);
}

static void eject_requested(u32 slot)
{
	answer(slot, GED_NOTIFY_EJECT, option_number("answer", 0));
	if (!option("give"))
		return;
	sleep_ms(GIVE_MS);
	outl(LAYOUT_GED_PORT + GED_PCI_EJECT, 1);
}

CASE(eject)
{
	u32 next;

	say("TINY eject ready");
	for (;;) {
		next = inl(LAYOUT_GED_PORT + GED_PCI_NEXT);
		if (next == GED_NEXT_NONE)
			sleep_ms(LOOK_MS);
		else if (next >> 16 == GED_NOTIFY_EJECT)
			eject_requested(next & 0xffff);
		else
			added(next & 0xffff, next >> 16);
	}
	return NULL;
}
