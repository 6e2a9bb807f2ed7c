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

/*
 * Blocks for an LPAR, as many as the inventory says it has now, and back. Those that
 * come back are clean. part.lock held.
 */
int es_claim(struct lpar *lpar);
void es_give_back(struct lpar *lpar);

/* lpar->lock held: what it has becomes a device of its machine. */
int es_attach(struct lpar *lpar, struct lpar_reason *why);

/**
 * es_grow() - more of it for an LPAR that owns things already
 * @lpar: its lock is held, part.lock is not
 * @size: bytes it shall have; a multiple of a block
 *
 * Its guest is told as of what an integration brings; where it had none so far, it
 * gets a device first.
 *
 * Context: sleeps.
 * Return: 0; -EBUSY: less than it has; -ENOSPC: the pool has not so much, or the
 * machine no slot; -ENOMEM. Leaves a line in last_error.
 */
int es_grow(struct lpar *lpar, u64 size);

/* A device in @m that has nothing yet; ERR_PTR. part.lock held. */
struct slot_dev *es_device(struct machine *m, const struct lpar_frames *frames);

#endif
