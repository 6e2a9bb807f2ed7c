/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/txn.h - run a table of steps; if one fails, undo those before it.
 * Layer L3.
 */
#ifndef LPAR_PART_TXN_H
#define LPAR_PART_TXN_H

#include <linux/types.h>

/* Returned by apply() if there was nothing to do, so nothing to undo either. */
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
 * @number: enum plan_step, the argument of @apply and @undo; also for messages and
 *	fault injection
 * @cancel: a signal that arrived before this step fails it
 * @final: the point of no return: not undone once it has been applied. Later steps
 *	must not be needed for consistency.
 * @apply: 0, TXN_NOTHING, or -errno with nothing changed
 * @undo: undoes apply(); cannot fail. NULL after @final.
 */
struct txn_step {
	u16 number;
	bool cancel;
	bool final;
	int (*apply)(void *ctx, unsigned int number);
	void (*undo)(void *ctx, unsigned int number);
};

/**
 * struct txn_record - result of a step
 * @result: enum txn_result
 * @start_ns: ktime at its start
 * @ns: duration of apply()
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
 * @records: one for each step, all initialised
 * @failed: index of the step that failed; @nr if none did
 *
 * If a step up to the point of no return fails, all applied steps are undone in
 * reverse. After that point a failure ends the run, and nothing is undone.
 *
 * Context: as for apply() and undo(). Steps are traced.
 * Return: 0, or the failed step's -errno; -EINTR for a signal.
 */
int txn_run(const struct txn_step *steps, unsigned int nr, void *ctx,
	    struct txn_record *records, unsigned int *failed);

/* The step in the module parameter integrate_fault; 0 = none. */
unsigned int txn_fault(void);

const char *txn_result_name(enum txn_result result);

#endif
