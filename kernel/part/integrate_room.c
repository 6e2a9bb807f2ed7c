// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of the machines that the inventory does not know: the receiver's PCI slots, and
 * the memory devices of its guest's firmware; PCI functions that the donor keeps. Layer L3.
 */
#include "machine/slot.h"
#include "part/channels.h"
#include "part/integrate.h"
#include "part/resource.h"

/*
 * Without lpar->lock, which integrate_check does not hold. False if the LPAR has no
 * machine.
 */
static bool room_get(struct lpar *lpar, struct part_room *room)
{
	struct machine *m;
	unsigned long flags;

	m = part_machine_get(lpar, &flags);
	if (m) {
		room->slots = machine_free_slots(m);
		room->memory = machine_free_memory(m);
	}
	part_machine_put(lpar, flags);
	return m;
}

/* A PCI function that the donor keeps can access all of its storage. */
static int integrate_room_dma(struct integrate *ig)
{
	const struct channel *ch = ig->plan.after.channels.ch;
	u32 id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!ch[id].exists || ch[id].owner != (int)ig->plan.donor ||
		    part.channel[id]->type != &channel_pci)
			continue;
		scnprintf(ig->text, sizeof(ig->text),
			  "%s cannot give storage while it keeps the PCI function of channel %u: move that as well",
			  part.inv.lpar[ig->plan.donor].name, id);
		return -EBUSY;
	}
	return 0;
}

int integrate_room(struct integrate *ig)
{
	const char *name = ig->receiver->name;
	struct part_room need = {}, room;
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&part.lock);
	if (ig->part && ig->plan.ms_len && integrate_room_dma(ig))
		return -EBUSY;
	for_each_resource(r, i)
		if (r->room)
			r->room(ig, &need);
	if (!room_get(ig->receiver, &room) ||
	    (need.slots <= room.slots && need.memory <= room.memory))
		return 0;
	if (need.slots > room.slots)
		scnprintf(ig->text, sizeof(ig->text),
			  "%s needs %u PCI slots for the donor's channels, but only %u are free",
			  name, need.slots, room.slots);
	else
		scnprintf(ig->text, sizeof(ig->text),
			  "%s needs %u memory devices to notify its guest of new storage, but only %u are free: reset it first",
			  name, need.memory, room.memory);
	return -ENOSPC;
}
