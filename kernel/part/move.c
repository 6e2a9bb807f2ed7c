// SPDX-License-Identifier: GPL-2.0
/*
 * part/move.c - move a part of one LPAR's resources to another. All but what is planned is
 * done as in an integration. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/slab.h>

#include "part/integrate.h"

/* What is named, for the model. */
static int move_want(struct lpar *receiver, const struct lpar_part *p,
		     struct inventory_want *want)
{
	struct lpar_reason why = {};
	int err = 0;

	want->ms.size = p->ms;
	want->es = p->es;
	if (p->shares)
		err = min(share_parse(p->shares, &want->shares, &why), 0);
	if (!err && p->channels)
		err = channel_parse(p->channels, want->channels, &why);
	return err ? lpar_explain(receiver, err, &why) : 0;
}

/* Parse, then call @what. */
static int move_do(struct lpar *receiver, const struct lpar_part *p,
		   int (*what)(struct lpar *receiver, const char *donor,
			       const struct inventory_want *want))
{
	struct inventory_want *want __free(kfree) = kzalloc(sizeof(*want), GFP_KERNEL);
	int err;

	if (!want)
		return lpar_no_memory(receiver);
	err = move_want(receiver, p, want);
	return err ?: what(receiver, p->donor, want);
}

int lpar_move(struct lpar *receiver, const struct lpar_part *p)
{
	return move_do(receiver, p, integrate_run);
}

int lpar_move_check(struct lpar *receiver, const struct lpar_part *p)
{
	return move_do(receiver, p, integrate_check);
}
