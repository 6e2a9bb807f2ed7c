/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the MS address space - who has which area, what is free - and the block
 * table that maps MS blocks to host frames. Calls model/range only.
 *
 * MS addresses run from 0 to the pool size. An LPAR has one area; its expansion
 * is a promise to the guest, not storage. Areas never overlap.
 */
#ifndef MODEL_MS_H
#define MODEL_MS_H

#include "lpar.h"
#include "model/range.h"

#define MS_BLOCK_DEFAULT	SZ_2M
#define MS_NO_FRAME		U64_MAX	/* block table: no host frame behind it */
#define MS_FREE			(-1)	/* owner of a hole */

struct ms_area {
	u64 origin;
	u64 size;	/* 0: owns no storage */
	u64 expansion;	/* how much it may still grow */
};

struct ms_map {
	u64 pool_size;
	u64 block_size;
	struct ms_area area[LPAR_MAX_PARTS];	/* by slot */
};

/* One line of the storage map: an LPAR's area or a hole. */
struct ms_extent {
	u64 origin;
	u64 size;
	int owner;	/* slot or MS_FREE */
};

/**
 * ms_init() - an empty pool
 * @map: to fill in
 * @pool_size: multiple of @block_size; 0 = no pool yet
 * @block_size: power of two, at least 4 KiB
 * @why: reason of a refusal, or NULL
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int ms_init(struct ms_map *map, u64 pool_size, u64 block_size, struct lpar_reason *why);

/**
 * ms_check() - could this LPAR have this area?
 * @map: the pool
 * @slot: whose area; what it has now does not count as overlap
 * @want: the area
 * @why: gets the reason; @why->c = slot of the other LPAR for MS_OVERLAP,
 *	 names are left for the caller (model/inventory) to fill in
 *
 * Context: any; the caller's lock on the map.
 * Return: 0, -EINVAL (shape), -ENXIO (no pool), -ENOSPC (out of the pool) or
 * -EBUSY (overlap).
 */
int ms_check(const struct ms_map *map, unsigned int slot, const struct ms_area *want,
	     struct lpar_reason *why);

/* Free storage that stands directly behind an area / behind an MS address. */
u64 ms_free_behind(const struct ms_map *map, unsigned int slot);
u64 ms_free_from(const struct ms_map *map, u64 addr);

/* Sum of all areas. */
u64 ms_used(const struct ms_map *map);

/* Slot that owns an MS address, or MS_FREE. */
int ms_owner(const struct ms_map *map, u64 addr);

/**
 * ms_next() - walk the storage map in ascending order
 * @map: the pool
 * @pos: start with 0; moved behind the extent
 * @ext: gets the extent that begins at *@pos
 *
 * Context: any; the caller's lock on the map.
 * Return: false at the end of the pool.
 */
bool ms_next(const struct ms_map *map, u64 *pos, struct ms_extent *ext);

/**
 * ms_find_hole() - smallest hole that takes @size
 * @map: the pool
 * @size: bytes
 * @avoid: range that must stay clear, or NULL
 * @origin: gets the hole's first address
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
 * ms_blocks_move() - `mapped` placement: permute the table in place
 * @blocks: the table
 * @from: first block of the area now
 * @to: first block of it afterwards
 * @count: blocks
 *
 * The frames at [from, from + count) end up at [to, to + count) in order; the
 * frames that stood there fill what becomes free, in order. No frame is lost,
 * and moving @to -> @from restores the table exactly.
 *
 * Context: the caller's lock on the table. O(count), no allocation.
 * Return: 0 or -EINVAL when it does not fit into the table.
 */
int ms_blocks_move(struct ms_blocks *blocks, u64 from, u64 to, u64 count);

/**
 * ms_copy_next() - `contiguous` placement: the order in which blocks are copied
 * @from: first block of the area now
 * @to: first block of it afterwards
 * @count: blocks
 * @i: step, 0 .. @count - 1
 *
 * Copying block @from + n to @to + n for n = ms_copy_next(.., i), i ascending,
 * never overwrites what is still to be copied.
 *
 * Context: any.
 * Return: n.
 */
u64 ms_copy_next(u64 from, u64 to, u64 count, u64 i);

/* Is every frame number in the table once only (MS_NO_FRAME apart)? O(nr^2): tests. */
bool ms_blocks_verify(const struct ms_blocks *blocks);

#endif /* MODEL_MS_H */
