// SPDX-License-Identifier: GPL-2.0
/*
 * part/resource.c - the table of resources. A new kind needs its own file and a line
 * here. Layer L3.
 */
#include <linux/mm.h>

#include "machine/slot.h"
#include "part/resource.h"

/*
 * In the order of claiming and attaching; release is in reverse. Disks come before
 * expanded storage, so that their names in the guest do not depend on it.
 */
const struct part_resource *const part_resources[PART_NR_RESOURCES] = {
	[PART_MS]	= &res_ms,
	[PART_LIPS]	= &res_lips,
	[PART_CHANNELS]	= &res_channels,
	[PART_ES]	= &res_es,
};

const struct part_resource *part_resource_of(u16 kind)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource(r, i)
		if (r->moves & BIT(kind))
			return r;
	return NULL;
}

int part_own_alloc(void *own[PART_NR_RESOURCES], bool integrate)
{
	const struct part_resource *r;
	unsigned int i;
	size_t size;

	for_each_resource(r, i) {
		size = integrate ? r->integrate_size : r->lpar_size;
		own[i] = size ? kvzalloc(size, GFP_KERNEL) : NULL;
		if (size && !own[i]) {
			part_own_free(own);
			return -ENOMEM;
		}
	}
	return 0;
}

void part_wish(const struct lpar *lpar, struct inventory_want *want)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&part.lock);
	for_each_resource(r, i)
		if (r->wish)
			r->wish(lpar, want);
}

/* Give back the first @nr resources of the table. */
static void part_give_back_first(struct lpar *lpar, unsigned int nr)
{
	while (nr--)
		if (part_resources[nr]->give_back)
			part_resources[nr]->give_back(lpar);
}

int part_claim(struct lpar *lpar, struct lpar_reason *why)
{
	const struct part_resource *r;
	unsigned int i;
	int err;

	lockdep_assert_held(&part.lock);
	for_each_resource(r, i) {
		err = r->claim ? r->claim(lpar, why) : 0;
		if (err) {
			part_give_back_first(lpar, i);
			return err;
		}
	}
	return 0;
}

void part_give_back(struct lpar *lpar)
{
	lockdep_assert_held(&lpar->lock);
	part_give_back_first(lpar, PART_NR_RESOURCES);
}

void part_clean(struct lpar *lpar)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&lpar->lock);
	for_each_resource_reverse(r, i)
		if (r->clean)
			r->clean(lpar);
	lpar->dirty = false;
}

/* Called before any source is opened. */
static int part_check_slots(struct lpar *lpar, struct lpar_reason *why)
{
	u32 need = 0, have = machine_free_slots(lpar->machine);
	const struct part_resource *r;
	unsigned int i;

	guard(mutex)(&part.lock);
	for_each_resource(r, i)
		need += r->slots ? r->slots(lpar) : 0;
	if (need <= have)
		return 0;
	lpar_reason_set(why, LPAR_REASON_CHANNEL_FULL, lpar->name, need, have, 0);
	return -ENOSPC;
}

int part_attach(struct lpar *lpar, struct lpar_reason *why)
{
	const struct part_resource *r;
	unsigned int i;
	int err = part_check_slots(lpar, why);

	lockdep_assert_held(&lpar->lock);
	if (err)
		return err;
	for_each_resource(r, i) {
		err = r->attach ? r->attach(lpar, why) : 0;
		if (err)
			return err;
	}
	return 0;
}

void part_detach(struct lpar *lpar)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&lpar->lock);
	for_each_resource_reverse(r, i)
		if (r->detach)
			r->detach(lpar);
}

void part_build(struct lpar *lpar, struct acpi_config *config)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&lpar->lock);
	for_each_resource(r, i)
		if (r->build)
			r->build(lpar, config);
}

void part_wipe(struct lpar *lpar)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&lpar->lock);
	for_each_resource(r, i)
		if (r->wipe)
			r->wipe(lpar);
}

void part_look(struct lpar *lpar)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource(r, i)
		if (r->look)
			r->look(lpar);
}

void part_forget(struct lpar *lpar)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource(r, i)
		if (r->forget)
			r->forget(lpar);
}

int part_announce(struct lpar *lpar)
{
	const struct part_resource *r;
	int err, first = 0;
	unsigned int i;

	for_each_resource(r, i) {
		err = r->announce ? r->announce(lpar) : 0;
		first = first ?: err;
	}
	return first;
}
