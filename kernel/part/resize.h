/* SPDX-License-Identifier: GPL-2.0 */
/* part/resize.h - attributes of LPARs that own resources, for part/set.c. Layer L3. */
#ifndef LPAR_PART_RESIZE_H
#define LPAR_PART_RESIZE_H

#include <linux/types.h>

struct lpar;
struct share_set;

/*
 * Does the LPAR own resources? Then the write has been done, and *@err is its result, with a
 * line in last_error; else nothing was done. Locks of lpar must not be held.
 */
bool resize_ms(struct lpar *lpar, u64 bytes, int *err);
bool resize_shares(struct lpar *lpar, const struct share_set *set, int *err);
bool resize_capped(struct lpar *lpar, bool capped, int *err);

#endif
