// SPDX-License-Identifier: GPL-2.0
/*
 * part/integrate_steps.c - the steps of an integration, by the numbers of the patent's Fig. 2.
 *
 * Invariants, and how they are kept:
 *
 * All or nothing. 201 to 208 change the inventory, the block table, shares and
 * run states, and each of these changes can be undone exactly. The donor's
 * storage and its machine are not changed before 209: the donor is only
 * stopped and has shares of 0 percent. So until the end of 208, the point of
 * no return, everything can be undone, and the donor's guest then continues
 * where it was stopped.
 *
 * The receiver cannot read the donor's data. It owns the blocks from 205 on, but its
 * stage 2 maps them only in 209, after they have been cleared. Its guest is notified in
 * 209; an earlier access ends the guest, like any access to storage that it does not have.
 *
 * The receiver's downtime, 204 to 208, does not depend on sizes: lists of frames are
 * made in 203, clearing and mapping is done in 209, and the steps between change only
 * areas, channels and LIPs.
 *
 * All that can fail is done in integrate_reserve(), before the steps. part.lock is held
 * from the plan to the end of 208, so that no other LPAR can claim what is released and
 * not yet reassigned. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/minmax.h>

#include "host/pages.h"
#include "part/integrate.h"
#include "part/resource.h"

static bool step_operating(struct lpar *lpar)
{
	return part_state(lpar) == LPAR_OPERATING;
}

/*
 * Reserve.
 */
int integrate_reserve(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;
	int err;

	lockdep_assert_held(&part.lock);
	ig->before = part.inv;
	for_each_resource(r, i) {
		err = r->reserve ? r->reserve(ig) : 0;
		if (err) {
			integrate_unreserve(ig);
			return err;
		}
	}
	return 0;
}

void integrate_unreserve(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource_reverse(r, i)
		if (r->unreserve)
			r->unreserve(ig);
}

void integrate_quiesce(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	if (!ig->donor)
		return;
	for_each_resource(r, i)
		if (r->quiesce)
			r->quiesce(ig);
}

void integrate_resume(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	if (!ig->donor)
		return;
	for_each_resource_reverse(r, i)
		if (r->resume)
			r->resume(ig);
}

/*
 * The moves of a step, as planned.
 */
static void move_undo_model(struct integrate *ig, u32 i)
{
	WARN_ON_ONCE(plan_blocks_undo(&part.blocks, HOST_BLOCK_SIZE, &ig->plan, i));
	WARN_ON_ONCE(plan_move_undo(&part.inv, &ig->plan, i));
}

static int move_apply(struct integrate *ig, u32 i)
{
	const struct plan_move *m = &ig->plan.move[i];
	const struct part_resource *r = part_resource_of(m->kind);
	int err = plan_move_apply(&part.inv, &ig->plan, i);

	if (err)
		return err;
	err = plan_blocks_apply(&part.blocks, HOST_BLOCK_SIZE, &ig->plan, i);
	if (err) {
		plan_move_undo(&part.inv, &ig->plan, i);
		return err;
	}
	err = r->apply(ig, m);
	if (err)
		move_undo_model(ig, i);
	return err;
}

static void move_undo(struct integrate *ig, u32 i)
{
	const struct plan_move *m = &ig->plan.move[i];

	part_resource_of(m->kind)->undo(ig, m);
	move_undo_model(ig, i);
}

static void moves_settle(struct integrate *ig, enum plan_step step)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource(r, i)
		if (r->settle)
			r->settle(ig, step);
}

/* Undo the moves of @step among the first @nr moves, the last one first. */
static void moves_undo_first(struct integrate *ig, enum plan_step step, u32 nr)
{
	while (nr--)
		if (ig->plan.move[nr].step == step)
			move_undo(ig, nr);
	moves_settle(ig, step);
}

static void moves_undo(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	moves_undo_first(ig, step, ig->plan.nr);
}

/* Apply all moves of @step or none. */
static int moves_apply(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;
	int done = 0, err;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		if (ig->plan.move[i].step != step)
			continue;
		err = move_apply(ig, i);
		if (err) {
			moves_undo_first(ig, step, i);
			return err;
		}
		done++;
	}
	moves_settle(ig, step);
	return done ? 0 : TXN_NOTHING;
}

/*
 * 201: stop the donor's guest.
 */
static int step_stop_donor(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	/* one that gives a part only runs if its guest does not see it */
	if (ig->part || !ig->donor || !step_operating(ig->donor))
		return TXN_NOTHING;
	machine_stop(ig->donor->machine);
	return 0;
}

static void step_start_donor(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	machine_start(ig->donor->machine);
}

/*
 * 203: make room directly behind the receiver. Areas get new addresses in main
 * storage, and the block table is permuted with them. The frames behind a
 * relocated area and the stage 2 of its LPAR do not change, so that LPAR keeps
 * running.
 */
static int step_reassign(void *ctx, unsigned int step)
{
	/* This step counts as done even if no area has to move. */
	return min(moves_apply(ctx, step), 0);
}

/*
 * 204: stop the receiver's guest.
 */
static int step_stop_receiver(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	if (!step_operating(ig->receiver))
		return TXN_NOTHING;
	machine_stop(ig->receiver->machine);
	return 0;
}

static void step_start_receiver(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	machine_start(ig->receiver->machine);
}

/*
 * 208: resume the receiver's guest.
 */
static int step_restart(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	if (!step_operating(ig->receiver))
		return TXN_NOTHING;
	machine_start(ig->receiver->machine);
	return 0;
}

static void step_unrestart(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;

	machine_stop(ig->receiver->machine);
}

/* The donor's new state, as planned. */
static void commit_donor(struct integrate *ig)
{
	enum lpar_verb verb = ig->part ? LPAR_POWEROFF : LPAR_RELEASE;

	if (ig->donor && (!ig->part || plan_ends_guest(&ig->plan)))
		WARN_ON_ONCE(inventory_verb(&part.inv, ig->donor->slot, verb, NULL) < 0);
}

void integrate_commit(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&part.lock);
	ig->done = true;
	commit_donor(ig);
	for_each_resource(r, i)
		if (r->commit)
			r->commit(ig);
	/* The result must be what the model has computed. */
	WARN_ON_ONCE(memcmp(&part.inv, &ig->plan.after, sizeof(part.inv)));
	WARN_ON_ONCE(inventory_verify(&part.inv));
	/*
	 * Any LPAR can claim the donor's free frames as soon as part.lock is
	 * released, so clear them before that.
	 */
	if (ig->torn)
		integrate_retire(ig);
}

/* The donor keeps the rest. */
static void donor_shed(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource_reverse(r, i)
		if (r->shed)
			r->shed(ig);
	if (plan_ends_guest(&ig->plan))
		lifecycle_forget_guest(ig->donor);
}

void integrate_retire(struct integrate *ig)
{
	if (ig->retired || !ig->donor)
		return;
	ig->retired = true;
	if (ig->part)
		donor_shed(ig);
	else
		lifecycle_retire(ig->donor);
}

/*
 * 209: past the point of no return. Destroy the donor's machine, or remove from it what it
 * gave, clear that storage, map it for the receiver, and notify the receiver's guest. An
 * error does not stop the rest; the first one is returned.
 */
static int step_report(void *ctx, unsigned int step)
{
	struct integrate *ig = ctx;
	const struct part_resource *r;
	int err, first = 0;
	unsigned int i;

	integrate_retire(ig);
	for_each_resource(r, i) {
		err = r->deliver ? r->deliver(ig) : 0;
		first = first ?: err;
	}
	err = notify_unless_manual(ig->receiver);
	return first ?: err;
}

#define STEP(step, ap, un, ...) \
	[INTEGRATE_INDEX(step)] = { .number = (step), .apply = (ap), .undo = (un), __VA_ARGS__ }

const struct txn_step integrate_steps[INTEGRATE_STEPS] = {
	STEP(PLAN_STEP_STOP_DONOR, step_stop_donor, step_start_donor, .cancel = true),
	STEP(PLAN_STEP_RELEASE, moves_apply, moves_undo, .cancel = true),
	STEP(PLAN_STEP_REASSIGN, step_reassign, moves_undo, .cancel = true),
	STEP(PLAN_STEP_STOP_RECEIVER, step_stop_receiver, step_start_receiver, .cancel = true),
	STEP(PLAN_STEP_STORAGE, moves_apply, moves_undo),
	STEP(PLAN_STEP_CHANNELS, moves_apply, moves_undo),
	STEP(PLAN_STEP_PROCESSORS, moves_apply, moves_undo),
	STEP(PLAN_STEP_RESTART, step_restart, step_unrestart, .final = true),
	STEP(PLAN_STEP_REPORT, step_report, NULL),
};
