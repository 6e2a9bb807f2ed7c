// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm integrate: integrate one LPAR into another that keeps running. lparadm move: move
 * a part of it; the kernel does both in the same steps.
 *
 * The write returns when the kernel is done; the steps are read afterwards, and on a
 * terminal printed while they happen.
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
#include "lib/used.h"
#include "verbs/verbs.h"

/**
 * struct transfer - what is requested
 * @h: the action, which is the name of the attribute, too, and both LPARs
 * @text: what is written to it
 * @part: the donor keeps the rest
 */
struct transfer {
	struct hooks h;
	const char *text;
	bool part;
};

/* Begins the last line of a result: what the guest has done with its new storage. */
#define ANSWER "guest: "
#define ANSWER_SECONDS 3.0
#define POLL_SECONDS 0.1

enum { COL_STEP, COL_NAME, COL_RESULT, COL_USEC };

enum { COL_MOVE = 1 };

static const struct column integrate_columns[] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number of the step in the patent" },
	[COL_NAME]	= { "NAME", 13, false, false, "what it does" },
	[COL_RESULT]	= { "RESULT", 7, false, false,
			    "ok, undone, failed or skipped" },
	[COL_USEC]	= { "USEC", 9, true, false, "microseconds" },
};

/* A plan is a list of moves. */
static const struct column plan_columns[] = {
	[COL_STEP]	= { "STEP", 0, true, false, "number of the step in the patent" },
	[COL_MOVE]	= { "MOVE", 0, false, false, "what would be done" },
};

/* The columns of all tables of --check, those of the plan first. */
static const struct column check_columns[] = {
	{ .name = "STEP" }, { .name = "MOVE" }, { .name = "LPAR" },
	{ .name = "ORIGIN" }, { .name = "SIZE" }, { .name = "EXPANSION" },
	{ .name = "FREE" }, { .name = "CPU<n>" },
};

/*
 * Ctrl-C interrupts hooks, and the kernel, which then undoes the integration; the result is
 * still printed, and undocheck is run. Signals that were ignored stay ignored.
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
	/* A span is not a number: null in JSON. */
	if (!span || !ctx->tab.json)
		table_set(t, COL_STEP, "%s", span ? second : first);
	table_set(t, COL_NAME, "%s", span ? first : second ? second : "?");
	table_set(t, COL_RESULT, "%s", result ? result : "?");
	if (usec)
		table_set(t, COL_USEC, "%s", usec);
	else
		table_none(t, COL_USEC);
}

static bool has_text(const struct ctx *ctx)
{
	return !ctx->tab.json && !ctx->tab.noheadings && !ctx->tab.raw;
}

/* Lines that are not part of a table: the result, a warning. */
static void print_text(const struct ctx *ctx, const char *line)
{
	if (has_text(ctx))
		printf("%s\n", line);
}

/*
 * Steps that have been printed while they happened are not printed again. What the guest
 * has answered comes last.
 */
static int print_steps(const struct ctx *ctx, bool live, char *text)
{
	struct table_opts opts = ctx->tab;
	char *line, *answer = NULL;
	struct table *t;
	int ret;

	opts.noheadings |= live;
	t = table_new("steps", integrate_columns, ARRAY_SIZE(integrate_columns), &opts);
	if (!t)
		return LPARADM_USAGE;
	while ((line = next_line(&text))) {
		if (is_span(line) || (is_step(line) && !live))
			add_step(ctx, t, line);
		else if (!strncmp(line, ANSWER, strlen(ANSWER)))
			answer = line;
		else if (!is_step(line))
			print_text(ctx, line);
	}
	ret = table_finish(t);
	if (answer)
		print_text(ctx, answer);
	return ret;
}

static bool is_pending(const char *result)
{
	const char *line = result ? strstr(result, "\n" ANSWER) : NULL;

	return line && strstr(line, " pending") && !strstr(line, " 0 pending");
}

/* A guest answers shortly after the end of the integration: read the result again. */
static void wait_for_answer(const struct ctx *ctx, const struct hooks *h, char **result)
{
	double start = used_now();

	while (is_pending(*result) && used_now() - start < ANSWER_SECONDS) {
		used_wait(POLL_SECONDS);
		free(*result);
		cfs_read(ctx, result, CFS_DIR "/partitions/%s/%s", h->receiver, h->action);
	}
}

/*
 * Did the integration fail after it had begun? Then the steps are printed, too. An
 * unchanged result is that of an earlier integration.
 */
static bool has_steps(const char *before, const char *after)
{
	return before && after && strcmp(before, after) &&
	       strstr(after, ": failed at ");
}

/* Step 209 comes after the point of no return: only the notification is missing. */
static bool is_done(const char *before, const char *after)
{
	return has_steps(before, after) && strstr(after, ": failed at 209:");
}

static int integrate_lpar(const struct ctx *ctx, const struct transfer *t)
{
	const struct hooks *h = &t->h;
	struct progress p;
	char *before, *after;
	int ret, printed;

	cfs_read(ctx, &before, CFS_DIR "/partitions/%s/%s", h->receiver, h->action);
	progress_begin(ctx, &p);
	ret = lpar_command(ctx, h->receiver, h->action, h->action, t->text);
	progress_end(ctx, &p);
	cfs_read(ctx, &after, CFS_DIR "/partitions/%s/%s", h->receiver, h->action);
	if (!ret && has_text(ctx))
		wait_for_answer(ctx, h, &after);
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

static int print_plan(const struct ctx *ctx, const struct transfer *t,
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
			ret = plan_apply(&then, plan, t->part ? NULL : t->h.donor,
					 t->h.receiver);
		if (!ret)
			ret = print_maps(ctx, &now, &then);
		tables_end();
	}
	maps_free(&now);
	maps_free(&then);
	return ret;
}

/* Run undocheck in any case: what a check hook has prepared is not needed. */
static int integrate_check(const struct ctx *ctx, const struct transfer *t)
{
	char *plan = NULL;
	int ret = hooks_run(ctx, &t->h, "check"), undone;

	if (!ret)
		ret = plan_ask_for(ctx, t->h.action, t->h.receiver, t->text, &plan);
	if (!ret)
		ret = print_plan(ctx, t, plan);
	plan_free(plan);
	undone = hooks_run(ctx, &t->h, "undocheck");
	return ret ? ret : undone;
}

static int integrate_all(const struct ctx *ctx, const struct transfer *t)
{
	int ret = hooks_run(ctx, &t->h, "check");

	if (!ret)
		ret = hooks_run(ctx, &t->h, "pre");
	if (!ret)
		ret = integrate_lpar(ctx, t);
	if (ret && ret != LPARADM_PARTIAL)
		hooks_run(ctx, &t->h, "undocheck");
	else if (hooks_run(ctx, &t->h, "post"))
		ret = LPARADM_PARTIAL;
	return ret;
}

static int transfer_run(const struct ctx *ctx, const struct transfer *t)
{
	catch_signals();
	return ctx->check ? integrate_check(ctx, t) : integrate_all(ctx, t);
}

/* The kernel checks whether the two can be integrated. */
static int transfer_names(const struct ctx *ctx, const struct transfer *t)
{
	int ret;

	if (!t->h.receiver)
		return usage_error("%s: no receiver for %s; use --into RECEIVER",
				   t->h.action, t->h.donor);
	ret = lpar_name_check(t->h.donor);
	return ret ? ret : lpar_check(ctx, t->h.receiver);
}

static int cmd_integrate(const struct ctx *ctx, int argc, char **argv)
{
	struct transfer t = { { "integrate", argv[0], ctx->into }, argv[0], false };
	int ret = transfer_names(ctx, &t);

	(void)argc;
	if (!ret && !ctx->check && power_has_guest(ctx, t.h.donor))
		ret = confirm_ask(ctx, t.h.donor, "integrate",
				  "its guest ends and its storage is cleared");
	return ret ? ret : transfer_run(ctx, &t);
}

const struct cmd verb_integrate = {
	.name = "integrate",
	.args = "DONOR --into RECEIVER",
	.help = "integrate DONOR into RECEIVER, which keeps running\n"
		"Columns of --check: STEP, MOVE, and those of map and processors",
	.opts = OPTS_TABLE | OPTS_CHECK | OPTS_INTO | OPTS_YES,
	.min = 1,
	.max = 1,
	.run = cmd_integrate,
	.cols = integrate_columns,
	.ncols = ARRAY_SIZE(integrate_columns),
};

/*
 * move
 */

/* The guest of a stopped donor may end: the kernel's plan says so. */
static int move_confirm(const struct ctx *ctx, const struct transfer *t)
{
	char *plan;
	int ret;

	if (ctx->check || !power_has_guest(ctx, t->h.donor))
		return LPARADM_OK;
	ret = plan_ask_for(ctx, t->h.action, t->h.receiver, t->text, &plan);
	if (!ret && plan_ends_guest(plan))
		ret = confirm_ask(ctx, t->h.donor, "move",
				  "its guest ends and the storage that it gives is cleared");
	plan_free(plan);
	return ret;
}

/* "LPAR2 ms=128M shares=2:25,3:50"; lists may have blanks in operands. free() it. */
static char *move_text(int argc, char **argv)
{
	size_t len = 1, at = 0;
	char *text;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = malloc(len);
	for (int i = 0; text && i < argc; i++) {
		if (i)
			text[at++] = ' ';
		for (const char *p = argv[i]; *p; p++)
			text[at++] = isspace((unsigned char)*p) ? ',' : *p;
	}
	if (text)
		text[at] = '\0';
	return text;
}

static int cmd_move(const struct ctx *ctx, int argc, char **argv)
{
	char *text = move_text(argc, argv);
	struct transfer t = { { "move", argv[0], ctx->into }, text, true };
	int ret = text ? transfer_names(ctx, &t) : fail(NULL, NULL, "out of memory");

	for (int i = 1; i < argc && !ret; i++)
		if (!strchr(argv[i], '='))
			ret = usage_error("move: \"%s\" is not KEY=VALUE", argv[i]);
	if (!ret)
		ret = move_confirm(ctx, &t);
	if (!ret)
		ret = transfer_run(ctx, &t);
	free(text);
	return ret;
}

const struct cmd verb_move = {
	.name = "move",
	.args = "DONOR KEY=VALUE... --into RECEIVER",
	.help = "move a part of DONOR to RECEIVER; DONOR keeps the rest\n"
		"Keys: ms and es (sizes), shares (CPU:PERCENT,...), channels (ID,...)\n"
		"Columns of --check: STEP, MOVE, and those of map and processors",
	.opts = OPTS_TABLE | OPTS_CHECK | OPTS_INTO | OPTS_YES,
	.min = 2,
	.max = -1,
	.run = cmd_move,
	.cols = integrate_columns,
	.ncols = ARRAY_SIZE(integrate_columns),
};
