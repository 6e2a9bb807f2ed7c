// SPDX-License-Identifier: GPL-2.0
/* sources: model/ms.c model/range.c model/reason.c model/state.c */

#include "pure.h"
#include "tap.h"
#include "model/ms.h"

#define MB ((u64)SZ_1M)

static struct ms_map map;

static struct ms_area make_area(u64 origin, u64 size, u64 expansion)
{
	return (struct ms_area){ origin * MB, size * MB, expansion * MB };
}

/* The storage map of the patent's Fig. 3, before the integration. */
static void make_patent_map(void)
{
	CHECK_EQ(ms_init(&map, 640 * MB, SZ_2M, NULL), 0);
	map.area[0] = make_area(0, 256, 256);
	map.area[1] = make_area(512, 128, 0);
	map.area[2] = make_area(256, 256, 0);
}

TEST(ms_init_refuses_bad_blocks)
{
	struct lpar_reason why;

	CHECK_EQ(ms_init(&map, 0, 3 * MB, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_VALUE);
	CHECK_EQ(ms_init(&map, 0, 2048, NULL), -EINVAL);
	CHECK_EQ(ms_init(&map, 0, 0, NULL), -EINVAL);
	CHECK_EQ(ms_init(&map, 3 * MB, SZ_2M, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_MS_UNALIGNED);
	CHECK_EQ(ms_init(&map, 4 * MB, SZ_2M, &why), 0);
}

TEST(ms_check_reports_the_reason)
{
	struct ms_area want = make_area(0, 2, 0);
	struct lpar_reason why;

	CHECK_EQ(ms_init(&map, 0, SZ_2M, NULL), 0);
	CHECK_EQ(ms_check(&map, 5, &want, &why), -ENXIO);
	CHECK_EQ(why.code, LPAR_REASON_MS_NO_POOL);
	make_patent_map();
	CHECK_EQ(ms_check(&map, 5, &want, &why), -EBUSY);
	CHECK_EQ(why.code, LPAR_REASON_MS_OVERLAP);
	CHECK_EQ(why.c, 0);
	want = make_area(639, 2, 0);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_MS_UNALIGNED);
	want = make_area(512, 1, 0);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EINVAL);
	want = make_area(512, 2, 1);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EINVAL);
	want = make_area(512, 130, 0);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -ENOSPC);
	CHECK_EQ(why.code, LPAR_REASON_MS_RANGE);
	want = make_area(640, 2, 0);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -ENOSPC);
	want = (struct ms_area){ .origin = U64_MAX - SZ_2M + 1, .size = SZ_4M };
	CHECK_EQ(ms_check(&map, 1, &want, &why), -ENOSPC);
	want = make_area(512, 4, 0);
	want.expansion = U64_MAX - SZ_2M + 1;
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EINVAL);
	want = make_area(512, 0, 0);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_MS_NO_SIZE);
	want = make_area(510, 130, 1 << 20);
	CHECK_EQ(ms_check(&map, 1, &want, &why), -EBUSY);
	CHECK_EQ(why.c, 2);
	want = make_area(512, 128, 1 << 20);	/* the expansion takes no storage yet */
	CHECK_EQ(ms_check(&map, 1, &want, &why), 0);
	CHECK_EQ(ms_check(&map, 1, &want, NULL), 0);
}

TEST(ms_walk_shows_areas_and_holes)
{
	struct ms_extent e;
	u64 pos = 0;

	make_patent_map();
	CHECK_EQ(ms_free_behind(&map, 0), 0);
	map.area[2].size = 0;
	CHECK_EQ(ms_free_behind(&map, 0), 256 * MB);
	CHECK_EQ(ms_free_behind(&map, 1), 0);
	CHECK_EQ(ms_free_behind(&map, 2), 0);
	CHECK_EQ(ms_free_from(&map, 300 * MB), 212 * MB);
	CHECK_EQ(ms_free_from(&map, 640 * MB), 0);
	CHECK_EQ(ms_free_from(&map, 100 * MB), 0);	/* within an area */
	CHECK_EQ(ms_owner(&map, 256 * MB - 1), 0);
	CHECK_EQ(ms_owner(&map, 256 * MB), MS_FREE);
	REQUIRE(ms_next(&map, &pos, &e) && e.owner == 0 && e.size == 256 * MB);
	REQUIRE(ms_next(&map, &pos, &e) && e.owner == MS_FREE && e.size == 256 * MB);
	REQUIRE(ms_next(&map, &pos, &e) && e.owner == 1 && e.origin == 512 * MB);
	REQUIRE(!ms_next(&map, &pos, &e));
}

TEST(ms_find_hole_takes_the_smallest_that_fits)
{
	struct lpar_range avoid = { .start = 100 * MB, .len = 20 * MB };
	u64 at = 0;

	REQUIRE(!ms_init(&map, 640 * MB, SZ_2M, NULL));
	map.area[0] = make_area(0, 100, 0);		/* hole 100..200 */
	map.area[1] = make_area(200, 100, 0);	/* hole 300..340 */
	map.area[2] = make_area(340, 200, 0);	/* hole 540..640 */
	CHECK(ms_find_hole(&map, 40 * MB, NULL, &at));
	CHECK_EQ(at, 300 * MB);
	CHECK(ms_find_hole(&map, 42 * MB, NULL, &at));
	CHECK_EQ(at, 100 * MB);
	CHECK(ms_find_hole(&map, 80 * MB, &avoid, &at));
	CHECK_EQ(at, 120 * MB);
	CHECK(ms_find_hole(&map, 82 * MB, &avoid, &at));
	CHECK_EQ(at, 540 * MB);
	CHECK(!ms_find_hole(&map, 102 * MB, NULL, &at));
	avoid.start = 150 * MB;
	CHECK(ms_find_hole(&map, 50 * MB, &avoid, &at));
	CHECK_EQ(at, 100 * MB);
	avoid.len = 500 * MB;
	CHECK(!ms_find_hole(&map, 60 * MB, &avoid, &at));
}

/* Random claims: the map verifies, its extents tile the pool, the sums agree. */
TEST(ms_random_claims_tile_the_pool)
{
	struct ms_extent e;
	int i, last;
	u64 pos, sum, used;

	REQUIRE(!ms_init(&map, 128 * MB, SZ_2M, NULL));
	for (i = 0; i < 20000; i++) {
		unsigned int slot = tap_below(LPAR_MAX_PARTS);
		struct ms_area want = make_area(2 * tap_below(70), 2 * tap_below(12), 0);

		if (map.area[slot].size)
			map.area[slot].size = 0;
		else if (!ms_check(&map, slot, &want, NULL))
			map.area[slot] = want;
		REQUIRE(ms_verify(&map));
		for (pos = 0, sum = 0, used = 0, last = -2; ms_next(&map, &pos, &e);) {
			REQUIRE(e.size && !(last == MS_FREE && e.owner == MS_FREE));
			last = e.owner;
			sum += e.size;
			used += e.owner == MS_FREE ? 0 : e.size;
		}
		REQUIRE(sum == map.pool_size);
		REQUIRE(used == ms_used(&map));
	}
}

TEST(ms_verify_detects_overlap)
{
	make_patent_map();
	CHECK(ms_verify(&map));
	map.area[2].origin -= SZ_2M;
	CHECK(!ms_verify(&map));
}
