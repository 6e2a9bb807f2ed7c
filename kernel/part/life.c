// SPDX-License-Identifier: GPL-2.0
/*
 * part/life.c - creation and removal of an LPAR (mkdir, rmdir). Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "part/part.h"
#include "part/place.h"
#include "part/resource.h"

static struct lpar *lpar_alloc(const char *name, const struct lpar_hooks *hooks,
			       void *cookie)
{
	struct lpar *lpar = kvzalloc(sizeof(*lpar), GFP_KERNEL);

	if (!lpar)
		return NULL;
	if (part_own_alloc(lpar->own, false))
		goto no_own;
	lpar->worker = kthread_create_worker(0, "lpar/%s", name);
	if (IS_ERR(lpar->worker))
		goto no_worker;
	strscpy(lpar->name, name, sizeof(lpar->name));
	lpar->hooks = hooks;
	lpar->cookie = cookie;
	kref_init(&lpar->ref);
	mutex_init(&lpar->lock);
	raw_spin_lock_init(&lpar->machine_lock);
	raw_spin_lock_init(&lpar->event_lock);
	spin_lock_init(&lpar->text_lock);
	kthread_init_work(&lpar->work, guest_work);
	kthread_init_work(&lpar->moved, guest_moved);
	kthread_init_delayed_work(&lpar->remind, notify_remind);
	kthread_init_delayed_work(&lpar->answers, inbox_answers);
	lpar->want.capped = true;
	lpar->want.notify = true;
	reaction_defaults(&lpar->want);
	identity_defaults(&lpar->want);
	return lpar;

no_worker:
	part_own_free(lpar->own);
no_own:
	kvfree(lpar);
	return NULL;
}

struct lpar *lpar_create(const char *name, const struct lpar_hooks *hooks,
			 void *cookie)
{
	struct lpar *lpar = lpar_alloc(name, hooks, cookie);
	struct lpar_reason why;
	char text[LPAR_TEXT_LEN];
	int slot;

	if (!lpar)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&part.lock);
	slot = inventory_add(&part.inv, name, &why);
	if (slot >= 0) {
		lpar->slot = slot;
		part.lpar[slot] = lpar;
		part_avoid_pcpus(lpar->worker->task);
	}
	mutex_unlock(&part.lock);
	if (slot >= 0)
		return lpar;

	/* There is no directory yet whose last_error could have it. */
	lpar_reason_text(&why, text, sizeof(text));
	lpar_place_refuse(LPAR_PLACE_PARTITIONS, slot, "%s", text);
	kthread_destroy_worker(lpar->worker);
	part_put(lpar);
	return ERR_PTR(slot);
}

void lpar_remove(struct lpar *lpar)
{
	mutex_lock(&lpar->lock);
	lpar->gone = true;
	if (state_owns(part_state(lpar))) {
		/* unusual: its directory is pinned while it owns resources */
		lifecycle_dissolve(lpar);
		lifecycle_unhold(lpar);
	}
	mutex_lock(&part.lock);
	WARN_ON_ONCE(inventory_remove(&part.inv, lpar->slot, NULL));
	part.lpar[lpar->slot] = NULL;
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);

	/* without a machine nothing queues work any more */
	kthread_cancel_delayed_work_sync(&lpar->remind);
	kthread_cancel_delayed_work_sync(&lpar->answers);
	kthread_destroy_worker(lpar->worker);
	part_put(lpar);
}
