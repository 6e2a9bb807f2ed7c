// SPDX-License-Identifier: GPL-2.0
/*
 * Telling a guest of what became its own while it ran (patent [0037] to
 * [0039]). With notify=manual it waits here until notify=auto is written.
 * Layer L3.
 */
#include <linux/jiffies.h>

#include "io/es.h"
#include "host/pages.h"
#include "part/part.h"
#include "trace.h"

/* A guest that is still on its way up may take its time. */
#define REMIND_AFTER	msecs_to_jiffies(500)
#define REMIND_TIMES	240

static bool has_guest(struct lpar *lpar)
{
	enum lpar_state state = part_state(lpar);

	return state == LPAR_OPERATING || state == LPAR_STOPPED;
}

static int announce_memory(struct lpar *lpar)
{
	u64 size = lpar->frames.nr * HOST_BLOCK_SIZE;
	u64 offset = size - lpar->untold_ms;

	if (!lpar->untold_ms)
		return 0;
	trace_lpar_hotplug(lpar->name, "memory", layout_gpa_of_ms(offset),
			   lpar->untold_ms);
	return storage_announce(lpar->machine, offset, lpar->untold_ms);
}

static int announce_lips(struct lpar *lpar)
{
	int err, first = 0;
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++) {
		if (!(lpar->untold_lips & BIT_ULL(id)))
			continue;
		trace_lpar_hotplug(lpar->name, "processor", id, 0);
		err = machine_notify_lip(lpar->machine, id);
		first = first ?: err;
	}
	return first;
}

static int announce_slots(struct lpar *lpar)
{
	int err, first = 0;
	u32 slot;

	for (slot = 1; slot < LAYOUT_PCI_SLOTS; slot++) {
		if (!(lpar->untold_slots & BIT(slot)))
			continue;
		trace_lpar_hotplug(lpar->name, "channel", slot, 0);
		err = machine_notify_slot(lpar->machine, slot);
		first = first ?: err;
	}
	return first;
}

static void announce_es(struct lpar *lpar)
{
	if (!lpar->untold_es)
		return;
	trace_lpar_hotplug(lpar->name, "expanded storage", 0, lpar->es.nr * HOST_BLOCK_SIZE);
	io_es_tell(lpar->es_dev);
}

/*
 * An interrupt that comes while the guest's input is masked is lost, so it is
 * given again for as long as there is something that the guest has not taken.
 */
static void remind_later(struct lpar *lpar)
{
	if (!lpar->reminders)
		return;
	lpar->reminders--;
	kthread_queue_delayed_work(lpar->worker, &lpar->remind, REMIND_AFTER);
}

void notify_insist(struct lpar *lpar)
{
	lockdep_assert_held(&lpar->lock);
	lpar->reminders = REMIND_TIMES;
	remind_later(lpar);
}

void notify_remind(struct kthread_work *work)
{
	struct lpar *lpar = container_of(work, struct lpar, remind.work);

	guard(mutex)(&lpar->lock);
	if (!lpar->machine || !has_guest(lpar))
		return;
	machine_notify_again(lpar->machine);
	remind_later(lpar);
}

void notify_forget(struct lpar *lpar)
{
	lpar->untold_ms = 0;
	lpar->untold_lips = 0;
	lpar->untold_slots = 0;
	lpar->untold_es = false;
}

int lpar_announce(struct lpar *lpar)
{
	int err = 0, lip_err = 0, slot_err = 0;

	lockdep_assert_held(&lpar->lock);
	/* Without a guest the next IPL's tables will say it. */
	if (lpar->machine && has_guest(lpar)) {
		err = announce_memory(lpar);
		lip_err = announce_lips(lpar);
		/* Before its device, if that is new: so it has its size at once. */
		announce_es(lpar);
		slot_err = announce_slots(lpar);
	}
	/* Asking once more would find the same slots taken. */
	notify_forget(lpar);
	err = err ?: lip_err ?: slot_err;
	notify_insist(lpar);
	if (!err)
		return 0;
	return lpar_refuse(lpar, err,
			   "%s has got new resources, but its guest could not be told (errno %d); they are used after the next IPL",
			   lpar->name, -err);
}
