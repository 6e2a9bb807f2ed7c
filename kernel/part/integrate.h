/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/integrate.h - one integration in progress; between integrate.c (who may,
 * what came of it) and integrate_steps.c (the patent's steps). Layer L3.
 */
#ifndef LPAR_PART_INTEGRATE_H
#define LPAR_PART_INTEGRATE_H

#include "model/plan.h"
#include "part/part.h"
#include "part/txn.h"

/* 201 to 208 can be undone; 209 comes behind the point of no return. */
#define INTEGRATE_STEPS		9
#define INTEGRATE_REVERSIBLE	8

/* Index of a step of the patent. */
#define INTEGRATE_INDEX(step)	((step) - PLAN_STEP_STOP_DONOR)

/**
 * struct integrate - one integration
 * @donor: its mutex is held
 * @receiver: likewise
 * @plan: what is to be done
 * @before: the inventory as it was
 * @frames: the receiver's storage to be; from 205 on what it was before
 * @es: the receiver's expanded storage to be; from 205 on what it was before
 * @es_dev: a device for it, if it has none yet; from 205 on the receiver's
 * @es_slot: where that is to be plugged; 0, where the host bridge is: it has one
 * @blocks: how many blocks the receiver had before
 * @lips: LIPs that were prepared for the receiver, bit n = LIP n
 * @chan: by id: the receiver's devices to be; from 206 on the donor's
 * @chan_slot: where they are to be plugged
 * @quiet: channels of the donor that have been quiet since before 201
 * @quiet_err: what came of making them so
 * @record: what became of each step
 * @failed: index of the step that failed; INTEGRATE_STEPS where none did
 * @begun: steps were run at all
 * @torn: not all of the donor's frames became the receiver's
 * @text: why not; one line
 */
struct integrate {
	struct lpar *donor;
	struct lpar *receiver;
	struct plan plan;
	struct inventory before;
	struct lpar_frames frames;
	struct lpar_frames es;
	struct slot_dev *es_dev;
	u32 es_slot;
	u64 blocks;
	u64 lips;
	struct slot_dev *chan[LPAR_MAX_CHANNELS];
	u32 chan_slot[LPAR_MAX_CHANNELS];
	DECLARE_BITMAP(quiet, LPAR_MAX_CHANNELS);
	int quiet_err[LPAR_MAX_CHANNELS];
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
/*
 * The donor's channels for which that can take long: quiet, within CHANNEL_QUIESCE,
 * and back. What failed is told by 202. Without part.lock: this waits for the host's
 * sources, which is nobody else's business.
 */
void integrate_quiet(struct integrate *ig);
void integrate_loud(struct integrate *ig);
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
