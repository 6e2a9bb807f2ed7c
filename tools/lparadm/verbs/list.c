// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm list: one line for each LPAR.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/cell.h"
#include "lib/lpars.h"
#include "config/machine.h"
#include "verbs/verbs.h"

enum {
	COL_NAME, COL_NUMBER, COL_STATE, COL_ORIGIN, COL_SIZE, COL_EXPANSION,
	COL_LIPS, COL_SAVED, COL_ES, COL_FREE, COL_CAPPED, COL_GENERATION,
};

static const struct column list_columns[] = {
	[COL_NAME]	= { "NAME", 8, false, false, "name of the LPAR" },
	[COL_NUMBER]	= { "NUMBER", 0, true, false,
			    "its console is /dev/ttyLPAR<number>" },
	[COL_STATE]	= { "STATE", 9, false, false, "see lparadm(8)" },
	[COL_ORIGIN]	= { "ORIGIN", 6, true, false,
			    "start of its main storage in the pool" },
	[COL_SIZE]	= { "SIZE", 6, true, false, "size of its main storage" },
	[COL_EXPANSION]	= { "EXPANSION", 0, true, false,
			    "how much it may still grow while it runs" },
	[COL_LIPS]	= { "LIPS", 0, true, false, "logical processors" },
	[COL_SAVED]	= { "SAVED", 0, false, false,
			    "as saved, or which integration changed it" },
	[COL_ES]	= { "ES", 6, true, true,
			    "size of its expanded storage" },
	[COL_FREE]	= { "FREE", 6, true, true,
			    "free storage directly behind it" },
	[COL_CAPPED]	= { "CAPPED", 0, true, true,
			    "1: its shares are upper limits, too" },
	[COL_GENERATION] = { "GENERATION", 0, true, true,
			    "increases with every change" },
};

static void add_row(const struct ctx *ctx, struct table *t,
		    const struct lpar *l)
{
	table_row(t);
	table_set(t, COL_NAME, "%s", l->name);
	cell_number(t, COL_NUMBER, l->number);
	table_set(t, COL_STATE, "%s", l->state);
	cell_size(ctx, t, COL_ORIGIN, l->origin);
	cell_size(ctx, t, COL_SIZE, l->size);
	cell_size(ctx, t, COL_EXPANSION, l->expansion);
	cell_number(t, COL_LIPS, l->lips);
	cell_size(ctx, t, COL_ES, l->es);
	cell_size(ctx, t, COL_FREE, l->free);
	cell_number(t, COL_CAPPED, l->capped);
	cell_number(t, COL_GENERATION, l->generation);
}

/* Without names, all LPARs are listed. */
static bool is_named(int argc, char **argv, const char *name)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return !argc;
}

static int list_lpars(const struct ctx *ctx, int argc, char **argv, const struct lpar *v, int n,
		      const struct machine *now, const struct machine *saved)
{
	struct table *t = table_new("lpars", list_columns, ARRAY_SIZE(list_columns),
				    &ctx->tab);
	char text[SAVED_TEXT];

	if (!t)
		return LPARADM_USAGE;
	for (int i = 0; i < n; i++) {
		if (!is_named(argc, argv, v[i].name))
			continue;
		add_row(ctx, t, &v[i]);
		if (saved) {
			machine_tell_saved(now, saved, v[i].name, text);
			table_set(t, COL_SAVED, "%s", text);
		} else {
			table_none(t, COL_SAVED);
		}
	}
	return table_finish(t);
}

static int cmd_list(const struct ctx *ctx, int argc, char **argv)
{
	struct machine now = { 0 }, saved;
	struct lpar v[LPAR_MAX_PARTS];
	int n = lpars_read(ctx, v), ret;
	bool is_saved;

	if (n < 0)
		return not_loaded();
	for (int i = 0; i < argc; i++) {
		ret = lpar_check(ctx, argv[i]);
		if (ret)
			return ret;
	}
	/* Programs get an empty table instead. */
	if (!n && !ctx->tab.json && !ctx->tab.raw)
		fprintf(stderr, "No LPAR is defined; create one with \"lparadm define\".\n");
	is_saved = machine_read_usual(ctx, &saved) && !machine_read(ctx, &now);
	ret = list_lpars(ctx, argc, argv, v, n, &now, is_saved ? &saved : NULL);
	machine_free(&now);
	machine_free(&saved);
	return ret;
}

const struct cmd verb_list = {
	.name = "list",
	.args = "[NAME...]",
	.help = "list LPARs, one per line",
	.opts = OPTS_TABLE | OPTS_BYTES,
	.max = -1,
	.run = cmd_list,
	.cols = list_columns,
	.ncols = ARRAY_SIZE(list_columns),
};
