// SPDX-License-Identifier: GPL-2.0
/*
 * part/inbox.c - events from a machine, which come in atomic context and are kept for
 * the LPAR's worker (part/guest.c), which handles them under the LPAR's mutex. Layer L3.
 *
 * An event may come while an operation holds the mutex. The worker handles it later,
 * unless the operation ended that guest: inbox_forget() drops events of the old guest,
 * so that they do not affect a new one.
 */
#include <linux/jiffies.h>

#include "part/part.h"

/*
 * A guest may write _OST at any rate, and each report costs a wake-up of the worker and a
 * uevent. All answers within this time are reported once.
 */
#define ANSWERS_TOLD_AFTER	(HZ / 10)

void inbox_note(struct lpar *lpar, enum machine_event event, const struct lpar_reason *why)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lpar->event_lock, flags);
	if (event == MACHINE_FAILED && !(lpar->events & BIT(event)) && why)
		lpar->fault = *why;
	lpar->events |= BIT(event);
	raw_spin_unlock_irqrestore(&lpar->event_lock, flags);
}

static void inbox_event(void *owner, enum machine_event event,
			const struct lpar_reason *why)
{
	struct lpar *lpar = owner;

	inbox_note(lpar, event, why);
	if (event == MACHINE_OST)
		kthread_queue_delayed_work(lpar->worker, &lpar->answers, ANSWERS_TOLD_AFTER);
	else
		kthread_queue_work(lpar->worker, &lpar->work);
}

void inbox_answers(struct kthread_work *work)
{
	struct lpar *lpar = container_of(work, struct lpar, answers.work);

	guest_work(&lpar->work);
}

static void inbox_console(void *owner, const u8 *bytes, size_t len)
{
	struct lpar *lpar = owner;

	lpar->hooks->console(lpar->cookie, bytes, len);
}

const struct machine_owner_ops inbox_owner_ops = {
	.event = inbox_event,
	.console = inbox_console,
};

unsigned long inbox_take(struct lpar *lpar, struct lpar_reason *why)
{
	unsigned long events, flags;

	raw_spin_lock_irqsave(&lpar->event_lock, flags);
	events = lpar->events;
	*why = lpar->fault;
	lpar->events = 0;
	memset(&lpar->fault, 0, sizeof(lpar->fault));
	raw_spin_unlock_irqrestore(&lpar->event_lock, flags);
	return events;
}

void inbox_forget(struct lpar *lpar)
{
	struct lpar_reason why;

	lockdep_assert_held(&lpar->lock);
	inbox_take(lpar, &why);
}

void inbox_resume(struct lpar *lpar)
{
	kthread_queue_work(lpar->worker, &lpar->work);
}
