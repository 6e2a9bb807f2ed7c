// SPDX-License-Identifier: GPL-2.0
/*
 * Channels: what the admin wants of them, and how they come into the machine of
 * the LPAR that owns them. Who owns which is in the inventory. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "host/netio.h"
#include "part/channel.h"
#include "part/channels.h"

static const struct channel_type *const types[] = { &channel_block, &channel_net, &channel_pci };

/*
 * What went wrong last.
 */
int lpar_channel_refuse(struct lpar_channel *ch, int err, const char *fmt, ...)
{
	va_list args;

	guard(mutex)(&part.lock);
	va_start(args, fmt);
	vscnprintf(ch->last_error, sizeof(ch->last_error), fmt, args);
	va_end(args);
	return err;
}

/*
 * Life.
 */
struct lpar_channel *lpar_channel_create(u32 id, const struct lpar_channel_hooks *hooks,
					 void *cookie)
{
	struct lpar_channel *ch __free(kfree) = kzalloc(sizeof(*ch), GFP_KERNEL);
	int err;

	if (!ch)
		return ERR_PTR(-ENOMEM);
	ch->id = id;
	ch->type = types[0];
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
	/* An owned one is pinned, so nothing leads here. */
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

bool channel_of(u32 id, u32 slot)
{
	const struct channel *c = &part.inv.channels.ch[id];

	return c->exists && c->owner == (int)slot;
}

/*
 * Its directory stays from before it has an owner till after it has none.
 */
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

/*
 * What the admin wants. part.lock is held from set_begin() to its release.
 */
static int set_begin(struct lpar_channel *ch)
{
	int owner;

	mutex_lock(&part.lock);
	owner = part.inv.channels.ch[ch->id].owner;
	if (owner == CHANNEL_FREE) {
		ch->last_error[0] = '\0';
		return 0;
	}
	scnprintf(ch->last_error, sizeof(ch->last_error),
		  "channel %u belongs to %s: it cannot be changed", ch->id,
		  part.inv.lpar[owner].name);
	mutex_unlock(&part.lock);
	return -EBUSY;
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
					   "%zu characters, %zu are possible", len, size - 1);
	err = set_begin(ch);
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

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (sysfs_streq(text, types[i]->name))
			return types[i];
	return NULL;
}

static int refuse_type(struct lpar_channel *ch)
{
	char names[64];
	size_t n = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		n += scnprintf(names + n, sizeof(names) - n, " %s", types[i]->name);
	return lpar_channel_refuse(ch, -EINVAL, "no such type; there are:%s", names);
}

/* Nobody owns it, as of now: what takes long need not begin. */
static int check_free(struct lpar_channel *ch)
{
	int err = set_begin(ch);

	if (!err)
		mutex_unlock(&part.lock);
	return err;
}

/*
 * Another kind, or another thing on the host: made before part.lock is taken, since
 * that can take long, and given up if an LPAR has come to own the channel meanwhile.
 * A source of one kind means nothing to another.
 */
static int change(struct lpar_channel *ch, const struct channel_type *type,
		  struct channel_made *made)
{
	const struct channel_type *other = type;
	int err = set_begin(ch);

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
	err = check_free(ch);
	if (err || ch->type == type)
		return err;
	if (type->make)
		err = type->make(ch, &made);
	return err ?: change(ch, type, &made);
}

/* The source is something that we make. */
static int remake(struct lpar_channel *ch, const char *source)
{
	struct channel_made none = { 0 }, made = none;
	int err = ch->type->remake(ch, source, &made);

	if (err || !memcmp(&made, &none, sizeof(made)))
		return err;
	return change(ch, ch->type, &made);
}

int lpar_channel_set_source(struct lpar_channel *ch, const char *path)
{
	char copy[LPAR_PATH_LEN];
	size_t len = min(text_len(path), sizeof(copy) - 1);
	int err;

	guard(mutex)(&ch->making);
	err = check_free(ch);
	if (err)
		return err;
	memcpy(copy, path, len);
	copy[len] = '\0';
	if (ch->type->remake)
		return remake(ch, copy);
	if (len && len == text_len(path)) {
		err = ch->type->probe(ch, copy);
		if (err)
			return err;
	}
	return set_text(ch, ch->source, sizeof(ch->source), path);
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
	int err = set_begin(ch);

	if (err || ch->type->settable & has)
		return err;
	err = channel_refuse_attribute(ch, name);
	mutex_unlock(&part.lock);
	return err;
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

static int show(const char *text, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", text);
}

int lpar_channel_show_type(struct lpar_channel *ch, char *buf, size_t size)
{
	return show(ch->type->name, buf, size);
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

/* part.lock is held. */
static u64 errors(const struct lpar_channel *ch)
{
	return ch->open && ch->type->errors ? ch->type->errors(ch) : ch->errors;
}

u64 lpar_channel_errors(struct lpar_channel *ch)
{
	guard(mutex)(&part.lock);
	return errors(ch);
}

int lpar_channel_show_serial(struct lpar_channel *ch, char *buf, size_t size)
{
	return show(ch->serial, buf, size);
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
	return show(ch->last_error, buf, size);
}

/*
 * Into a machine.
 */

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
		ch->errors = errors(ch);
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
