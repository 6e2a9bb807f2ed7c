// SPDX-License-Identifier: GPL-2.0
/*
 * part/integrate_steps.c - the steps of an integration, by the numbers of the patent's Fig. 2.
 *
 * Invariants, and how they are kept:
 *
 * All or nothing. 201 to 208 change the inventory, the block table, shares and
 * run states, and each of these changes has an exact reverse. The donor's
 * storage and its machine are left as they are until 208 has been done: the
 * donor is only stopped and has shares of 0 percent. So up to the end of 208
 * everything can be undone, down to the donor going on where it stood. That is
 * the point of no return.
 *
 * The receiver cannot read the donor's data. It owns the blocks from 205 on, but its
 * stage 2 maps them in 209, after they have been cleared. Its guest is told in 209; an
 * earlier access ends it, like any access to storage that it does not have.
 *
 * The receiver's downtime, 204 to 208, does not depend on sizes: lists of frames are
 * made in 203, clearing and mapping is done in 209, and the steps between change only
 * areas, channels and LIPs.
 *
 * Whatever can fail is done before, in integrate_reserve(). part.lock is held from the
 * plan to the end of 208, so that no other LPAR can claim what is released and not yet
 * reassigned. Layer L3.
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

	for_each_resource(r, i)
		if (r->quiesce)
			r->quiesce(ig);
}

void integrate_resume(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	for_each_resource_reverse(r, i)
		if (r->resume)
			r->resume(ig);
}

/*
 * The moves that the plan has for a step.
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

/* Those of @step among the first @nr moves, backwards. */
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

	if (!step_operating(ig->donor))
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
 * 203: room directly behind the receiver. Areas change their addresses in main
 * storage and the block table is permuted with them; the frames behind a
 * relocated area stay the same, and so does its LPAR's stage 2: it runs on.
 */
static int step_reassign(void *ctx, unsigned int step)
{
	/* Storage may stand right already: it is decided all the same. */
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

void integrate_commit(struct integrate *ig)
{
	const struct part_resource *r;
	unsigned int i;

	lockdep_assert_held(&part.lock);
	WARN_ON_ONCE(inventory_verb(&part.inv, ig->donor->slot, LPAR_RELEASE,
				    NULL) < 0);
	for_each_resource(r, i)
		if (r->commit)
			r->commit(ig);
	/* What the module has done is what the pure model had computed. */
	WARN_ON_ONCE(memcmp(&part.inv, &ig->plan.after, sizeof(part.inv)));
	WARN_ON_ONCE(inventory_verify(&part.inv));
	/*
	 * Frames of the donor that are free now could be claimed by anybody as
	 * soon as part.lock is released: they must be clean by then.
	 */
	if (ig->torn)
		integrate_retire(ig);
}

void integrate_retire(struct integrate *ig)
{
	if (ig->donor->machine)
		lifecycle_retire(ig->donor);
}

/*
 * 209: nothing can go back any more. The donor ends, its storage is cleared and
 * comes into the receiver's view, and the guest is told.
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
