/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the MS address space (which LPAR owns which area, what is free) and the block
 * table that maps MS blocks to host frames. Calls model/range only.
 *
 * MS addresses run from 0 to the pool size. An LPAR owns one area; its expansion is
 * room to grow that the guest was told of, not storage. Areas never overlap.
 */
#ifndef MODEL_MS_H
#define MODEL_MS_H

#include "lpar.h"
#include "model/range.h"

#define MS_BLOCK_DEFAULT	SZ_2M
#define MS_NO_FRAME		U64_MAX	/* in the block table: no host frame */
#define MS_FREE			(-1)	/* owner of a hole */

struct ms_area {
	u64 origin;
	u64 size;	/* 0: owns no storage */
	u64 expansion;	/* bytes by which it may still grow */
};

struct ms_map {
	u64 pool_size;
	u64 block_size;
	struct ms_area area[LPAR_MAX_PARTS];	/* by slot */
};

/* An entry of the storage map: an LPAR's area or a hole. */
struct ms_extent {
	u64 origin;
	u64 size;
	int owner;	/* slot or MS_FREE */
};

/* Are @bytes, of main or expanded storage, whole blocks? 0 or -EINVAL. */
int ms_check_blocks(u64 bytes, u64 block_size, struct lpar_reason *why);

/**
 * ms_init() - set up an empty pool
 * @map: to fill in
 * @pool_size: multiple of @block_size; 0 = no pool
 * @block_size: power of two, at least 4 KiB
 * @why: reason of a refusal, or NULL
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int ms_init(struct ms_map *map, u64 pool_size, u64 block_size, struct lpar_reason *why);

/**
 * ms_check() - can an LPAR own this area?
 * @map: the pool
 * @slot: the LPAR; its present area does not count as overlap
 * @want: the area
 * @why: gets the reason; @why->c = slot of the other LPAR for MS_OVERLAP; the
 *	 caller (model/inventory) fills in the name
 *
 * Context: any; the caller's lock on the map.
 * Return: 0, -EINVAL (empty or not aligned), -ENXIO (no pool), -ENOSPC (outside the
 * pool) or -EBUSY (overlap).
 */
int ms_check(const struct ms_map *map, unsigned int slot, const struct ms_area *want,
	     struct lpar_reason *why);

/* Size of the free storage directly behind an area, or from an MS address on. */
u64 ms_free_behind(const struct ms_map *map, unsigned int slot);
u64 ms_free_from(const struct ms_map *map, u64 addr);

/* Sum of all areas. */
u64 ms_used(const struct ms_map *map);

/* Slot of the LPAR that owns an MS address, or MS_FREE. */
int ms_owner(const struct ms_map *map, u64 addr);

/**
 * ms_next() - walk the storage map in ascending order
 * @map: the pool
 * @pos: start of the extent, first 0; set to its end
 * @ext: gets the extent at *@pos
 *
 * Context: any; the caller's lock on the map.
 * Return: false at the end of the pool.
 */
bool ms_next(const struct ms_map *map, u64 *pos, struct ms_extent *ext);

/**
 * ms_find_hole() - find the smallest hole for @size bytes
 * @map: the pool
 * @size: bytes
 * @avoid: range that must not be used, or NULL
 * @origin: gets the lowest usable address in the hole
 *
 * Context: any; the caller's lock on the map.
 * Return: true if there is one.
 */
bool ms_find_hole(const struct ms_map *map, u64 size, const struct lpar_range *avoid, u64 *origin);

/* Are all areas aligned, inside the pool and disjoint? */
bool ms_verify(const struct ms_map *map);

/*
 * The block table. frame[i] is the host frame number (PFN) behind MS block i.
 */
struct ms_blocks {
	u64 *frame;	/* the caller's array */
	u64 nr;
};

/**
 * ms_blocks_move() - move an area's frames in the table (`mapped` placement)
 * @blocks: the table
 * @from: first block of the area
 * @to: its first block afterwards
 * @count: blocks
 *
 * The frames at [from, from + count) move to [to, to + count); the frames that they
 * displace fill the vacated blocks, in order. Moving @to -> @from restores the table
 * exactly.
 *
 * Context: the caller's lock on the table. O(count), no allocation.
 * Return: 0 or -EINVAL if either range is not within the table.
 */
int ms_blocks_move(struct ms_blocks *blocks, u64 from, u64 to, u64 count);

#endif /* MODEL_MS_H */
