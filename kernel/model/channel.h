/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: channels - who owns which I/O path, and is it ONLINE. Calls nothing but
 * lpar_reason_set(). A channel belongs to exactly one LPAR or is free.
 */
#ifndef MODEL_CHANNEL_H
#define MODEL_CHANNEL_H

#include "lpar.h"

#define CHANNEL_FREE	(-1)

struct channel {
	s16 owner;	/* slot or CHANNEL_FREE */
	u8 exists;
	u8 online;	/* only an owned channel can be */
};

struct channel_table {
	struct channel ch[LPAR_MAX_CHANNELS];	/* by id */
};

void channel_init(struct channel_table *t);

/* Make or remove the channel itself. -EEXIST, -ENOENT, -EBUSY (owned), -EINVAL. */
int channel_add(struct channel_table *t, unsigned int id);
int channel_remove(struct channel_table *t, unsigned int id);

/* May @slot have it? -ENOENT, -EBUSY: another LPAR's (@why->b = its slot). */
int channel_check(const struct channel_table *t, unsigned int id, unsigned int slot,
		  struct lpar_reason *why);

/* Ownership and state in one; @owner = CHANNEL_FREE gives it back. */
void channel_set(struct channel_table *t, unsigned int id, int owner, bool online);

/* "0 3 17", white space or commas between: to a set and back. */
int channel_parse(const char *text, u64 ids[LPAR_MAX_CHANNELS / 64], struct lpar_reason *why);
int channel_print(const u64 ids[LPAR_MAX_CHANNELS / 64], char *buf, size_t size);

unsigned int channel_count(const struct channel_table *t, int owner);
bool channel_verify(const struct channel_table *t);

#endif /* MODEL_CHANNEL_H */
