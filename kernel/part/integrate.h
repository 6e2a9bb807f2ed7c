/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/integrate.h - an integration in progress; shared by integrate.c (checks and
 * result) and integrate_steps.c (the patent's steps). Layer L3.
 */
#ifndef LPAR_PART_INTEGRATE_H
#define LPAR_PART_INTEGRATE_H

#include "machine/slot.h"
#include "model/plan.h"
#include "part/part.h"
#include "part/txn.h"

/* 201 to 208 can be undone; 209 comes after the point of no return. */
#define INTEGRATE_STEPS		(PLAN_STEP_REPORT - PLAN_STEP_STOP_DONOR + 1)
#define INTEGRATE_REVERSIBLE	(INTEGRATE_STEPS - 1)

/* Index of a step of the patent. */
#define INTEGRATE_INDEX(step)	((step) - PLAN_STEP_STOP_DONOR)

/**
 * struct integrate_size - what an LPAR is to have, from what is free
 * @ms: main storage in bytes, 0: as before
 * @shares: its LIPs, NULL: as before
 */
struct integrate_size {
	u64 ms;
	const struct share_set *shares;
};

/**
 * struct integrate - one integration, the move of a part, or a growth from what is free
 * @donor: its mutex is held; NULL for a growth
 * @receiver: likewise
 * @part: what to move; NULL: all that the donor has
 * @size: without a donor: what the receiver is to have
 * @plan: its moves
 * @before: the inventory before it
 * @own: data of each kind of resource, by enum part_resource_id
 * @slot: the last PCI slot of the receiver that was reserved
 * @record: result of each step
 * @failed: index of the step that failed; INTEGRATE_STEPS if none did
 * @begun: steps were run
 * @done: the receiver owns it: past the point of no return
 * @torn: some of the donor's frames did not become the receiver's: the donor has to end,
 *	or shed them, before another LPAR can claim them
 * @retired: the donor has
 * @text: reason of an error; one line
 */
struct integrate {
	struct lpar *donor;
	struct lpar *receiver;
	const struct inventory_want *part;
	const struct integrate_size *size;
	struct plan plan;
	struct inventory before;
	void *own[PART_NR_RESOURCES];
	int slot;
	struct txn_record record[INTEGRATE_STEPS];
	unsigned int failed;
	bool begun;
	bool done;
	bool torn;
	bool retired;
	char text[LPAR_TEXT_LEN];
};

extern const struct txn_step integrate_steps[INTEGRATE_STEPS];

/*
 * integrate.c: do it, or plan only, and keep the result in the receiver. @want: the part to
 * move, NULL: all. 0, or -errno with a line in the receiver's last_error.
 */
int integrate_run(struct lpar *receiver, const char *donor, const struct inventory_want *want);
int integrate_check(struct lpar *receiver, const char *donor, const struct inventory_want *want);
/* Give an LPAR that owns resources what it is to have. 0 or -errno, as above. */
int integrate_resize(struct lpar *lpar, const struct integrate_size *size);
/* Refuse a name that no LPAR can have. */
int integrate_name(struct lpar *receiver, const char *donor);

/*
 * Check that the receiver's machine has enough free PCI slots, and memory devices to
 * notify its guest of storage, for what the plan gives it. -ENOSPC and @text if not;
 * -EBUSY: the donor keeps a PCI function. @donor may be NULL. part.lock held.
 */
int integrate_room(struct integrate *ig);
/*
 * hotadd.c, part.lock held: how many memory devices it takes to notify the receiver's
 * guest; and a line that says how much storage the guest could not use, if any.
 */
u32 part_hotadd_need(const struct integrate *ig);
int part_hotadd_warn(const struct integrate *ig, char *buf, size_t size);
/* The next free PCI slot of the receiver. There is one: integrate_room() has counted them. */
static inline int integrate_next_slot(struct integrate *ig)
{
	ig->slot = machine_free_slot(ig->receiver->machine, ig->slot + 1);
	return ig->slot;
}

/*
 * Quiesce those of the donor's resources for which this may take long, and undo that.
 * Errors are reported by step 202. Without part.lock, since this waits for the host's
 * devices and files.
 */
void integrate_quiesce(struct integrate *ig);
void integrate_resume(struct integrate *ig);
/* Do all that can fail; part.lock held. On error nothing has to be undone. */
int integrate_reserve(struct integrate *ig);
/*
 * Free what was reserved and not used. After success these are only lists, which 209
 * still needs; part.lock is not needed then.
 */
void integrate_unreserve(struct integrate *ig);
/* Destroy the donor's machine and clear its storage, or what it gave of it; done once. */
void integrate_retire(struct integrate *ig);
/* 201-208 are done: commit the result. part.lock held. */
void integrate_commit(struct integrate *ig);

#endif
