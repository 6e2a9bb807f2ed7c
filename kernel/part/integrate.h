/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/integrate.h - one integration in progress; between integrate.c (who may,
 * what came of it) and integrate_steps.c (the patent's steps). Layer L3.
 */
#ifndef LPAR_PART_INTEGRATE_H
#define LPAR_PART_INTEGRATE_H

#include "machine/slot.h"
#include "model/plan.h"
#include "part/part.h"
#include "part/txn.h"

/* 201 to 208 can be undone; 209 comes behind the point of no return. */
#define INTEGRATE_STEPS		(PLAN_STEP_REPORT - PLAN_STEP_STOP_DONOR + 1)
#define INTEGRATE_REVERSIBLE	(INTEGRATE_STEPS - 1)

/* Index of a step of the patent. */
#define INTEGRATE_INDEX(step)	((step) - PLAN_STEP_STOP_DONOR)

/**
 * struct integrate - one integration
 * @donor: its mutex is held
 * @receiver: likewise
 * @plan: what is to be done
 * @before: the inventory as it was
 * @own: what each kind of resource keeps of it, by enum part_resource_id
 * @slot: of the receiver's machine: the last that was reserved
 * @record: what became of each step
 * @failed: index of the step that failed; INTEGRATE_STEPS where none did
 * @begun: steps were run at all
 * @torn: not all that the donor had became the receiver's: before anybody
 *	else can claim it, the donor has to end
 * @text: why not; one line
 */
struct integrate {
	struct lpar *donor;
	struct lpar *receiver;
	struct plan plan;
	struct inventory before;
	void *own[PART_NR_RESOURCES];
	int slot;
	struct txn_record record[INTEGRATE_STEPS];
	unsigned int failed;
	bool begun;
	bool torn;
	char text[LPAR_TEXT_LEN];
};

extern const struct txn_step integrate_steps[INTEGRATE_STEPS];

/*
 * Does the receiver's machine have room for what the plan gives it: PCI slots, and
 * memory devices to tell its guest of storage? Leaves @text and -ENOSPC if not. The
 * donor need not be known yet. part.lock held.
 */
int integrate_room(struct integrate *ig);
/* The next free PCI slot of the receiver; integrate_room() has counted them. */
static inline int integrate_next_slot(struct integrate *ig)
{
	ig->slot = machine_free_slot(ig->receiver->machine, ig->slot + 1);
	return ig->slot;
}

/*
 * What takes long in making the donor's resources quiet, and back. What failed is told
 * by 202. Without part.lock: this waits for the host's sources, which is nobody else's
 * business.
 */
void integrate_quiesce(struct integrate *ig);
void integrate_resume(struct integrate *ig);
/* All that can fail; part.lock held. On error nothing is left to be undone. */
int integrate_reserve(struct integrate *ig);
/*
 * Give up what was reserved and not used. After success there are only lists left,
 * which are in use till the end of 209; part.lock is not needed then.
 */
void integrate_unreserve(struct integrate *ig);
/* The donor's machine ends and its storage is cleared; happens once. */
void integrate_retire(struct integrate *ig);
/* 201-208 are done: what they made of everything is written down. part.lock. */
void integrate_commit(struct integrate *ig);

#endif
