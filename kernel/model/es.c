// SPDX-License-Identifier: GPL-2.0
/* L0: expanded storage. Calls lpar_reason_set() only. */
#include "pure.h"
#include "model/es.h"
#include "model/ms.h"

u64 es_used(const struct es_map *es)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < LPAR_MAX_PARTS; i++)
		sum += es->size[i];
	return sum;
}

u64 es_free(const struct es_map *es)
{
	return es->pool_size - es_used(es);
}

int es_init(struct es_map *es, u64 pool_size, u64 block_size, struct lpar_reason *why)
{
	u64 used = es_used(es);
	int ret;

	if (used) {
		lpar_reason_set(why, LPAR_REASON_ES_POOL_USED, NULL, used, 0, 0);
		return -EBUSY;
	}
	ret = ms_check_blocks(pool_size, block_size, why);
	if (ret)
		return ret;
	es->pool_size = pool_size;
	es->block_size = block_size;
	return 0;
}

int es_check(const struct es_map *es, unsigned int slot, u64 size, struct lpar_reason *why)
{
	u64 free = es_free(es) + es->size[slot];

	if (size > free) {
		lpar_reason_set(why, LPAR_REASON_ES_NO_ROOM, NULL, size, free, 0);
		return -ENOSPC;
	}
	return size ? ms_check_blocks(size, es->block_size, why) : 0;
}

bool es_verify(const struct es_map *es)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		if (es->size[i] > es->pool_size - sum ||
		    (es->size[i] && !IS_ALIGNED(es->size[i], es->block_size)))
			return false;
		sum += es->size[i];
	}
	return true;
}
