/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: expanded storage (patent [0012]) - the pool and how much of it each LPAR has.
 * Calls nothing but lpar_reason_set().
 *
 * ES is reached through a device, a page of it at a time, so an LPAR's part has a
 * size and no address: nobody is ever in another's way.
 */
#ifndef MODEL_ES_H
#define MODEL_ES_H

#include "lpar.h"

struct es_map {
	u64 pool_size;
	u64 block_size;			/* 0: there is no pool yet */
	u64 size[LPAR_MAX_PARTS];	/* by slot */
};

/* Multiples of @block_size; -EBUSY while anybody has a part, -EINVAL. */
int es_init(struct es_map *es, u64 pool_size, u64 block_size, struct lpar_reason *why);

/**
 * es_check() - could this LPAR have @size of expanded storage?
 * @es: the pool
 * @slot: whose; what it has now counts as free
 * @size: bytes; 0 is always possible
 * @why: reason of a refusal, or NULL; its name is left for the caller
 *
 * Context: any; the caller's lock on the pool.
 * Return: 0, -EINVAL (not in whole blocks) or -ENOSPC.
 */
int es_check(const struct es_map *es, unsigned int slot, u64 size, struct lpar_reason *why);

u64 es_used(const struct es_map *es);
u64 es_free(const struct es_map *es);

/* Whole blocks, and no more than there is? */
bool es_verify(const struct es_map *es);

#endif /* MODEL_ES_H */
