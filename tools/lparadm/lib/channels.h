/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Channels as configfs shows them: an id and a list of attributes.
 */
#ifndef LPARADM_CHANNELS_H
#define LPARADM_CHANNELS_H

#include "lib/cfs.h"

#define CHANNELS_DIR CFS_DIR "/channels"
#define CHANNEL_ATTRS 24

struct channel {
	unsigned int id;
	unsigned int line;	/* in a configuration file */
	struct channel_attr {
		char name[32];
		char *value;
		unsigned int line;
	} attr[CHANNEL_ATTRS];
	int n;
};

/* Parse "0" to "127", without leading zeros. Return: 0 or -EINVAL. */
int channel_id(const char *text, unsigned int *id);

/* Is @id in @list, e.g. "0 3"? */
bool channel_listed(const char *list, unsigned int id);

/* Read all channels, sorted by id; channels_free() them. Return: their number. */
int channels_read(const struct ctx *ctx, struct channel **v);
void channels_free(struct channel *v, int n);
const struct channel *channels_find(const struct channel *v, int n,
				    unsigned int id);

/* Read the attributes of channel c->id; channel_free() it. */
void channel_read(const struct ctx *ctx, struct channel *c);
void channel_free(struct channel *c);

/* Return: NULL if it has no such attribute. */
const char *channel_get(const struct channel *c, const char *name);

/* Return: 0, -ENOSPC, or -ENAMETOOLONG if @name is too long for an attribute. */
int channel_set(struct channel *c, const char *name, const char *value,
		unsigned int line);

/* The types, for messages, and the type of a new channel. */
#define CHANNEL_TYPES "block, net or pci"
#define CHANNEL_TYPE_NEW "block"
bool channel_type_known(const char *type);

/*
 * Can @name be set, for channels of @type or, with NULL, of any type? All other
 * attributes are read-only.
 */
bool channel_has_key(const char *type, const char *name);

/* List the keys that can be set, as "type, source". */
#define CHANNEL_KEYS_TEXT 128
void channel_keys(char text[CHANNEL_KEYS_TEXT], const char *type);

/* Attributes of a lower rank must be written first. */
#define CHANNEL_RANKS 3
int channel_attr_rank(const char *name);

#endif
