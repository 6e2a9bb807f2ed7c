/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/channels.h - channels within part/: what becomes of them in the life of the
 * LPAR that owns them. Layer L3. lpar->lock of the owner is held in all of these.
 */
#ifndef LPAR_PART_CHANNELS_H
#define LPAR_PART_CHANNELS_H

#include <linux/jiffies.h>

#include "cpu/channel.h"
#include "part/part.h"

#define CHANNEL_SERIAL_LEN	21	/* NUL included */
/* How long the host's source may take to end what it was given. */
#define CHANNEL_QUIESCE		(30 * HZ)

/**
 * struct lpar_channel - one channel
 * @id: its number; never changes
 * @hooks: words up to iface/; never changes
 * @cookie: first argument of @hooks
 * @source: path (part.lock)
 * @serial: what the guest reads (part.lock)
 * @readonly: (part.lock)
 * @last_error: one line, "" = none (part.lock)
 * @io: the open source, of a channel that is owned (the owner's lock)
 * @dev: in the owner's machine (the owner's lock)
 */
struct lpar_channel {
	u32 id;
	const struct lpar_channel_hooks *hooks;
	void *cookie;
	char source[LPAR_PATH_LEN];
	char serial[CHANNEL_SERIAL_LEN];
	bool readonly;
	char last_error[LPAR_TEXT_LEN];
	struct blkio *io;
	struct channel_dev *dev;
};

/* Does @slot own it? part.lock, or the owner's lock and it is ours. */
bool channel_of(u32 id, u32 slot);

/*
 * channels_attach() opens what the LPAR owns and puts it into its machine; on
 * error channels_release() takes back what was done. channels_release() comes when
 * the machine has gone.
 */
int channels_attach(struct lpar *lpar, struct lpar_reason *why);
void channels_detach(struct machine *m);
void channels_release(struct lpar *lpar);

/* A device for channel @id in a machine; ERR_PTR. part.lock held. */
struct channel_dev *channel_device(struct lpar_channel *ch, struct machine *m);

/* Make stable what the guest was told is; for as long as that takes. */
void channels_flush(struct lpar *lpar);
/* The guest has given slots back, or starts anew and has all of them. */
void channels_look(struct lpar *lpar);

#endif
