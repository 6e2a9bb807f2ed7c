// SPDX-License-Identifier: GPL-2.0
/*
 * part/object.c - the base of part/: struct part_system, look-up of LPARs, and state,
 * last error and access of an LPAR. Independent of kinds of resources. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "machine/slot.h"
#include "part/part.h"
#include "trace.h"

#define PERIOD_DEFAULT_US	10000

struct part_system part = {
	.lock = __MUTEX_INITIALIZER(part.lock),
	.period_us = PERIOD_DEFAULT_US,
};

const char *lpar_name(const struct lpar *lpar)
{
	return lpar->name;
}

u32 lpar_number(const struct lpar *lpar)
{
	return lpar->slot + 1;
}

struct lpar *part_get_slot(unsigned int slot)
{
	struct lpar *lpar;

	guard(mutex)(&part.lock);
	lpar = part.lpar[slot];
	if (lpar)
		kref_get(&lpar->ref);
	return lpar;
}

struct lpar *part_get(const char *name)
{
	int slot;

	guard(mutex)(&part.lock);
	slot = inventory_find(&part.inv, name, NULL);
	if (slot < 0 || !part.lpar[slot])
		return NULL;
	kref_get(&part.lpar[slot]->ref);
	return part.lpar[slot];
}

void part_own_free(void *own[PART_NR_RESOURCES])
{
	unsigned int i;

	for (i = 0; i < PART_NR_RESOURCES; i++) {
		kvfree(own[i]);
		own[i] = NULL;
	}
}

static void lpar_release(struct kref *ref)
{
	struct lpar *lpar = container_of(ref, struct lpar, ref);

	part_own_free(lpar->own);
	kvfree(lpar->plan[PART_REPORT_INTEGRATE]);
	kvfree(lpar->plan[PART_REPORT_MOVE]);
	kvfree(lpar);
}

void part_put(struct lpar *lpar)
{
	kref_put(&lpar->ref, lpar_release);
}

enum lpar_state part_state(const struct lpar *lpar)
{
	return READ_ONCE(part.inv.lpar[lpar->slot].state);
}

static void set_last_error(struct lpar *lpar, const char *text)
{
	char *p;

	spin_lock(&lpar->text_lock);
	strscpy(lpar->last_error, text, sizeof(lpar->last_error));
	/* It may quote what was written, and is read on a terminal. */
	for (p = lpar->last_error; *p; p++)
		if (iscntrl(*p))
			*p = '?';
	spin_unlock(&lpar->text_lock);
}

int lpar_explain(struct lpar *lpar, int err, struct lpar_reason *why)
{
	char text[LPAR_TEXT_LEN];

	lpar_reason_errno(why, err);
	if (!why->who[0])
		strscpy(why->who, lpar->name, sizeof(why->who));
	lpar_reason_text(why, text, sizeof(text));
	set_last_error(lpar, text);
	return err;
}

int lpar_no_memory(struct lpar *lpar)
{
	struct lpar_reason why = {};

	return lpar_explain(lpar, -ENOMEM, &why);
}

int lpar_refuse(struct lpar *lpar, int err, const char *fmt, ...)
{
	char text[LPAR_TEXT_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	set_last_error(lpar, text);
	return err;
}

void lpar_clear_error(struct lpar *lpar)
{
	set_last_error(lpar, "");
}

void lpar_changed(struct lpar *lpar, unsigned int what)
{
	lockdep_assert_held(&lpar->lock);
	spin_lock(&lpar->text_lock);
	lpar->generation++;
	spin_unlock(&lpar->text_lock);
	if (!lpar->gone)
		lpar->hooks->changed(lpar->cookie, what);
}

void lpar_set_lock(struct lpar *lpar)
{
	mutex_lock(&lpar->lock);
	mutex_lock(&part.lock);
}

/* Holds the LPAR's lock until lpar_set_end(), so that the checked state cannot change. */
int lpar_set_begin(struct lpar *lpar, enum lpar_verb verb)
{
	struct lpar_reason why = {};
	int err;

	lpar_set_lock(lpar);
	err = part_allowed(lpar, verb, &why);
	if (err >= 0)
		return 0;
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);
	return lpar_explain(lpar, err, &why);
}

int lpar_set_end(struct lpar *lpar)
{
	spin_lock(&lpar->text_lock);
	lpar->generation++;
	spin_unlock(&lpar->text_lock);
	mutex_unlock(&part.lock);
	mutex_unlock(&lpar->lock);
	return 0;
}

int part_allowed(struct lpar *lpar, enum lpar_verb verb,
		 struct lpar_reason *why)
{
	return state_check(part_state(lpar), verb, lpar->name, why);
}

void lpar_publish(struct lpar *lpar, struct machine *m)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lpar->machine_lock, flags);
	lpar->seen = m;
	raw_spin_unlock_irqrestore(&lpar->machine_lock, flags);
}

void part_set_state(struct lpar *lpar, enum lpar_verb verb)
{
	enum lpar_state old = part_state(lpar);

	lockdep_assert_held(&lpar->lock);
	scoped_guard(mutex, &part.lock)
		WARN_ON_ONCE(inventory_verb(&part.inv, lpar->slot, verb,
					    NULL) < 0);
	trace_lpar_state(lpar->name, state_name(old),
			 state_name(part_state(lpar)));
}

/* The machine, or NULL; it is not destroyed before part_machine_put(). */
struct machine *part_machine_get(struct lpar *lpar, unsigned long *flags)
	__acquires(&lpar->machine_lock)
{
	raw_spin_lock_irqsave(&lpar->machine_lock, *flags);
	return lpar->seen;
}

void part_machine_put(struct lpar *lpar, unsigned long flags)
	__releases(&lpar->machine_lock)
{
	raw_spin_unlock_irqrestore(&lpar->machine_lock, flags);
}

static void leave_pcpus(struct task_struct *task, const struct cpumask *from,
			struct cpumask *scratch)
{
	if (cpumask_andnot(scratch, from, &part.cpus) ||
	    cpumask_andnot(scratch, cpu_online_mask, &part.cpus))
		set_cpus_allowed_ptr(task, scratch);
}

void part_avoid_pcpus(struct task_struct *task)
{
	cpumask_var_t scratch;

	lockdep_assert_held(&part.lock);
	if (!alloc_cpumask_var(&scratch, GFP_KERNEL))
		return;
	leave_pcpus(task, cpu_online_mask, scratch);
	free_cpumask_var(scratch);
}

void part_avoid_pcpus_dev(struct slot_dev *dev)
{
	u32 i;

	lockdep_assert_held(&part.lock);
	for (i = 0; i < SLOT_DEV_TASKS; i++)
		if (dev->task[i])
			part_avoid_pcpus(dev->task[i]);
}

bool part_step_aside(cpumask_var_t *before)
{
	cpumask_var_t scratch;

	if (!alloc_cpumask_var(before, GFP_KERNEL))
		return false;
	if (!alloc_cpumask_var(&scratch, GFP_KERNEL)) {
		free_cpumask_var(*before);
		return false;
	}
	cpumask_copy(*before, current->cpus_ptr);
	mutex_lock(&part.lock);
	leave_pcpus(current, *before, scratch);
	mutex_unlock(&part.lock);
	free_cpumask_var(scratch);
	return true;
}

void part_step_back(cpumask_var_t *before)
{
	set_cpus_allowed_ptr(current, *before);
	free_cpumask_var(*before);
}
