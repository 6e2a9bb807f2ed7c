// SPDX-License-Identifier: GPL-2.0
/*
 * part/resize.c - writes to ms_size, shares and capped of an LPAR that owns resources: it
 * gets what is free in the steps of an integration, without a donor. Layer L3.
 */
#include <linux/cleanup.h>

#include "part/integrate.h"
#include "part/resize.h"

static bool resize_owns(const struct lpar *lpar)
{
	return state_owns(part_state(lpar));
}

static int resize_do(struct lpar *lpar, const struct integrate_size *size)
{
	cpumask_var_t before;
	int err;

	if (!part_step_aside(&before))
		return lpar_no_memory(lpar);
	err = integrate_resize(lpar, size);
	part_step_back(&before);
	return err;
}

bool resize_ms(struct lpar *lpar, u64 bytes, int *err)
{
	const struct integrate_size size = { .ms = bytes };

	if (!resize_owns(lpar) || !bytes)
		return false;
	*err = resize_do(lpar, &size);
	return true;
}

bool resize_shares(struct lpar *lpar, const struct share_set *set, int *err)
{
	const struct integrate_size size = { .shares = set };

	if (!resize_owns(lpar))
		return false;
	*err = resize_do(lpar, &size);
	return true;
}

bool resize_capped(struct lpar *lpar, bool capped, int *err)
{
	guard(mutex)(&lpar->lock);
	if (!resize_owns(lpar) || !lpar->machine)
		return false;
	lips_set_capped(lpar, capped);
	scoped_guard(mutex, &part.lock)
		lpar->want.capped = capped;
	lpar_changed(lpar, LPAR_CHANGED_LIPS);
	lpar_clear_error(lpar);
	*err = 0;
	return true;
}
