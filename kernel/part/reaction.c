// SPDX-License-Identifier: GPL-2.0
/*
 * The reaction to the end of a guest (on_reset, on_triple_fault,
 * on_panic). Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/string.h>

#include "part/part.h"

static const char *const reaction_words[] = {
	[REACTION_KEEP] = "keep",
	[REACTION_RESTART] = "restart",
	[REACTION_FAIL] = "fail",
};

static const char *const end_names[LPAR_NR_ENDS] = {
	[LPAR_END_RESET] = "on_reset",
	[LPAR_END_TRIPLE_FAULT] = "on_triple_fault",
	[LPAR_END_PANIC] = "on_panic",
};

void reaction_defaults(struct lpar_want *want)
{
	want->reaction[LPAR_END_RESET] = REACTION_RESTART;
	want->reaction[LPAR_END_TRIPLE_FAULT] = REACTION_FAIL;
	want->reaction[LPAR_END_PANIC] = REACTION_FAIL;
}

int lpar_set_reaction(struct lpar *lpar, enum lpar_end end, const char *text)
{
	int word = __sysfs_match_string(reaction_words, ARRAY_SIZE(reaction_words), text);

	if (word < 0)
		return lpar_refuse(lpar, -EINVAL, "%s must be keep, restart or fail",
				   end_names[end]);
	lpar_set_lock(lpar);
	lpar->want.reaction[end] = word;
	return lpar_set_end(lpar);
}

int lpar_show_reaction(struct lpar *lpar, enum lpar_end end, char *buf, size_t size)
{
	return scnprintf(buf, size, "%s",
			 reaction_words[READ_ONCE(lpar->want.reaction[end])]);
}

void reaction_end(struct lpar *lpar, enum lpar_verb verb)
{
	if (state_next(part_state(lpar), verb) < 0)
		return;
	if (part_state(lpar) == LPAR_OPERATING)
		machine_stop(lpar->machine);
	part_set_state(lpar, verb);
	if (verb == LPAR_POWEROFF)
		pr_info_ratelimited("%s: its guest has powered off\n", lpar->name);
	lpar_changed(lpar, LPAR_CHANGED_STATE);
}

void reaction_fail(struct lpar *lpar, struct lpar_reason *why)
{
	char text[LPAR_TEXT_LEN];

	/* keep the first reason */
	if (part_state(lpar) == LPAR_FAILED)
		return;
	if (why->code == LPAR_REASON_NONE)
		lpar_reason_set(why, LPAR_REASON_INTERNAL, NULL, 0, 0, 0);
	lpar_explain(lpar, -EIO, why);
	lpar_show_last_error(lpar, text, sizeof(text));
	pr_warn("failed: %s\n", text);
	reaction_end(lpar, LPAR_FAIL);
}

/* Report in the log and in last_error what happened and what was done. */
static void reaction_tell(struct lpar *lpar, struct lpar_reason *why, const char *done)
{
	char text[LPAR_TEXT_LEN - 32];

	strscpy(why->who, lpar->name, sizeof(why->who));
	lpar_reason_text(why, text, sizeof(text));
	lpar_refuse(lpar, 0, "%s; %s", text, done);
	pr_warn_ratelimited("%s; %s\n", text, done);
}

/* Stop it and keep its storage until it is loaded again. */
static void reaction_keep(struct lpar *lpar, struct lpar_reason *why)
{
	lpar->ended = true;
	reaction_tell(lpar, why, "stopped");
	reaction_end(lpar, LPAR_STOP);
}

static void reaction_restart(struct lpar *lpar, enum lpar_end end, struct lpar_reason *why)
{
	struct lpar_reason refused = {};
	int err = lifecycle_reboot(lpar, &refused);

	if (err) {
		lpar_reason_errno(&refused, err);
		reaction_fail(lpar, &refused);
	} else if (end != LPAR_END_RESET) {
		reaction_tell(lpar, why, "loaded again");
	} else {
		pr_info_ratelimited("%s: its guest asked for a reset; loaded again\n", lpar->name);
	}
}

void reaction_crash(struct lpar *lpar)
{
	struct lpar_reason why = { .code = LPAR_REASON_PANIC };

	lockdep_assert_held(&lpar->lock);
	reaction_tell(lpar, &why, "its crash kernel takes over");
}

void reaction_run(struct lpar *lpar, enum lpar_end end, struct lpar_reason *why)
{
	lockdep_assert_held(&lpar->lock);
	switch (lpar->want.reaction[end]) {
	case REACTION_KEEP:
		reaction_keep(lpar, why);
		break;
	case REACTION_RESTART:
		reaction_restart(lpar, end, why);
		break;
	default:
		reaction_fail(lpar, why);
		break;
	}
}
