// SPDX-License-Identifier: GPL-2.0
/*
 * Expanded storage. The inventory says how much an LPAR has; here is which blocks.
 * A block has no address that anybody would know, so any free one will do, and what
 * an LPAR gets in an integration is joined to the end of its list. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "io/es.h"
#include "host/pages.h"
#include "part/channels.h"
#include "part/res_es.h"

/* Frames that no LPAR has: a stack. part.lock. */
static struct lpar_frames idle;

int es_set_pool(u64 size)
{
	u64 nr = size / HOST_BLOCK_SIZE;
	struct lpar_frames fresh = {};
	int err;

	lockdep_assert_held(&part.lock);
	if (size >> MAX_PHYSMEM_BITS)
		return -ENOMEM;
	err = nr ? frames_alloc(&fresh, nr) : 0;
	if (!err)
		err = host_es_resize(nr);
	if (err) {
		frames_free(&fresh);
		return err;
	}
	frames_free(&idle);
	idle = fresh;
	while (nr--)
		idle.pfn[nr] = PHYS_PFN(host_es_frame(nr));
	return 0;
}

void es_exit(void)
{
	frames_free(&idle);
	WARN_ON_ONCE(host_es_resize(0));
}

/* So many of the idle ones to @to. */
static void take_idle(u64 *to, u64 nr)
{
	idle.nr -= nr;
	memcpy(to, idle.pfn + idle.nr, nr * sizeof(*idle.pfn));
}

int es_claim(struct lpar *lpar)
{
	u64 nr = part.inv.es.size[lpar->slot] / HOST_BLOCK_SIZE;
	int err;

	lockdep_assert_held(&part.lock);
	if (!nr)
		return 0;
	err = frames_alloc(&lpar->es, nr);
	if (!err)
		take_idle(lpar->es.pfn, nr);
	return err;
}

void es_give_back(struct lpar *lpar)
{
	u64 nr = lpar->es.nr;

	lockdep_assert_held(&part.lock);
	if (nr)
		memcpy(idle.pfn + idle.nr, lpar->es.pfn, nr * sizeof(*idle.pfn));
	idle.nr += nr;
	frames_free(&lpar->es);
}

struct slot_dev *es_device(struct machine *m, const struct lpar_frames *frames)
{
	struct slot_dev *dev = io_es_create(m, frames->pfn, frames->nr);

	lockdep_assert_held(&part.lock);
	if (!IS_ERR(dev))
		channel_avoid_pcpus(dev);
	return dev;
}

int es_attach(struct lpar *lpar, struct lpar_reason *why)
{
	struct slot_dev *dev;
	int slot;

	lockdep_assert_held(&lpar->lock);
	if (!lpar->es.nr)
		return 0;
	slot = machine_free_slot(lpar->machine, 1);
	if (slot < 0) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_FULL, lpar->name, 1, 0, 0);
		return slot;
	}
	scoped_guard(mutex, &part.lock)
		dev = es_device(lpar->machine, &lpar->es);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	lpar->es_dev = dev;
	slot_dev_plug(dev, slot, false);
	slot_dev_resume(dev);
	return 0;
}

/*
 * Growth.
 */
static int check_growth(struct lpar *lpar, u64 size, struct lpar_reason *why)
{
	u64 now = part.inv.es.size[lpar->slot];
	int err;

	if (size < now) {
		lpar_reason_set(why, LPAR_REASON_ES_SHRINK, lpar->name, now, 0, 0);
		return -EBUSY;
	}
	err = es_check(&part.inv.es, lpar->slot, size, why);
	if (err)
		strscpy(why->who, lpar->name, LPAR_NAME_LEN);
	return err;
}

/* @old gets the list that the device still goes by. */
static int grow(struct lpar *lpar, u64 size, struct lpar_frames *old, struct lpar_reason *why)
{
	u64 more;
	int err;

	guard(mutex)(&part.lock);
	err = check_growth(lpar, size, why);
	more = size / HOST_BLOCK_SIZE - lpar->es.nr;
	if (err || !more)
		return err;
	err = frames_extend(old, &lpar->es, more);
	if (err)
		return err;
	take_idle(old->pfn + lpar->es.nr, more);
	swap(lpar->es, *old);
	part.inv.es.size[lpar->slot] = size;
	lpar->want.es = size;
	return 0;
}

static void shrink_back(struct lpar *lpar, struct lpar_frames *old)
{
	guard(mutex)(&part.lock);
	es_give_back(lpar);
	swap(lpar->es, *old);
	part.inv.es.size[lpar->slot] = 0;
	lpar->want.es = 0;
}

/* The first that it has needs a device, which can fail. */
static int first_device(struct lpar *lpar, struct lpar_frames *old, struct lpar_reason *why)
{
	int err = es_attach(lpar, why);

	if (err)
		shrink_back(lpar, old);
	else
		lpar->untold_slots |= BIT(lpar->es_dev->slot);
	return err;
}

int es_grow(struct lpar *lpar, u64 size)
{
	struct lpar_frames old = {};
	struct lpar_reason why = {};
	int err;

	lockdep_assert_held(&lpar->lock);
	err = grow(lpar, size, &old, &why);
	if (!err && !lpar->es_dev && size)
		err = first_device(lpar, &old, &why);
	else if (!err && size)
		io_es_set(lpar->es_dev, lpar->es.pfn, lpar->es.nr);
	frames_free(&old);
	if (err)
		return lpar_explain(lpar, err, &why);
	lpar->untold_es = lpar->es_dev;
	lpar_changed(lpar, LPAR_CHANGED_MS);
	lpar_forgive(lpar);
	return lpar->want.notify ? lpar_announce(lpar) : 0;
}
