// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm integrate: fold one LPAR into another that runs on.
 *
 * The write returns when the kernel is done; the steps are read afterwards, and
 * on a terminal shown while they happen.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/confirm.h"
#include "lib/hooks.h"
#include "lib/maptab.h"
#include "lib/parse.h"
#include "lib/plan.h"
#include "lib/power.h"
#include "lib/progress.h"
#include "verbs/verbs.h"

enum { COL_STEP, COL_NAME, COL_RESULT, COL_USEC };

enum { COL_MOVE = 1 };

static const struct column integrate_columns[] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number in the patent" },
	[COL_NAME]	= { "NAME", 13, false, false, "what it does" },
	[COL_RESULT]	= { "RESULT", 7, false, false,
			    "ok, undone, failed; skipped: nothing to do" },
	[COL_USEC]	= { "USEC", 9, true, false, "microseconds" },
};

/* A plan is a list of moves, not of steps that have been done. */
static const struct column plan_columns[] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number in the patent" },
	[COL_MOVE]	= { "MOVE", 0, false, false, "what would be done" },
};

/* Those of all the tables of --check, the plan's first. */
static const struct column check_columns[] = {
	{ .name = "STEP" }, { .name = "MOVE" }, { .name = "LPAR" },
	{ .name = "ORIGIN" }, { .name = "SIZE" }, { .name = "EXPANSION" },
	{ .name = "FREE" }, { .name = "CPU<n>" },
};

/*
 * Ctrl-C interrupts hooks, and the kernel, which undoes; what it did is still shown,
 * and undocheck hears of it. What somebody has chosen to ignore stays ignored.
 */
static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction sa = { .sa_handler = hooks_interrupt }, old;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
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

/* For people only: the result, a warning. */
static void print_text(const struct ctx *ctx, const char *line)
{
	if (!ctx->tab.json && !ctx->tab.noheadings && !ctx->tab.raw)
		printf("%s\n", line);
}

/* What has been shown while it happened is not shown once more. */
static int print_steps(const struct ctx *ctx, bool live, char *text)
{
	struct table_opts opts = ctx->tab;
	struct table *t;
	char *line;

	opts.noheadings |= live;
	t = table_new("steps", integrate_columns, ARRAY_SIZE(integrate_columns), &opts);
	if (!t)
		return LPARADM_USAGE;
	while ((line = next_line(&text))) {
		if (is_span(line) || (is_step(line) && !live))
			add_step(ctx, t, line);
		else if (!is_step(line))
			print_text(ctx, line);
	}
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

static int integrate(const struct ctx *ctx, const struct hooks *h)
{
	struct progress p;
	char *before, *after;
	int ret, printed;

	cfs_read(ctx, &before, CFS_DIR "/partitions/%s/integrate", h->receiver);
	progress_begin(ctx, &p);
	ret = lpar_command(ctx, h->receiver, "integrate", "integrate",
			   h->donor);
	progress_end(ctx, &p);
	cfs_read(ctx, &after, CFS_DIR "/partitions/%s/integrate", h->receiver);
	if (ret && is_done(before, after))
		ret = LPARADM_PARTIAL;
	if (ret && !has_steps(before, after) && after)
		*after = '\0';
	printed = print_steps(ctx, p.live, after);
	free(before);
	free(after);
	return ret ? ret : printed;
}

static int print_moves(const struct ctx *ctx, const char *plan)
{
	struct table *t = table_new("moves", plan_columns,
				    ARRAY_SIZE(plan_columns), &ctx->tab);
	char *text = strdup(plan), *rest = text, *line;

	if (!t || !text) {
		free(text);
		return t ? LPARADM_FAILED : LPARADM_USAGE;
	}
	while ((line = next_line(&rest))) {
		if (!is_step(line)) {
			print_text(ctx, line);
			continue;
		}
		table_row(t);
		table_set(t, COL_STEP, "%s", next_word(&line));
		table_set(t, COL_MOVE, "%s", line);
	}
	free(text);
	return table_finish(t);
}

static int print_maps(const struct ctx *ctx, const struct maps *now,
		      const struct maps *then)
{
	int ret;

	if (!table_shows(&ctx->tab, check_columns + ARRAY_SIZE(plan_columns),
			 ARRAY_SIZE(check_columns) - ARRAY_SIZE(plan_columns)))
		return LPARADM_OK;
	print_text(ctx, "\nbefore:");
	ret = maps_print_ms(ctx, now, "map_before");
	if (!ret)
		ret = maps_print_lips(ctx, now, "processors_before", NULL);
	print_text(ctx, "\nafter:");
	if (!ret)
		ret = maps_print_ms(ctx, then, "map_after");
	if (!ret)
		ret = maps_print_lips(ctx, then, "processors_after", NULL);
	return ret;
}

static int print_plan(const struct ctx *ctx, const struct hooks *h,
		      const char *plan)
{
	struct maps now = { 0 }, then = { 0 };
	int ret = maps_read_ms(ctx, &now);

	if (!ret)
		ret = maps_read_lips(ctx, &now);
	if (!ret)
		ret = maps_copy(&then, &now);
	if (!ret)
		ret = tables_begin(&ctx->tab, check_columns,
				   ARRAY_SIZE(check_columns));
	if (!ret) {
		ret = print_moves(ctx, plan);
		if (!ret)
			ret = plan_apply(&then, plan, h->donor, h->receiver);
		if (!ret)
			ret = print_maps(ctx, &now, &then);
		tables_end();
	}
	maps_free(&now);
	maps_free(&then);
	return ret;
}

/* What a check hook has prepared is not needed: nothing will be done. */
static int check(const struct ctx *ctx, const struct hooks *h)
{
	char *plan = NULL;
	int ret = hooks_run(ctx, h, "check"), undone;

	if (!ret)
		ret = plan_ask(ctx, h->donor, h->receiver, &plan);
	if (!ret)
		ret = print_plan(ctx, h, plan);
	plan_free(plan);
	undone = hooks_run(ctx, h, "undocheck");
	return ret ? ret : undone;
}

static int act(const struct ctx *ctx, const struct hooks *h)
{
	int ret = hooks_run(ctx, h, "check");

	if (!ret)
		ret = hooks_run(ctx, h, "pre");
	if (!ret)
		ret = integrate(ctx, h);
	if (ret && ret != LPARADM_PARTIAL)
		hooks_run(ctx, h, "undocheck");
	else if (hooks_run(ctx, h, "post"))
		ret = LPARADM_PARTIAL;
	return ret;
}

static int cmd_integrate(const struct ctx *ctx, int argc, char **argv)
{
	struct hooks h = { "integrate", argv[0], ctx->into };
	int ret;

	(void)argc;
	if (!h.receiver)
		return usage_error("integrate: %s into which LPAR? --into RECEIVER says it",
				   h.donor);
	/* Whether the two may be integrated is the kernel's to say. */
	ret = lpar_name_check(h.donor);
	if (!ret)
		ret = lpar_check(ctx, h.receiver);
	if (!ret && !ctx->check && power_has_guest(ctx, h.donor))
		ret = confirm(ctx, h.donor, "integrate",
			      "its guest ends, and its storage is cleared");
	if (ret)
		return ret;
	catch_signals();
	return ctx->check ? check(ctx, &h) : act(ctx, &h);
}

const struct cmd verb_integrate = {
	.name = "integrate",
	.args = "DONOR --into RECEIVER",
	.help = "fold DONOR into RECEIVER, which runs on\n"
		"Columns of --check: STEP, MOVE, and those of map and of processors",
	.opts = OPTS_TABLE | OPTS_CHECK | OPTS_INTO | OPTS_YES,
	.min = 1,
	.max = 1,
	.run = cmd_integrate,
	.cols = integrate_columns,
	.ncols = ARRAY_SIZE(integrate_columns),
};
