// SPDX-License-Identifier: GPL-2.0
/*
 * Integrate, and the move of a part: checks, locks and result.
 *
 * Make the plan, which refuses before anything is stopped; reserve, which does all that
 * can fail; then run the steps. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "part/integrate.h"
#include "part/log.h"
#include "part/resource.h"
#include "trace.h"

/* One integration or move at a time; outermost of all locks. */
static DEFINE_MUTEX(integrate_mutex);

static void integrate_explain(struct integrate *ig, int err, struct lpar_reason *why)
{
	if (ig->text[0])
		return;
	lpar_reason_errno(why, err);
	lpar_reason_text(why, ig->text, sizeof(ig->text));
}

static void explain_step(struct integrate *ig, int err)
{
	struct lpar_reason why = {};
	unsigned int number = integrate_steps[ig->failed].number;

	if (err == -EIO && txn_fault() == number)
		lpar_reason_set(&why, LPAR_REASON_INJECTED, NULL, number, 0, 0);
	else if (err == -EINTR)
		lpar_reason_set(&why, LPAR_REASON_CANCELLED,
				ig->receiver->name, 0, 0, 0);
	integrate_explain(ig, err, &why);
}

/*
 * The result, one line for each step.
 */
static u64 integrate_usec(u64 ns)
{
	return DIV_ROUND_CLOSEST_ULL(ns, NSEC_PER_USEC);
}

static u64 time_between(const struct integrate *ig, enum plan_step from,
			enum plan_step to)
{
	const struct txn_record *first, *last;

	first = &ig->record[INTEGRATE_INDEX(from)];
	last = &ig->record[INTEGRATE_INDEX(to)];
	return last->start_ns + last->ns - first->start_ns;
}

static int print_steps(const struct integrate *ig, char *buf, size_t size)
{
	const struct txn_record *r;
	unsigned int i;
	int len = 0;

	for (i = 0; i < INTEGRATE_STEPS; i++) {
		r = &ig->record[i];
		len += scnprintf(buf + len, size - len, "%u %s %s %llu\n",
				 integrate_steps[i].number,
				 plan_step_name(integrate_steps[i].number),
				 txn_result_name(r->result), integrate_usec(r->ns));
	}
	return len;
}

/* The receiver's downtime, and the total. */
static int print_times(const struct integrate *ig, char *buf, size_t size)
{
	const struct txn_record *stop;
	int len;

	stop = &ig->record[INTEGRATE_INDEX(PLAN_STEP_STOP_RECEIVER)];
	len = scnprintf(buf, size, "stop %u-%u %s %llu\n", PLAN_STEP_STOP_RECEIVER,
			PLAN_STEP_RESTART, txn_result_name(stop->result),
			stop->result == TXN_OK ?
			integrate_usec(time_between(ig, PLAN_STEP_STOP_RECEIVER,
						    PLAN_STEP_RESTART)) : 0);
	return len + scnprintf(buf + len, size - len,
			       "total %u-%u ok %llu\n", PLAN_STEP_STOP_DONOR,
			       PLAN_STEP_REPORT,
			       integrate_usec(time_between(ig, PLAN_STEP_STOP_DONOR,
							   PLAN_STEP_REPORT)));
}

static int print_verdict(const struct integrate *ig, const char *donor,
			 int err, char *buf, size_t size)
{
	int n = min_t(int, strcspn(donor, "\n"), LPAR_NAME_LEN - 1), len;

	len = scnprintf(buf, size, "%s%.*s into %s: ", ig->part ? "part of " : "", n, donor,
			ig->receiver->name);
	if (!err)
		return len + scnprintf(buf + len, size - len, "ok\n");
	if (!ig->begun)
		return len + scnprintf(buf + len, size - len, "refused: %s\n", ig->text);
	return len + scnprintf(buf + len, size - len, "failed at %u: %s\n",
			       integrate_steps[ig->failed].number, ig->text);
}

static enum part_report report_of(const struct integrate *ig)
{
	return ig->part ? PART_REPORT_MOVE : PART_REPORT_INTEGRATE;
}

static void keep_result(const struct integrate *ig, const char *donor, int err)
{
	char *buf = ig->receiver->result[report_of(ig)];
	size_t size = PART_INTEGRATE_LEN;
	int len;

	guard(mutex)(&part.lock);
	len = print_verdict(ig, donor, err, buf, size);
	if (ig->begun)
		len += print_steps(ig, buf + len, size - len);
	if (!err)
		print_times(ig, buf + len, size - len);
}

/*
 * One integration or move. Both mutexes are held.
 */
static int integrate_plan(struct integrate *ig, unsigned int donor, struct lpar_reason *why)
{
	unsigned int receiver = ig->receiver->slot;
	int err;

	if (ig->size)
		err = plan_resize(&part.inv, receiver, ig->size->ms, ig->size->shares, &ig->plan,
				  why);
	else if (ig->part)
		err = plan_part(&part.inv, donor, receiver, ig->part, &ig->plan, why);
	else
		err = plan_integrate(&part.inv, donor, receiver, &ig->plan, why);
	return err ?: integrate_room(ig);
}

static unsigned int donor_slot(const struct integrate *ig)
{
	return ig->donor ? ig->donor->slot : PLAN_NO_DONOR;
}

/* After an undo the inventory must be what it was. */
static void verify_undone(struct integrate *ig)
{
	if (WARN_ON_ONCE(memcmp(&part.inv, &ig->before, sizeof(part.inv))))
		part.inv = ig->before;
}

static int run_reversible(struct integrate *ig)
{
	int err;

	ig->begun = true;
	err = txn_run(integrate_steps, INTEGRATE_REVERSIBLE, ig, ig->record,
		      &ig->failed);
	if (err) {
		explain_step(ig, err);
		verify_undone(ig);
		integrate_unreserve(ig);
	} else {
		integrate_commit(ig);
	}
	return err;
}

/*
 * Holds part.lock from the plan to the point of no return, so that nobody else can claim
 * what the donor has released.
 */
static int change_owner(struct integrate *ig)
{
	struct lpar_reason why = {};
	int err;

	guard(mutex)(&part.lock);
	err = integrate_plan(ig, donor_slot(ig), &why);
	if (!err)
		err = integrate_reserve(ig);
	if (err) {
		integrate_explain(ig, err, &why);
		return err;
	}
	return run_reversible(ig);
}

/* Check first, so that no channel is quiesced for an integration that is refused. */
static int integrate_precheck(struct integrate *ig)
{
	struct lpar_reason why = {};
	int err;

	guard(mutex)(&part.lock);
	err = integrate_plan(ig, donor_slot(ig), &why);
	if (err)
		integrate_explain(ig, err, &why);
	return err;
}

/* Everything up to the point of no return. */
static int integrate_transfer(struct integrate *ig)
{
	int err = integrate_precheck(ig);

	if (err)
		return err;
	integrate_quiesce(ig);
	err = change_owner(ig);
	if (err)
		integrate_resume(ig);
	return err;
}

/* After the point of no return: 209. */
static int integrate_finish(struct integrate *ig)
{
	unsigned int failed;
	int err;

	err = txn_run(&integrate_steps[INTEGRATE_REVERSIBLE], 1, ig,
		      &ig->record[INTEGRATE_REVERSIBLE], &failed);
	ig->failed = INTEGRATE_REVERSIBLE + failed;
	/* Not earlier: until 209 the receiver's ES device uses its old list of frames. */
	integrate_unreserve(ig);
	if (!err)
		return 0;
	if (!ig->donor)
		scnprintf(ig->text, sizeof(ig->text),
			  "%s has more, but its guest could not be notified (errno %d)",
			  ig->receiver->name, -err);
	else
		scnprintf(ig->text, sizeof(ig->text),
			  "%s%s has been %s %s, but the guest could not be notified (errno %d)",
			  ig->part ? "the part of " : "", ig->donor->name,
			  ig->part ? "moved to" : "integrated into", ig->receiver->name, -err);
	return err;
}

/* Tell iface/ what has changed; @old is the donor's state before. */
static void integrate_changed(struct integrate *ig, enum lpar_state old)
{
	unsigned int state = part_state(ig->donor) != old ? LPAR_CHANGED_STATE : 0;
	unsigned int end = ig->part ? LPAR_CHANGED_MOVE : LPAR_CHANGED_INTEGRATE;

	if (ig->done) {
		lpar_changed(ig->donor, state | LPAR_CHANGED_MS | LPAR_CHANGED_LIPS);
		lpar_changed(ig->receiver, LPAR_CHANGED_MS | LPAR_CHANGED_LIPS | end);
	} else {
		lpar_changed(ig->receiver, end);
	}
	if (ig->done && !ig->part)
		lifecycle_unhold(ig->donor);
}

static int integrate_locked(struct integrate *ig)
{
	enum lpar_state old = part_state(ig->donor);
	int err = integrate_transfer(ig);

	if (!err) {
		if (part_state(ig->donor) != old)
			trace_lpar_state(ig->donor->name, state_name(old),
					 state_name(part_state(ig->donor)));
		err = integrate_finish(ig);
	}
	keep_result(ig, ig->donor->name, err);
	integrate_changed(ig, old);
	return err;
}

/*
 * Lock by number, so that operations that take two LPARs' locks cannot deadlock.
 */
static int lock_both(struct lpar *a, struct lpar *b)
{
	if (a->slot > b->slot)
		swap(a, b);
	if (mutex_lock_interruptible(&a->lock))
		return -EINTR;
	if (mutex_lock_interruptible_nested(&b->lock, SINGLE_DEPTH_NESTING)) {
		mutex_unlock(&a->lock);
		return -EINTR;
	}
	return 0;
}

static int integrate_pair(struct integrate *ig)
{
	struct lpar_reason why;
	int err;

	if (ig->donor == ig->receiver) {
		lpar_reason_set(&why, ig->part ? LPAR_REASON_PART_SELF : LPAR_REASON_SAME_LPAR,
				ig->receiver->name, 0, 0, 0);
		integrate_explain(ig, -EINVAL, &why);
		return -EINVAL;
	}
	err = lock_both(ig->donor, ig->receiver);
	if (err) {
		lpar_reason_set(&why, LPAR_REASON_CANCELLED,
				ig->receiver->name, 0, 0, 0);
		integrate_explain(ig, err, &why);
		return err;
	}
	/* Removed while we waited for its lock: another LPAR may have its slot by now. */
	if (ig->donor->gone) {
		lpar_reason_set(&why, LPAR_REASON_UNKNOWN_LPAR,
				ig->donor->name, 0, 0, 0);
		integrate_explain(ig, -ENOENT, &why);
		err = -ENOENT;
	} else {
		err = integrate_locked(ig);
	}
	mutex_unlock(&ig->donor->lock);
	mutex_unlock(&ig->receiver->lock);
	return err;
}

/*
 * Report the new origin of each third LPAR that was relocated. Its own worker does so: its
 * lock may be held for as long as its guest takes to give a channel back, and the
 * integration must not wait for that. lpar_remove() takes an LPAR out of part.lpar under
 * part.lock before it destroys the worker, so a worker found here still runs what is queued.
 */
static void tell_relocated(const struct integrate *ig)
{
	struct lpar *lpar;
	u32 i;

	guard(mutex)(&part.lock);
	for (i = 0; i < ig->plan.nr; i++) {
		if (ig->plan.move[i].kind != PLAN_RELOCATE)
			continue;
		lpar = part.lpar[ig->plan.move[i].slot];
		if (lpar && lpar != ig->receiver)
			kthread_queue_work(lpar->worker, &lpar->moved);
	}
}

static int integrate_find(struct integrate *ig, const char *name)
{
	struct lpar_reason why;
	int err;

	ig->donor = part_get(name);
	if (!ig->donor) {
		guard(mutex)(&part.lock);
		inventory_find(&part.inv, name, &why);
		integrate_explain(ig, -ENOENT, &why);
		return -ENOENT;
	}
	err = integrate_pair(ig);
	if (ig->begun && ig->failed >= INTEGRATE_REVERSIBLE)
		tell_relocated(ig);
	part_put(ig->donor);
	return err;
}

/*
 * Refuse a name that no LPAR can have before it is looked up, so that its bytes get into
 * no result.
 */
int integrate_name(struct lpar *receiver, const char *donor)
{
	size_t n = strcspn(donor, "\n"), i;

	if (!n)
		return lpar_refuse(receiver, -EINVAL, "write the name of the donor");
	for (i = 0; i < n; i++)
		if (!isascii(donor[i]) || !isgraph(donor[i]))
			return lpar_refuse(receiver, -ENOENT,
					   "there is no LPAR whose name contains the byte 0x%02x",
					   (u8)donor[i]);
	return 0;
}

static int integrate_alone(struct lpar *receiver, const char *donor,
			   const struct inventory_want *want)
{
	struct integrate *ig;
	int err;

	if (!mutex_trylock(&integrate_mutex))
		return lpar_refuse(receiver, -EBUSY,
				   "another integration or move is in progress");
	ig = kvzalloc(sizeof(*ig), GFP_KERNEL);
	if (ig && !part_own_alloc(ig->own, true)) {
		ig->receiver = receiver;
		ig->part = want;
		err = integrate_find(ig, donor);
		if (err)
			lpar_refuse(receiver, err, "%s", ig->text);
		else
			lpar_clear_error(receiver);
		if (!ig->begun)
			keep_result(ig, donor, err);
		part_own_free(ig->own);
	} else {
		err = lpar_no_memory(receiver);
	}
	kvfree(ig);
	mutex_unlock(&integrate_mutex);
	return err;
}

static void integrate_log(struct lpar *receiver, const char *donor, const char *word, int err)
{
	char what[LPAR_NAME_LEN + 24];
	int n = strcspn(donor, "\n");

	scnprintf(what, sizeof(what), "%s %.*s", word, min(n, LPAR_NAME_LEN - 1), donor);
	part_log_request(receiver->name, what, err);
}

int integrate_run(struct lpar *receiver, const char *donor, const struct inventory_want *want)
{
	cpumask_var_t before;
	int err = integrate_name(receiver, donor);

	if (err)
		return err;
	if (!part_step_aside(&before))
		return lpar_no_memory(receiver);
	err = integrate_alone(receiver, donor, want);
	part_step_back(&before);
	integrate_log(receiver, donor, want ? "move part of" : "integrate", err);
	return err;
}

int lpar_integrate(struct lpar *receiver, const char *donor)
{
	return integrate_run(receiver, donor, NULL);
}

/*
 * Without a donor.
 */

/* What was written applies to later activations, too. */
static void resize_keep(const struct integrate *ig)
{
	struct inventory_want *want = &ig->receiver->want.own;

	guard(mutex)(&part.lock);
	if (ig->size->ms)
		want->ms.size = ig->size->ms;
	if (ig->size->shares)
		want->shares = *ig->size->shares;
}

static int resize_locked(struct integrate *ig)
{
	int err = integrate_precheck(ig);

	if (err)
		return err;
	/* it has that already */
	if (!ig->plan.nr) {
		resize_keep(ig);
		return 0;
	}
	err = integrate_transfer(ig);
	if (!err)
		err = integrate_finish(ig);
	if (ig->done) {
		resize_keep(ig);
		lpar_changed(ig->receiver, LPAR_CHANGED_MS | LPAR_CHANGED_LIPS);
	}
	return err;
}

static int resize_alone(struct integrate *ig)
{
	int err;

	if (part_own_alloc(ig->own, true))
		return lpar_no_memory(ig->receiver);
	err = resize_locked(ig);
	if (ig->done)
		tell_relocated(ig);
	if (err)
		lpar_refuse(ig->receiver, err, "%s", ig->text);
	else
		lpar_clear_error(ig->receiver);
	part_own_free(ig->own);
	return err;
}

int integrate_resize(struct lpar *lpar, const struct integrate_size *size)
{
	struct integrate *ig;
	int err;

	if (!mutex_trylock(&integrate_mutex))
		return lpar_refuse(lpar, -EBUSY, "another integration or move is in progress");
	if (mutex_lock_interruptible(&lpar->lock)) {
		mutex_unlock(&integrate_mutex);
		return lpar_refuse(lpar, -EINTR, "%s: cancelled", lpar->name);
	}
	ig = kvzalloc(sizeof(*ig), GFP_KERNEL);
	if (ig) {
		ig->receiver = lpar;
		ig->size = size;
		err = resize_alone(ig);
	} else {
		err = lpar_no_memory(lpar);
	}
	kvfree(ig);
	mutex_unlock(&lpar->lock);
	mutex_unlock(&integrate_mutex);
	return err;
}

/*
 * integrate_check: the plan only.
 */
static int check_locked(struct integrate *ig, const char *donor,
			struct lpar_reason *why)
{
	int slot = inventory_find(&part.inv, donor, why);

	return slot < 0 ? slot : integrate_plan(ig, slot, why);
}

static void keep_plan(struct integrate *ig, const char *donor, int err)
{
	char *buf = ig->receiver->plan[report_of(ig)];
	int len;
	u32 i;

	len = print_verdict(ig, donor, err, buf, PAGE_SIZE);
	if (err)
		return;
	len += part_hotadd_warn(ig, buf + len, PAGE_SIZE - len);
	if (ig->part && plan_ends_guest(&ig->plan))
		len += scnprintf(buf + len, PAGE_SIZE - len, "the guest of %s ends\n",
				 part.inv.lpar[ig->plan.donor].name);
	for (i = 0; i < ig->plan.nr && len < PAGE_SIZE - 2; i++) {
		len += plan_print(&ig->plan, i, buf + len, PAGE_SIZE - 1 - len);
		len += scnprintf(buf + len, PAGE_SIZE - len, "\n");
	}
}

static int check_and_keep(struct integrate *ig, const char *donor)
{
	char **plan = &ig->receiver->plan[report_of(ig)];
	struct lpar_reason why = {};
	int err;

	guard(mutex)(&part.lock);
	if (!*plan)
		*plan = kvzalloc(PAGE_SIZE, GFP_KERNEL);
	if (!*plan) {
		integrate_explain(ig, -ENOMEM, &why);
		return -ENOMEM;
	}
	err = check_locked(ig, donor, &why);
	if (err)
		integrate_explain(ig, err, &why);
	keep_plan(ig, donor, err);
	return err;
}

int integrate_check(struct lpar *receiver, const char *donor, const struct inventory_want *want)
{
	struct integrate *ig;
	int err = integrate_name(receiver, donor);

	if (err)
		return err;
	ig = kvzalloc(sizeof(*ig), GFP_KERNEL);
	if (!ig)
		return lpar_no_memory(receiver);
	ig->receiver = receiver;
	ig->part = want;
	err = check_and_keep(ig, donor);
	if (err)
		lpar_refuse(receiver, err, "%s", ig->text);
	else
		lpar_clear_error(receiver);
	kvfree(ig);
	return err;
}

int lpar_integrate_check(struct lpar *receiver, const char *donor)
{
	return integrate_check(receiver, donor, NULL);
}
