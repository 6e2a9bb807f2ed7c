// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm processors: who has how much of each CPU, as the patent's Fig. 4;
 * with --used, what was really used in an interval. KEY=VALUE sets what CPUs
 * the monitor has.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cfs.h"
#include "lpars.h"
#include "parse.h"
#include "settings.h"

#define NSEC 1000000000ll

/* What one LIP has used, and when that was read. */
struct sample {
	u64 used;
	s64 when;
	bool valid;
};

struct view {
	struct lip *lips;
	struct sample *before, *after;
	int nlips;
	unsigned int cpus[MAX_CPUS];	/* the columns behind the first */
	unsigned int ncpus;
};

static s64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static void sample(const struct ctx *ctx, const struct view *v,
		   struct sample *s)
{
	for (int i = 0; i < v->nlips; i++) {
		const struct lip *l = &v->lips[i];

		s[i].valid = !cfs_read_size(ctx, &s[i].used,
					    CLASS_DIR "/%s/lips/%u/used",
					    l->name, l->lip);
		s[i].when = now();
	}
}

static void wait_interval(double seconds)
{
	struct timespec ts;

	ts.tv_sec = (time_t)seconds;
	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * NSEC);
	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

static int measure(const struct ctx *ctx, struct view *v)
{
	v->before = calloc((size_t)v->nlips + 1, sizeof(*v->before));
	v->after = calloc((size_t)v->nlips + 1, sizeof(*v->after));
	if (!v->before || !v->after)
		errx(LPARADM_FAILED, "out of memory");
	sample(ctx, v, v->before);
	wait_interval(ctx->interval);
	sample(ctx, v, v->after);
	return 0;
}

/* Percent of one CPU; -1 when the LIP came, went or began anew meanwhile. */
static double used_percent(const struct view *v, int i)
{
	const struct sample *a = &v->before[i], *b = &v->after[i];

	if (!a->valid || !b->valid || b->used < a->used || b->when <= a->when)
		return -1;
	return 100.0 * (double)(b->used - a->used) / (double)(b->when - a->when);
}

/* The CPUs that the monitor has, and any other that a LIP stands on. */
static void find_cpus(const struct ctx *ctx, struct view *v)
{
	struct cpulist list = { 0 };
	char *text;

	if (!cfs_read(ctx, &text, CFS_DIR "/processors/online"))
		parse_cpulist(text, &list);
	free(text);
	for (int i = 0; i < v->nlips; i++)
		list.has[v->lips[i].pcpu] = true;
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (list.has[cpu])
			v->cpus[v->ncpus++] = cpu;
}

static struct table *new_table(const struct ctx *ctx, const struct view *v)
{
	struct column *cols = calloc(v->ncpus + 1, sizeof(*cols));
	char (*names)[16] = calloc(v->ncpus + 1, sizeof(*names));
	struct table *t;

	if (!cols || !names)
		errx(LPARADM_FAILED, "out of memory");
	cols[0] = (struct column){ .name = "LPAR", .width = 8 };
	for (unsigned int i = 0; i < v->ncpus; i++) {
		snprintf(names[i], sizeof(names[i]), "CPU%u", v->cpus[i]);
		cols[i + 1] = (struct column){
			.name = names[i], .width = 5, .number = true,
		};
	}
	t = table_new("processors", cols, v->ncpus + 1, &ctx->tab);
	free(names);
	free(cols);
	return t;
}

/* Two LIPs of one LPAR may stand on one CPU; -1: none that could be told. */
static double percent_on(const struct view *v, bool used, const char *name,
			 unsigned int pcpu)
{
	double sum = -1;

	for (int i = 0; i < v->nlips; i++) {
		const struct lip *l = &v->lips[i];
		double percent;

		if (l->pcpu != pcpu || strcmp(l->name, name))
			continue;
		percent = used ? used_percent(v, i) : l->percent;
		if (percent < 0)
			return -1;
		sum = (sum < 0 ? 0 : sum) + percent;
	}
	return sum;
}

static void add_cell(const struct ctx *ctx, struct table *t,
		     const struct view *v, const char *name, unsigned int i)
{
	double percent = percent_on(v, ctx->used, name, v->cpus[i]);

	if (percent < 0)
		table_none(t, i + 1);
	else
		table_set(t, i + 1, "%.*f", ctx->used, percent);
}

static void add_row(const struct ctx *ctx, struct table *t,
		    const struct view *v, const char *name)
{
	bool has_lip = false;

	for (int i = 0; i < v->nlips; i++)
		has_lip |= !strcmp(v->lips[i].name, name);
	if (!has_lip)
		return;
	table_row(t);
	table_set(t, 0, "%s", name);
	for (unsigned int i = 0; i < v->ncpus; i++)
		add_cell(ctx, t, v, name, i);
}

static int print(const struct ctx *ctx, const struct view *v)
{
	struct lpar lpars[LPARS_MAX];
	int n = lpars_read(ctx, lpars);
	struct table *t = new_table(ctx, v);

	if (!t)
		return LPARADM_USAGE;
	for (int i = 0; i < n; i++)
		add_row(ctx, t, v, lpars[i].name);
	return table_finish(t);
}

int cmd_processors(const struct ctx *ctx, int argc, char **argv)
{
	struct view v = { 0 };
	int ret;

	if (argc && !cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (argc)
		return settings_write(ctx, "processors", argc, argv);
	v.nlips = lips_read(ctx, &v.lips);
	if (v.nlips == -ENOENT) {
		ret = not_loaded();
	} else if (v.nlips < 0) {
		ret = fail(NULL, "processor_table", "%s", strerror(-v.nlips));
	} else {
		find_cpus(ctx, &v);
		if (ctx->used)
			measure(ctx, &v);
		ret = print(ctx, &v);
	}
	free(v.before);
	free(v.after);
	free(v.lips);
	return ret;
}
