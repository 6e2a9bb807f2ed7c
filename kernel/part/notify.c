// SPDX-License-Identifier: GPL-2.0
/*
 * part/notify.c - announce new resources to a running guest (patent [0037] to [0039]).
 * With notify=manual that waits until notify=auto is written. Layer L3.
 */
#include <linux/jiffies.h>

#include "part/part.h"
#include "part/resource.h"

/* Two minutes: the guest may still be booting. */
#define REMIND_AFTER	msecs_to_jiffies(500)
#define REMIND_TIMES	240

static bool has_guest(struct lpar *lpar)
{
	enum lpar_state state = part_state(lpar);

	return state == LPAR_OPERATING || state == LPAR_STOPPED;
}

/*
 * An interrupt is lost while the guest masks the input, so it is repeated as long as
 * the guest has not handled everything.
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

static int notify_tell(struct lpar *lpar, bool again)
{
	int err = 0;

	lockdep_assert_held(&lpar->lock);
	/* without a guest the firmware tables of the next IPL have it */
	if (lpar->machine && has_guest(lpar)) {
		if (again)
			machine_announce_again(lpar->machine);
		err = part_announce(lpar);
	}
	/* do not repeat a failed announcement: the slots stay occupied */
	part_forget(lpar);
	notify_insist(lpar);
	if (!err)
		return 0;
	return lpar_refuse(lpar, err,
			   "%s has new resources, but they could not be announced to its guest (errno %d): the next IPL makes them usable",
			   lpar->name, -err);
}

int notify_announce(struct lpar *lpar)
{
	return notify_tell(lpar, true);
}

int notify_unless_manual(struct lpar *lpar)
{
	return lpar->want.notify ? notify_tell(lpar, false) : 0;
}
