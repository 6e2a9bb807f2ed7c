// SPDX-License-Identifier: GPL-2.0
/*
 * part/guest.c - handle the events of a guest (part/inbox.c): power-off, reset, panic,
 * failure, answers to notifications. Layer L3.
 */
#include "part/part.h"
#include "part/resource.h"

static void guest_failed(struct lpar *lpar, struct lpar_reason *why)
{
	/* only a guest in state operating can be loaded again */
	if (why->code == LPAR_REASON_TRIPLE_FAULT && part_state(lpar) == LPAR_OPERATING)
		reaction_run(lpar, LPAR_END_TRIPLE_FAULT, why);
	else
		reaction_fail(lpar, why);
}

static void guest_ended(struct lpar *lpar, enum machine_event event, enum lpar_end end,
			enum lpar_reason_code code)
{
	struct lpar_reason why = { .code = code };

	/* stopped by the admin meanwhile: handle it at "start" */
	if (part_state(lpar) == LPAR_STOPPED)
		inbox_note(lpar, event, NULL);
	if (part_state(lpar) == LPAR_OPERATING)
		reaction_run(lpar, end, &why);
}

static void guest_panicked(struct lpar *lpar)
{
	guest_ended(lpar, MACHINE_PANIC, LPAR_END_PANIC, LPAR_REASON_PANIC);
	lpar_changed(lpar, LPAR_CHANGED_PANIC);
}

static void guest_crashed(struct lpar *lpar)
{
	reaction_crash(lpar);
	lpar_changed(lpar, LPAR_CHANGED_PANIC);
}

void guest_work(struct kthread_work *work)
{
	struct lpar *lpar = container_of(work, struct lpar, work);
	struct lpar_reason why;
	unsigned long events;

	guard(mutex)(&lpar->lock);
	events = inbox_take(lpar, &why);
	if (!lpar->machine)
		return;
	if (events & BIT(MACHINE_CRASH))
		guest_crashed(lpar);
	if (events & BIT(MACHINE_FAILED))
		guest_failed(lpar, &why);
	else if (events & BIT(MACHINE_POWEROFF))
		reaction_end(lpar, LPAR_POWEROFF);
	else if (events & BIT(MACHINE_RESET))
		guest_ended(lpar, MACHINE_RESET, LPAR_END_RESET, LPAR_REASON_RESET);
	else if (events & BIT(MACHINE_PANIC))
		guest_panicked(lpar);
	if (events & BIT(MACHINE_EJECT))
		part_look(lpar);
	if (events & (BIT(MACHINE_OST) | BIT(MACHINE_EJECT)))
		lpar_changed(lpar, LPAR_CHANGED_OST);
}

/* An integration of two other LPARs has relocated this one. */
void guest_moved(struct kthread_work *work)
{
	struct lpar *lpar = container_of(work, struct lpar, moved);

	guard(mutex)(&lpar->lock);
	if (lpar->machine)
		lpar_changed(lpar, LPAR_CHANGED_MS);
}
