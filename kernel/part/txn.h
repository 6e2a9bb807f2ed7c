/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/txn.h - run a table of steps, and undo what was done if one fails.
 * Layer L3.
 */
#ifndef LPAR_PART_TXN_H
#define LPAR_PART_TXN_H

#include <linux/types.h>

/* What apply() returns when there was nothing to do: nothing to undo either. */
#define TXN_NOTHING	1

enum txn_result {
	TXN_NOT_RUN,
	TXN_OK,
	TXN_SKIPPED,
	TXN_UNDONE,
	TXN_FAILED,
};

/**
 * struct txn_step - one reversible action
 * @number: enum plan_step, the argument of @apply and @undo; for people and for fault
 *	injection
 * @cancel: a signal that came before this step ends the run
 * @final: when it has been applied there is no way back: the point of no
 *	return. Steps behind it must not be needed for consistency.
 * @apply: 0, TXN_NOTHING, or -errno with nothing changed
 * @undo: takes back what apply() did; cannot fail. NULL behind @final.
 */
struct txn_step {
	u16 number;
	bool cancel;
	bool final;
	int (*apply)(void *ctx, unsigned int number);
	void (*undo)(void *ctx, unsigned int number);
};

/**
 * struct txn_record - what became of a step
 * @result: enum txn_result
 * @start_ns: ktime when it was begun
 * @ns: how long apply() took
 */
struct txn_record {
	enum txn_result result;
	u64 start_ns;
	u64 ns;
};

/**
 * txn_run() - run all steps in order
 * @steps: the table
 * @nr: its length
 * @ctx: first argument of apply() and undo()
 * @records: one for each step, written in full
 * @failed: index of the step that failed; @nr where none did
 *
 * If a step before the point of no return fails, all that were applied are
 * undone in reverse. Behind that point the run just ends, and nothing is undone.
 *
 * Context: as apply() and undo() ask for. Steps are traced.
 * Return: 0, or the failed step's -errno; -EINTR for a signal.
 */
int txn_run(const struct txn_step *steps, unsigned int nr, void *ctx,
	    struct txn_record *records, unsigned int *failed);

/* The number in the module parameter integrate_fault; 0 = none. */
unsigned int txn_fault(void);

const char *txn_result_name(enum txn_result result);

#endif
