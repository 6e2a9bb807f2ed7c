// SPDX-License-Identifier: GPL-2.0
/*
 * What the machine of a receiver has room for, where the inventory does not know: its
 * PCI slots, and the memory devices of its guest's firmware. Layer L3.
 */
#include <linux/cleanup.h>

#include "machine/slot.h"
#include "host/pages.h"
#include "part/integrate.h"
#include "vdev/layout.h"

/**
 * struct room - what there is in a machine
 * @slots: free PCI slots
 * @memory: free memory devices
 */
struct room {
	u32 slots;
	u32 memory;
};

/* A check has not got the LPAR's lock. */
static bool look(struct lpar *lpar, struct room *room)
{
	struct machine *m;

	guard(raw_spinlock_irqsave)(&lpar->machine_lock);
	m = lpar->seen;
	if (!m)
		return false;
	room->slots = machine_free_slots(m);
	guard(raw_spinlock)(&m->devs_lock);
	room->memory = ged_free_slots(&m->ged);
	return true;
}

/* Expanded storage needs one if it is the first that the receiver has. */
static u32 slots_needed(const struct integrate *ig)
{
	bool es = part.inv.es.size[ig->receiver->slot];
	u32 i, nr = 0;

	for (i = 0; i < ig->plan.nr; i++)
		nr += ig->plan.move[i].kind == PLAN_CHANNEL ||
		      (ig->plan.move[i].kind == PLAN_GROW_ES && !es);
	return nr;
}

static u32 memory_needed(const struct integrate *ig)
{
	struct layout_range piece[LAYOUT_MAX_SPLIT];

	/* No guest, none to be told. */
	if (part_state(ig->receiver) == LPAR_ACTIVE)
		return 0;
	return layout_split(part.inv.ms.area[ig->receiver->slot].size, ig->plan.ms_len, piece);
}

int integrate_room(struct integrate *ig)
{
	u32 slots = slots_needed(ig), memory = memory_needed(ig);
	const char *name = ig->receiver->name;
	struct room room;

	lockdep_assert_held(&part.lock);
	if (!look(ig->receiver, &room) || (slots <= room.slots && memory <= room.memory))
		return 0;
	if (slots > room.slots)
		scnprintf(ig->text, sizeof(ig->text),
			  "%s needs %u PCI slots for the donor's channels and has %u free", name,
			  slots, room.slots);
	else
		scnprintf(ig->text, sizeof(ig->text),
			  "%s needs %u memory devices to tell its guest of new storage and has %u free: it has to be reset first",
			  name, memory, room.memory);
	return -ENOSPC;
}
