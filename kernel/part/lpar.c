// SPDX-License-Identifier: GPL-2.0
/*
 * The LPAR object: its life, what the admin wants of it, its last error.
 * Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "host/pages.h"
#include "part/channel.h"
#include "part/channels.h"
#include "part/es.h"
#include "part/part.h"

/*
 * What went wrong last.
 */
static void set_error(struct lpar *lpar, const char *text)
{
	spin_lock(&lpar->text_lock);
	strscpy(lpar->last_error, text, sizeof(lpar->last_error));
	spin_unlock(&lpar->text_lock);
}

int lpar_explain(struct lpar *lpar, int err, struct lpar_reason *why)
{
	char text[LPAR_TEXT_LEN];

	if (why->code == LPAR_REASON_NONE)
		lpar_reason_set(why, LPAR_REASON_HOST, NULL, -err, 0, 0);
	if (!why->who[0])
		strscpy(why->who, lpar->name, sizeof(why->who));
	lpar_reason_text(why, text, sizeof(text));
	set_error(lpar, text);
	return err;
}

int lpar_refuse(struct lpar *lpar, int err, const char *fmt, ...)
{
	char text[LPAR_TEXT_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	set_error(lpar, text);
	return err;
}

void lpar_forgive(struct lpar *lpar)
{
	set_error(lpar, "");
}

void lpar_changed(struct lpar *lpar, unsigned int what)
{
	lockdep_assert_held(&lpar->lock);
	spin_lock(&lpar->text_lock);
	lpar->generation++;
	spin_unlock(&lpar->text_lock);
	if (!lpar->gone)
		lpar->hooks->changed(lpar->cookie, what);
}

/*
 * Life.
 */
static struct lpar *lpar_alloc(const char *name, const struct lpar_hooks *hooks,
			       void *cookie)
{
	struct lpar *lpar = kvzalloc(sizeof(*lpar), GFP_KERNEL);

	if (!lpar)
		return NULL;
	lpar->worker = kthread_create_worker(0, "lpar/%s", name);
	if (IS_ERR(lpar->worker)) {
		kvfree(lpar);
		return NULL;
	}
	strscpy(lpar->name, name, sizeof(lpar->name));
	lpar->hooks = hooks;
	lpar->cookie = cookie;
	kref_init(&lpar->ref);
	mutex_init(&lpar->lock);
	raw_spin_lock_init(&lpar->machine_lock);
	raw_spin_lock_init(&lpar->event_lock);
	spin_lock_init(&lpar->text_lock);
	kthread_init_work(&lpar->work, events_work);
	kthread_init_delayed_work(&lpar->remind, notify_remind);
	lpar->want.capped = true;
	lpar->want.notify = true;
	return lpar;
}

struct lpar *lpar_create(const char *name, const struct lpar_hooks *hooks,
			 void *cookie)
{
	struct lpar *lpar = lpar_alloc(name, hooks, cookie);
	struct lpar_reason why;
	char text[LPAR_TEXT_LEN];
	int slot;

	if (!lpar)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&part.lock);
	slot = inventory_add(&part.inv, name, &why);
	if (slot >= 0) {
		lpar->slot = slot;
		part.lpar[slot] = lpar;
		part_avoid_pcpus(lpar->worker->task);
	}
	mutex_unlock(&part.lock);
	if (slot >= 0)
		return lpar;

	/* Nobody has seen it: no last_error yet in which this could be read. */
	lpar_reason_text(&why, text, sizeof(text));
	pr_warn("%s\n", text);
	kthread_destroy_worker(lpar->worker);
	part_put(lpar);
	return ERR_PTR(slot);
}

void lpar_remove(struct lpar *lpar)
{
	mutex_lock(&lpar->lock);
	lpar->gone = true;
	if (state_owns(part_state(lpar))) {
		/* Its directory was pinned: only a forced way leads here. */
		lifecycle_dissolve(lpar);
		lifecycle_unhold(lpar);
	}
	mutex_lock(&part.lock);
	WARN_ON_ONCE(inventory_remove(&part.inv, lpar->slot, NULL));
	part.lpar[lpar->slot] = NULL;
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);

	/* The machine is gone, so nothing queues work any more. */
	kthread_cancel_delayed_work_sync(&lpar->remind);
	kthread_destroy_worker(lpar->worker);
	part_put(lpar);
}

/*
 * What the admin wants. The caller of lpar_set_begin() holds the LPAR's lock until
 * lpar_set_end(), so the state that allows the write stays.
 */
int lpar_set_begin(struct lpar *lpar, enum lpar_verb verb)
{
	struct lpar_reason why = {};
	int err;

	mutex_lock(&lpar->lock);
	mutex_lock(&part.lock);
	err = part_allowed(lpar, verb, &why);
	if (err >= 0)
		return 0;
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);
	return lpar_explain(lpar, err, &why);
}

int lpar_set_end(struct lpar *lpar)
{
	spin_lock(&lpar->text_lock);
	lpar->generation++;
	spin_unlock(&lpar->text_lock);
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);
	return 0;
}

static int set_bytes(struct lpar *lpar, u64 *field, u64 bytes)
{
	struct lpar_reason why;
	int err;

	if (!IS_ALIGNED(bytes, HOST_BLOCK_SIZE)) {
		lpar_reason_set(&why, LPAR_REASON_MS_UNALIGNED, NULL, bytes,
				HOST_BLOCK_SIZE, 0);
		return lpar_explain(lpar, -EINVAL, &why);
	}
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
	if (err)
		return err;
	*field = bytes;
	return lpar_set_end(lpar);
}

int lpar_set_ms_origin(struct lpar *lpar, u64 bytes)
{
	return set_bytes(lpar, &lpar->want.ms.origin, bytes);
}

int lpar_set_ms_size(struct lpar *lpar, u64 bytes)
{
	return set_bytes(lpar, &lpar->want.ms.size, bytes);
}

int lpar_set_ms_expansion(struct lpar *lpar, u64 bytes)
{
	return set_bytes(lpar, &lpar->want.ms.expansion, bytes);
}

/* One that owns things gets more at once. Failed: its guest is not to be trusted. */
static bool grow_now(struct lpar *lpar, u64 bytes, int *err)
{
	enum lpar_state state;

	guard(mutex)(&lpar->lock);
	state = part_state(lpar);
	if (!state_owns(state) || state == LPAR_FAILED || !IS_ALIGNED(bytes, HOST_BLOCK_SIZE))
		return false;
	*err = es_grow(lpar, bytes);
	return true;
}

int lpar_set_es_size(struct lpar *lpar, u64 bytes)
{
	int err;

	if (grow_now(lpar, bytes, &err))
		return err;
	return set_bytes(lpar, &lpar->want.es, bytes);
}

int lpar_set_shares(struct lpar *lpar, const char *text)
{
	struct lpar_reason why = {};
	struct share_set set = {};
	int err;

	err = share_parse(text, &set, &why);
	if (err < 0)
		return lpar_explain(lpar, err, &why);
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
	if (err)
		return err;
	lpar->want.shares = set;
	return lpar_set_end(lpar);
}

/* One that owns things gets and gives them at once, and has to be waited for. */
static bool change_now(struct lpar *lpar, const u64 *ids, int *err)
{
	cpumask_var_t before;
	bool owns;

	*err = -ENOMEM;
	if (!part_step_aside(&before))
		return true;
	scoped_guard(mutex, &lpar->lock) {
		owns = state_owns(part_state(lpar));
		if (owns)
			*err = channels_change(lpar, ids);
	}
	part_step_back(&before);
	return owns;
}

int lpar_set_channels(struct lpar *lpar, const char *text)
{
	u64 ids[LPAR_MAX_CHANNELS / 64];
	struct lpar_reason why = {};
	int err;

	err = channel_parse(text, ids, &why);
	if (err)
		return lpar_explain(lpar, err, &why);
	if (change_now(lpar, ids, &err))
		return err;
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
	if (err)
		return err;
	memcpy(lpar->want.channels, ids, sizeof(ids));
	return lpar_set_end(lpar);
}

int lpar_set_capped(struct lpar *lpar, bool capped)
{
	int err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);

	if (err)
		return err;
	lpar->want.capped = capped;
	return lpar_set_end(lpar);
}

int lpar_set_notify(struct lpar *lpar, const char *text)
{
	bool notify = sysfs_streq(text, "auto");
	int err = 0;

	if (!notify && !sysfs_streq(text, "manual"))
		return lpar_refuse(lpar, -EINVAL,
				   "notify is \"auto\" or \"manual\"");
	mutex_lock(&lpar->lock);
	mutex_lock(&part.lock);
	lpar->want.notify = notify;
	mutex_unlock(&part.lock);
	/* What had waited for the operator's word [0038] need not wait on. */
	if (notify)
		err = lpar_announce(lpar);
	mutex_unlock(&lpar->lock);
	return err;
}

static int set_text(struct lpar *lpar, char *field, size_t size,
		    const char *text, const char *what)
{
	size_t len = strlen(text);
	int err;

	while (len && isspace(text[len - 1]))
		len--;
	if (len >= size)
		return lpar_refuse(lpar, -ENAMETOOLONG,
				   "%s has %zu characters, %zu are possible",
				   what, len, size - 1);
	err = lpar_set_begin(lpar, LPAR_SET_IMAGE);
	if (err)
		return err;
	memcpy(field, text, len);
	field[len] = '\0';
	return lpar_set_end(lpar);
}

int lpar_set_kernel(struct lpar *lpar, const char *path)
{
	return set_text(lpar, lpar->want.kernel, sizeof(lpar->want.kernel),
			path, "kernel");
}

int lpar_set_initrd(struct lpar *lpar, const char *path)
{
	return set_text(lpar, lpar->want.initrd, sizeof(lpar->want.initrd),
			path, "initrd");
}

int lpar_set_cmdline(struct lpar *lpar, const char *text)
{
	return set_text(lpar, lpar->want.cmdline, sizeof(lpar->want.cmdline),
			text, "cmdline");
}
