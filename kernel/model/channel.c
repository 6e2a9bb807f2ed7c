// SPDX-License-Identifier: GPL-2.0
/* L0: who owns which channel. Calls lpar_reason_set() only. */
#include "pure.h"
#include "model/channel.h"

void channel_init(struct channel_table *t)
{
	unsigned int id;

	memset(t, 0, sizeof(*t));
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		t->ch[id].owner = CHANNEL_FREE;
}

int channel_add(struct channel_table *t, unsigned int id)
{
	if (id >= LPAR_MAX_CHANNELS)
		return -EINVAL;
	if (t->ch[id].exists)
		return -EEXIST;
	t->ch[id].exists = 1;
	return 0;
}

int channel_remove(struct channel_table *t, unsigned int id)
{
	if (id >= LPAR_MAX_CHANNELS || !t->ch[id].exists)
		return -ENOENT;
	if (t->ch[id].owner != CHANNEL_FREE)
		return -EBUSY;
	t->ch[id].exists = 0;
	return 0;
}

int channel_check(const struct channel_table *t, unsigned int id, unsigned int slot,
		  struct lpar_reason *why)
{
	if (id >= LPAR_MAX_CHANNELS || !t->ch[id].exists) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_UNKNOWN, NULL, id, 0, 0);
		return -ENOENT;
	}
	if (t->ch[id].owner != CHANNEL_FREE && t->ch[id].owner != (int)slot) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_OWNED, NULL, id, t->ch[id].owner, 0);
		return -EBUSY;
	}
	return 0;
}

void channel_set(struct channel_table *t, unsigned int id, int owner, bool online)
{
	t->ch[id].owner = owner;
	t->ch[id].online = online && owner != CHANNEL_FREE;
}

unsigned int channel_count(const struct channel_table *t, int owner)
{
	unsigned int id, n = 0;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		n += t->ch[id].exists && t->ch[id].owner == owner;
	return n;
}

bool channel_verify(const struct channel_table *t)
{
	unsigned int id;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		const struct channel *ch = &t->ch[id];

		if (ch->owner < CHANNEL_FREE || ch->owner >= LPAR_MAX_PARTS)
			return false;
		if (ch->owner != CHANNEL_FREE && !ch->exists)
			return false;
		if (ch->owner == CHANNEL_FREE && ch->online)
			return false;
	}
	return true;
}
