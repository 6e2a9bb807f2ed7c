// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm top: what LIPs, exits and CPUs were about in the last interval.
 *
 * All of it is differences of the kernel's counters; between two readings
 * nothing runs here.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cfs.h"
#include "maptab.h"
#include "used.h"

enum { COL_LPAR, COL_LIP, COL_CPU, COL_SHARE, COL_USED, COL_STATE };

enum { COL_KIND = 1, COL_RATE };

enum { COL_CPU_CPU, COL_GUEST, COL_OTHER, COL_IDLE };

/* The three tables in one: their columns stand behind one another. */
enum { LIPS = 0, EXITS = 6, CPUS = 9 };

const struct column top_columns[TOP_NCOLS] = {
	[LIPS + COL_LPAR]	= { "LPAR", 8, false, false, "name" },
	[LIPS + COL_LIP]	= { "LIP", 0, true, false,
				    "number of the logical processor" },
	[LIPS + COL_CPU]	= { "CPU", 0, true, false,
				    "the CPU that it is a share of" },
	[LIPS + COL_SHARE]	= { "SHARE", 0, true, false, "percent of it" },
	[LIPS + COL_USED]	= { "USED", 6, true, false,
				    "percent of it that was used" },
	[LIPS + COL_STATE]	= { "STATE", 0, false, false,
				    "waiting, running or stopped" },
	[EXITS + COL_LPAR]	= { "LPAR", 8, false, false, "name" },
	[EXITS + COL_KIND]	= { "KIND", 10, false, false,
				    "why the guest was left" },
	[EXITS + COL_RATE]	= { "RATE", 9, true, false, "times per second" },
	[CPUS + COL_CPU_CPU]	= { "CPU", 0, true, false, "number" },
	[CPUS + COL_GUEST]	= { "GUEST", 6, true, false,
				    "percent of it that LIPs used" },
	[CPUS + COL_OTHER]	= { "OTHER", 6, true, false,
				    "the monitor, and Linux" },
	[CPUS + COL_IDLE]	= { "IDLE", 6, true, false, "nothing ran" },
};

#define KINDS_MAX 32
#define KIND_LEN 24

struct kinds {
	struct kind {
		char name[KIND_LEN];
		u64 count;
	} v[KINDS_MAX];
	int n;
};

struct idle {
	u64 ticks;
	bool valid;
};

struct reading {
	struct lpar lpars[LPARS_MAX];
	int nlpars;
	struct kinds kinds[LPARS_MAX];
	struct idle idle[MAX_CPUS];
	double when;
};

static atomic_int stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void read_kinds(const struct ctx *ctx, const char *name, struct kinds *k)
{
	char *text, *rest, *line;

	k->n = 0;
	cfs_read(ctx, &text, CLASS_DIR "/%s/exits", name);
	rest = text;
	while (k->n < KINDS_MAX && (line = next_line(&rest)))
		if (sscanf(line, "%23s %llu", k->v[k->n].name,
			   &k->v[k->n].count) == 2)
			k->n++;
	free(text);
}

/*
 * "cpu1 user nice system idle iowait ...". Idle time is exact; the rest is not,
 * as ticks are lost while a guest runs, so that a sum says nothing.
 */
static void read_idle(const struct ctx *ctx, struct idle *idle)
{
	char *text, *rest, *line;

	cfs_read(ctx, &text, "/proc/stat");
	rest = text;
	while ((line = next_line(&rest))) {
		u64 ticks, waiting;
		unsigned int cpu;

		if (sscanf(line, "cpu%u %*u %*u %*u %llu %llu", &cpu, &ticks,
			   &waiting) != 3 || cpu >= MAX_CPUS)
			continue;
		idle[cpu].ticks = ticks + waiting;
		idle[cpu].valid = true;
	}
	free(text);
}

static void read_all(const struct ctx *ctx, struct reading *r)
{
	memset(r, 0, sizeof(*r));
	r->nlpars = lpars_read(ctx, r->lpars);
	for (int i = 0; i < r->nlpars; i++)
		read_kinds(ctx, r->lpars[i].name, &r->kinds[i]);
	read_idle(ctx, r->idle);
	r->when = used_now();
}

static int print_lips(const struct ctx *ctx, const struct maps *m,
		      const double *used)
{
	struct table *t = table_new("lips", top_columns + LIPS, EXITS - LIPS,
				    &ctx->tab);

	for (int i = 0; t && i < m->nlips; i++) {
		const struct lip *l = &m->lips[i];
		char *state;

		table_row(t);
		table_set(t, COL_LPAR, "%s", l->name);
		table_set(t, COL_LIP, "%u", l->lip);
		table_set(t, COL_CPU, "%u", l->pcpu);
		table_set(t, COL_SHARE, "%u", l->percent);
		if (used[i] < 0)
			table_none(t, COL_USED);
		else
			table_set(t, COL_USED, "%.1f", used[i]);
		cfs_read(ctx, &state, CLASS_DIR "/%s/lips/%u/state", l->name,
			 l->lip);
		table_set(t, COL_STATE, "%s", state ? state : "?");
		free(state);
	}
	return t ? table_finish(t) : LPARADM_USAGE;
}

static const struct kinds *find_kinds(const struct reading *r, const char *name)
{
	for (int i = 0; i < r->nlpars; i++)
		if (!strcmp(r->lpars[i].name, name))
			return &r->kinds[i];
	return NULL;
}

static u64 count_of(const struct kinds *k, const char *name)
{
	for (int i = 0; k && i < k->n; i++)
		if (!strcmp(k->v[i].name, name))
			return k->v[i].count;
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

/* What did not happen has no row. A counter that began anew has none either. */
static void add_exits(struct table *t, const char *name,
		      const struct kinds *before, const struct kinds *after,
		      double seconds)
{
	struct kinds d = *after;

	for (int i = 0; i < d.n; i++) {
		u64 old = count_of(before, d.v[i].name);

		d.v[i].count = d.v[i].count < old ? 0 : d.v[i].count - old;
	}
	qsort(d.v, (size_t)d.n, sizeof(*d.v), by_count);
	for (int i = 0; i < d.n && d.v[i].count; i++) {
		table_row(t);
		table_set(t, COL_LPAR, "%s", name);
		table_set(t, COL_KIND, "%s", d.v[i].name);
		table_set(t, COL_RATE, "%.0f",
			  (double)d.v[i].count / seconds);
	}
}

static int print_exits(const struct ctx *ctx, const struct reading *a,
		       const struct reading *b)
{
	struct table *t = table_new("exits", top_columns + EXITS, CPUS - EXITS,
				    &ctx->tab);

	for (int i = 0; t && i < b->nlpars && b->when > a->when; i++)
		add_exits(t, b->lpars[i].name,
			  find_kinds(a, b->lpars[i].name), &b->kinds[i],
			  b->when - a->when);
	return t ? table_finish(t) : LPARADM_USAGE;
}

static double guest_percent(const struct maps *m, const double *used,
			    unsigned int cpu)
{
	double sum = 0;

	for (int i = 0; i < m->nlips; i++)
		if (m->lips[i].pcpu == cpu && used[i] > 0)
			sum += used[i];
	return sum;
}

static void add_cpu(struct table *t, unsigned int cpu, double guest,
		    const struct idle *a, const struct idle *b, double seconds)
{
	double idle, other;

	table_row(t);
	table_set(t, COL_CPU_CPU, "%u", cpu);
	table_set(t, COL_GUEST, "%.1f", guest);
	if (!a->valid || !b->valid || b->ticks < a->ticks || seconds <= 0) {
		table_none(t, COL_OTHER);
		table_none(t, COL_IDLE);
		return;
	}
	idle = 100.0 * (double)(b->ticks - a->ticks) /
	       ((double)sysconf(_SC_CLK_TCK) * seconds);
	other = 100.0 - idle - guest;
	table_set(t, COL_OTHER, "%.1f", other > 0 ? other : 0.0);
	table_set(t, COL_IDLE, "%.1f", idle);
}

static int print_cpus(const struct ctx *ctx, const struct maps *m,
		      const double *used, const struct reading *a,
		      const struct reading *b)
{
	struct table *t = table_new("cpus", top_columns + CPUS,
				    TOP_NCOLS - CPUS, &ctx->tab);
	unsigned int cpus[MAX_CPUS], n = maps_cpus(m, cpus);

	for (unsigned int i = 0; t && i < n; i++)
		add_cpu(t, cpus[i], guest_percent(m, used, cpus[i]),
			&a->idle[cpus[i]], &b->idle[cpus[i]],
			b->when - a->when);
	return t ? table_finish(t) : LPARADM_USAGE;
}

static int print(const struct ctx *ctx, const struct maps *m,
		 const double *used, const struct reading *r)
{
	int ret = tables_begin(&ctx->tab, top_columns, TOP_NCOLS);

	if (ret)
		return ret;
	ret = print_lips(ctx, m, used);
	if (!ret)
		ret = print_exits(ctx, &r[0], &r[1]);
	if (!ret)
		ret = print_cpus(ctx, m, used, &r[0], &r[1]);
	tables_end();
	fflush(stdout);
	return ret;
}

static int once(const struct ctx *ctx, bool clear)
{
	struct reading *r = calloc(2, sizeof(*r));
	struct maps m = { 0 };
	double *used = NULL;
	struct used u;
	int ret = maps_read_lips(ctx, &m);

	if (!ret)
		used = calloc((size_t)m.nlips + 1, sizeof(*used));
	if (!ret && (!r || !used || used_begin(ctx, &u, m.lips, m.nlips)))
		ret = fail(NULL, NULL, "out of memory");
	if (!ret) {
		read_all(ctx, &r[0]);
		used_wait(ctx->interval);
		used_end(ctx, &u, used);
		read_all(ctx, &r[1]);
		if (clear && !stop)
			printf("\033[H\033[J");
		if (!stop)
			ret = print(ctx, &m, used, r);
	}
	maps_free(&m);
	free(used);
	free(r);
	return ret;
}

int cmd_top(const struct ctx *ctx, int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	bool screen = isatty(STDOUT_FILENO) && !ctx->tab.json;
	unsigned int count = ctx->count ? ctx->count : screen ? UINT_MAX : 1;
	int ret = LPARADM_OK;

	(void)argc;
	(void)argv;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	for (unsigned int i = 0; i < count && !ret && !stop; i++)
		ret = once(ctx, screen && !ctx->count);
	return ret;
}
