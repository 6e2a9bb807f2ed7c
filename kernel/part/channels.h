/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/channels.h - channels within part/. Layer L3. Called with lpar->lock of the
 * owner held.
 */
#ifndef LPAR_PART_CHANNELS_H
#define LPAR_PART_CHANNELS_H

#include <linux/if_ether.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>

#include "machine/slot.h"
#include "part/part.h"

#define CHANNEL_SERIAL_LEN	21	/* NUL included */
/* Time limit for the host's source to complete its requests. */
#define CHANNEL_QUIESCE		(30 * HZ)

struct lpar_channel;

/**
 * struct channel_made - host objects of a channel, which exist without an owner
 * @net: interface of a net channel
 */
struct channel_made {
	struct netio *net;
};

/**
 * struct channel_type - operations of a type of channel
 * @name: as in the attribute "type"
 * @settable: CHANNEL_HAS_* bits of the optional attributes that it has
 * @make: create the host objects of a channel that becomes one of this type; leaves a
 *	line in last_error on error. NULL, like the next three, if it has none. Sleeps,
 *	part.lock is not held
 * @remake: the same for another @source; leaves @made empty if nothing changes
 * @unmake: destroy them. Sleeps, part.lock is not held
 * @source: print the attribute, if it is not what was written. part.lock is held
 * @probe: can @source be opened? Leaves a line in last_error if not. Sleeps
 * @open: open the source for an owner. Sleeps
 * @close: close it; no machine has a device of it any more. Sleeps
 * @flush: make stable all data that the guest was told is stable; NULL: nothing to do.
 *	Sleeps
 * @slow: quiescing can take long: it waits for the source, or for a reset
 * @device: create its device for a machine; ERR_PTR. part.lock is held; sleeps
 * @errors: failed operations since it was opened; NULL: unknown. It is open, part.lock
 *	is held
 * @same: do two channels of this type have the same open source, which two owners
 *	cannot share? part.lock is held
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
 * @id: its id; never changes
 * @hooks: callbacks to iface/; never changes
 * @cookie: first argument of @hooks
 * @making: one writer of @type, @source and @link at a time. Taken before rtnl and all
 *	locks of lpar; only those of configfs are taken before it
 * @type: its type (making and part.lock); does not change while it is owned
 * @made: its host objects (making and part.lock); do not change while it is owned
 * @source: path (part.lock)
 * @serial: shown to the guest (part.lock)
 * @readonly: (part.lock)
 * @mac: the guest's address (part.lock)
 * @link: link state set by the admin (making and part.lock)
 * @direct: bypass the host's page cache (part.lock)
 * @errors: type->errors() when it was closed (part.lock)
 * @last_error: one line, "" = none (part.lock)
 * @open: its source is open, for an owner (the owner's lock and part.lock)
 * @io: open source of a block channel (the owner's lock)
 * @pci: open function of a PCI channel (the owner's lock)
 * @dev: device in the owner's machine (the owner's lock)
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

/* Begin a change of its definition: takes part.lock and returns 0 if it has no owner. */
int channel_set_begin(struct lpar_channel *ch);
/* Failed operations of its source since it has its owner. part.lock held. */
u64 channel_errors(const struct lpar_channel *ch);
/* The same for an optional attribute: -EINVAL if its type does not have it. */
int channel_set_begin_if(struct lpar_channel *ch, unsigned int has, const char *name);
/* Its type has no such attribute: sets last_error, returns -EINVAL. part.lock held. */
int channel_refuse_attribute(struct lpar_channel *ch, const char *name);

/* Does @slot own it? part.lock or the lock of that LPAR is held. */
bool channel_of(u32 id, u32 slot);

/*
 * Pins nest. An owner's is to be called in the same section of part.lock in which a
 * channel gets its first owner, or loses its last.
 */
int channel_pin(u32 id, struct lpar_reason *why);
void channel_unpin(u32 id);

/* res_channels.c */

/*
 * Open the source of a channel that @lpar owns and add its device, not yet visible to
 * the guest; and close it after its device was destroyed.
 */
int channel_attach(struct lpar *lpar, struct lpar_channel *ch, struct lpar_reason *why);
void channel_close(struct lpar_channel *ch);

/*
 * channel_change.c: change the channels of an LPAR that owns resources to @ids.
 * lpar->lock held, part.lock not; waits for the guest. Leaves a line in last_error.
 */
int channels_change(struct lpar *lpar, const u64 ids[LPAR_MAX_CHANNELS / 64]);

/* End quiescing; leaves a line in last_error on error. part.lock held. */
void channel_serve(struct lpar_channel *ch);
/* Create a channel's device for a machine; ERR_PTR. part.lock held. */
struct slot_dev *channel_device(struct lpar_channel *ch, struct machine *m);

/* Set whether a PCI slot's device still has to be announced to the guest. */
void channels_untold(struct lpar *lpar, u32 slot, bool untold);

/* Handle that the guest has ejected slots, or starts anew and has all of them. */
void channels_look(struct lpar *lpar);

#endif
