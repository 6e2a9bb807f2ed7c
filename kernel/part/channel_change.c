// SPDX-License-Identifier: GPL-2.0
/*
 * Add and remove channels of an LPAR that owns resources already.
 *
 * Added channels are claimed and attached first, not yet visible to the guest, since
 * that can fail. The guest has to give back removed ones (ACPI ejection) and may
 * refuse. Only then does ownership change. A channel that the guest gave back while it
 * refused another one stays owned, in state "standby"; writing the old list again
 * returns it to the guest. Layer L3.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "part/channels.h"
#include "trace.h"

/* Time limit for the guest to eject a disk, which it may have to write back first. */
#define EJECT_WAIT	(10 * HZ)
#define EJECT_LOOK_MS	20
/* Repeat the interrupt: an edge is lost while the guest masks the input. */
#define EJECT_REMIND	(HZ / 2)

#define WORDS		(LPAR_MAX_CHANNELS / 64)

/**
 * struct change - one write
 * @lpar: the LPAR
 * @come: ids to add
 * @back: ids in standby to return to the guest
 * @go: ids to remove
 * @why: reason of an error, unless @text is set
 * @text: reason of an error
 */
struct change {
	struct lpar *lpar;
	DECLARE_BITMAP(come, LPAR_MAX_CHANNELS);
	DECLARE_BITMAP(back, LPAR_MAX_CHANNELS);
	DECLARE_BITMAP(go, LPAR_MAX_CHANNELS);
	struct lpar_reason why;
	char text[LPAR_TEXT_LEN];
};

static void change_compute(struct change *c, const u64 ids[WORDS])
{
	u32 id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		bool own = channel_of(id, c->lpar->slot);

		if (own && !channel_in(ids, id))
			__set_bit(id, c->go);
		else if (!own && channel_in(ids, id))
			__set_bit(id, c->come);
		else if (own && slot_dev_ejected(part.channel[id]->dev))
			__set_bit(id, c->back);
	}
}

/*
 * Added channels.
 */
static int check_come(struct change *c)
{
	u32 id;
	int err;

	for_each_set_bit(id, c->come, LPAR_MAX_CHANNELS) {
		err = channel_check(&part.inv.channels, id, c->lpar->slot, &c->why);
		if (err && c->why.code == LPAR_REASON_CHANNEL_OWNED)
			strscpy(c->why.who, part.inv.lpar[c->why.b].name, LPAR_NAME_LEN);
		if (err)
			return err;
	}
	return 0;
}

static void set_free(u32 id)
{
	lockdep_assert_held(&part.lock);
	channel_set(&part.inv.channels, id, CHANNEL_FREE, false);
	channel_unpin(id);
}

/* Undo change_claim() for ids below @end. */
static void set_free_below(struct change *c, u32 end)
{
	u32 id;

	for_each_set_bit(id, c->come, end)
		set_free(id);
}

static int change_claim(struct change *c)
{
	u32 id;
	int err;

	guard(mutex)(&part.lock);
	err = check_come(c);
	if (err)
		return err;
	for_each_set_bit(id, c->come, LPAR_MAX_CHANNELS) {
		err = channel_pin(id, &c->why);
		if (err) {
			set_free_below(c, id);
			return err;
		}
		channel_set(&part.inv.channels, id, c->lpar->slot, true);
	}
	return 0;
}

/* Release a channel that is quiet or was never visible to the guest. */
static void release_channel(struct change *c, u32 id)
{
	struct lpar_channel *ch = part.channel[id];

	if (ch->dev)
		slot_dev_destroy(ch->dev);
	ch->dev = NULL;
	channel_close(ch);
	guard(mutex)(&part.lock);
	set_free(id);
}

static void change_unclaim(struct change *c)
{
	u32 id;

	for_each_set_bit(id, c->come, LPAR_MAX_CHANNELS)
		release_channel(c, id);
}

static int change_attach(struct change *c)
{
	u32 id;
	int err;

	for_each_set_bit(id, c->come, LPAR_MAX_CHANNELS) {
		err = channel_attach(c->lpar, part.channel[id], &c->why);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Removed channels.
 */
static u32 slot_of(u32 id)
{
	return part.channel[id]->dev->slot;
}

/* The first one that the guest still has, or -1. */
static int change_held(struct change *c)
{
	u32 id;

	for_each_set_bit(id, c->go, LPAR_MAX_CHANNELS)
		if (machine_slot_present(c->lpar->machine, slot_of(id)))
			return id;
	return -1;
}

static void change_ask(struct change *c)
{
	u32 id;

	for_each_set_bit(id, c->go, LPAR_MAX_CHANNELS)
		if (!machine_eject_slot(c->lpar->machine, slot_of(id)))
			trace_lpar_hotplug(c->lpar->name, "ejection", id, slot_of(id));
}

static void change_keep(struct change *c)
{
	u32 id;

	guard(mutex)(&part.lock);
	for_each_set_bit(id, c->go, LPAR_MAX_CHANNELS) {
		machine_keep_slot(c->lpar->machine, slot_of(id));
		channel_serve(part.channel[id]);
	}
}

static int change_cancelled(struct change *c)
{
	lpar_reason_set(&c->why, LPAR_REASON_CANCELLED, c->lpar->name, 0, 0, 0);
	return -EINTR;
}

/* Has the guest refused to eject a channel, or exceeded the time limit? */
static int change_look(struct change *c, u32 id, bool late)
{
	u32 status;

	if (machine_slot_answer(c->lpar->machine, slot_of(id), &status) == GED_FAILED) {
		scnprintf(c->text, sizeof(c->text),
			  "the guest of %s refused to eject channel %u (_OST %u)",
			  c->lpar->name, id, status);
		return -EBUSY;
	}
	if (late) {
		scnprintf(c->text, sizeof(c->text),
			  "the guest of %s did not eject channel %u within %u s",
			  c->lpar->name, id, EJECT_WAIT / HZ);
		return -ETIMEDOUT;
	}
	return signal_pending(current) ? change_cancelled(c) : 0;
}

/* A guest that has failed or powers off does not answer any more. */
static bool change_answers(const struct lpar *lpar)
{
	return !READ_ONCE(lpar->machine->dead) &&
	       !(READ_ONCE(lpar->events) & (BIT(MACHINE_POWEROFF) | BIT(MACHINE_RESET) |
					    BIT(MACHINE_PANIC)));
}

static int wait_for_guest(struct change *c)
{
	unsigned long end = jiffies + EJECT_WAIT, remind = jiffies + EJECT_REMIND;
	struct machine *m = c->lpar->machine;
	int id, err;

	while ((id = change_held(c)) >= 0 && change_answers(c->lpar)) {
		err = change_look(c, id, time_after(jiffies, end));
		if (err)
			return err;
		if (time_after(jiffies, remind)) {
			machine_notify_again(m);
			remind += EJECT_REMIND;
		}
		msleep(EJECT_LOOK_MS);
	}
	return 0;
}

static int ask_guest(struct change *c)
{
	int id = change_held(c);

	if (id < 0)
		return 0;
	switch (part_state(c->lpar)) {
	case LPAR_OPERATING:
		change_ask(c);
		return wait_for_guest(c);
	case LPAR_STOPPED:
		scnprintf(c->text, sizeof(c->text),
			  "%s is stopped and cannot eject channel %u: start it first",
			  c->lpar->name, id);
		return -EBUSY;
	default:
		return 0;	/* no guest */
	}
}

/* Make stable all data that the guest was told is stable. */
static int change_quiesce(struct change *c)
{
	u32 id;
	int err;

	for_each_set_bit(id, c->go, LPAR_MAX_CHANNELS) {
		err = slot_dev_quiesce(part.channel[id]->dev, CHANNEL_QUIESCE);
		if (!err)
			continue;
		if (err == -EINTR)
			return change_cancelled(c);
		scnprintf(c->text, sizeof(c->text),
			  "cannot flush channel %u (errno %d)", id, -err);
		return err;
	}
	return 0;
}

static int change_eject(struct change *c)
{
	int err = ask_guest(c);

	if (!err)
		err = change_quiesce(c);
	if (err)
		change_keep(c);
	return err;
}

/* Cannot fail. */
static void change_commit(struct change *c)
{
	struct lpar *lpar = c->lpar;
	u32 id;

	for_each_set_bit(id, c->go, LPAR_MAX_CHANNELS) {
		channels_untold(lpar, slot_of(id), false);
		release_channel(c, id);
	}
	for_each_set_bit(id, c->come, LPAR_MAX_CHANNELS)
		channels_untold(lpar, slot_of(id), true);
	for_each_set_bit(id, c->back, LPAR_MAX_CHANNELS) {
		slot_dev_return(part.channel[id]->dev);
		channels_untold(lpar, slot_of(id), true);
	}
	channels_look(lpar);
}

static int change_run(struct change *c)
{
	int err = change_claim(c);

	if (err)
		return err;
	err = change_attach(c);
	if (err)
		goto unclaim;
	err = change_eject(c);
	if (err)
		goto unclaim;
	change_commit(c);
	return 0;

unclaim:
	change_unclaim(c);
	channels_look(c->lpar);
	return err;
}

int channels_change(struct lpar *lpar, const u64 ids[WORDS])
{
	struct change *c __free(kfree) = kzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	lockdep_assert_held(&lpar->lock);
	if (!c)
		return lpar_no_memory(lpar);
	c->lpar = lpar;
	change_compute(c, ids);
	err = change_run(c);
	if (err && c->text[0])
		return lpar_refuse(lpar, err, "%s", c->text);
	if (err)
		return lpar_explain(lpar, err, &c->why);
	lpar_changed(lpar, LPAR_CHANGED_OST);
	lpar_clear_error(lpar);
	return 0;
}
