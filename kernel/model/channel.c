// SPDX-License-Identifier: GPL-2.0
/* L0: the channels and their owners. Calls lpar_reason_set() only. */
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

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == ',';
}

/* Parse one id up to a separator; clamp it to LPAR_MAX_CHANNELS. */
static int parse_id(const char **p, unsigned int *id)
{
	const char *start = *p;
	unsigned int v = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++)
		v = min(v * 10 + (unsigned int)(**p - '0'), (unsigned int)LPAR_MAX_CHANNELS);
	*id = v;
	return *p == start || (**p && !is_separator(**p)) ? -EINVAL : 0;
}

int channel_parse(const char *text, u64 ids[LPAR_MAX_CHANNELS / 64], struct lpar_reason *why)
{
	u64 new[LPAR_MAX_CHANNELS / 64] = { 0 };
	const char *p = text;
	unsigned int id;

	for (;;) {
		while (is_separator(*p))
			p++;
		if (!*p)
			break;
		if (parse_id(&p, &id)) {
			lpar_reason_set(why, LPAR_REASON_SYNTAX, NULL, p - text + 1, 0, 0);
			return -EINVAL;
		}
		if (id >= LPAR_MAX_CHANNELS) {
			lpar_reason_set(why, LPAR_REASON_VALUE, NULL, id, 0,
					LPAR_MAX_CHANNELS - 1);
			return -ERANGE;
		}
		new[id / 64] |= BIT_ULL(id % 64);
	}
	memcpy(ids, new, sizeof(new));
	return 0;
}

int channel_print(const u64 ids[LPAR_MAX_CHANNELS / 64], char *buf, size_t size)
{
	unsigned int id;
	int len = 0;

	if (size)
		buf[0] = '\0';
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_in(ids, id))
			len += scnprintf(buf + len, size - len, "%s%u", len ? " " : "", id);
	return len;
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
