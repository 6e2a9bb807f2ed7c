// SPDX-License-Identifier: GPL-2.0
/*
 * Expanded storage. The inventory says how much an LPAR has; here is which blocks.
 * A block has no address that anybody would know, so any free one will do, and what
 * an LPAR gets in an integration is joined to the end of its list. Layer L3.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "cpu/channel_es.h"
#include "host/pages.h"
#include "part/channels.h"
#include "part/es.h"

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

int es_claim(struct lpar *lpar)
{
	u64 nr = part.inv.es.size[lpar->slot] / HOST_BLOCK_SIZE;
	int err;

	lockdep_assert_held(&part.lock);
	if (!nr)
		return 0;
	err = frames_alloc(&lpar->es, nr);
	if (err)
		return err;
	idle.nr -= nr;
	memcpy(lpar->es.pfn, idle.pfn + idle.nr, nr * sizeof(*idle.pfn));
	return 0;
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

struct channel_dev *es_device(struct machine *m, const struct lpar_frames *frames)
{
	struct channel_dev *dev = channel_es_create(m, frames->pfn, frames->nr);

	lockdep_assert_held(&part.lock);
	if (!IS_ERR(dev))
		channel_avoid_pcpus(dev);
	return dev;
}

int es_attach(struct lpar *lpar, struct lpar_reason *why)
{
	struct channel_dev *dev;
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
	channel_dev_plug(dev, slot, false);
	channel_dev_resume(dev);
	return 0;
}
