/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Channels as configfs shows them: an id and whatever attributes there are.
 */
#ifndef LPARADM_CHANNELS_H
#define LPARADM_CHANNELS_H

#include "lib/cfs.h"

#define CHANNELS_DIR CFS_DIR "/channels"
#define CHANNEL_ATTRS 24

struct channel {
	unsigned int id;
	unsigned int line;	/* in a user's file */
	struct channel_attr {
		char name[32];
		char *value;
		unsigned int line;
	} attr[CHANNEL_ATTRS];
	int n;
};

/* "0" to "127", without a zero before. Return: 0 or -EINVAL. */
int channel_id(const char *text, unsigned int *id);

/* Is @id among those that an attribute lists, as "0 3"? */
bool channel_listed(const char *list, unsigned int id);

/* All of them by id, type first; channels_free() them. Return: how many. */
int channels_read(const struct ctx *ctx, struct channel **v);
void channels_free(struct channel *v, int n);
const struct channel *channels_find(const struct channel *v, int n,
				    unsigned int id);

/* The attributes of the one that c->id says. channel_free() it. */
void channel_read(const struct ctx *ctx, struct channel *c);
void channel_free(struct channel *c);

/* NULL: it has no such attribute. */
const char *channel_get(const struct channel *c, const char *name);

/* Return: 0, -ENOSPC or -ENAMETOOLONG: no attribute has such a name. */
int channel_set(struct channel *c, const char *name, const char *value,
		unsigned int line);

/* The types that there are, for a message, and which a new channel is of. */
#define CHANNEL_TYPES "block, net or pci"
#define CHANNEL_TYPE_NEW "block"
bool channel_type_known(const char *type);

/*
 * Can it be set, of a channel of @type or, with NULL, of any? All else is what
 * the kernel tells.
 */
bool channel_has_key(const char *type, const char *name);

/* Those that can be, as "type, source". */
#define CHANNEL_KEYS_TEXT 128
void channel_keys(char text[CHANNEL_KEYS_TEXT], const char *type);

/* Those of a lower rank are to be written first. */
#define CHANNEL_RANKS 3
int channel_attr_rank(const char *name);

#endif
