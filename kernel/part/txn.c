// SPDX-License-Identifier: GPL-2.0
/*
 * Run steps in order, undo them in reverse, measure each one, and inject faults.
 * Layer L3; independent of what the steps do.
 */
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>

#include "model/plan.h"
#include "part/txn.h"
#include "trace.h"

static unsigned int integrate_fault;
module_param(integrate_fault, uint, 0600);
MODULE_PARM_DESC(integrate_fault,
		 "Step of integrate to fail after it was applied (201-209, 0 = none)");

unsigned int txn_fault(void)
{
	return READ_ONCE(integrate_fault);
}

const char *txn_result_name(enum txn_result result)
{
	static const char *const names[] = {
		[TXN_NOT_RUN]	= "skipped",
		[TXN_OK]	= "ok",
		[TXN_SKIPPED]	= "skipped",
		[TXN_UNDONE]	= "undone",
		[TXN_FAILED]	= "failed",
	};

	return names[result];
}

/* Results in trace events besides 0 and -errno. */
enum { TRACE_UNDONE = 1, TRACE_SKIPPED = 2 };

static void undo_step(const struct txn_step *step, void *ctx,
		      struct txn_record *record)
{
	u64 start = ktime_get_ns();

	step->undo(ctx, step->number);
	trace_lpar_step(step->number, plan_step_name(step->number), TRACE_UNDONE,
			ktime_get_ns() - start);
	if (record->result == TXN_OK)
		record->result = TXN_UNDONE;
}

static int apply_step(const struct txn_step *step, void *ctx,
		      struct txn_record *record)
{
	int err;

	record->start_ns = ktime_get_ns();
	if (step->cancel && signal_pending(current))
		err = -EINTR;
	else
		err = step->apply(ctx, step->number);
	record->ns = ktime_get_ns() - record->start_ns;
	if (err < 0)
		record->result = TXN_FAILED;
	else
		record->result = err == TXN_NOTHING ? TXN_SKIPPED : TXN_OK;
	trace_lpar_step(step->number, plan_step_name(step->number),
			record->result == TXN_SKIPPED ? TRACE_SKIPPED : min(err, 0),
			record->ns);
	return min(err, 0);
}

/* Fail a step after it was applied, so that its undo is tested as well. */
static int inject_fault(const struct txn_step *step, void *ctx,
			struct txn_record *record, bool undo)
{
	if (txn_fault() != step->number)
		return 0;
	if (undo && step->undo && record->result == TXN_OK)
		undo_step(step, ctx, record);
	record->result = TXN_FAILED;
	return -EIO;
}

static int run_step(const struct txn_step *step, void *ctx,
		    struct txn_record *record, bool undo)
{
	int err = apply_step(step, ctx, record);

	return err ?: inject_fault(step, ctx, record, undo);
}

static void undo_all(const struct txn_step *steps, unsigned int nr, void *ctx,
		     struct txn_record *records)
{
	while (nr--)
		if (records[nr].result == TXN_OK)
			undo_step(&steps[nr], ctx, &records[nr]);
}

int txn_run(const struct txn_step *steps, unsigned int nr, void *ctx,
	    struct txn_record *records, unsigned int *failed)
{
	bool undo = true;
	unsigned int i;
	int err = 0;

	memset(records, 0, nr * sizeof(*records));
	for (i = 0; i < nr; i++) {
		err = run_step(&steps[i], ctx, &records[i], undo);
		if (err)
			break;
		if (steps[i].final)
			undo = false;
	}
	*failed = i;
	if (err && undo)
		undo_all(steps, i, ctx, records);
	return err;
}
