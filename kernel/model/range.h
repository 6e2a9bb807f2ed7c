/* SPDX-License-Identifier: GPL-2.0 */
/* L0: half-open ranges [start, start + len), overflow-checked. Calls nothing. */
#ifndef MODEL_RANGE_H
#define MODEL_RANGE_H

#include "pure.h"

struct lpar_range {
	u64 start;
	u64 len;
};

/* First address behind the range, which must not wrap. */
u64 lpar_range_end(const struct lpar_range *r);

/* An empty range overlaps nothing and contains nothing. */
bool lpar_range_overlap(const struct lpar_range *a, const struct lpar_range *b);
bool lpar_range_has(const struct lpar_range *r, u64 addr);
bool lpar_range_inside(const struct lpar_range *inner, const struct lpar_range *outer);

/* Intersection; len 0 if there is none. */
struct lpar_range lpar_range_common(const struct lpar_range *a, const struct lpar_range *b);

#endif /* MODEL_RANGE_H */
