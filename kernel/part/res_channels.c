// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_channels.c - channels as a resource: add them to an LPAR's machine and remove
 * them. Ownership is in the inventory. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>

#include "part/channel.h"
#include "part/channels.h"
#include "part/integrate.h"
#include "part/resource.h"
#include "trace.h"
#include "vdev/layout.h"

/**
 * struct channels_own - channels of one LPAR (its lock)
 * @untold: PCI slots still to be announced to the guest, bit n = slot n
 */
struct channels_own {
	u32 untold;
};

/**
 * struct channels_integrate - channels in an integration
 * @dev: by id: the receiver's new devices; from 206 on the donor's old ones
 * @slot: by id: the PCI slots for them
 * @quiet: those of the donor that were quiesced before 201
 * @quiet_err: the result of that
 */
struct channels_integrate {
	struct slot_dev *dev[LPAR_MAX_CHANNELS];
	u32 slot[LPAR_MAX_CHANNELS];
	DECLARE_BITMAP(quiet, LPAR_MAX_CHANNELS);
	int quiet_err[LPAR_MAX_CHANNELS];
};

static struct channels_own *channels_own(const struct lpar *lpar)
{
	return lpar->own[PART_CHANNELS];
}

static struct channels_integrate *channels_integrate(const struct integrate *ig)
{
	return ig->own[PART_CHANNELS];
}

/* Unpin the channels of @slot with ids below @end. */
static void channels_unpin_below(u32 slot, u32 end)
{
	u32 id;

	for (id = 0; id < end; id++)
		if (channel_of(id, slot))
			channel_unpin(id);
}

static int channels_claim(struct lpar *lpar, struct lpar_reason *why)
{
	u32 id;
	int err;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		err = channel_of(id, lpar->slot) ? channel_pin(id, why) : 0;
		if (!err)
			continue;
		channels_unpin_below(lpar->slot, id);
		return err;
	}
	return 0;
}

static void channels_give_back(struct lpar *lpar)
{
	channels_unpin_below(lpar->slot, LPAR_MAX_CHANNELS);
}

/* Two channels with the same source must not both be open. */
static int channel_check_shared(struct lpar_channel *ch, struct lpar_reason *why)
{
	u32 id;

	lockdep_assert_held(&part.lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		const struct lpar_channel *c = part.channel[id];

		if (!c || !c->open || c->type != ch->type || !ch->type->same(c, ch))
			continue;
		scnprintf(ch->last_error, sizeof(ch->last_error),
			  "its source is in use by channel %u", id);
		lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, EBUSY, 0);
		return -EBUSY;
	}
	return 0;
}

static int channel_keep_source(struct lpar_channel *ch, struct lpar_reason *why)
{
	int err;

	guard(mutex)(&part.lock);
	err = channel_check_shared(ch, why);
	if (err)
		return err;
	ch->errors = 0;
	ch->open = true;
	return 0;
}

static int channel_open_source(struct lpar_channel *ch, struct lpar_reason *why)
{
	/* without part.lock: the attributes of an owned channel do not change */
	int err = ch->source[0] || ch->type->source ? ch->type->open(ch) : -ENOENT;

	if (err) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, -err, 0);
		return err;
	}
	err = channel_keep_source(ch, why);
	if (err)
		ch->type->close(ch);
	return err;
}

struct slot_dev *channel_device(struct lpar_channel *ch, struct machine *m)
{
	struct slot_dev *dev = ch->type->device(ch, m);

	if (!IS_ERR(dev))
		part_avoid_pcpus_dev(dev);
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
		  "its source failed (errno %d): deactivate its owner to release it",
		  -err);
	pr_err("channel %u: %s\n", ch->id, ch->last_error);
}

/* Only a physical function returns -EOPNOTSUPP, see host/pcidev. */
static const char *channel_connect_error(int err)
{
	switch (err) {
	case -ENOMEM:
		return "not enough host memory";
	case -EOPNOTSUPP:
		return "its IOMMU lets DMA bypass the caches";
	default:
		return "the host refused it";
	}
}

static int channel_cannot_serve(struct lpar_channel *ch, const struct lpar *lpar, int err,
				struct lpar_reason *why)
{
	lpar_reason_set(why, LPAR_REASON_CHANNEL_SOURCE, NULL, ch->id, -err, 0);
	return lpar_channel_refuse(ch, err, "cannot connect its source to %s: %s (errno %d)",
				   lpar->name, channel_connect_error(err), -err);
}

int channel_attach(struct lpar *lpar, struct lpar_channel *ch, struct lpar_reason *why)
{
	struct slot_dev *dev;
	int err, slot;

	err = channel_open_source(ch, why);
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
		return channel_cannot_serve(ch, lpar, PTR_ERR(dev), why);
	err = slot_dev_connect(dev);
	if (err) {
		slot_dev_destroy(dev);
		return channel_cannot_serve(ch, lpar, err, why);
	}
	ch->dev = dev;
	slot_dev_plug(dev, slot, false);
	slot_dev_resume(dev);
	return 0;
}

static u32 channels_slots(const struct lpar *lpar)
{
	u32 id, nr = 0;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		nr += channel_of(id, lpar->slot);
	return nr;
}

static int channels_attach(struct lpar *lpar, struct lpar_reason *why)
{
	u32 id;
	int err;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!channel_of(id, lpar->slot))
			continue;
		err = channel_attach(lpar, part.channel[id], why);
		if (err)
			return err;
	}
	return 0;
}

/* Goes by the machine's slots: a donor's channels belong to the receiver by now. */
static void channels_detach(struct lpar *lpar)
{
	struct machine *m = lpar->machine;
	u32 slot;

	for (slot = 1; slot < LAYOUT_PCI_SLOTS; slot++)
		if (m->slots[slot])
			slot_dev_destroy(m->slots[slot]);
}

static int channel_flush(struct lpar_channel *ch)
{
	return ch->open && ch->type->flush ? ch->type->flush(ch) : 0;
}

void channel_close(struct lpar_channel *ch)
{
	int err;

	if (!ch->open)
		return;
	err = channel_flush(ch);
	if (err)
		pr_err("channel %u: cannot flush its source (errno %d)\n", ch->id, -err);
	scoped_guard(mutex, &part.lock) {
		if (err)
			scnprintf(ch->last_error, sizeof(ch->last_error),
				  "cannot flush %s (errno %d): writes of its last owner may be lost",
				  ch->source, -err);
		ch->errors = channel_errors(ch);
		ch->open = false;
	}
	ch->dev = NULL;
	ch->type->close(ch);
}

/* Flush and close the sources, of which no machine has a device any more. */
static void channels_clean(struct lpar *lpar)
{
	u32 id;

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

/*
 * Integration.
 */
static void channels_room(const struct integrate *ig, struct part_room *need)
{
	u32 i;

	for (i = 0; i < ig->plan.nr; i++)
		need->slots += ig->plan.move[i].kind == PLAN_CHANNEL;
}

/* Does the donor own the channel now, and not after the plan? */
static bool channels_given(const struct integrate *ig, u32 id)
{
	u32 slot = ig->donor->slot;

	return channel_of(id, slot) && ig->plan.after.channels.ch[id].owner != (int)slot;
}

/*
 * What the donor keeps has to be quiet as well when it gives main storage: requests in flight
 * may use that storage, and nothing waits for the source of a disk after 208.
 */
static bool channels_needs_quiet(const struct integrate *ig, u32 id)
{
	return channels_given(ig, id) ||
	       (ig->plan.ms_len && channel_of(id, ig->donor->slot));
}

static void channels_quiesce(struct integrate *ig)
{
	struct channels_integrate *ci = channels_integrate(ig);
	unsigned long end = jiffies + CHANNEL_QUIESCE;
	struct lpar_channel *ch;
	u32 id;

	lockdep_assert_held(&ig->donor->lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		ch = channels_needs_quiet(ig, id) ? part.channel[id] : NULL;
		if (!ch || !ch->dev || !ch->type->slow)
			continue;
		__set_bit(id, ci->quiet);
		ci->quiet_err[id] = slot_dev_quiesce(ch->dev, max_t(long, end - jiffies, 1));
		if (ci->quiet_err[id])
			return;
	}
}

static void channels_resume(struct integrate *ig)
{
	u32 id;

	lockdep_assert_held(&ig->donor->lock);
	guard(mutex)(&part.lock);
	for_each_set_bit(id, channels_integrate(ig)->quiet, LPAR_MAX_CHANNELS)
		channel_serve(part.channel[id]);
}

static int channels_reserve_one(struct integrate *ig, u32 id)
{
	struct channels_integrate *ci = channels_integrate(ig);
	int slot = integrate_next_slot(ig);
	struct slot_dev *dev;

	if (slot < 0)
		return slot;
	dev = channel_device(part.channel[id], ig->receiver->machine);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ci->dev[id] = dev;
	ci->slot[id] = slot;
	return 0;
}

static void channels_explain(struct integrate *ig, u32 id, int err)
{
	scnprintf(ig->text, sizeof(ig->text), "cannot flush channel %u of %s (errno %d)", id,
		  ig->donor->name, -err);
}

/* Those that are given report this in 202. */
static int channels_kept_quiet(struct integrate *ig)
{
	struct channels_integrate *ci = channels_integrate(ig);
	u32 id;

	for_each_set_bit(id, ci->quiet, LPAR_MAX_CHANNELS) {
		if (!ci->quiet_err[id] || channels_given(ig, id))
			continue;
		channels_explain(ig, id, ci->quiet_err[id]);
		return ci->quiet_err[id];
	}
	return 0;
}

/* Create a device for each of the receiver's new channels, and choose its slot. */
static int channels_reserve(struct integrate *ig)
{
	const struct plan_move *m;
	int err = channels_kept_quiet(ig);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		err = m->kind == PLAN_CHANNEL ? channels_reserve_one(ig, m->id) : 0;
		if (err)
			return err;
	}
	return 0;
}

static void channels_unreserve(struct integrate *ig)
{
	struct channels_integrate *ci = channels_integrate(ig);
	u32 id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (ci->dev[id])
			slot_dev_destroy(ci->dev[id]);
		ci->dev[id] = NULL;
	}
}

/*
 * Stop taking requests from the donor's rings, complete those in flight, and make
 * stable what its guest was told is. Does not need the donor's cooperation: only the
 * host's own device can delay it.
 */
static int channels_release(struct integrate *ig, u32 id)
{
	struct channels_integrate *ci = channels_integrate(ig);
	struct lpar_channel *ch = part.channel[id];
	int err = test_bit(id, ci->quiet) ? ci->quiet_err[id] :
					    slot_dev_quiesce(ch->dev, CHANNEL_QUIESCE);

	if (!err)
		return 0;
	channel_serve(ch);
	if (err != -EINTR)
		channels_explain(ig, id, err);
	return err;
}

/* Swap the donor's device and the receiver's. */
static void channels_swap(struct integrate *ig, u32 id)
{
	swap(part.channel[id]->dev, channels_integrate(ig)->dev[id]);
}

static int channels_move(struct integrate *ig, const struct plan_move *m)
{
	struct channels_integrate *ci = channels_integrate(ig);
	struct slot_dev *dev = ci->dev[m->id];
	int err = slot_dev_connect(dev);

	if (err) {
		scnprintf(ig->text, sizeof(ig->text),
			  "cannot connect channel %u to %s (errno %d)", m->id,
			  ig->receiver->name, -err);
		return err;
	}
	channels_swap(ig, m->id);
	slot_dev_plug(dev, ci->slot[m->id], !m->after);
	channel_serve(part.channel[m->id]);
	return 0;
}

/* The receiver's guest was not told of it, so it is idle. */
static void channels_unmove(struct integrate *ig, u32 id)
{
	struct channels_integrate *ci = channels_integrate(ig);

	channels_swap(ig, id);
	slot_dev_destroy(ci->dev[id]);
	ci->dev[id] = NULL;
}

static int channels_apply(struct integrate *ig, const struct plan_move *m)
{
	return m->kind == PLAN_CHANNEL ? channels_move(ig, m) : channels_release(ig, m->id);
}

static void channels_undo(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_CHANNEL)
		channels_unmove(ig, m->id);
	else
		channel_serve(part.channel[m->id]);
}

/* The donor's devices are destroyed with its machine, or by channels_shed(). */
static void channels_commit(struct integrate *ig)
{
	struct channels_integrate *ci = channels_integrate(ig);

	if (!ig->part)
		memset(ci->dev, 0, sizeof(ci->dev));
}

static void channels_shed(struct integrate *ig)
{
	struct channels_integrate *ci = channels_integrate(ig);
	u32 id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!ci->dev[id])
			continue;
		channels_untold(ig->donor, ci->dev[id]->slot, false);
		slot_dev_destroy(ci->dev[id]);
		ci->dev[id] = NULL;
	}
}

static int channels_deliver(struct integrate *ig)
{
	const struct plan_move *m;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		if (m->kind == PLAN_CHANNEL && m->after)
			channels_untold(ig->receiver, channels_integrate(ig)->slot[m->id], true);
	}
	return 0;
}

/*
 * Notify.
 */
void channels_untold(struct lpar *lpar, u32 slot, bool untold)
{
	lockdep_assert_held(&lpar->lock);
	if (untold)
		channels_own(lpar)->untold |= BIT(slot);
	else
		channels_own(lpar)->untold &= ~BIT(slot);
}

static int channels_announce(struct lpar *lpar)
{
	int err, first = 0;
	u32 slot;

	for (slot = 1; slot < LAYOUT_PCI_SLOTS; slot++) {
		if (!(channels_own(lpar)->untold & BIT(slot)))
			continue;
		trace_lpar_hotplug(lpar->name, "channel",
				   machine_slot_id(lpar->machine, slot), slot);
		err = machine_notify_slot(lpar->machine, slot);
		first = first ?: err;
	}
	return first;
}

static void channels_forget(struct lpar *lpar)
{
	channels_own(lpar)->untold = 0;
}

const struct part_resource res_channels = {
	.lpar_size = sizeof(struct channels_own),
	.integrate_size = sizeof(struct channels_integrate),
	.moves = BIT(PLAN_RELEASE_CHANNEL) | BIT(PLAN_CHANNEL),
	.claim = channels_claim,
	.clean = channels_clean,
	.give_back = channels_give_back,
	.slots = channels_slots,
	.attach = channels_attach,
	.detach = channels_detach,
	.look = channels_look,
	.announce = channels_announce,
	.forget = channels_forget,
	.room = channels_room,
	.quiesce = channels_quiesce,
	.resume = channels_resume,
	.reserve = channels_reserve,
	.unreserve = channels_unreserve,
	.apply = channels_apply,
	.undo = channels_undo,
	.commit = channels_commit,
	.shed = channels_shed,
	.deliver = channels_deliver,
};

/*
 * Shown.
 */
int lpar_show_channel_ost(struct lpar *lpar, char *buf, size_t size)
{
	return part_show_answers(lpar, GED_PCI, LAYOUT_PCI_SLOTS, buf, size);
}
