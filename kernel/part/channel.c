// SPDX-License-Identifier: GPL-2.0
/*
 * part/channel.c - creation, removal and attributes of channels. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "host/netio.h"
#include "part/channel.h"
#include "part/channels.h"

static const struct channel_type *const channel_types[] = {
	&channel_block, &channel_net, &channel_pci,
};

struct lpar_channel *lpar_channel_create(u32 id, const struct lpar_channel_hooks *hooks,
					 void *cookie)
{
	struct lpar_channel *ch __free(kfree) = kzalloc(sizeof(*ch), GFP_KERNEL);
	int err;

	if (!ch)
		return ERR_PTR(-ENOMEM);
	ch->id = id;
	ch->type = channel_types[0];
	ch->hooks = hooks;
	ch->cookie = cookie;
	scnprintf(ch->serial, sizeof(ch->serial), "lpar-%u", id);
	netio_default_mac(id, ch->mac);
	ch->link = true;
	mutex_init(&ch->making);
	guard(mutex)(&part.lock);
	err = channel_add(&part.inv.channels, id);
	if (err)
		return ERR_PTR(err);
	part.channel[id] = ch;
	return_ptr(ch);
}

void lpar_channel_gone(struct lpar_channel *ch)
{
	guard(mutex)(&part.lock);
	/* cannot fail: an owned channel is pinned */
	WARN_ON_ONCE(channel_remove(&part.inv.channels, ch->id));
	part.channel[ch->id] = NULL;
}

void lpar_channel_remove(struct lpar_channel *ch)
{
	if (ch->type->unmake)
		ch->type->unmake(&ch->made);
	mutex_destroy(&ch->making);
	kfree(ch);
}

static size_t text_len(const char *text)
{
	size_t len = strlen(text);

	while (len && isspace(text[len - 1]))
		len--;
	return len;
}

static int set_text(struct lpar_channel *ch, char *field, size_t size, const char *text)
{
	size_t len = text_len(text);
	int err;

	if (len >= size)
		return lpar_channel_refuse(ch, -ENAMETOOLONG,
					   "the value has %zu characters, the maximum is %zu",
					   len, size - 1);
	err = channel_set_begin(ch);
	if (err)
		return err;
	memcpy(field, text, len);
	field[len] = '\0';
	mutex_unlock(&part.lock);
	return 0;
}

static const struct channel_type *find_type(const char *text)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(channel_types); i++)
		if (sysfs_streq(text, channel_types[i]->name))
			return channel_types[i];
	return NULL;
}

static int refuse_type(struct lpar_channel *ch)
{
	char names[64];
	size_t n = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(channel_types); i++)
		n += scnprintf(names + n, sizeof(names) - n, " %s", channel_types[i]->name);
	return lpar_channel_refuse(ch, -EINVAL, "unknown type; valid types:%s", names);
}

/* Checked again later; avoids starting slow work for an owned channel. */
static int check_not_owned(struct lpar_channel *ch)
{
	int err = channel_set_begin(ch);

	if (!err)
		mutex_unlock(&part.lock);
	return err;
}

/*
 * Switch to another type or host object. @made was created without part.lock, since
 * that can take long; it is destroyed if an LPAR has become the owner meanwhile. Resets
 * the source, which has no meaning for another type.
 */
static int channel_change(struct lpar_channel *ch, const struct channel_type *type,
			  struct channel_made *made)
{
	const struct channel_type *other = type;
	int err = channel_set_begin(ch);

	lockdep_assert_held(&ch->making);
	if (!err) {
		other = ch->type;
		swap(ch->made, *made);
		ch->type = type;
		ch->source[0] = '\0';
		mutex_unlock(&part.lock);
	}
	if (other->unmake)
		other->unmake(made);
	return err;
}

int lpar_channel_set_type(struct lpar_channel *ch, const char *text)
{
	const struct channel_type *type = find_type(text);
	struct channel_made made = { 0 };
	int err;

	if (!type)
		return refuse_type(ch);
	guard(mutex)(&ch->making);
	err = check_not_owned(ch);
	if (err || ch->type == type)
		return err;
	if (type->make)
		err = type->make(ch, &made);
	return err ?: channel_change(ch, type, &made);
}

/* Set a source that is created by lpar. */
static int channel_remake(struct lpar_channel *ch, const char *source)
{
	struct channel_made none = { 0 }, made = none;
	int err = ch->type->remake(ch, source, &made);

	if (err || !memcmp(&made, &none, sizeof(made)))
		return err;
	return channel_change(ch, ch->type, &made);
}

/* Pinned, as host_open() demands: rmdir fails meanwhile. */
static int channel_probe(struct lpar_channel *ch, const char *source)
{
	int err;

	scoped_guard(mutex, &part.lock)
		err = channel_pin(ch->id, NULL);
	if (err)
		return lpar_channel_refuse(ch, err, "channel %u is being removed", ch->id);
	err = ch->type->probe(ch, source);
	scoped_guard(mutex, &part.lock)
		channel_unpin(ch->id);
	return err;
}

int lpar_channel_set_source(struct lpar_channel *ch, const char *path)
{
	char copy[LPAR_PATH_LEN];
	size_t len = min(text_len(path), sizeof(copy) - 1);
	int err;

	guard(mutex)(&ch->making);
	err = check_not_owned(ch);
	if (err)
		return err;
	memcpy(copy, path, len);
	copy[len] = '\0';
	if (ch->type->remake)
		return channel_remake(ch, copy);
	if (len && len == text_len(path)) {
		err = channel_probe(ch, copy);
		if (err)
			return err;
	}
	return set_text(ch, ch->source, sizeof(ch->source), path);
}

int lpar_channel_set_readonly(struct lpar_channel *ch, bool readonly)
{
	int err = channel_set_begin_if(ch, CHANNEL_HAS_READONLY, "readonly");

	if (err)
		return err;
	ch->readonly = readonly;
	mutex_unlock(&part.lock);
	return 0;
}

int lpar_channel_set_direct(struct lpar_channel *ch, bool direct)
{
	int err = channel_set_begin_if(ch, CHANNEL_HAS_DIRECT, "direct");

	if (err)
		return err;
	ch->direct = direct;
	mutex_unlock(&part.lock);
	return 0;
}

int lpar_channel_set_serial(struct lpar_channel *ch, const char *text)
{
	int err = channel_set_begin_if(ch, CHANNEL_HAS_SERIAL, "serial");

	if (err)
		return err;
	mutex_unlock(&part.lock);
	return set_text(ch, ch->serial, sizeof(ch->serial), text);
}

static int channel_show(const char *text, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", text);
}

int lpar_channel_show_type(struct lpar_channel *ch, char *buf, size_t size)
{
	return channel_show(ch->type->name, buf, size);
}

int lpar_channel_show_source(struct lpar_channel *ch, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	if (ch->type->source)
		return ch->type->source(ch, buf, size);
	return scnprintf(buf, size, "%s", ch->source);
}

bool lpar_channel_readonly(struct lpar_channel *ch)
{
	guard(mutex)(&part.lock);
	return ch->readonly;
}

bool lpar_channel_direct(struct lpar_channel *ch)
{
	guard(mutex)(&part.lock);
	return ch->direct;
}

u64 lpar_channel_errors(struct lpar_channel *ch)
{
	guard(mutex)(&part.lock);
	return channel_errors(ch);
}

int lpar_channel_show_serial(struct lpar_channel *ch, char *buf, size_t size)
{
	return channel_show(ch->serial, buf, size);
}

int lpar_channel_show_state(struct lpar_channel *ch, char *buf, size_t size)
{
	const struct channel *c = &part.inv.channels.ch[ch->id];

	guard(mutex)(&part.lock);
	if (c->owner == CHANNEL_FREE)
		return scnprintf(buf, size, "reserved");
	return scnprintf(buf, size, c->online ? "configured" : "standby");
}

int lpar_channel_show_owner(struct lpar_channel *ch, char *buf, size_t size)
{
	int owner;

	guard(mutex)(&part.lock);
	owner = part.inv.channels.ch[ch->id].owner;
	return scnprintf(buf, size, "%s", owner == CHANNEL_FREE ? "" : part.inv.lpar[owner].name);
}

int lpar_channel_show_last_error(struct lpar_channel *ch, char *buf, size_t size)
{
	return channel_show(ch->last_error, buf, size);
}
