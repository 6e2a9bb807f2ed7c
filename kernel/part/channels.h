/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/channels.h - channels within part/: what becomes of them in the life of the
 * LPAR that owns them. Layer L3. lpar->lock of the owner is held in all of these.
 */
#ifndef LPAR_PART_CHANNELS_H
#define LPAR_PART_CHANNELS_H

#include <linux/if_ether.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>

#include "machine/slot.h"
#include "part/part.h"

#define CHANNEL_SERIAL_LEN	21	/* NUL included */
/* How long the host's source may take to end what it was given. */
#define CHANNEL_QUIESCE		(30 * HZ)

struct lpar_channel;

/**
 * struct channel_made - what stands on the host for a channel, owned or not
 * @net: interface of a net channel
 */
struct channel_made {
	struct netio *net;
};

/**
 * struct channel_type - what differs between kinds of channel
 * @name: as in the attribute "type"
 * @settable: attributes of some kinds only that this one has: CHANNEL_HAS_*
 * @make: the channel becomes one of this kind: what shall stand for it on the host;
 *	leaves a line in last_error if it cannot. NULL, as the next three: nothing
 *	does. Sleeps, part.lock is not held
 * @remake: likewise, for another @source; made of nothing: that is what there is
 * @unmake: end it. Sleeps, part.lock is not held
 * @source: text of the attribute, when it is not what was written. part.lock is held
 * @probe: could @source be opened? Leaves a line in last_error if not. Sleeps
 * @open: open the source for an owner and keep it in @ch. Sleeps
 * @close: the reverse, once no machine has a device of it any more. Sleeps
 * @flush: make stable what the guest was told is; NULL: nothing to be done. Sleeps
 * @slow: to make one quiet can take long: it waits for the source, or for a reset
 * @device: the channel as a device of a machine; ERR_PTR. part.lock is held; sleeps
 * @errors: how many of its operations failed since it was opened; NULL: not known. It
 *	is open, part.lock is held
 * @same: do the open sources of two channels of this kind stand for the same thing,
 *	in a way that two owners cannot share? part.lock is held
 */
struct channel_type {
	const char *name;
	unsigned int settable;
	int (*make)(struct lpar_channel *ch, struct channel_made *made);
	int (*remake)(struct lpar_channel *ch, const char *source,
		      struct channel_made *made);
	void (*unmake)(struct channel_made *made);
	int (*source)(const struct lpar_channel *ch, char *buf, size_t size);
	int (*probe)(struct lpar_channel *ch, const char *source);
	int (*open)(struct lpar_channel *ch);
	void (*close)(struct lpar_channel *ch);
	int (*flush)(struct lpar_channel *ch);
	bool slow;
	struct slot_dev *(*device)(struct lpar_channel *ch, struct machine *m);
	u64 (*errors)(const struct lpar_channel *ch);
	bool (*same)(const struct lpar_channel *a, const struct lpar_channel *b);
};

#define CHANNEL_HAS_READONLY	BIT(0)
#define CHANNEL_HAS_SERIAL	BIT(1)
#define CHANNEL_HAS_MAC		BIT(2)
#define CHANNEL_HAS_LINK	BIT(3)
#define CHANNEL_HAS_DIRECT	BIT(4)

extern const struct channel_type channel_block, channel_net, channel_pci;

/**
 * struct lpar_channel - one channel
 * @id: its number; never changes
 * @hooks: words up to iface/; never changes
 * @cookie: first argument of @hooks
 * @making: outside of all our other locks but the configfs ones, and of rtnl: one
 *	writer of @type, @source and @link at a time
 * @type: its kind (making and part.lock); stays while it is owned
 * @made: what stands on the host for it (making and part.lock); likewise
 * @source: path (part.lock)
 * @serial: what the guest reads (part.lock)
 * @readonly: (part.lock)
 * @mac: the guest's address (part.lock)
 * @link: the admin's cable is in (making and part.lock)
 * @direct: past the host's page cache (part.lock)
 * @errors: what type->errors() said when it was closed (part.lock)
 * @last_error: one line, "" = none (part.lock)
 * @open: its source is open, for an owner (the owner's lock and part.lock)
 * @io: the open source of a block channel (the owner's lock)
 * @pci: the open function of a PCI channel (the owner's lock)
 * @dev: in the owner's machine (the owner's lock)
 */
struct lpar_channel {
	u32 id;
	const struct lpar_channel_hooks *hooks;
	void *cookie;
	struct mutex making;		/* type, made */
	const struct channel_type *type;
	struct channel_made made;
	char source[LPAR_PATH_LEN];
	char serial[CHANNEL_SERIAL_LEN];
	bool readonly;
	u8 mac[ETH_ALEN];
	bool link;
	bool direct;
	u64 errors;
	char last_error[LPAR_TEXT_LEN];
	bool open;
	struct blkio *io;
	struct pcidev *pci;
	struct slot_dev *dev;
};

/* channel_object.c */

/* Changing what it is. 0: nobody owns the channel, and part.lock is held. */
int channel_set_begin(struct lpar_channel *ch);
/* Operations of its source that failed since an LPAR came to own it. part.lock held. */
u64 channel_errors(const struct lpar_channel *ch);
/*
 * Changing an attribute that not all kinds have. 0: nobody owns the channel, and
 * part.lock is held.
 */
int channel_set_begin_if(struct lpar_channel *ch, unsigned int has, const char *name);
/* Its kind has none; -EINVAL. part.lock held. */
int channel_refuse_attribute(struct lpar_channel *ch, const char *name);

/* Does @slot own it? part.lock, or the owner's lock and it is ours. */
bool channel_of(u32 id, u32 slot);

/*
 * Who makes somebody own channels pins them, under the same part.lock; who makes them
 * free unpins them.
 */
int channel_pin(u32 id, struct lpar_reason *why);
void channel_unpin(u32 id);

/* res_channels.c */

/*
 * One of them, which @lpar owns, at a time: open its source and plug it in, quite
 * unseen by the guest; and end what no device is there of any more.
 */
int channel_attach(struct lpar *lpar, struct lpar_channel *ch, struct lpar_reason *why);
void channel_close(struct lpar_channel *ch);

/*
 * channel_change.c: an LPAR that owns things is to own these channels. lpar->lock
 * held, part.lock not; waits for the guest. Leaves a line in last_error.
 */
int channels_change(struct lpar *lpar, const u64 ids[LPAR_MAX_CHANNELS / 64]);

/* It is to serve its owner again; leaves a line in last_error if not. part.lock held. */
void channel_serve(struct lpar_channel *ch);
/* A device for channel @id in a machine; ERR_PTR. part.lock held. */
struct slot_dev *channel_device(struct lpar_channel *ch, struct machine *m);

/* What is in a PCI slot has come, or gone, and the guest is to be told of it, or not. */
void channels_untold(struct lpar *lpar, u32 slot, bool untold);

/* The guest has given slots back, or starts anew and has all of them. */
void channels_look(struct lpar *lpar);

#endif
