// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs of `power`. model/state decides which verb is allowed in which state.
 * Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "part/log.h"
#include "part/part.h"
#include "part/resource.h"
#include "trace.h"

/*
 * An LPAR that owns resources holds its directory and the module.
 */
static int lifecycle_hold(struct lpar *lpar)
{
	int err = lpar->hooks->pin(lpar->cookie);

	if (!err)
		__module_get(THIS_MODULE);
	return err;
}

void lifecycle_unhold(struct lpar *lpar)
{
	/* a directory that is being removed was not pinned */
	if (!lpar->gone)
		lpar->hooks->unpin(lpar->cookie);
	module_put(THIS_MODULE);
}

void lifecycle_teardown(struct lpar *lpar)
{
	struct machine *m = lpar->machine;

	lockdep_assert_held(&lpar->lock);
	lpar_publish(lpar, NULL);
	/* afterwards nothing in the host accesses the storage */
	part_detach(lpar);
	machine_destroy(m);
	lpar->machine = NULL;
	kvfree(m);
	part_forget(lpar);
	inbox_forget(lpar);
	lpar->ended = false;
	host_view_put(&lpar->view);
}

void lifecycle_forget_guest(struct lpar *lpar)
{
	lockdep_assert_held(&lpar->lock);
	part_forget(lpar);
	inbox_forget(lpar);
	lpar->ended = false;
}

static int machine_build(struct lpar *lpar, struct lpar_reason *why)
{
	struct machine *m = kvzalloc(sizeof(*m), GFP_KERNEL);
	int err;

	if (!m)
		return -ENOMEM;
	err = machine_init(m, &inbox_owner_ops, lpar, lpar_number(lpar),
			   part.inv.shares.set[lpar->slot].max_lips);
	if (err) {
		kvfree(m);
		return err;
	}
	lpar->machine = m;
	err = part_attach(lpar, why);
	if (err) {
		lifecycle_teardown(lpar);
		return err;
	}
	lpar_publish(lpar, m);
	return 0;
}

static int lifecycle_claim(struct lpar *lpar, struct lpar_reason *why)
{
	struct inventory_want *want __free(kfree) = NULL;
	int err;

	want = kzalloc(sizeof(*want), GFP_KERNEL);
	if (!want)
		return -ENOMEM;
	guard(mutex)(&part.lock);
	*want = lpar->want.own;
	part_wish(lpar, want);
	err = inventory_activate(&part.inv, lpar->slot, want, why);
	if (err)
		return err;
	err = part_claim(lpar, why);
	if (err)
		WARN_ON_ONCE(inventory_deactivate(&part.inv, lpar->slot, NULL));
	return err;
}

/* Clean and free all resources of an LPAR without a machine. */
static void lifecycle_give_back(struct lpar *lpar)
{
	part_clean(lpar);
	guard(mutex)(&part.lock);
	part_give_back(lpar);
	WARN_ON_ONCE(inventory_deactivate(&part.inv, lpar->slot, NULL));
}

void lifecycle_retire(struct lpar *lpar)
{
	lockdep_assert_held(&lpar->lock);
	lifecycle_teardown(lpar);
	part_clean(lpar);
	part_give_back(lpar);
}

void lifecycle_dissolve(struct lpar *lpar)
{
	lockdep_assert_held(&lpar->lock);
	if (part_state(lpar) == LPAR_OPERATING)
		machine_stop(lpar->machine);
	lifecycle_teardown(lpar);
	lifecycle_give_back(lpar);
}

/*
 * Verbs. lpar->lock is held, and the verb is allowed.
 */
static void enter_state(struct lpar *lpar, enum lpar_verb verb)
{
	part_set_state(lpar, verb);
	lpar_changed(lpar, LPAR_CHANGED_STATE);
}

/* The LPAR was activated or deactivated. */
static void owns_changed(struct lpar *lpar, enum lpar_state old)
{
	trace_lpar_state(lpar->name, state_name(old),
			 state_name(part_state(lpar)));
	lpar_changed(lpar, LPAR_CHANGED_STATE | LPAR_CHANGED_MS |
			   LPAR_CHANGED_LIPS);
}

static int verb_activate(struct lpar *lpar, struct lpar_reason *why)
{
	enum lpar_state old = part_state(lpar);
	int err = lifecycle_hold(lpar);

	if (err)
		return err;
	err = lifecycle_claim(lpar, why);
	if (err) {
		lifecycle_unhold(lpar);
		return err;
	}
	err = machine_build(lpar, why);
	if (err) {
		lifecycle_give_back(lpar);
		lifecycle_unhold(lpar);
		return err;
	}
	owns_changed(lpar, old);
	return 0;
}

static int verb_deactivate(struct lpar *lpar, struct lpar_reason *why)
{
	enum lpar_state old = part_state(lpar);

	if (old == LPAR_RELEASED) {
		enter_state(lpar, LPAR_DEACTIVATE);
		return 0;
	}
	lifecycle_dissolve(lpar);
	owns_changed(lpar, old);
	lifecycle_unhold(lpar);
	return 0;
}

/* A half-loaded guest must not run. The state stays "active" if there was none before. */
static int load_failed(struct lpar *lpar, int err, struct lpar_reason *why)
{
	lpar_explain(lpar, err, why);
	if (part_state(lpar) != LPAR_ACTIVE)
		enter_state(lpar, LPAR_FAIL);
	return err;
}

static int lifecycle_ipl(struct lpar *lpar, enum lpar_verb verb,
			 const struct host_view *view, struct lpar_reason *why)
{
	struct load *load = load_prepare(lpar, view, why);
	int err;

	if (IS_ERR(load))
		return PTR_ERR(load);
	if (part_state(lpar) == LPAR_OPERATING)
		machine_stop(lpar->machine);
	err = load_commit(lpar, load, why);
	load_free(load);
	if (err)
		return load_failed(lpar, err, why);
	enter_state(lpar, verb);
	return 0;
}

int lifecycle_reboot(struct lpar *lpar, struct lpar_reason *why)
{
	return lifecycle_ipl(lpar, LPAR_RESET, &lpar->view, why);
}

/* Requested by the current process: keep its view for reboots. */
static int verb_ipl(struct lpar *lpar, enum lpar_verb verb, struct lpar_reason *why)
{
	struct host_view view;
	int err;

	host_view_get(&view);
	err = lifecycle_ipl(lpar, verb, &view, why);
	if (!err)
		swap(lpar->view, view);
	host_view_put(&view);
	return err;
}

static int verb_load(struct lpar *lpar, struct lpar_reason *why)
{
	return verb_ipl(lpar, LPAR_LOAD, why);
}

static int verb_reset(struct lpar *lpar, struct lpar_reason *why)
{
	return verb_ipl(lpar, LPAR_RESET, why);
}

static int verb_stop(struct lpar *lpar, struct lpar_reason *why)
{
	machine_stop(lpar->machine);
	enter_state(lpar, LPAR_STOP);
	return 0;
}

static int verb_start(struct lpar *lpar, struct lpar_reason *why)
{
	/* the guest has ended: load it again */
	if (lpar->ended)
		return verb_reset(lpar, why);
	machine_start(lpar->machine);
	enter_state(lpar, LPAR_START);
	inbox_resume(lpar);
	return 0;
}

/* Only presses the button; the caller has to wait for the guest's power-off. */
static int verb_shutdown(struct lpar *lpar, struct lpar_reason *why)
{
	machine_power_button(lpar->machine);
	notify_insist(lpar);
	return 0;
}

static int verb_nmi(struct lpar *lpar, struct lpar_reason *why)
{
	machine_nmi(lpar->machine);
	return 0;
}

static int (*const verbs[])(struct lpar *lpar, struct lpar_reason *why) = {
	[LPAR_ACTIVATE]		= verb_activate,
	[LPAR_LOAD]		= verb_load,
	[LPAR_STOP]		= verb_stop,
	[LPAR_START]		= verb_start,
	[LPAR_SHUTDOWN]		= verb_shutdown,
	[LPAR_NMI]		= verb_nmi,
	[LPAR_RESET]		= verb_reset,
	[LPAR_DEACTIVATE]	= verb_deactivate,
};

static int lifecycle_power(struct lpar *lpar, enum lpar_verb v)
{
	struct lpar_reason why = {};
	int err;

	guard(mutex)(&lpar->lock);
	err = part_allowed(lpar, v, &why);
	if (err >= 0)
		err = verbs[v](lpar, &why);
	if (err)
		return lpar_explain(lpar, err, &why);
	lpar_clear_error(lpar);
	return 0;
}

int lpar_power(struct lpar *lpar, const char *verb)
{
	int v = state_verb_parse(verb);
	cpumask_var_t before;
	int err;

	if (v < 0 || v >= ARRAY_SIZE(verbs))
		return lpar_refuse(lpar, -EINVAL,
				   "power must be activate, load, stop, start, shutdown, nmi, reset or deactivate");
	if (!part_step_aside(&before))
		return lpar_no_memory(lpar);
	err = lifecycle_power(lpar, v);
	part_step_back(&before);
	part_log_request(lpar->name, state_verb_name(v), err);
	return err;
}
