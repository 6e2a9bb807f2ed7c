// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm map: who has which main storage, as the patent's Fig. 3.
 *
 * Rows come in the order of the LPARs' numbers, so that they stand beside the
 * rows of "processors"; with --free they come in the order of storage.
 */
#include <errno.h>
#include <string.h>

#include "cfs.h"
#include "lpars.h"

enum { COL_LPAR, COL_ORIGIN, COL_SIZE, COL_EXPANSION, COL_FREE };

const struct column map_columns[MAP_NCOLS] = {
	[COL_LPAR]	= { "LPAR", 8, false, false,
			    "name of the owner, -free- for a hole" },
	[COL_ORIGIN]	= { "ORIGIN", 6, true, false, "where it begins, MB" },
	[COL_SIZE]	= { "SIZE", 6, true, false, "size, MB" },
	[COL_EXPANSION]	= { "EXPANSION", 10, true, false,
			    "how much more the owner's guest was promised, MB" },
	[COL_FREE]	= { "FREE", 6, true, true,
			    "free storage directly behind it, MB" },
};

static void set_size(const struct ctx *ctx, struct table *t, size_t col,
		     u64 bytes)
{
	table_set(t, col, "%llu", ctx->bytes ? bytes : bytes >> 20);
}

/* Holes stand in the map, too: what follows an area tells what is free. */
static u64 free_behind(const struct extent *v, int n, int i)
{
	if (i + 1 < n && !v[i + 1].name[0] &&
	    v[i + 1].origin == v[i].origin + v[i].size)
		return v[i + 1].size;
	return 0;
}

static void add_row(const struct ctx *ctx, struct table *t,
		    const struct extent *v, int n, int i)
{
	const struct extent *e = &v[i];

	table_row(t);
	table_set(t, COL_LPAR, "%s", e->name[0] ? e->name : "-free-");
	set_size(ctx, t, COL_ORIGIN, e->origin);
	set_size(ctx, t, COL_SIZE, e->size);
	if (!e->name[0]) {
		table_none(t, COL_EXPANSION);
		table_none(t, COL_FREE);
		return;
	}
	set_size(ctx, t, COL_EXPANSION, e->expansion);
	set_size(ctx, t, COL_FREE, free_behind(v, n, i));
}

static void rows_by_storage(const struct ctx *ctx, struct table *t,
			    const struct extent *v, int n)
{
	for (int i = 0; i < n; i++)
		add_row(ctx, t, v, n, i);
}

static bool is_lpar(const struct lpar *lpars, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(lpars[i].name, name))
			return true;
	return false;
}

static void rows_by_number(const struct ctx *ctx, struct table *t,
			   const struct extent *v, int n)
{
	struct lpar lpars[LPARS_MAX];
	int nlpars = lpars_read(ctx, lpars);

	for (int k = 0; k < nlpars; k++)
		for (int i = 0; i < n; i++)
			if (!strcmp(v[i].name, lpars[k].name))
				add_row(ctx, t, v, n, i);
	/* An owner that is no LPAR would be a fault: never hide it. */
	for (int i = 0; i < n; i++)
		if (v[i].name[0] && !is_lpar(lpars, nlpars, v[i].name))
			add_row(ctx, t, v, n, i);
}

int cmd_map(const struct ctx *ctx, int argc, char **argv)
{
	struct extent v[EXTENTS_MAX];
	struct table *t;
	bool cut;
	int n, ret;

	(void)argc;
	(void)argv;
	n = extents_read(ctx, v, &cut);
	if (n == -ENOENT)
		return not_loaded();
	if (n < 0)
		return fail(NULL, "storage_map", "%s", strerror(-n));
	t = table_new("map", map_columns, MAP_NCOLS, &ctx->tab);
	if (!t)
		return LPARADM_USAGE;
	if (ctx->free)
		rows_by_storage(ctx, t, v, n);
	else
		rows_by_number(ctx, t, v, n);
	ret = table_finish(t);
	if (ret || !cut)
		return ret;
	fail(NULL, "storage_map", "the kernel shows no more than this");
	return LPARADM_PARTIAL;
}
