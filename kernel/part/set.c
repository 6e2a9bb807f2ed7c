// SPDX-License-Identifier: GPL-2.0
/*
 * part/set.c - the attributes that define an LPAR. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/ctype.h>
#include <linux/cleanup.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "host/pages.h"
#include "part/channel.h"
#include "part/channels.h"
#include "part/res_es.h"
#include "part/part.h"
#include "part/resize.h"

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
	return set_bytes(lpar, &lpar->want.own.ms.origin, bytes);
}

int lpar_set_ms_size(struct lpar *lpar, u64 bytes)
{
	int err;

	if (resize_ms(lpar, bytes, &err))
		return err;
	return set_bytes(lpar, &lpar->want.own.ms.size, bytes);
}

int lpar_set_ms_expansion(struct lpar *lpar, u64 bytes)
{
	return set_bytes(lpar, &lpar->want.own.ms.expansion, bytes);
}

/* Grows the ES of an LPAR that owns resources at once, except in state failed. */
static bool set_grow_now(struct lpar *lpar, u64 bytes, int *err)
{
	enum lpar_state state;

	guard(mutex)(&lpar->lock);
	state = part_state(lpar);
	if (!state_owns(state) || state == LPAR_FAILED || !IS_ALIGNED(bytes, HOST_BLOCK_SIZE))
		return false;
	*err = es_grow(lpar, bytes);
	if (*err)
		return true;
	scoped_guard(mutex, &part.lock)
		lpar->want.own.es = bytes;
	*err = notify_unless_manual(lpar);
	return true;
}

int lpar_set_es_size(struct lpar *lpar, u64 bytes)
{
	int err;

	if (set_grow_now(lpar, bytes, &err))
		return err;
	return set_bytes(lpar, &lpar->want.own.es, bytes);
}

int lpar_set_shares(struct lpar *lpar, const char *text)
{
	struct lpar_reason why = {};
	struct share_set set = {};
	int err;

	err = share_parse(text, &set, &why);
	if (err < 0)
		return lpar_explain(lpar, err, &why);
	if (resize_shares(lpar, &set, &err))
		return err;
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
	if (err)
		return err;
	lpar->want.own.shares = set;
	return lpar_set_end(lpar);
}

static int set_change_locked(struct lpar *lpar, const u64 *ids)
{
	int err = channels_change(lpar, ids);

	if (err)
		return err;
	scoped_guard(mutex, &part.lock)
		memcpy(lpar->want.own.channels, ids, sizeof(lpar->want.own.channels));
	return notify_unless_manual(lpar);
}

/* Changes the channels of an LPAR that owns resources at once; may wait for its guest. */
static bool set_change_now(struct lpar *lpar, const u64 *ids, int *err)
{
	cpumask_var_t before;
	bool owns;

	if (!part_step_aside(&before)) {
		*err = lpar_no_memory(lpar);
		return true;
	}
	scoped_guard(mutex, &lpar->lock) {
		owns = state_owns(part_state(lpar));
		if (owns)
			*err = set_change_locked(lpar, ids);
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
	if (set_change_now(lpar, ids, &err))
		return err;
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
	if (err)
		return err;
	memcpy(lpar->want.own.channels, ids, sizeof(ids));
	return lpar_set_end(lpar);
}

int lpar_set_capped(struct lpar *lpar, bool capped)
{
	int err;

	if (resize_capped(lpar, capped, &err))
		return err;
	err = lpar_set_begin(lpar, LPAR_SET_RESOURCE);
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
				   "notify must be \"auto\" or \"manual\"");
	mutex_lock(&lpar->lock);
	mutex_lock(&part.lock);
	lpar->want.notify = notify;
	mutex_unlock(&part.lock);
	/* announce what was waiting for the operator's command [0038] */
	if (notify)
		err = notify_announce(lpar);
	mutex_unlock(&lpar->lock);
	return err;
}

int lpar_set_memory_block(struct lpar *lpar, u64 bytes)
{
	if (bytes && (!is_power_of_2(bytes) || bytes < HOTADD_BLOCK_MIN ||
		      bytes > HOTADD_BLOCK_MAX))
		return lpar_refuse(lpar, -EINVAL,
				   "memory_block is \"auto\" or a power of two from 2M to 2G");
	lpar_set_lock(lpar);
	lpar->want.memory_block = bytes;
	return lpar_set_end(lpar);
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
				   "%s has %zu characters, the maximum is %zu",
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

/*
 * The shows: what was written, or what the LPAR owns while it owns resources.
 */
static bool set_owns(const struct lpar *lpar)
{
	lockdep_assert_held(&part.lock);
	return state_owns(part_state(lpar));
}

static struct ms_area set_ms(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return set_owns(lpar) ? part.inv.ms.area[lpar->slot] : lpar->want.own.ms;
}

u64 lpar_want_ms_origin(struct lpar *lpar)
{
	return set_ms(lpar).origin;
}

u64 lpar_want_ms_size(struct lpar *lpar)
{
	return set_ms(lpar).size;
}

u64 lpar_want_ms_expansion(struct lpar *lpar)
{
	return set_ms(lpar).expansion;
}

u64 lpar_want_es_size(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return set_owns(lpar) ? part.inv.es.size[lpar->slot] : lpar->want.own.es;
}

u64 lpar_want_memory_block(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return lpar->want.memory_block;
}

int lpar_show_shares(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return share_print(set_owns(lpar) ? &part.inv.shares.set[lpar->slot] :
					    &lpar->want.own.shares, buf, size);
}

int lpar_show_channels(struct lpar *lpar, char *buf, size_t size)
{
	u64 ids[LPAR_MAX_CHANNELS / 64] = {};
	u32 id;

	guard(mutex)(&part.lock);
	if (!set_owns(lpar))
		return channel_print(lpar->want.own.channels, buf, size);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_of(id, lpar->slot))
			ids[id / 64] |= BIT_ULL(id % 64);
	return channel_print(ids, buf, size);
}

bool lpar_want_capped(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return lpar->want.capped;
}

bool lpar_get_capped(struct lpar *lpar)
{
	/* the same: a change takes effect at once */
	return lpar_want_capped(lpar);
}

static int set_show_text(const char *text, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", text);
}

int lpar_show_notify(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, lpar->want.notify ? "auto" : "manual");
}

int lpar_show_kernel(struct lpar *lpar, char *buf, size_t size)
{
	return set_show_text(lpar->want.kernel, buf, size);
}

int lpar_show_initrd(struct lpar *lpar, char *buf, size_t size)
{
	return set_show_text(lpar->want.initrd, buf, size);
}

int lpar_show_cmdline(struct lpar *lpar, char *buf, size_t size)
{
	return set_show_text(lpar->want.cmdline, buf, size);
}
