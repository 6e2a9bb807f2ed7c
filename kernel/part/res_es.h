/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/res_es.h - expanded storage within part/: from the host's blocks to the device
 * that an LPAR's guest has of it. Layer L3.
 */
#ifndef LPAR_PART_RES_ES_H
#define LPAR_PART_RES_ES_H

#include "part/part.h"

/* The pool; part.lock held. On error it is as it was. */
int es_set_pool(u64 size);
void es_exit(void);

/**
 * es_grow() - more of it for an LPAR that owns things already
 * @lpar: its lock is held, part.lock is not
 * @size: bytes it shall have; a multiple of a block
 *
 * Where it had none so far, it gets a device first. Its guest is told of both by the
 * next part_announce().
 *
 * Context: sleeps.
 * Return: 0; -EBUSY: less than it has; -ENOSPC: the pool has not so much, or the
 * machine no slot; -ENOMEM. Leaves a line in last_error.
 */
int es_grow(struct lpar *lpar, u64 size);

#endif
