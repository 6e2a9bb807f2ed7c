/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the channels, their owners and whether they are online. A channel belongs to
 * one LPAR or is free. Calls lpar_reason_set() only.
 */
#ifndef MODEL_CHANNEL_H
#define MODEL_CHANNEL_H

#include "lpar.h"

#define CHANNEL_FREE	(-1)

struct channel {
	s16 owner;	/* slot or CHANNEL_FREE */
	u8 exists;
	u8 online;	/* 0 without an owner */
};

struct channel_table {
	struct channel ch[LPAR_MAX_CHANNELS];	/* by id */
};

void channel_init(struct channel_table *t);

/* Create or remove a channel. -EEXIST, -ENOENT, -EBUSY (owned), -EINVAL. */
int channel_add(struct channel_table *t, unsigned int id);
int channel_remove(struct channel_table *t, unsigned int id);

/* Can @slot own it? -ENOENT; -EBUSY: another LPAR does (@why->b = its slot). */
int channel_check(const struct channel_table *t, unsigned int id, unsigned int slot,
		  struct lpar_reason *why);

/* Set the owner, which may be CHANNEL_FREE, and the state. */
void channel_set(struct channel_table *t, unsigned int id, int owner, bool online);

/* Is @id in a bitmap of ids? */
static inline bool channel_in(const u64 ids[LPAR_MAX_CHANNELS / 64], unsigned int id)
{
	return ids[id / 64] & BIT_ULL(id % 64);
}

/* Convert between a list of ids, as "0 3 17" or "0,3,17", and a bitmap. */
int channel_parse(const char *text, u64 ids[LPAR_MAX_CHANNELS / 64], struct lpar_reason *why);
int channel_print(const u64 ids[LPAR_MAX_CHANNELS / 64], char *buf, size_t size);

unsigned int channel_count(const struct channel_table *t, int owner);
bool channel_verify(const struct channel_table *t);

#endif /* MODEL_CHANNEL_H */
