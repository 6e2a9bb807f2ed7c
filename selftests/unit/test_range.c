// SPDX-License-Identifier: GPL-2.0
/* sources: model/range.c */

#include "pure.h"
#include "tap.h"
#include "model/range.h"

static struct lpar_range r(u64 start, u64 len)
{
	return (struct lpar_range){ .start = start, .len = len };
}

TEST(range_overlap_and_inside_at_the_edges)
{
	struct lpar_range a = r(100, 50), b = r(150, 10), c = r(149, 1), none = r(120, 0);
	struct lpar_range huge = r(U64_MAX - 5, 100);

	CHECK(!lpar_range_overlap(&a, &b));
	CHECK(lpar_range_overlap(&a, &c));
	CHECK(!lpar_range_overlap(&a, &none));
	CHECK(!lpar_range_overlap(&a, &huge));
	CHECK(lpar_range_inside(&c, &a));
	CHECK(!lpar_range_inside(&b, &a));
	CHECK(!lpar_range_inside(&none, &a));
	CHECK(!lpar_range_inside(&huge, &a));
	CHECK(lpar_range_has(&a, 149) && !lpar_range_has(&a, 150) && !lpar_range_has(&a, 99));
}

/* Compared with a byte by byte computation. */
TEST(range_common_random)
{
	int i;
	u64 x, both;

	for (i = 0; i < 20000; i++) {
		struct lpar_range a = r(tap_below(40), tap_below(20));
		struct lpar_range b = r(tap_below(40), tap_below(20));
		struct lpar_range c = lpar_range_common(&a, &b);

		for (both = 0, x = 0; x < 64; x++) {
			bool in = lpar_range_has(&a, x) && lpar_range_has(&b, x);

			both += in;
			REQUIRE(in == lpar_range_has(&c, x));
		}
		REQUIRE(both == c.len);
		REQUIRE(lpar_range_overlap(&a, &b) == (both > 0));
		REQUIRE(lpar_range_inside(&a, &b) == (a.len && both == a.len));
	}
}
