// SPDX-License-Identifier: GPL-2.0
/*
 * part/channel_object.c - owner, last error and access of a channel, of any type.
 * Layer L3.
 */
#include <linux/cleanup.h>

#include "part/channel.h"
#include "part/channels.h"

int lpar_channel_refuse(struct lpar_channel *ch, int err, const char *fmt, ...)
{
	va_list args;

	guard(mutex)(&part.lock);
	va_start(args, fmt);
	vscnprintf(ch->last_error, sizeof(ch->last_error), fmt, args);
	va_end(args);
	return err;
}

bool channel_of(u32 id, u32 slot)
{
	const struct channel *c = &part.inv.channels.ch[id];

	return c->exists && c->owner == (int)slot;
}

int channel_pin(u32 id, struct lpar_reason *why)
{
	struct lpar_channel *ch = part.channel[id];
	int err;

	lockdep_assert_held(&part.lock);
	err = ch ? ch->hooks->pin(ch->cookie) : -ENOENT;
	if (err)
		lpar_reason_set(why, LPAR_REASON_CHANNEL_UNKNOWN, NULL, id, 0, 0);
	return err;
}

void channel_unpin(u32 id)
{
	lockdep_assert_held(&part.lock);
	part.channel[id]->hooks->unpin(part.channel[id]->cookie);
}

int channel_set_begin(struct lpar_channel *ch)
{
	int owner;

	mutex_lock(&part.lock);
	owner = part.inv.channels.ch[ch->id].owner;
	if (owner == CHANNEL_FREE) {
		ch->last_error[0] = '\0';
		return 0;
	}
	scnprintf(ch->last_error, sizeof(ch->last_error),
		  "channel %u belongs to %s and cannot be changed", ch->id,
		  part.inv.lpar[owner].name);
	mutex_unlock(&part.lock);
	return -EBUSY;
}

int channel_refuse_attribute(struct lpar_channel *ch, const char *name)
{
	lockdep_assert_held(&part.lock);
	scnprintf(ch->last_error, sizeof(ch->last_error), "a channel of type %s has no %s",
		  ch->type->name, name);
	return -EINVAL;
}

int channel_set_begin_if(struct lpar_channel *ch, unsigned int has, const char *name)
{
	int err = channel_set_begin(ch);

	if (err || ch->type->settable & has)
		return err;
	err = channel_refuse_attribute(ch, name);
	mutex_unlock(&part.lock);
	return err;
}

u64 channel_errors(const struct lpar_channel *ch)
{
	lockdep_assert_held(&part.lock);
	return ch->open && ch->type->errors ? ch->type->errors(ch) : ch->errors;
}
