// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_es.c - expanded storage as a resource. The inventory has the amounts; the
 * blocks are managed here. Blocks have no addresses outside, so any free one will do,
 * and an integration appends the donor's blocks to the receiver's list. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "host/pages.h"
#include "io/es.h"
#include "machine/slot.h"
#include "part/integrate.h"
#include "part/res_es.h"
#include "part/resource.h"
#include "trace.h"

/* A mere limit: the device copies in memory only. */
#define ES_QUIESCE	(30 * HZ)

/**
 * struct es_own - expanded storage of one LPAR (its lock)
 * @frames: its host frames; may be empty
 * @dev: its device in the machine, or NULL
 * @untold: the size is still to be announced to the guest
 * @untold_dev: the device is still to be announced to the guest
 */
struct es_own {
	struct lpar_frames frames;
	struct slot_dev *dev;
	bool untold;
	bool untold_dev;
};

/**
 * struct es_integrate - expanded storage in an integration
 * @frames: the receiver's new list; from 205 on its old one
 * @dev: a new device for the receiver, if it has none; NULL from 205 on
 * @slot: PCI slot for @dev; 0, which is the host bridge's, if it has one
 */
struct es_integrate {
	struct lpar_frames frames;
	struct slot_dev *dev;
	u32 slot;
};

/* Stack of free frames. part.lock. */
static struct lpar_frames es_idle;

static struct es_own *es_of(const struct lpar *lpar)
{
	return lpar->own[PART_ES];
}

static struct es_integrate *es_integrate(const struct integrate *ig)
{
	return ig->own[PART_ES];
}

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
	frames_free(&es_idle);
	es_idle = fresh;
	while (nr--)
		es_idle.pfn[nr] = PHYS_PFN(host_es_frame(nr));
	return 0;
}

void es_exit(void)
{
	frames_free(&es_idle);
	WARN_ON_ONCE(host_es_resize(0));
}

/* Pop @nr frames into @to. */
static void es_take_idle(u64 *to, u64 nr)
{
	es_idle.nr -= nr;
	memcpy(to, es_idle.pfn + es_idle.nr, nr * sizeof(*es_idle.pfn));
}

/*
 * Activation.
 */
static int es_claim(struct lpar *lpar, struct lpar_reason *why)
{
	u64 nr = part.inv.es.size[lpar->slot] / HOST_BLOCK_SIZE;
	int err;

	lockdep_assert_held(&part.lock);
	if (!nr)
		return 0;
	err = frames_alloc(&es_of(lpar)->frames, nr);
	if (!err)
		es_take_idle(es_of(lpar)->frames.pfn, nr);
	return err;
}

static void es_clean(struct lpar *lpar)
{
	if (lpar->dirty)
		frames_clear(&es_of(lpar)->frames);
}

/* The frames are clean. If they belong to the receiver by now, only the list is freed. */
static void es_give_back(struct lpar *lpar)
{
	struct lpar_frames *frames = &es_of(lpar)->frames;

	if (frames->nr && part.inv.es.size[lpar->slot]) {
		lockdep_assert_held(&part.lock);
		memcpy(es_idle.pfn + es_idle.nr, frames->pfn, frames->nr * sizeof(*frames->pfn));
		es_idle.nr += frames->nr;
	}
	frames_free(frames);
}

static u32 es_slots(const struct lpar *lpar)
{
	return part.inv.es.size[lpar->slot] > 0;
}

static struct slot_dev *es_device(struct machine *m, const struct lpar_frames *frames)
{
	struct slot_dev *dev = io_es_create(m, frames->pfn, frames->nr);

	lockdep_assert_held(&part.lock);
	if (!IS_ERR(dev))
		part_avoid_pcpus_dev(dev);
	return dev;
}

static int es_attach(struct lpar *lpar, struct lpar_reason *why)
{
	struct es_own *es = es_of(lpar);
	struct slot_dev *dev;
	int slot;

	lockdep_assert_held(&lpar->lock);
	if (!es->frames.nr)
		return 0;
	slot = machine_free_slot(lpar->machine, 1);
	if (slot < 0) {
		lpar_reason_set(why, LPAR_REASON_CHANNEL_FULL, lpar->name, 1, 0, 0);
		return slot;
	}
	scoped_guard(mutex, &part.lock)
		dev = es_device(lpar->machine, &es->frames);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	es->dev = dev;
	slot_dev_plug(dev, slot, false);
	slot_dev_resume(dev);
	return 0;
}

static void es_detach(struct lpar *lpar)
{
	if (es_of(lpar)->dev)
		slot_dev_destroy(es_of(lpar)->dev);
	es_of(lpar)->dev = NULL;
}

/*
 * Integration.
 */

/* One slot, if the receiver has no expanded storage yet. */
static void es_room(const struct integrate *ig, struct part_room *need)
{
	u32 i;

	for (i = 0; i < ig->plan.nr; i++)
		need->slots += ig->plan.move[i].kind == PLAN_GROW_ES &&
			       !part.inv.es.size[ig->receiver->slot];
}

/* The receiver has no expanded storage yet. */
static int es_reserve_device(struct integrate *ig)
{
	struct es_integrate *ei = es_integrate(ig);
	int slot = integrate_next_slot(ig);
	struct slot_dev *dev;

	if (slot < 0)
		return slot;
	dev = es_device(ig->receiver->machine, &es_of(ig->receiver)->frames);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ei->dev = dev;
	ei->slot = slot;
	return 0;
}

/* Number of blocks that the donor gives, from the end of its list. */
static u64 es_given(const struct integrate *ig)
{
	u32 i;

	for (i = 0; i < ig->plan.nr; i++)
		if (ig->plan.move[i].kind == PLAN_GROW_ES)
			return ig->plan.move[i].len / HOST_BLOCK_SIZE;
	return 0;
}

/* Append the donor's frames to a copy of the receiver's list. */
static int es_reserve(struct integrate *ig)
{
	const struct lpar_frames *now = &es_of(ig->receiver)->frames;
	struct lpar_frames *both = &es_integrate(ig)->frames;
	const struct lpar_frames *donor;
	u64 nr = es_given(ig);
	int err;

	if (!nr)
		return 0;
	donor = &es_of(ig->donor)->frames;
	err = frames_extend(both, now, nr);
	if (err)
		return err;
	memcpy(both->pfn + now->nr, donor->pfn + donor->nr - nr, nr * sizeof(*donor->pfn));
	return es_of(ig->receiver)->dev ? 0 : es_reserve_device(ig);
}

static void es_unreserve(struct integrate *ig)
{
	struct es_integrate *ei = es_integrate(ig);

	if (ei->dev)
		slot_dev_destroy(ei->dev);
	ei->dev = NULL;
	frames_free(&ei->frames);
}

/* The device, and so the guest, keep the old size until 209. */
static void es_move(struct integrate *ig)
{
	struct es_own *es = es_of(ig->receiver);
	struct es_integrate *ei = es_integrate(ig);

	swap(es->frames, ei->frames);
	if (!ei->dev)
		return;
	swap(es->dev, ei->dev);
	slot_dev_plug(es->dev, ei->slot, false);
	slot_dev_resume(es->dev);
}

static void es_unmove(struct integrate *ig)
{
	struct es_own *es = es_of(ig->receiver);
	struct es_integrate *ei = es_integrate(ig);

	swap(es->frames, ei->frames);
	if (!ei->slot)
		return;
	slot_dev_unplug(es->dev);
	swap(es->dev, ei->dev);
}

static int es_apply(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_GROW_ES)
		es_move(ig);
	else
		/* waits for copies in memory: cannot fail or take long */
		slot_dev_quiesce(es_of(ig->donor)->dev, ES_QUIESCE);
	return 0;
}

static void es_undo(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_GROW_ES)
		es_unmove(ig);
	else
		slot_dev_resume(es_of(ig->donor)->dev);
}

static void es_forget(struct lpar *lpar)
{
	es_of(lpar)->untold = false;
	es_of(lpar)->untold_dev = false;
}

/* The device, which is quiet, has what is left from the next IPL on; or it goes. */
static void es_shed(struct integrate *ig)
{
	struct es_own *es = es_of(ig->donor);
	struct lpar_frames given = { .nr = es_given(ig) };

	if (!given.nr)
		return;
	es->frames.nr -= given.nr;
	given.pfn = es->frames.pfn + es->frames.nr;
	if (es->frames.nr)
		io_es_set(es->dev, es->frames.pfn, es->frames.nr);
	else
		es_detach(ig->donor);
	if (ig->donor->dirty)
		frames_clear(&given);
	if (es->frames.nr)
		return;
	frames_free(&es->frames);
	es_forget(ig->donor);
}

static int es_deliver(struct integrate *ig)
{
	struct es_own *es = es_of(ig->receiver);
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		if (ig->plan.move[i].kind != PLAN_GROW_ES)
			continue;
		io_es_set(es->dev, es->frames.pfn, es->frames.nr);
		es->untold = true;
		es->untold_dev |= es_integrate(ig)->slot > 0;
	}
	return 0;
}

/*
 * Notify.
 */

/* Announce the size before a new device, so that it has its size from the start. */
static int es_announce(struct lpar *lpar)
{
	struct es_own *es = es_of(lpar);

	if (es->untold) {
		trace_lpar_hotplug(lpar->name, "es", 0, es->frames.nr * HOST_BLOCK_SIZE);
		io_es_tell(es->dev);
	}
	if (!es->untold_dev)
		return 0;
	trace_lpar_hotplug(lpar->name, "es-device", 0, es->dev->slot);
	return machine_notify_slot(lpar->machine, es->dev->slot);
}

const struct part_resource res_es = {
	.lpar_size = sizeof(struct es_own),
	.integrate_size = sizeof(struct es_integrate),
	.moves = BIT(PLAN_RELEASE_ES) | BIT(PLAN_GROW_ES),
	.claim = es_claim,
	.clean = es_clean,
	.give_back = es_give_back,
	.slots = es_slots,
	.attach = es_attach,
	.detach = es_detach,
	.announce = es_announce,
	.forget = es_forget,
	.room = es_room,
	.reserve = es_reserve,
	.unreserve = es_unreserve,
	.apply = es_apply,
	.undo = es_undo,
	.shed = es_shed,
	.deliver = es_deliver,
};

/*
 * Growth.
 */
static int es_check_growth(struct lpar *lpar, u64 size, struct lpar_reason *why)
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

/* @old gets the list that the device still uses. */
static int es_grow_list(struct lpar *lpar, u64 size, struct lpar_frames *old,
			struct lpar_reason *why)
{
	u64 more;
	int err;

	guard(mutex)(&part.lock);
	err = es_check_growth(lpar, size, why);
	more = size / HOST_BLOCK_SIZE - es_of(lpar)->frames.nr;
	if (err || !more)
		return err;
	err = frames_extend(old, &es_of(lpar)->frames, more);
	if (err)
		return err;
	es_take_idle(old->pfn + es_of(lpar)->frames.nr, more);
	swap(es_of(lpar)->frames, *old);
	part.inv.es.size[lpar->slot] = size;
	return 0;
}

static void es_shrink_back(struct lpar *lpar, struct lpar_frames *old)
{
	guard(mutex)(&part.lock);
	es_give_back(lpar);
	swap(es_of(lpar)->frames, *old);
	part.inv.es.size[lpar->slot] = 0;
}

/* The LPAR had no expanded storage: create its device. */
static int es_first_device(struct lpar *lpar, struct lpar_frames *old, struct lpar_reason *why)
{
	int err = es_attach(lpar, why);

	if (err)
		es_shrink_back(lpar, old);
	else
		es_of(lpar)->untold_dev = true;
	return err;
}

int es_grow(struct lpar *lpar, u64 size)
{
	struct lpar_frames old = {};
	struct lpar_reason why = {};
	int err;

	lockdep_assert_held(&lpar->lock);
	err = es_grow_list(lpar, size, &old, &why);
	if (!err && !es_of(lpar)->dev && size)
		err = es_first_device(lpar, &old, &why);
	else if (!err && size)
		io_es_set(es_of(lpar)->dev, es_of(lpar)->frames.pfn, es_of(lpar)->frames.nr);
	frames_free(&old);
	if (err)
		return lpar_explain(lpar, err, &why);
	es_of(lpar)->untold = es_of(lpar)->dev;
	lpar_changed(lpar, LPAR_CHANGED_MS);
	lpar_clear_error(lpar);
	return 0;
}

u64 lpar_get_es(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return part.inv.es.size[lpar->slot];
}
