// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm integrate: fold one LPAR into another that runs on.
 *
 * The write returns when the kernel is done; the steps are read afterwards.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "confirm.h"
#include "parse.h"
#include "power.h"

enum { COL_STEP, COL_NAME, COL_RESULT, COL_USEC };

const struct column integrate_columns[INTEGRATE_NCOLS] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number in the patent" },
	[COL_NAME]	= { "NAME", 13, false, false, "what it does" },
	[COL_RESULT]	= { "RESULT", 7, false, false,
			    "ok, undone, failed; skipped: nothing to do" },
	[COL_USEC]	= { "USEC", 9, true, false, "microseconds" },
};

/* A plan is a list of moves, not of steps that have been done. */
static const struct column plan_columns[] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number in the patent" },
	[COL_NAME]	= { "MOVE", 0, false, false, "what would be done" },
};

static void interrupted(int sig)
{
	(void)sig;
}

/* Ctrl-C interrupts the kernel, which undoes; what it did is still shown. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = interrupted };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static bool is_step(const char *line)
{
	return isdigit((unsigned char)*line);
}

/* "stop 204-208 ok 110": how long several steps took together. */
static bool is_span(const char *line)
{
	unsigned int from, to;

	return sscanf(line, "%*s %u-%u", &from, &to) == 2;
}

static void add_move(struct table *t, char *line)
{
	char *step = next_word(&line);

	table_row(t);
	table_set(t, COL_STEP, "%s", step);
	table_set(t, COL_NAME, "%s", line);
}

static void add_step(const struct ctx *ctx, struct table *t, char *line)
{
	bool span = is_span(line);
	char *first = next_word(&line), *second = next_word(&line);
	char *result = next_word(&line), *usec = next_word(&line);

	table_row(t);
	/* A span is no number: null in JSON. */
	if (!span || !ctx->tab.json)
		table_set(t, COL_STEP, "%s", span ? second : first);
	table_set(t, COL_NAME, "%s", span ? first : second ? second : "?");
	table_set(t, COL_RESULT, "%s", result ? result : "?");
	if (usec)
		table_set(t, COL_USEC, "%s", usec);
	else
		table_none(t, COL_USEC);
}

/* Lines that are no step (the result, a warning) are for people only. */
static void add_line(const struct ctx *ctx, struct table *t, char *line)
{
	if (is_step(line) && ctx->check)
		add_move(t, line);
	else if (is_step(line) || is_span(line))
		add_step(ctx, t, line);
	else if (!ctx->tab.json && !ctx->tab.noheadings && !ctx->tab.raw)
		printf("%s\n", line);
}

static int print_steps(const struct ctx *ctx, struct table *t, char *text)
{
	char *line;

	while ((line = next_line(&text)))
		add_line(ctx, t, line);
	return table_finish(t);
}

/*
 * A failure is shown step by step where there were steps; the reason alone is
 * told already. What this write has not changed is the result of another one.
 */
static bool has_steps(const char *before, const char *after)
{
	return before && after && strcmp(before, after) &&
	       strstr(after, ": failed at ");
}

/* Step 209 is behind the point of no return: all but the telling is done. */
static bool is_done(const char *before, const char *after)
{
	return has_steps(before, after) && strstr(after, ": failed at 209:");
}

static int integrate(const struct ctx *ctx, struct table *t, const char *donor,
		     const char *receiver, const char *attr)
{
	char *before, *after;
	int ret, printed;

	cfs_read(ctx, &before, CFS_DIR "/partitions/%s/%s", receiver, attr);
	ret = lpar_command(ctx, receiver, "integrate", attr, donor);
	cfs_read(ctx, &after, CFS_DIR "/partitions/%s/%s", receiver, attr);
	if (ret && is_done(before, after))
		ret = LPARADM_PARTIAL;
	if (ret && !has_steps(before, after) && after)
		*after = '\0';
	printed = print_steps(ctx, t, after);
	free(before);
	free(after);
	return ret ? ret : printed;
}

int cmd_integrate(const struct ctx *ctx, int argc, char **argv)
{
	const char *donor = argv[0], *receiver = ctx->into;
	struct table *t;
	int ret;

	(void)argc;
	if (!receiver)
		return usage_error("integrate: %s into which LPAR? --into RECEIVER says it",
				   donor);
	/* Whether the two may be integrated is the kernel's to say. */
	ret = lpar_name_check(donor);
	if (!ret)
		ret = lpar_check(ctx, receiver);
	if (!ret && !ctx->check && power_has_guest(ctx, donor))
		ret = confirm(ctx, donor, "integrate",
			      "its guest ends, and its storage is cleared");
	if (ret)
		return ret;
	t = ctx->check ? table_new("moves", plan_columns,
				   ARRAY_SIZE(plan_columns), &ctx->tab) :
			 table_new("steps", integrate_columns, INTEGRATE_NCOLS,
				   &ctx->tab);
	if (!t)
		return LPARADM_USAGE;
	catch_signals();
	return integrate(ctx, t, donor, receiver,
			 ctx->check ? "integrate_check" : "integrate");
}
