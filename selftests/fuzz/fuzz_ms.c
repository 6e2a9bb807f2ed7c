// SPDX-License-Identifier: GPL-2.0
/* sources: model/ms.c model/ms_blocks.c model/range.c model/reason.c model/state.c */
/* max_len: 128 */

/*
 * The MS address space compared with an array that has the owner of each block, and the
 * block table with one that is rebuilt by removing and inserting.
 */
#include "pure.h"
#include "fuzz.h"

#include "model/ms.h"

#define BLOCKS	48
#define BLK	((u64)SZ_2M)

static struct ms_map map;
static s8 owner[BLOCKS];	/* MS_FREE or slot */
static u32 nr;			/* blocks of the pool */
static u64 frame[BLOCKS];

static u32 free_run(u32 from)
{
	u32 n = 0;

	while (from + n < nr && owner[from + n] == MS_FREE)
		n++;
	return n;
}

static void check_area(u32 slot, const struct ms_area *a)
{
	u64 first = a->origin / BLK, count = a->size / BLK, i;
	int want = 0, ret;

	if (!nr)
		want = -ENXIO;
	else if (!a->size || a->origin % BLK || a->size % BLK || a->expansion % BLK ||
		 a->expansion + a->size < a->size)
		want = -EINVAL;
	else if (first > nr || count > nr - first)
		want = -ENOSPC;
	for (i = 0; !want && i < count; i++)
		if (owner[first + i] != MS_FREE && owner[first + i] != (s8)slot)
			want = -EBUSY;
	ret = ms_check(&map, slot, a, NULL);
	FUZZ_EQ(ret, want, "check of an area");
	if (ret)
		return;
	for (i = 0; i < nr; i++)
		if (owner[i] == (s8)slot)
			owner[i] = MS_FREE;
	memset(owner + first, slot, count);
	map.area[slot] = *a;
}

static void any_area(void)
{
	u32 slot = fuzz_below(LPAR_MAX_PARTS), i;
	struct ms_area a = {
		.origin = fuzz_below(BLOCKS) * BLK, .size = fuzz_below(8) * BLK,
		.expansion = fuzz_below(8) * BLK,
	};

	if (fuzz_rarely(8)) {
		a.origin ^= fuzz_number();
		a.size ^= fuzz_number();
		a.expansion ^= fuzz_number();
	}
	if (!fuzz_rarely(6)) {
		check_area(slot, &a);
		return;
	}
	for (i = 0; i < nr; i++)
		if (owner[i] == (s8)slot)
			owner[i] = MS_FREE;
	map.area[slot] = (struct ms_area){ 0 };
}

static void check_map(void)
{
	struct ms_extent ext;
	u64 pos = 0, used = 0;
	u32 i = 0, n;

	while (ms_next(&map, &pos, &ext)) {
		FUZZ_EQ(ext.origin, i * BLK, "start of an extent");
		FUZZ_EQ(ext.owner, owner[i], "its owner");
		for (n = 0; i + n < nr && owner[i + n] == owner[i]; n++)
			;
		FUZZ_EQ(ext.size, n * BLK, "its size");
		i += n;
	}
	FUZZ_EQ(i, nr, "extents");
	for (i = 0; i < nr; i++) {
		used += owner[i] == MS_FREE ? 0 : BLK;
		FUZZ_EQ(ms_owner(&map, i * BLK + 1), owner[i], "owner");
		if (owner[i] == MS_FREE)
			FUZZ_EQ(ms_free_from(&map, i * BLK), free_run(i) * BLK, "free from");
		if (owner[i] != MS_FREE && (i + 1 == nr || owner[i + 1] != owner[i]))
			FUZZ_EQ(ms_free_behind(&map, owner[i]), free_run(i + 1) * BLK,
				"free behind");
	}
	FUZZ_EQ(ms_used(&map), used, "used");
	FUZZ_CHECK(ms_verify(&map), "areas");
}

/* The hole is the smallest that has such a place; the place is the lowest in it. */
static void check_hole(void)
{
	struct lpar_range avoid = { fuzz_below(BLOCKS) * BLK, fuzz_below(8) * BLK };
	u32 need = 1 + fuzz_below(8), i, j, best = U32_MAX, want = 0, start;
	u64 origin = 0;
	bool found;

	for (i = 0; i < nr; i += max(free_run(i), 1U)) {
		u32 run = free_run(i);

		if (!run || run >= best)
			continue;
		for (start = i; start + need <= i + run; start++) {
			for (j = start; j < start + need; j++)
				if (lpar_range_has(&avoid, j * BLK))
					break;
			if (j < start + need)
				continue;
			best = run;
			want = start;
			break;
		}
	}
	found = ms_find_hole(&map, need * BLK, &avoid, &origin);
	FUZZ_EQ(found, best != U32_MAX, "whether there is a hole");
	if (found)
		FUZZ_EQ(origin, want * BLK, "the hole");
}

/* Take the area out; then put it in again at its new place. */
static void move_frames(u64 *to_table, u32 from, u32 to, u32 count)
{
	u64 moved[BLOCKS], rest[BLOCKS];
	u32 i, n = 0;

	memcpy(moved, to_table + from, count * sizeof(u64));
	if (max(from, to) - min(from, to) >= count) {
		memcpy(to_table + from, to_table + to, count * sizeof(u64));
		memcpy(to_table + to, moved, count * sizeof(u64));
		return;
	}
	for (i = 0; i < BLOCKS; i++)
		if (i < from || i >= from + count)
			rest[n++] = to_table[i];
	memcpy(to_table, rest, to * sizeof(u64));
	memcpy(to_table + to, moved, count * sizeof(u64));
	memcpy(to_table + to + count, rest + to, (BLOCKS - to - count) * sizeof(u64));
}

static void check_blocks(void)
{
	struct ms_blocks blocks = { frame, BLOCKS };
	u64 from = fuzz_below(BLOCKS), to = fuzz_below(BLOCKS), count = fuzz_below(BLOCKS);
	u64 was[BLOCKS], want[BLOCKS];
	bool fits;

	if (fuzz_rarely(8)) {
		from ^= fuzz_number();
		count ^= fuzz_number();
	}
	fits = count <= BLOCKS && from <= BLOCKS - count && to <= BLOCKS - count;
	memcpy(was, frame, sizeof(was));
	memcpy(want, frame, sizeof(want));
	if (fits)
		move_frames(want, from, to, count);
	FUZZ_EQ(ms_blocks_move(&blocks, from, to, count), fits ? 0 : -EINVAL, "move");
	FUZZ_CHECK(!memcmp(frame, want, sizeof(want)), "blocks %llu at %llu to %llu", count, from,
		   to);
	if (!fits)
		return;
	ms_blocks_move(&blocks, to, from, count);
	FUZZ_CHECK(!memcmp(frame, was, sizeof(was)), "move back");
	ms_blocks_move(&blocks, from, to, count);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 i;

	fuzz_start(data, size);
	nr = fuzz_below(BLOCKS + 1);
	memset(owner, MS_FREE, sizeof(owner));
	for (i = 0; i < BLOCKS; i++)
		frame[i] = 1000 + i;
	FUZZ_EQ(ms_init(&map, nr * BLK + 4096, BLK, NULL), -EINVAL, "pool of half blocks");
	FUZZ_EQ(ms_init(&map, nr * BLK, BLK, NULL), 0, "pool");
	while (fuzz_more()) {
		any_area();
		check_map();
		check_hole();
		check_blocks();
	}
	return 0;
}
