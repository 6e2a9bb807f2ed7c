// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest says: it switched itself off, wants a reset, made a mistake,
 * answered a notification. Heard in atomic context, acted upon by a work item
 * under the LPAR's mutex. Layer L3.
 *
 * An event may come while an operation holds the mutex. The work item then
 * finds it afterwards, unless the operation has ended that guest: then it was
 * forgotten (events_forget()), and a new guest does not suffer for the old one.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include "part/channels.h"
#include "part/part.h"

static void event_note(struct lpar *lpar, enum machine_event event,
		       const struct lpar_reason *why)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lpar->event_lock, flags);
	if (event == MACHINE_FAILED && !(lpar->events & BIT(event)) && why)
		lpar->fault = *why;
	lpar->events |= BIT(event);
	raw_spin_unlock_irqrestore(&lpar->event_lock, flags);
}

static void machine_says(void *owner, enum machine_event event,
			 const struct lpar_reason *why)
{
	struct lpar *lpar = owner;

	event_note(lpar, event, why);
	kthread_queue_work(lpar->worker, &lpar->work);
}

static void machine_prints(void *owner, const u8 *bytes, size_t len)
{
	struct lpar *lpar = owner;

	lpar->hooks->console(lpar->cookie, bytes, len);
}

const struct machine_owner_ops events_owner_ops = {
	.event = machine_says,
	.console = machine_prints,
};

static unsigned long events_take(struct lpar *lpar, struct lpar_reason *why)
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

void events_forget(struct lpar *lpar)
{
	struct lpar_reason why;

	lockdep_assert_held(&lpar->lock);
	events_take(lpar, &why);
}

void events_resume(struct lpar *lpar)
{
	kthread_queue_work(lpar->worker, &lpar->work);
}

/* The guest does not run any more; what that is called, @verb says. */
static void guest_ended(struct lpar *lpar, enum lpar_verb verb)
{
	if (state_next(part_state(lpar), verb) < 0)
		return;
	if (part_state(lpar) == LPAR_OPERATING)
		machine_stop(lpar->machine);
	part_set_state(lpar, verb);
	lpar_changed(lpar, LPAR_CHANGED_STATE);
}

static void guest_failed(struct lpar *lpar, struct lpar_reason *why)
{
	char text[LPAR_TEXT_LEN];

	/* The first reason stays. */
	if (part_state(lpar) == LPAR_FAILED)
		return;
	if (why->code == LPAR_REASON_NONE)
		lpar_reason_set(why, LPAR_REASON_INTERNAL, NULL, 0, 0, 0);
	lpar_explain(lpar, -EIO, why);
	lpar_show_last_error(lpar, text, sizeof(text));
	pr_warn("failed: %s\n", text);
	guest_ended(lpar, LPAR_FAIL);
}

static void guest_reset(struct lpar *lpar)
{
	struct lpar_reason why = {};
	int err;

	/* Stopped by the admin meanwhile: it comes back to life with "start". */
	if (part_state(lpar) == LPAR_STOPPED)
		event_note(lpar, MACHINE_RESET, NULL);
	if (part_state(lpar) != LPAR_OPERATING)
		return;
	err = lifecycle_reset(lpar, &why);
	if (!err)
		return;
	if (why.code == LPAR_REASON_NONE)
		lpar_reason_set(&why, LPAR_REASON_HOST, NULL, -err, 0, 0);
	guest_failed(lpar, &why);
}

void events_work(struct kthread_work *work)
{
	struct lpar *lpar = container_of(work, struct lpar, work);
	struct lpar_reason why;
	unsigned long events;

	guard(mutex)(&lpar->lock);
	events = events_take(lpar, &why);
	if (!lpar->machine)
		return;
	if (events & BIT(MACHINE_FAILED))
		guest_failed(lpar, &why);
	else if (events & BIT(MACHINE_POWEROFF))
		guest_ended(lpar, LPAR_POWEROFF);
	else if (events & BIT(MACHINE_RESET))
		guest_reset(lpar);
	if (events & BIT(MACHINE_EJECT))
		channels_look(lpar);
	if (events & (BIT(MACHINE_OST) | BIT(MACHINE_EJECT)))
		lpar_changed(lpar, LPAR_CHANGED_OST);
}
