/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/channel.h - the interface of channels for iface/. Layer L3.
 *
 * Context: as in part/lpar.h. Errors of setters leave a line in the channel's
 * own last_error.
 */
#ifndef LPAR_PART_CHANNEL_H
#define LPAR_PART_CHANNEL_H

#include <linux/types.h>

struct lpar;
struct lpar_channel;

/*
 * Like those of struct lpar_hooks: an owned channel keeps its directory. Called under
 * part.lock, so they must not take a lock whose holders may wait for that. @pin fails
 * if rmdir has begun.
 */
struct lpar_channel_hooks {
	int (*pin)(void *cookie);
	void (*unpin)(void *cookie);
};

/*
 * For mkdir and rmdir. ERR_PTR: -EINVAL (invalid id), -EEXIST, -ENOMEM. After
 * lpar_channel_gone() the channel cannot be found, and @cookie is not used.
 */
struct lpar_channel *lpar_channel_create(u32 id, const struct lpar_channel_hooks *hooks,
					 void *cookie);
void lpar_channel_gone(struct lpar_channel *ch);
void lpar_channel_remove(struct lpar_channel *ch);

/*
 * Its definition; -EBUSY while an LPAR owns it. The source is checked at once, and
 * opened when an LPAR becomes the owner.
 */
int lpar_channel_set_type(struct lpar_channel *ch, const char *text);
int lpar_channel_set_source(struct lpar_channel *ch, const char *path);
int lpar_channel_set_readonly(struct lpar_channel *ch, bool readonly);
int lpar_channel_set_direct(struct lpar_channel *ch, bool direct);
int lpar_channel_set_serial(struct lpar_channel *ch, const char *text);
int lpar_channel_set_mac(struct lpar_channel *ch, const char *text);
/* "up" or "down"; also while an LPAR owns it. */
int lpar_channel_set_link(struct lpar_channel *ch, const char *text);
__printf(3, 4)
int lpar_channel_refuse(struct lpar_channel *ch, int err, const char *fmt, ...);

int lpar_channel_show_type(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_source(struct lpar_channel *ch, char *buf, size_t size);
bool lpar_channel_readonly(struct lpar_channel *ch);
bool lpar_channel_direct(struct lpar_channel *ch);
/* Failed operations of its source since it has its owner. */
u64 lpar_channel_errors(struct lpar_channel *ch);
int lpar_channel_show_serial(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_mac(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_link(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_state(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_owner(struct lpar_channel *ch, char *buf, size_t size);
int lpar_channel_show_last_error(struct lpar_channel *ch, char *buf, size_t size);

/* The channels of an LPAR: "0 3 17". */
int lpar_set_channels(struct lpar *lpar, const char *text);
int lpar_show_channels(struct lpar *lpar, char *buf, size_t size);

#endif
