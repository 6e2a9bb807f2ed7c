// SPDX-License-Identifier: GPL-2.0
/* L0: half-open ranges, overflow-checked. Calls nothing. */
#include "pure.h"
#include "model/range.h"

u64 lpar_range_end(const struct lpar_range *r)
{
	return r->start + r->len;
}

bool lpar_range_has(const struct lpar_range *r, u64 addr)
{
	return addr >= r->start && addr - r->start < r->len;
}

bool lpar_range_overlap(const struct lpar_range *a, const struct lpar_range *b)
{
	if (!a->len || !b->len)
		return false;
	return lpar_range_has(a, b->start) || lpar_range_has(b, a->start);
}

bool lpar_range_inside(const struct lpar_range *inner, const struct lpar_range *outer)
{
	return inner->len && lpar_range_has(outer, inner->start) &&
	       inner->len <= outer->len - (inner->start - outer->start);
}

struct lpar_range lpar_range_common(const struct lpar_range *a, const struct lpar_range *b)
{
	struct lpar_range c = { .start = max(a->start, b->start) };

	if (lpar_range_overlap(a, b))
		c.len = min(a->len - (c.start - a->start), b->len - (c.start - b->start));
	return c;
}
