// SPDX-License-Identifier: GPL-2.0
/*
 * The LPAR frame: drawing the share table, channels and events from a snapshot.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/frame.h"

enum { NAME_MIN_W = 9, STATE_W = 10, LPAR_NUMBER_W = 3, FLOW_CPUS = 16 };
enum { NUMBERS_W = 8, BAR_MIN = 6, BAR_MAX = 20, FLOW_W = 12, CPU_W = 26 };

/* The layout of a screen. */
struct places {
	int table, lpars;	/* heading line, LPARs shown */
	int name_w, number_w;	/* the columns before the state; 0: no number */
	int shares;		/* first column of the shares */
	int cpus, ncpus;	/* heading line, lines of a table of all CPUs */
	int detail;
	int channels, nchannels;
	int events, nevents;
	int note, keys;
};

unsigned int frame_look(const struct snap *s, const char *name)
{
	for (int i = 0; i < s->nlpars; i++)
		if (!strcmp(s->lpars[i].name, name))
			return LOOK_OF((unsigned int)i % GRID_COLOURS + 1);
	return 0;
}

static int index_of(const struct snap *s, const char *name)
{
	for (int i = 0; i < s->nlpars; i++)
		if (!strcmp(s->lpars[i].name, name))
			return i;
	return 0;
}

static void draw_rule(struct grid *g, int y, const char *text)
{
	int x = grid_put(g, 0, y, LOOK_BOLD, "%s ", text);

	grid_fill(g, x, y, g->w - x, g->glyphs->line, 0);
}

/* How many CPUs fit, and the width of their bars. */
static int cpu_columns(const struct grid *g, const struct places *p, int n, int *bar)
{
	int room = g->w - p->shares, fit = room / (NUMBERS_W + BAR_MIN + 1);

	if (fit < 0)
		fit = 0;
	if (fit > n)
		fit = n;
	*bar = fit ? room / fit - NUMBERS_W - 1 : 0;
	if (*bar > BAR_MAX)
		*bar = BAR_MAX;
	return fit;
}

/* Names are never truncated; numbers are shown if the storage strip uses them. */
static void place_columns(const struct grid *g, const struct snap *s, struct places *p)
{
	struct strip strip;

	p->name_w = NAME_MIN_W;
	for (int i = 0; i < s->nlpars; i++)
		if ((int)strlen(s->lpars[i].name) >= p->name_w)
			p->name_w = (int)strlen(s->lpars[i].name) + 1;
	if (frame_strip(s, g->w, &strip) && frame_needs_numbers(s, &strip))
		p->number_w = LPAR_NUMBER_W;
	p->shares = 1 + p->number_w + p->name_w + STATE_W;
}

/* With many CPUs a row lists only those where its LPAR has a share. */
static bool shares_flow(const struct grid *g, const struct snap *s, const struct places *p)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus), bar;

	return n > FLOW_CPUS && cpu_columns(g, p, n, &bar) < n;
}

static int cpus_in_line(const struct grid *g)
{
	return g->w / CPU_W > 0 ? g->w / CPU_W : 1;
}

/* A table of all CPUs, if there is room for it besides events. */
static void place_cpus(const struct grid *g, const struct snap *s, struct places *p, int rest)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus), lines = (n + cpus_in_line(g) - 1) / cpus_in_line(g);

	if (shares_flow(g, s, p) && lines + 1 <= rest)
		p->ncpus = lines;
}

static struct places place_parts(const struct grid *g, const struct snap *s)
{
	struct places p = { .table = 5 };
	int left = g->h - 11;	/* title, map, heading, sum, detail, keys */
	int quarter = left / 4, rows = left - 3;

	place_columns(g, s, &p);
	p.nchannels = s->nchannels < quarter ? s->nchannels : quarter;
	/* LPARs have priority. */
	if (rows <= p.nchannels + 1)
		p.nchannels = 0;
	rows -= p.nchannels ? p.nchannels + 1 : 0;
	p.lpars = s->nlpars < rows ? s->nlpars : rows;
	if (p.lpars < 0)
		p.lpars = 0;
	place_cpus(g, s, &p, rows - p.lpars);
	p.detail = p.table + 1 + p.lpars + 1;
	p.cpus = p.detail + 2;
	p.channels = p.cpus + (p.ncpus ? p.ncpus + 1 : 0);
	p.events = p.channels + (p.nchannels ? p.nchannels + 1 : 0);
	p.note = g->h - 2;
	p.keys = g->h - 1;
	p.nevents = p.note - p.events - 1;
	return p;
}

static void draw_title(struct grid *g, const struct snap *s)
{
	u64 free_bytes, pool = snap_pool(&s->m, &free_bytes);
	char all[SIZE_TEXT], left[SIZE_TEXT];
	struct strip strip;

	format_human(all, pool);
	format_human(left, free_bytes);
	grid_fill(g, 0, 0, g->w, ' ', LOOK_REVERSE);
	grid_put(g, 1, 0, LOOK_REVERSE | LOOK_BOLD, "LPAR frame");
	if (!s->loaded)
		grid_put(g, 14, 0, LOOK_REVERSE, "lpar.ko is not loaded: lparadm load");
	else
		grid_put(g, 14, 0, LOOK_REVERSE, "main storage %s, free %s%s", all, left,
			 frame_strip(s, g->w, &strip) && !strip.to_scale ?
			 " (not to scale)" : "");
	grid_put(g, g->w - (int)strlen(s->time) - 1, 0, LOOK_REVERSE, "%s",
		 s->time);
}

/* Share and use on one scale; 100 percent is the whole bar. */
static void draw_bar(struct grid *g, int x, int y, int w, double share,
		     double used, unsigned int look)
{
	for (int i = 0; i < w; i++) {
		double middle = 100.0 * (i + 0.5) / w;
		bool in_share = middle < share, in_used = middle < used;
		wchar_t ch = in_share && in_used ? g->glyphs->used :
			     in_share ? g->glyphs->entitled :
			     in_used ? g->glyphs->over : ' ';

		grid_fill(g, x + i, y, 1, ch, look);
	}
}

static void draw_cell(struct grid *g, int x, int y, int bar, double share,
		      double used, unsigned int look)
{
	if (share < 0)
		return;
	if (used < 0)
		grid_put(g, x, y, 0, "%3.0f/  -", share);
	else
		grid_put(g, x, y, 0, "%3.0f/%3.0f", share, used);
	draw_bar(g, x + NUMBERS_W, y, bar, share, used, look);
}

static void draw_columns(struct grid *g, const struct snap *s, const struct frame *f,
			 const struct places *p, int y, const char *name)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus), bar, fit = cpu_columns(g, p, n, &bar);

	for (int k = 0; k < fit && f->cpu + k < n; k++) {
		unsigned int cpu = cpus[f->cpu + k];

		draw_cell(g, p->shares + k * (NUMBERS_W + bar + 1), y, bar,
			  maps_percent(&s->m, NULL, name, cpu),
			  maps_percent(&s->m, s->used, name, cpu),
			  frame_look(s, name));
	}
}

/* "12:100/ 98": CPU, share, used; ">": there are more. */
static void draw_flow(struct grid *g, const struct snap *s, const struct frame *f,
		      const struct places *p, int y, const char *name)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus), x = p->shares;

	for (int i = f->cpu; i < n; i++) {
		double share = maps_percent(&s->m, NULL, name, cpus[i]);
		double used = maps_percent(&s->m, s->used, name, cpus[i]);

		if (share < 0)
			continue;
		if (x + FLOW_W > g->w) {
			grid_put(g, g->w - 1, y, LOOK_BOLD, ">");
			return;
		}
		if (used < 0)
			grid_put(g, x, y, 0, "%u:%.0f/-", cpus[i], share);
		else
			grid_put(g, x, y, 0, "%u:%.0f/%.0f", cpus[i], share, used);
		x += FLOW_W;
	}
}

static void draw_row(struct grid *g, const struct snap *s, const struct frame *f,
		     const struct places *p, int y, int i)
{
	const struct lpar *l = &s->lpars[i];
	bool selected = !strcmp(l->name, f->lpar);
	unsigned int look = selected ? LOOK_REVERSE : 0;
	int x;

	grid_fill(g, 0, y, p->shares - 1, ' ', look);
	x = grid_put(g, 0, y, look, "%c", selected ? '>' : ' ');
	if (p->number_w)
		x = grid_put(g, x, y, look, "%2llu ", l->number == UNKNOWN ? 0 : l->number);
	x = grid_put(g, x, y, look, "%-*s", p->name_w, l->name);
	grid_put(g, x, y, look, "%-*.*s", STATE_W - 1, STATE_W - 1, l->state);
	if (shares_flow(g, s, p))
		draw_flow(g, s, f, p, y, l->name);
	else
		draw_columns(g, s, f, p, y, l->name);
}

/* The assigned and the used part of a CPU. */
static void sum_cpu(const struct snap *s, unsigned int cpu, double *share, double *used)
{
	*share = 0;
	*used = 0;
	for (int i = 0; i < s->m.nlips; i++) {
		if (s->m.lips[i].pcpu != cpu)
			continue;
		*share += s->m.lips[i].percent;
		if (s->used[i] > 0)
			*used += s->used[i];
	}
}

static void draw_heading(struct grid *g, const struct snap *s, const struct frame *f,
			 const struct places *p)
{
	int n, bar, fit, x = p->number_w + p->name_w + 1;
	unsigned int cpus[MAX_CPUS];
	double share, used;

	n = (int)maps_cpus(&s->m, cpus);
	fit = cpu_columns(g, p, n, &bar);
	draw_rule(g, p->table, p->number_w ? " NR LPAR" : "LPAR");
	grid_fill(g, p->number_w ? 8 : 4, p->table, x - (p->number_w ? 8 : 4), ' ', 0);
	grid_put(g, x, p->table, LOOK_BOLD, "STATE ");
	if (shares_flow(g, s, p)) {
		grid_put(g, p->shares - 1, p->table, LOOK_BOLD, " CPU:SHARE/USED%s ",
			 f->cpu ? " <" : "");
		return;
	}
	for (int k = 0; k < fit && f->cpu + k < n; k++) {
		x = p->shares + k * (NUMBERS_W + bar + 1);
		grid_put(g, x - 1, p->table, LOOK_BOLD, " CPU%u%s ",
			 cpus[f->cpu + k],
			 f->cpu && !k ? " <" :
			 k == fit - 1 && f->cpu + fit < n ? " >" : "");
		sum_cpu(s, cpus[f->cpu + k], &share, &used);
		grid_put(g, x, p->table + 1 + p->lpars, 0, "%3.0f/%3.0f", share, used);
	}
}

static void draw_table(struct grid *g, const struct snap *s,
		       const struct frame *f, const struct places *p)
{
	int sel = index_of(s, f->lpar), first;

	first = sel >= p->lpars ? sel - p->lpars + 1 : 0;
	draw_heading(g, s, f, p);
	for (int i = 0; i < p->lpars; i++)
		draw_row(g, s, f, p, p->table + 1 + i, first + i);
	grid_put(g, 1, p->table + 1 + p->lpars, 0,
		 first + p->lpars < s->nlpars ? "all %d, more below" : "all %d",
		 s->nlpars);
}

/* All CPUs with their assigned and used parts. */
static void draw_cpus(struct grid *g, const struct snap *s, const struct places *p)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus);

	if (!p->ncpus)
		return;
	draw_rule(g, p->cpus, "CPUs, share/used");
	for (int i = 0; i < n; i++) {
		int x = i / p->ncpus * CPU_W, y = p->cpus + 1 + i % p->ncpus;
		double share, used;

		sum_cpu(s, cpus[i], &share, &used);
		x = grid_put(g, x, y, 0, "CPU%-4u", cpus[i]);
		draw_cell(g, x, y, CPU_W - 9 - NUMBERS_W, share, used, 0);
	}
}

static double steal_of(const struct snap *s, const char *name)
{
	double sum = -1;

	for (int i = 0; i < s->m.nlips; i++)
		if (!strcmp(s->m.lips[i].name, name) && s->steal[i] > sum)
			sum = s->steal[i];
	return sum;
}

static int put_channels(struct grid *g, int x, int y, const struct snap *s,
			const char *name)
{
	const char *before = ", channels";

	for (int i = 0; i < s->nchannels; i++) {
		const char *owner = channel_get(&s->channels[i], "owner");

		if (!owner || strcmp(owner, name))
			continue;
		x = grid_put(g, x, y, 0, "%s %u", before, s->channels[i].id);
		before = "";
	}
	return x;
}

static void draw_detail(struct grid *g, const struct snap *s,
			const struct frame *f, int y)
{
	const struct lpar *l = snap_find(s, f->lpar);
	double steal = steal_of(s, f->lpar);
	char size[SIZE_TEXT], at[SIZE_TEXT];
	int x;

	if (!l) {
		grid_put(g, 1, y, 0, "no LPAR: lparadm define NAME KEY=VALUE...");
		return;
	}
	x = grid_put(g, 1, y, LOOK_BOLD, "%s", l->name);
	/* It was removed while it was read. */
	if (l->size == UNKNOWN || l->origin == UNKNOWN) {
		grid_put(g, x, y, 0, ": no longer exists");
		return;
	}
	format_human(size, l->size);
	format_human(at, l->origin);
	x = grid_put(g, x, y, 0, ": ttyLPAR%llu, %s at %s",
		     l->number == UNKNOWN ? 0 : l->number, size, at);
	format_human(size, l->expansion);
	if (l->expansion != UNKNOWN && l->expansion)
		x = grid_put(g, x, y, 0, ", may grow by %s", size);
	format_human(size, l->free);
	if (l->free != UNKNOWN && l->free)
		grid_put(g, x, y, 0, ", %s free behind it", size);
	x = grid_put(g, 3, y + 1, 0, "%u LIPs, %s", l->lips,
		     l->capped ? "capped" : "not capped");
	format_human(size, l->es);
	if (l->es != UNKNOWN && l->es)
		x = grid_put(g, x, y + 1, 0, ", ES %s", size);
	if (steal >= 0)
		x = grid_put(g, x, y + 1, 0, ", waits up to %.0f %%", steal);
	x = put_channels(g, x, y + 1, s, l->name);
	if (s->error[l - s->lpars][0])
		grid_put(g, x, y + 1, LOOK_BOLD, "; %s",
			 s->error[l - s->lpars]);
}

static void draw_channels(struct grid *g, const struct snap *s,
			  const struct places *p)
{
	char text[40];

	if (!p->nchannels)
		return;
	snprintf(text, sizeof(text), p->nchannels < s->nchannels ?
		 "Channels, %d of %d" : "Channels", p->nchannels, s->nchannels);
	draw_rule(g, p->channels, text);
	for (int i = 0; i < p->nchannels; i++) {
		const struct channel *c = &s->channels[i];
		const char *owner = channel_get(c, "owner");
		const char *type = channel_get(c, "type");
		const char *state = channel_get(c, "state");
		const char *source = channel_get(c, "source");

		grid_put(g, 0, p->channels + 1 + i,
			 owner ? frame_look(s, owner) : 0,
			 "%4u %-6.6s %-10.10s %-*s %s", c->id,
			 type ? type : "-", state ? state : "-",
			 p->name_w - 1, owner && *owner ? owner : "-", source ? source : "");
	}
}

static void draw_events(struct grid *g, const struct snap *s,
			const struct frame *f, const struct places *p)
{
	int n = f->nevents < FRAME_EVENTS ? f->nevents : FRAME_EVENTS;

	draw_rule(g, p->events, "Events");
	if (n > p->nevents)
		n = p->nevents;
	for (int i = 0; i < n; i++) {
		const struct event_row *r;
		int y = p->events + 1 + i, x;

		r = &f->events[(f->nevents - n + i) % FRAME_EVENTS];
		x = grid_put(g, 1, y, 0, "%.8s ", r->cell[EVENT_TIME]);
		x = grid_put(g, x, y, frame_look(s, r->cell[EVENT_LPAR]),
			     "%-8s ", r->cell[EVENT_LPAR]);
		grid_put(g, x, y, 0, "%s %s %s %s", r->cell[EVENT_ACTION],
			 r->cell[EVENT_STATE], r->cell[EVENT_CHANGED],
			 r->cell[EVENT_DETAIL]);
	}
}

static void draw_keys(struct grid *g, const struct frame *f,
		      const struct places *p)
{
	int w = g->w / FRAME_VERBS;

	grid_put(g, 0, p->note, LOOK_BOLD, "%s", f->note);
	for (int i = 0; i < FRAME_VERBS; i++) {
		int x = grid_put(g, i * w, p->keys, 0, "%d", i + 1);

		grid_fill(g, x, p->keys, i * w + w - 1 - x, ' ', LOOK_REVERSE);
		grid_put(g, x, p->keys, LOOK_REVERSE, "%.*s", i * w + w - 1 - x,
			 frame_verbs[i].label);
	}
}

static void draw_small(struct grid *g)
{
	grid_put(g, 0, 0, 0, "%dx%d is too small:", g->w, g->h);
	grid_put(g, 0, 1, 0, "%dx%d is needed", FRAME_MIN_W, FRAME_MIN_H);
	grid_put(g, 0, 2, 0, "q quits");
}

void frame_draw(struct grid *g, const struct snap *s, const struct frame *f)
{
	struct places p = place_parts(g, s);

	if (g->w < FRAME_MIN_W || g->h < FRAME_MIN_H) {
		draw_small(g);
		return;
	}
	draw_title(g, s);
	frame_draw_storage(g, s);
	draw_table(g, s, f, &p);
	draw_detail(g, s, f, p.detail);
	draw_cpus(g, s, &p);
	draw_channels(g, s, &p);
	draw_events(g, s, f, &p);
	draw_keys(g, f, &p);
	if (f->mode != FRAME_MAIN)
		frame_draw_dialog(g, s, f);
}
