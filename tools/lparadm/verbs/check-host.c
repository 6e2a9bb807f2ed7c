// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm check-host: can this host run lpar? A line for each check, and what to do if
 * it did not pass.
 */
#include <stdio.h>
#include <string.h>

#include "lib/hostcheck.h"
#include "verbs/verbs.h"

enum { COL_CHECK, COL_RESULT, COL_FOUND, COL_ADVICE };

static const struct column check_host_columns[] = {
	[COL_CHECK]	= { "CHECK", 19, false, false, "what was checked" },
	[COL_RESULT]	= { "RESULT", 0, false, false,
			    "PASS, WARN (lpar works) or FAIL (it does not)" },
	[COL_FOUND]	= { "FOUND", 0, false, false, "what was found" },
	[COL_ADVICE]	= { "ADVICE", 0, false, true, "what to do" },
};

static const char * const verdicts[] = {
	[HOST_PASS] = "PASS", [HOST_WARN] = "WARN", [HOST_FAIL] = "FAIL",
};

static bool is_table(const struct ctx *ctx)
{
	return ctx->tab.json || ctx->tab.raw || ctx->tab.output || ctx->tab.noheadings;
}

/* One line per check, followed by the advice. */
static void print_lines(const struct host *h)
{
	for (int i = 0; i < h->n; i++) {
		const struct finding *f = &h->v[i];

		printf("%s  %s: %s\n", verdicts[f->verdict], f->check, f->found);
		if (f->advice)
			printf("      %s\n", f->advice);
	}
}

static int print_table(const struct ctx *ctx, const struct host *h)
{
	struct table_opts opts = ctx->tab;
	struct table *t;

	/* JSON includes the advice. */
	if (opts.json && !opts.output)
		opts.output = "+ADVICE";
	t = table_new("checks", check_host_columns, ARRAY_SIZE(check_host_columns), &opts);
	if (!t)
		return LPARADM_USAGE;
	for (int i = 0; i < h->n; i++) {
		table_row(t);
		table_set(t, COL_CHECK, "%s", h->v[i].check);
		table_set(t, COL_RESULT, "%s", verdicts[h->v[i].verdict]);
		table_set(t, COL_FOUND, "%s", h->v[i].found);
		if (h->v[i].advice)
			table_set(t, COL_ADVICE, "%s", h->v[i].advice);
		else
			table_none(t, COL_ADVICE);
	}
	return table_finish(t);
}

static int cmd_check_host(const struct ctx *ctx, int argc, char **argv)
{
	struct cpulist list;
	struct host h;
	int ret = LPARADM_OK;

	(void)argc;
	(void)argv;
	if (ctx->cpus && (parse_cpulist(ctx->cpus, &list) || !*ctx->cpus))
		return usage_error("check-host: --cpus %s: not a list of CPUs, e.g. 2-7,9",
				   ctx->cpus);
	host_check(&h, ctx);
	if (is_table(ctx))
		ret = print_table(ctx, &h);
	else
		print_lines(&h);
	for (int i = 0; i < h.n && !ret; i++)
		if (h.v[i].verdict == HOST_FAIL)
			ret = LPARADM_FAILED;
	return ret;
}

const struct cmd verb_check_host = {
	.name = "check-host",
	.args = "",
	.help = "check whether this host can run lpar, and say what to change\n"
		"The exit status is 1 if a check fails.",
	.opts = OPTS_TABLE | OPTS_CPUS,
	.run = cmd_check_host,
	.cols = check_host_columns,
	.ncols = ARRAY_SIZE(check_host_columns),
};
