/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/res_es.h - expanded storage within part/: the pool, and growth of an LPAR's part.
 * Layer L3.
 */
#ifndef LPAR_PART_RES_ES_H
#define LPAR_PART_RES_ES_H

#include "part/part.h"

/* Set the pool's size; part.lock held. Unchanged on error. */
int es_set_pool(u64 size);
void es_exit(void);

/**
 * es_grow() - increase the expanded storage of an LPAR that owns resources
 * @lpar: its lock is held, part.lock is not
 * @size: new size in bytes; a multiple of the block size
 *
 * An LPAR without expanded storage gets a device first. The next part_announce() tells
 * its guest.
 *
 * Context: sleeps.
 * Return: 0; -EBUSY: less than it has; -ENOSPC: not enough in the pool, or no free slot
 * in the machine; -ENOMEM. Leaves a line in last_error.
 */
int es_grow(struct lpar *lpar, u64 size);

#endif
