/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: expanded storage (patent [0012]): the pool and how much of it each LPAR has.
 * Calls model/ms_check_blocks() and lpar_reason_set() only.
 *
 * A guest accesses ES through a device, page by page, so that an LPAR's part has a
 * size but no address, and nothing has to be relocated.
 */
#ifndef MODEL_ES_H
#define MODEL_ES_H

#include "lpar.h"

struct es_map {
	u64 pool_size;
	u64 block_size;			/* 0: no pool */
	u64 size[LPAR_MAX_PARTS];	/* by slot */
};

/* Set the pool's size. -EBUSY: an LPAR owns a part; -EINVAL: not in whole blocks. */
int es_init(struct es_map *es, u64 pool_size, u64 block_size, struct lpar_reason *why);

/**
 * es_check() - can an LPAR own this much expanded storage?
 * @es: the pool
 * @slot: the LPAR; what it has now counts as free
 * @size: bytes; 0 is always possible
 * @why: reason of a refusal, or NULL; the caller fills in the name
 *
 * Context: any; the caller's lock on the pool.
 * Return: 0, -EINVAL (not in whole blocks) or -ENOSPC.
 */
int es_check(const struct es_map *es, unsigned int slot, u64 size, struct lpar_reason *why);

u64 es_used(const struct es_map *es);
u64 es_free(const struct es_map *es);

/* Has each LPAR whole blocks, and do they all fit in the pool? */
bool es_verify(const struct es_map *es);

#endif /* MODEL_ES_H */
