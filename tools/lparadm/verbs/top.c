// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm top: use of LIPs and CPUs, and VM exits, in the last interval: differences of
 * the kernel's counters between two readings.
 */
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/exits.h"
#include "lib/maptab.h"
#include "lib/monitor.h"
#include "lib/used.h"
#include "verbs/verbs.h"

enum { COL_LPAR, COL_LIP, COL_CPU, COL_SHARE, COL_USED, COL_STEAL, COL_STATE };

enum { COL_EXIT_LIP = 1, COL_KIND, COL_RATE };

enum { COL_CPU_CPU, COL_GUEST, COL_MONITOR, COL_OTHER, COL_IDLE };

/* The columns of the three tables, one after the other. */
enum { LIPS = 0, EXITS = 7, CPUS = 11 };

/* Without a help text for LPAR, so that the help fits on one screen. */
static const struct column top_columns[] = {
	[LIPS + COL_LPAR]	= { "LPAR", 8, false, false, NULL },
	[LIPS + COL_LIP]	= { "LIP", 0, true, false,
				    "number of the logical processor" },
	[LIPS + COL_CPU]	= { "CPU", 0, true, false,
				    "the CPU that it runs on" },
	[LIPS + COL_SHARE]	= { "SHARE", 0, true, false, "its share of the CPU in percent" },
	[LIPS + COL_USED]	= { "USED", 6, true, false,
				    "percent of the CPU that it used" },
	[LIPS + COL_STEAL]	= { "STEAL", 6, true, false,
				    "percent of the time that it waited for the CPU" },
	[LIPS + COL_STATE]	= { "STATE", 0, false, false,
				    "waiting, running or stopped" },
	[EXITS + COL_LPAR]	= { "LPAR", 8, false, false, "name" },
	[EXITS + COL_EXIT_LIP]	= { "LIP", 0, true, false,
				    "number of the logical processor" },
	[EXITS + COL_KIND]	= { "KIND", 10, false, false,
				    "reason of the VM exits" },
	[EXITS + COL_RATE]	= { "RATE", 9, true, false, "times per second" },
	[CPUS + COL_CPU_CPU]	= { "CPU", 0, true, false, "number" },
	[CPUS + COL_GUEST]	= { "GUEST", 6, true, false,
				    "percent used by LIPs" },
	[CPUS + COL_MONITOR]	= { "MONITOR", 0, true, false,
				    "percent used by the monitor itself" },
	[CPUS + COL_OTHER]	= { "OTHER", 6, true, false,
				    "percent used by the rest of Linux" },
	[CPUS + COL_IDLE]	= { "IDLE", 6, true, false, "percent idle" },
};

struct idle {
	u64 ticks;
	bool valid;
};

/* CPU time of the monitor's thread, guests included. */
struct ran {
	u64 ns;
	bool valid;
};

struct reading {
	struct used used;
	struct exits *exits;		/* as many as there are LIPs */
	struct idle idle[MAX_CPUS];
	struct ran ran[MAX_CPUS];
	double when;
};

struct exit_row {
	char lpar[LPAR_NAME_LEN];
	unsigned int lip;
	struct kind kind;
};

/* The data of one round. */
struct round {
	struct maps m;
	struct reading a, b;
	double *used, *steal;		/* percent; as many as there are LIPs */
	struct exit_row *exits;		/* only exits that happened */
	int nexits;
};

/* How many rows of each table are shown. */
struct limits {
	int lips, exits, cpus;
};

static atomic_int stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
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

static void read_ran(const struct ctx *ctx, const struct maps *m,
		     struct ran *ran)
{
	unsigned int cpus[MAX_CPUS], n = maps_cpus(m, cpus);

	for (unsigned int i = 0; i < n; i++)
		ran[cpus[i]].valid = monitor_ran(ctx, cpus[i],
						 &ran[cpus[i]].ns);
}

static int read_all(const struct ctx *ctx, const struct maps *m,
		    struct reading *r)
{
	r->exits = calloc((size_t)m->nlips + 1, sizeof(*r->exits));
	if (!r->exits || used_read(ctx, &r->used, m->lips, m->nlips))
		return fail(NULL, NULL, "out of memory");
	for (int i = 0; i < m->nlips; i++)
		exits_read(ctx, &r->exits[i], m->lips[i].name, m->lips[i].lip);
	read_ran(ctx, m, r->ran);
	read_idle(ctx, r->idle);
	r->when = used_now();
	return LPARADM_OK;
}

static void set_percent(struct table *t, size_t col, double percent)
{
	if (percent < 0)
		table_none(t, col);
	else
		table_set(t, col, "%.1f", percent);
}

/* Print a table, and how many rows were omitted. */
static int finish_table(struct table *t, int rows, int limit)
{
	int ret = table_finish(t);

	if (rows > limit)
		printf("%d more\n", rows - limit);
	return ret;
}

static int print_lips(const struct ctx *ctx, const struct round *r, int limit)
{
	struct table *t = table_new("lips", top_columns + LIPS, EXITS - LIPS,
				    &ctx->tab);

	for (int i = 0; t && i < r->m.nlips && i < limit; i++) {
		const struct lip *l = &r->m.lips[i];
		char *state;

		table_row(t);
		table_set(t, COL_LPAR, "%s", l->name);
		table_set(t, COL_LIP, "%u", l->lip);
		table_set(t, COL_CPU, "%u", l->pcpu);
		table_set(t, COL_SHARE, "%u", l->percent);
		set_percent(t, COL_USED, r->used[i]);
		set_percent(t, COL_STEAL, r->steal[i]);
		cfs_read(ctx, &state, CLASS_DIR "/%s/lips/%u/state", l->name,
			 l->lip);
		table_set(t, COL_STATE, "%s", state ? state : "?");
		free(state);
	}
	return t ? finish_table(t, r->m.nlips, limit) : LPARADM_USAGE;
}

static int by_rate(const void *a, const void *b)
{
	const struct exit_row *x = a, *y = b;

	return x->kind.count < y->kind.count ? 1 : x->kind.count > y->kind.count ? -1 : 0;
}

/* Sorted by LIP, or by frequency if not all fit. */
static int print_exits(const struct ctx *ctx, const struct round *r, int limit)
{
	struct table *t = table_new("exits", top_columns + EXITS, CPUS - EXITS,
				    &ctx->tab);
	double seconds = r->b.when - r->a.when;

	if (r->nexits > limit)
		qsort(r->exits, (size_t)r->nexits, sizeof(*r->exits), by_rate);
	for (int i = 0; t && i < r->nexits && i < limit; i++) {
		const struct exit_row *e = &r->exits[i];

		table_row(t);
		table_set(t, COL_LPAR, "%s", e->lpar);
		table_set(t, COL_EXIT_LIP, "%u", e->lip);
		table_set(t, COL_KIND, "%s", e->kind.name);
		table_set(t, COL_RATE, "%.0f", (double)e->kind.count / seconds);
	}
	return t ? finish_table(t, r->nexits, limit) : LPARADM_USAGE;
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

/* Return: -1 if unknown; also the next function. */
static double idle_percent(const struct round *r, unsigned int cpu)
{
	const struct idle *a = &r->a.idle[cpu], *b = &r->b.idle[cpu];
	double seconds = r->b.when - r->a.when;

	if (!a->valid || !b->valid || b->ticks < a->ticks || seconds <= 0)
		return -1;
	return 100.0 * (double)(b->ticks - a->ticks) /
	       ((double)sysconf(_SC_CLK_TCK) * seconds);
}

/* CPU time of the monitor's thread without that of guests. */
static double monitor_percent(const struct round *r, unsigned int cpu,
			      double guest)
{
	const struct ran *a = &r->a.ran[cpu], *b = &r->b.ran[cpu];
	double seconds = r->b.when - r->a.when, part;

	if (!a->valid || !b->valid || b->ns < a->ns || seconds <= 0)
		return -1;
	part = (double)(b->ns - a->ns) / (1e7 * seconds) - guest;
	return part > 0 ? part : 0;
}

static void add_cpu(struct table *t, const struct round *r, unsigned int cpu)
{
	double guest = guest_percent(&r->m, r->used, cpu);
	double monitor = monitor_percent(r, cpu, guest);
	double idle = idle_percent(r, cpu);
	double other = 100.0 - idle - guest - (monitor > 0 ? monitor : 0);

	table_row(t);
	table_set(t, COL_CPU_CPU, "%u", cpu);
	table_set(t, COL_GUEST, "%.1f", guest);
	set_percent(t, COL_MONITOR, monitor);
	set_percent(t, COL_OTHER, idle < 0 ? -1 : other > 0 ? other : 0);
	set_percent(t, COL_IDLE, idle);
}

static int print_cpus(const struct ctx *ctx, const struct round *r, int limit)
{
	struct table *t = table_new("cpus", top_columns + CPUS,
				    ARRAY_SIZE(top_columns) - CPUS, &ctx->tab);
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&r->m, cpus);

	for (int i = 0; t && i < n && i < limit; i++)
		add_cpu(t, r, cpus[i]);
	return t ? finish_table(t, n, limit) : LPARADM_USAGE;
}

/* Return: how many of @rows fit, with a line for the number of omitted rows. */
static int take_room(int *room, int rows)
{
	int n = rows;

	if (rows > *room)
		n = *room > 1 ? *room - 1 : 0;
	*room -= rows < *room ? rows : *room;
	return n;
}

/* A screen that is redrawn must fit on the terminal. */
static struct limits find_limits(const struct ctx *ctx, const struct round *r, bool screen)
{
	struct limits l = { INT_MAX, INT_MAX, INT_MAX };
	unsigned int cpus[MAX_CPUS];
	struct winsize ws;
	int room;

	/* --output may have removed tables. */
	if (!screen || ctx->tab.output || ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) ||
	    !ws.ws_row)
		return l;
	/* The last line is for the cursor. */
	room = ws.ws_row - 1 - (ctx->tab.noheadings ? 0 : 3);
	l.lips = take_room(&room, r->m.nlips);
	l.cpus = take_room(&room, (int)maps_cpus(&r->m, cpus));
	l.exits = take_room(&room, r->nexits);
	return l;
}

static int print_round(const struct ctx *ctx, const struct round *r, const struct limits *l)
{
	int ret = tables_begin(&ctx->tab, top_columns, ARRAY_SIZE(top_columns));

	if (ret)
		return ret;
	ret = print_lips(ctx, r, l->lips);
	if (!ret)
		ret = print_exits(ctx, r, l->exits);
	if (!ret)
		ret = print_cpus(ctx, r, l->cpus);
	tables_end();
	fflush(stdout);
	return ret;
}

static int find_exits(struct round *r)
{
	struct exits d;

	r->exits = calloc((size_t)r->m.nlips * KINDS_MAX + 1, sizeof(*r->exits));
	if (!r->exits)
		return fail(NULL, NULL, "out of memory");
	for (int i = 0; i < r->m.nlips && r->b.when > r->a.when; i++) {
		exits_between(&r->a.exits[i], &r->b.exits[i], &d);
		for (int k = 0; k < d.n; k++) {
			struct exit_row *e = &r->exits[r->nexits++];

			memcpy(e->lpar, d.lpar, sizeof(e->lpar));
			e->lip = d.lip;
			e->kind = d.v[k];
		}
	}
	return LPARADM_OK;
}

static int measure_round(const struct ctx *ctx, struct round *r)
{
	int ret = maps_read_lips(ctx, &r->m);

	if (!ret)
		ret = read_all(ctx, &r->m, &r->a);
	if (!ret) {
		used_wait(ctx->interval);
		ret = read_all(ctx, &r->m, &r->b);
	}
	if (ret)
		return ret;
	r->used = calloc((size_t)r->m.nlips + 1, sizeof(*r->used));
	r->steal = calloc((size_t)r->m.nlips + 1, sizeof(*r->steal));
	if (!r->used || !r->steal)
		return fail(NULL, NULL, "out of memory");
	used_between(&r->a.used, &r->b.used, r->used, r->steal);
	return find_exits(r);
}

static void free_round(struct round *r)
{
	used_free(&r->a.used);
	used_free(&r->b.used);
	free(r->a.exits);
	free(r->b.exits);
	maps_free(&r->m);
	free(r->used);
	free(r->steal);
	free(r->exits);
	free(r);
}

static int top_once(const struct ctx *ctx, bool clear)
{
	struct round *r = calloc(1, sizeof(*r));
	int ret;

	if (!r)
		return fail(NULL, NULL, "out of memory");
	ret = measure_round(ctx, r);
	if (!ret && !stop) {
		struct limits l = find_limits(ctx, r, clear);

		if (clear)
			printf("\033[H\033[J");
		ret = print_round(ctx, r, &l);
	}
	free_round(r);
	return ret;
}

static int cmd_top(const struct ctx *ctx, int argc, char **argv)
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
		ret = top_once(ctx, screen && !ctx->count);
	return ret;
}

const struct cmd verb_top = {
	.name = "top",
	.args = "",
	.help = "show the use of LIPs and CPUs, and VM exits",
	.opts = OPTS_TABLE | OPTS_INTERVAL | OPTS_COUNT,
	.run = cmd_top,
	.cols = top_columns,
	.ncols = ARRAY_SIZE(top_columns),
};
