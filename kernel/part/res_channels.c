// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_channels.c - channels as a resource of an LPAR: how they come into its
 * machine, and out of it. Who owns which is in the inventory. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>

#include "part/channel.h"
#include "part/channels.h"

/* Those of @slot below @end. */
static void unpin_below(u32 slot, u32 end)
{
	u32 id;

	for (id = 0; id < end; id++)
		if (channel_of(id, slot))
			channel_unpin(id);
}

int channels_pin(u32 slot, struct lpar_reason *why)
{
	u32 id;
	int err;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		err = channel_of(id, slot) ? channel_pin(id, why) : 0;
		if (!err)
			continue;
		unpin_below(slot, id);
		return err;
	}
	return 0;
}

void channels_unpin(u32 slot)
{
	unpin_below(slot, LPAR_MAX_CHANNELS);
}

/* Two channels with one source would be two owners of the same thing. */
static int check_shared(struct lpar_channel *ch, struct lpar_reason *why)
{
	u32 id;

	lockdep_assert_held(&part.lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		const struct lpar_channel *c = part.channel[id];

		if (!c || !c->open || c->type != ch->type || !ch->type->same(c, ch))
			continue;
		scnprintf(ch->last_error, sizeof(ch->last_error),
			  "its source is that of channel %u, which has an owner", id);
		lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, EBUSY, 0);
		return -EBUSY;
	}
	return 0;
}

static int keep_source(struct lpar_channel *ch, struct lpar_reason *why)
{
	int err;

	guard(mutex)(&part.lock);
	err = check_shared(ch, why);
	if (err)
		return err;
	ch->errors = 0;
	ch->open = true;
	return 0;
}

static int open_source(struct lpar_channel *ch, struct lpar_reason *why)
{
	/* Nobody writes to an attribute of a channel that is owned. */
	int err = ch->source[0] || ch->type->source ? ch->type->open(ch) : -ENOENT;

	if (err) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, -err, 0);
		return err;
	}
	err = keep_source(ch, why);
	if (err)
		ch->type->close(ch);
	return err;
}

void channel_avoid_pcpus(struct slot_dev *dev)
{
	u32 i;

	lockdep_assert_held(&part.lock);
	for (i = 0; i < SLOT_DEV_TASKS; i++)
		if (dev->task[i])
			part_avoid_pcpus(dev->task[i]);
}

struct slot_dev *channel_device(struct lpar_channel *ch, struct machine *m)
{
	struct slot_dev *dev = ch->type->device(ch, m);

	if (!IS_ERR(dev))
		channel_avoid_pcpus(dev);
	return dev;
}

void channel_serve(struct lpar_channel *ch)
{
	int err;

	lockdep_assert_held(&part.lock);
	err = slot_dev_resume(ch->dev);
	if (!err)
		return;
	scnprintf(ch->last_error, sizeof(ch->last_error),
		  "its source does not serve its owner any more (errno %d): deactivate that to free it",
		  -err);
	pr_err("channel %u: %s\n", ch->id, ch->last_error);
}

/* Only a physical function has trouble of the second kind, see host/pcidev. */
static const char *no_service(int err)
{
	switch (err) {
	case -ENOMEM:
		return "the host has no memory for it";
	case -EOPNOTSUPP:
		return "its IOMMU lets DMA go past the caches";
	default:
		return "the host refuses it";
	}
}

static int cannot_serve(struct lpar_channel *ch, const struct lpar *lpar, int err,
			struct lpar_reason *why)
{
	lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, -err, 0);
	return lpar_channel_refuse(ch, err, "its source cannot serve %s: %s (errno %d)",
				   lpar->name, no_service(err), -err);
}

int channel_attach(struct lpar *lpar, struct lpar_channel *ch, struct lpar_reason *why)
{
	struct slot_dev *dev;
	int err, slot;

	err = open_source(ch, why);
	if (err)
		return err;
	slot = machine_free_slot(lpar->machine, 1);
	if (slot < 0) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_FULL, lpar->name, 1, 0, 0);
		return slot;
	}
	scoped_guard(mutex, &part.lock)
		dev = channel_device(ch, lpar->machine);
	if (IS_ERR(dev))
		return cannot_serve(ch, lpar, PTR_ERR(dev), why);
	err = slot_dev_connect(dev);
	if (err) {
		slot_dev_destroy(dev);
		return cannot_serve(ch, lpar, err, why);
	}
	ch->dev = dev;
	slot_dev_plug(dev, slot, false);
	slot_dev_resume(dev);
	return 0;
}

/* Before any source is opened. Expanded storage is in a slot, too. */
static int check_slots(struct lpar *lpar, struct lpar_reason *why)
{
	u32 id, need = lpar->es.nr > 0, have = machine_free_slots(lpar->machine);

	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		need += channel_of(id, lpar->slot);
	if (need <= have)
		return 0;
	lpar_reason_set(why, LPAR_REASON_CHANNEL_FULL, lpar->name, need, have, 0);
	return -ENOSPC;
}

int channels_attach(struct lpar *lpar, struct lpar_reason *why)
{
	int err = check_slots(lpar, why);
	u32 id;

	lockdep_assert_held(&lpar->lock);
	if (err)
		return err;
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!channel_of(id, lpar->slot))
			continue;
		err = channel_attach(lpar, part.channel[id], why);
		if (err)
			return err;
	}
	return 0;
}

void channels_detach(struct machine *m)
{
	u32 slot;

	for (slot = 1; slot < LAYOUT_PCI_SLOTS; slot++)
		if (m->slots[slot])
			slot_dev_destroy(m->slots[slot]);
}

static int flush(struct lpar_channel *ch)
{
	return ch->open && ch->type->flush ? ch->type->flush(ch) : 0;
}

void channel_close(struct lpar_channel *ch)
{
	int err;

	if (!ch->open)
		return;
	err = flush(ch);
	if (err)
		pr_err("channel %u: its source could not be made stable (errno %d)\n", ch->id,
		       -err);
	scoped_guard(mutex, &part.lock) {
		if (err)
			scnprintf(ch->last_error, sizeof(ch->last_error),
				  "%s could not be made stable (errno %d): writes of its last owner may be lost",
				  ch->source, -err);
		ch->errors = channel_errors(ch);
		ch->open = false;
	}
	ch->dev = NULL;
	ch->type->close(ch);
}

void channels_release(struct lpar *lpar)
{
	u32 id;

	lockdep_assert_held(&lpar->lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_of(id, lpar->slot))
			channel_close(part.channel[id]);
}

void channels_look(struct lpar *lpar)
{
	u32 id;

	lockdep_assert_held(&lpar->lock);
	guard(mutex)(&part.lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_of(id, lpar->slot) && part.channel[id]->dev)
			channel_set(&part.inv.channels, id, lpar->slot,
				    !slot_dev_ejected(part.channel[id]->dev));
}
