// SPDX-License-Identifier: GPL-2.0
/*
 * The two tables of the patent's Figs. 3 and 4: who has which main storage, and
 * who has how much of each CPU.
 *
 * Rows are sorted by LPAR number, so that both tables have the same order; with --free
 * the rows of storage are sorted by origin.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/cell.h"
#include "lib/maptab.h"
#include "lib/width.h"

enum { COL_LPAR, COL_ORIGIN, COL_SIZE, COL_EXPANSION, COL_FREE };

const struct column map_columns[MAP_NCOLS] = {
	[COL_LPAR]	= { "LPAR", 8, false, false,
			    "owner, or -free-" },
	[COL_ORIGIN]	= { "ORIGIN", 6, true, false, "start of the area" },
	[COL_SIZE]	= { "SIZE", 6, true, false, "size" },
	[COL_EXPANSION]	= { "EXPANSION", 10, true, false,
			    "how much the owner may still grow" },
	[COL_FREE]	= { "FREE", 6, true, true,
			    "free storage directly behind it" },
};

/* The second column is repeated for each CPU. */
const struct column processors_columns[PROCESSORS_NCOLS] = {
	{ "LPAR", 8, false, false, "name of the owner" },
	{ "CPU<n>", 5, true, false,
	  "its share or use of this CPU in percent" },
};

int maps_read_ms(const struct ctx *ctx, struct maps *m)
{
	m->nms = extents_read(ctx, m->ms, &m->cut);
	if (m->nms == -ENOENT)
		return not_loaded();
	if (m->nms < 0)
		return fail(NULL, "storage_map", "%s", strerror(-m->nms));
	return LPARADM_OK;
}

int maps_read_lips(const struct ctx *ctx, struct maps *m)
{
	char *text;

	m->nlips = lips_read(ctx, &m->lips);
	if (m->nlips == -ENOENT)
		return not_loaded();
	if (m->nlips < 0)
		return fail(NULL, "processor_table", "%s", strerror(-m->nlips));
	if (!cfs_read(ctx, &text, CFS_DIR "/processors/online"))
		parse_cpulist(text, &m->online);
	free(text);
	return LPARADM_OK;
}

int maps_copy(struct maps *to, const struct maps *from)
{
	*to = *from;
	to->lips = calloc(LIPS_MAX, sizeof(*to->lips));
	if (!to->lips)
		return fail(NULL, NULL, "out of memory");
	memcpy(to->lips, from->lips, (size_t)from->nlips * sizeof(*to->lips));
	return LPARADM_OK;
}

void maps_free(struct maps *m)
{
	free(m->lips);
}

/* The map includes free areas: look at the one that follows. */
static u64 free_behind(const struct maps *m, int i)
{
	const struct extent *v = m->ms;

	if (i + 1 < m->nms && !v[i + 1].name[0] &&
	    v[i + 1].origin == v[i].origin + v[i].size)
		return v[i + 1].size;
	return 0;
}

static void add_area(const struct ctx *ctx, struct table *t,
		     const struct maps *m, int i)
{
	const struct extent *e = &m->ms[i];

	table_row(t);
	table_set(t, COL_LPAR, "%s", e->name[0] ? e->name : "-free-");
	cell_size(ctx, t, COL_ORIGIN, e->origin);
	cell_size(ctx, t, COL_SIZE, e->size);
	if (!e->name[0]) {
		table_none(t, COL_EXPANSION);
		table_none(t, COL_FREE);
		return;
	}
	cell_size(ctx, t, COL_EXPANSION, e->expansion);
	cell_size(ctx, t, COL_FREE, free_behind(m, i));
}

static bool is_lpar(const struct lpar *lpars, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(lpars[i].name, name))
			return true;
	return false;
}

static void areas_by_number(const struct ctx *ctx, struct table *t,
			    const struct maps *m)
{
	struct lpar lpars[LPAR_MAX_PARTS];
	int nlpars = lpars_read(ctx, lpars);

	for (int k = 0; k < nlpars; k++)
		for (int i = 0; i < m->nms; i++)
			if (!strcmp(m->ms[i].name, lpars[k].name))
				add_area(ctx, t, m, i);
	/* An owner that is not an LPAR would be a bug: show it. */
	for (int i = 0; i < m->nms; i++)
		if (m->ms[i].name[0] && !is_lpar(lpars, nlpars, m->ms[i].name))
			add_area(ctx, t, m, i);
}

int maps_print_ms(const struct ctx *ctx, const struct maps *m, const char *name)
{
	struct table *t = table_new(name, map_columns, MAP_NCOLS, &ctx->tab);

	if (!t)
		return LPARADM_USAGE;
	for (int i = 0; ctx->free && i < m->nms; i++)
		add_area(ctx, t, m, i);
	if (!ctx->free)
		areas_by_number(ctx, t, m);
	return table_finish(t);
}

unsigned int maps_cpus(const struct maps *m, unsigned int cpus[MAX_CPUS])
{
	struct cpulist list = m->online;
	unsigned int n = 0;

	for (int i = 0; i < m->nlips; i++)
		list.has[m->lips[i].pcpu] = true;
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (list.has[cpu])
			cpus[n++] = cpu;
	return n;
}

static struct table *new_table(const struct ctx *ctx, const char *name,
			       const unsigned int *cpus, unsigned int n)
{
	struct column *cols = calloc(n + 1, sizeof(*cols));
	char (*names)[16] = calloc(n + 1, sizeof(*names));
	struct table *t;

	if (!cols || !names)
		errx(LPARADM_FAILED, "out of memory");
	cols[0] = processors_columns[0];
	for (unsigned int i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "CPU%u", cpus[i]);
		cols[i + 1] = processors_columns[1];
		cols[i + 1].name = names[i];
	}
	t = table_new(name, cols, n + 1, &ctx->tab);
	free(names);
	free(cols);
	return t;
}

double maps_percent(const struct maps *m, const double *used, const char *name,
		    unsigned int cpu)
{
	double sum = -1;

	for (int i = 0; i < m->nlips; i++) {
		const struct lip *l = &m->lips[i];
		double percent = used ? used[i] : l->percent;

		if (l->pcpu != cpu || strcmp(l->name, name))
			continue;
		if (percent < 0)
			return -1;
		sum = (sum < 0 ? 0 : sum) + percent;
	}
	return sum;
}

/* Add a row if the LPAR has a LIP on one of these CPUs. Return: whether it has. */
static bool add_shares(struct table *t, const struct maps *m, const double *used,
		       const char *name, const unsigned int *cpus, unsigned int n)
{
	bool has_lip = false;

	for (int i = 0; i < m->nlips; i++)
		for (unsigned int k = 0; k < n; k++)
			has_lip |= m->lips[i].pcpu == cpus[k] &&
				   !strcmp(m->lips[i].name, name);
	if (!has_lip)
		return false;
	table_row(t);
	table_set(t, 0, "%s", name);
	for (unsigned int i = 0; i < n; i++) {
		double percent = maps_percent(m, used, name, cpus[i]);

		if (percent < 0)
			table_none(t, i + 1);
		else
			table_set(t, i + 1, "%.*f", used ? 1 : 0, percent);
	}
	return true;
}

/* How many CPU columns fit; unlimited for programs and files. */
static unsigned int cpus_beside(const struct ctx *ctx, const struct lpar *lpars, int n,
				unsigned int ncpus)
{
	int width = text_width(), names = processors_columns[0].width, fit;

	if (!width || !ncpus || ctx->tab.json || ctx->tab.raw || ctx->tab.output)
		return ncpus;
	for (int i = 0; i < n; i++)
		if ((int)strlen(lpars[i].name) > names)
			names = (int)strlen(lpars[i].name);
	/* A heading with three digits is wider than a share. */
	fit = (width - names) / (ncpus > 100 ? 7 : 6);
	return fit < 1 ? 1 : (unsigned int)fit < ncpus ? (unsigned int)fit : ncpus;
}

int maps_print_lips(const struct ctx *ctx, const struct maps *m,
		    const char *name, const double *used)
{
	unsigned int cpus[MAX_CPUS], ncpus = maps_cpus(m, cpus), first = 0, beside, k;
	struct lpar lpars[LPAR_MAX_PARTS];
	int n = lpars_read(ctx, lpars), ret, rows = 0;

	beside = cpus_beside(ctx, lpars, n, ncpus);
	do {
		struct table *t;
		int before = rows;

		k = ncpus - first < beside ? ncpus - first : beside;
		t = new_table(ctx, name, cpus + first, k);
		if (!t)
			return LPARADM_USAGE;
		for (int i = 0; i < n; i++)
			rows += add_shares(t, m, used, lpars[i].name, cpus + first, k);
		if (before && rows > before)
			putchar('\n');
		ret = table_finish(t);
		first += k;
	} while (!ret && first < ncpus);
	return ret;
}
