// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the MS address space. Calls model/range and lpar_reason_set() only.
 *
 * Holes are computed from the areas, not stored. With at most 64 areas a linear
 * search is cheaper than a tree.
 */
#include "pure.h"
#include "model/ms.h"

static struct lpar_range area_range(const struct ms_area *a)
{
	return (struct lpar_range){ .start = a->origin, .len = a->size };
}

static u64 area_end(const struct ms_area *a)
{
	return a->origin + a->size;
}

int ms_check_blocks(u64 bytes, u64 block_size, struct lpar_reason *why)
{
	if (!bytes || (block_size && IS_ALIGNED(bytes, block_size)))
		return 0;
	lpar_reason_set(why, LPAR_REASON_MS_UNALIGNED, NULL, bytes, block_size, 0);
	return -EINVAL;
}

int ms_init(struct ms_map *map, u64 pool_size, u64 block_size, struct lpar_reason *why)
{
	if (!is_power_of_2(block_size) || block_size < SZ_4K) {
		lpar_reason_set(why, LPAR_REASON_VALUE, NULL, block_size, SZ_4K, SZ_1G);
		return -EINVAL;
	}
	if (ms_check_blocks(pool_size, block_size, why))
		return -EINVAL;
	memset(map, 0, sizeof(*map));
	map->pool_size = pool_size;
	map->block_size = block_size;
	return 0;
}

static int check_shape(const struct ms_map *map, const struct ms_area *want,
		       struct lpar_reason *why)
{
	int ret;

	if (!want->size) {
		lpar_reason_set(why, LPAR_REASON_MS_NO_SIZE, NULL, 0, 0, 0);
		return -EINVAL;
	}
	ret = ms_check_blocks(want->origin, map->block_size, why);
	if (!ret)
		ret = ms_check_blocks(want->size, map->block_size, why);
	if (!ret)
		ret = ms_check_blocks(want->expansion, map->block_size, why);
	if (!ret && want->expansion > U64_MAX - want->size) {
		lpar_reason_set(why, LPAR_REASON_VALUE, NULL, want->expansion, 0,
				U64_MAX - want->size);
		ret = -EINVAL;
	}
	return ret;
}

int ms_check(const struct ms_map *map, unsigned int slot, const struct ms_area *want,
	     struct lpar_reason *why)
{
	const struct lpar_range pool = { .start = 0, .len = map->pool_size };
	const struct lpar_range r = area_range(want);
	unsigned int i;
	int ret;

	if (!map->pool_size) {
		lpar_reason_set(why, LPAR_REASON_MS_NO_POOL, NULL, 0, 0, 0);
		return -ENXIO;
	}
	ret = check_shape(map, want, why);
	if (ret)
		return ret;
	if (!lpar_range_inside(&r, &pool)) {
		lpar_reason_set(why, LPAR_REASON_MS_RANGE, NULL, r.start, r.len, map->pool_size);
		return -ENOSPC;
	}
	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		const struct lpar_range other = area_range(&map->area[i]);

		if (i == slot || !lpar_range_overlap(&r, &other))
			continue;
		lpar_reason_set(why, LPAR_REASON_MS_OVERLAP, NULL, other.start, other.len, i);
		return -EBUSY;
	}
	return 0;
}

u64 ms_free_from(const struct ms_map *map, u64 addr)
{
	u64 end = map->pool_size;
	unsigned int i;

	if (addr >= end)
		return 0;
	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		const struct ms_area *a = &map->area[i];

		if (a->size && area_end(a) > addr)
			end = min(end, max(a->origin, addr));
	}
	return end - addr;
}

u64 ms_free_behind(const struct ms_map *map, unsigned int slot)
{
	const struct ms_area *a = &map->area[slot];

	return a->size ? ms_free_from(map, area_end(a)) : 0;
}

u64 ms_used(const struct ms_map *map)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++)
		sum += map->area[i].size;
	return sum;
}

int ms_owner(const struct ms_map *map, u64 addr)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		const struct lpar_range r = area_range(&map->area[i]);

		if (lpar_range_has(&r, addr))
			return i;
	}
	return MS_FREE;
}

bool ms_next(const struct ms_map *map, u64 *pos, struct ms_extent *ext)
{
	if (*pos >= map->pool_size)
		return false;
	ext->origin = *pos;
	ext->owner = ms_owner(map, *pos);
	if (ext->owner == MS_FREE)
		ext->size = ms_free_from(map, *pos);
	else
		ext->size = area_end(&map->area[ext->owner]) - *pos;
	*pos += ext->size;
	return true;
}

/* Lowest address in @hole at which @size bytes fit without touching @avoid. */
static bool fit_in_hole(struct lpar_range hole, u64 size, const struct lpar_range *avoid,
			u64 *origin)
{
	u64 skip;

	*origin = hole.start;
	if (!avoid || !lpar_range_overlap(&hole, avoid))
		return hole.len >= size;
	if (avoid->start > hole.start && avoid->start - hole.start >= size)
		return true;
	skip = lpar_range_end(avoid) - hole.start;
	*origin = lpar_range_end(avoid);
	return skip < hole.len && hole.len - skip >= size;
}

bool ms_find_hole(const struct ms_map *map, u64 size, const struct lpar_range *avoid, u64 *origin)
{
	struct ms_extent ext;
	u64 best = U64_MAX;
	u64 pos = 0;
	u64 at;

	while (ms_next(map, &pos, &ext)) {
		struct lpar_range hole = { .start = ext.origin, .len = ext.size };

		if (ext.owner != MS_FREE || ext.size >= best)
			continue;
		if (!fit_in_hole(hole, size, avoid, &at))
			continue;
		best = ext.size;
		*origin = at;
	}
	return best != U64_MAX;
}

bool ms_verify(const struct ms_map *map)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++)
		if (map->area[i].size && ms_check(map, i, &map->area[i], NULL))
			return false;
	return true;
}
