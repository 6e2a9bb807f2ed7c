// SPDX-License-Identifier: GPL-2.0
/*
 * The LPAR frame: storage to scale, the share table, channels and events, from
 * one moment of the machine into a grid.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/frame.h"

enum { NAME_W = 9, STATE_W = 10, SHARES_X = 1 + NAME_W + STATE_W };
enum { NUMBERS_W = 8, BAR_MIN = 6, BAR_MAX = 20 };

/* Where the parts stand. */
struct places {
	int table, lpars;	/* heading line, LPARs shown */
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

static void heading(struct grid *g, int y, const char *text)
{
	int x = grid_put(g, 0, y, LOOK_BOLD, "%s ", text);

	grid_fill(g, x, y, g->w - x, g->glyphs->line, 0);
}

static struct places place(const struct grid *g, const struct snap *s)
{
	struct places p = { .table = 5 };
	int left = g->h - 11;	/* title, map, heading, sum, detail, keys */
	int quarter = left / 4, rows = left - 3;

	p.nchannels = s->nchannels < quarter ? s->nchannels : quarter;
	/* LPARs come first. */
	if (rows <= p.nchannels + 1)
		p.nchannels = 0;
	rows -= p.nchannels ? p.nchannels + 1 : 0;
	p.lpars = s->nlpars < rows ? s->nlpars : rows;
	if (p.lpars < 0)
		p.lpars = 0;
	p.detail = p.table + 1 + p.lpars + 1;
	p.channels = p.detail + 2;
	p.events = p.channels + (p.nchannels ? p.nchannels + 1 : 0);
	p.note = g->h - 2;
	p.keys = g->h - 1;
	p.nevents = p.note - p.events - 1;
	return p;
}

static void draw_title(struct grid *g, const struct snap *s)
{
	u64 free_bytes, pool = snap_pool(&s->m, &free_bytes);

	grid_fill(g, 0, 0, g->w, ' ', LOOK_REVERSE);
	grid_put(g, 1, 0, LOOK_REVERSE | LOOK_BOLD, "LPAR frame");
	grid_put(g, 14, 0, LOOK_REVERSE,
		 s->loaded ? "main storage %llu MB, free %llu MB" :
			     "lpar.ko is not loaded: lparadm load",
		 pool >> 20, free_bytes >> 20);
	grid_put(g, g->w - (int)strlen(s->time) - 1, 0, LOOK_REVERSE, "%s",
		 s->time);
}

static void draw_area(struct grid *g, const struct snap *s,
		      const struct extent *e, u64 pool)
{
	int x = (int)(e->origin * (u64)g->w / pool);
	int end = (int)((e->origin + e->size) * (u64)g->w / pool);
	unsigned int look = e->name[0] ? frame_look(s, e->name) | LOOK_REVERSE : 0;
	int w = end - x;

	/* To scale: what is thinner than a column has none. */
	if (w < 1)
		return;
	for (int y = 2; y <= 3; y++) {
		grid_fill(g, x, y, w, e->name[0] ? ' ' : g->glyphs->hole, look);
		grid_fill(g, x, y, 1, g->glyphs->wall, look);
	}
	grid_fill(g, x, 4, w, e->name[0] ? g->glyphs->used : g->glyphs->hole,
		  look & ~LOOK_REVERSE);
	grid_fill(g, x, 4, 1, g->glyphs->wall, look & ~LOOK_REVERSE);
	if (w > 2)
		grid_put(g, x + 1, 2, look | LOOK_BOLD, "%.*s", w - 1,
			 e->name[0] ? e->name : "free");
}

/* "256+256": what it has, and may get. */
static void draw_size(struct grid *g, const struct snap *s,
		      const struct extent *e, u64 pool)
{
	int x = (int)(e->origin * (u64)g->w / pool);
	int w = (int)((e->origin + e->size) * (u64)g->w / pool) - x;
	unsigned int look = e->name[0] ? frame_look(s, e->name) | LOOK_REVERSE : 0;
	char text[64], at[32];

	snprintf(text, sizeof(text), e->expansion ? "%llu+%llu" : "%llu",
		 e->size >> 20, e->expansion >> 20);
	if (w > (int)strlen(text))
		grid_put(g, x + 1, 3, look, "%s", text);
	snprintf(at, sizeof(at), "%llu", e->origin >> 20);
	if (w > (int)strlen(at))
		grid_put(g, x, 1, 0, "%s", at);
}

void frame_draw_storage(struct grid *g, const struct snap *s)
{
	u64 free_bytes, pool = snap_pool(&s->m, &free_bytes);
	char end[32];

	snprintf(end, sizeof(end), " %llu", pool >> 20);
	if (!pool) {
		grid_put(g, 0, 2, 0, "no main storage: lparadm storage ms_size=SIZE");
		return;
	}
	for (int i = 0; i < s->m.nms; i++) {
		draw_area(g, s, &s->m.ms[i], pool);
		draw_size(g, s, &s->m.ms[i], pool);
	}
	grid_put(g, g->w - (int)strlen(end), 1, 0, "%s", end);
}

/* Entitled and consumed: both on one scale, 100 percent being the whole bar. */
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

/* How many CPUs there is room for, and how wide their bars can be. */
static int cpu_columns(const struct grid *g, int n, int *bar)
{
	int room = g->w - SHARES_X, fit = room / (NUMBERS_W + BAR_MIN + 1);

	if (fit > n)
		fit = n;
	*bar = fit ? room / fit - NUMBERS_W - 1 : 0;
	if (*bar > BAR_MAX)
		*bar = BAR_MAX;
	return fit;
}

static void draw_row(struct grid *g, const struct snap *s,
		     const struct frame *f, int y, int i)
{
	const struct lpar *l = &s->lpars[i];
	bool selected = !strcmp(l->name, f->lpar);
	unsigned int cpus[MAX_CPUS], look = selected ? LOOK_REVERSE : 0;
	int n = (int)maps_cpus(&s->m, cpus), bar, fit = cpu_columns(g, n, &bar);

	grid_fill(g, 0, y, SHARES_X - 1, ' ', look);
	grid_put(g, 0, y, look, "%c%-*.*s", selected ? '>' : ' ', NAME_W,
		 NAME_W - 1, l->name);
	grid_put(g, 1 + NAME_W, y, look, "%-*.*s", STATE_W - 1, STATE_W - 1,
		 l->state);
	for (int k = 0; k < fit && f->cpu + k < n; k++) {
		unsigned int cpu = cpus[f->cpu + k];

		draw_cell(g, SHARES_X + k * (NUMBERS_W + bar + 1), y, bar,
			  maps_percent(&s->m, NULL, l->name, cpu),
			  maps_percent(&s->m, s->used, l->name, cpu),
			  frame_look(s, l->name));
	}
}

static void draw_sums(struct grid *g, const struct snap *s, int y, int x,
		      unsigned int cpu)
{
	double share = 0, used = 0;

	for (int i = 0; i < s->m.nlips; i++) {
		if (s->m.lips[i].pcpu != cpu)
			continue;
		share += s->m.lips[i].percent;
		if (s->used[i] > 0)
			used += s->used[i];
	}
	grid_put(g, x, y, 0, "%3.0f/%3.0f", share, used);
}

static void draw_table(struct grid *g, const struct snap *s,
		       const struct frame *f, const struct places *p)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus), bar, fit = cpu_columns(g, n, &bar);
	int sel = index_of(s, f->lpar), first;

	first = sel >= p->lpars ? sel - p->lpars + 1 : 0;
	heading(g, p->table, "LPAR      STATE");
	for (int k = 0; k < fit && f->cpu + k < n; k++) {
		int x = SHARES_X + k * (NUMBERS_W + bar + 1);

		grid_put(g, x - 1, p->table, LOOK_BOLD, " CPU%u%s ",
			 cpus[f->cpu + k],
			 f->cpu && !k ? " <" :
			 k == fit - 1 && f->cpu + fit < n ? " >" : "");
		draw_sums(g, s, p->table + 1 + p->lpars, x, cpus[f->cpu + k]);
	}
	for (int i = 0; i < p->lpars; i++)
		draw_row(g, s, f, p->table + 1 + i, first + i);
	grid_put(g, 1, p->table + 1 + p->lpars, 0,
		 first + p->lpars < s->nlpars ? "all %d, more below" : "all %d",
		 s->nlpars);
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
	int x;

	if (!l) {
		grid_put(g, 1, y, 0, "no LPAR: lparadm define NAME KEY=VALUE...");
		return;
	}
	x = grid_put(g, 1, y, LOOK_BOLD, "%s", l->name);
	/* It went while it was read. */
	if (l->size == UNKNOWN || l->origin == UNKNOWN) {
		grid_put(g, x, y, 0, ": nothing is known of it any more");
		return;
	}
	x = grid_put(g, x, y, 0, ": ttyLPAR%llu, %llu MB at %llu MB",
		     l->number == UNKNOWN ? 0 : l->number, l->size >> 20,
		     l->origin >> 20);
	if (l->expansion != UNKNOWN && l->expansion)
		x = grid_put(g, x, y, 0, ", may grow by %llu MB",
			     l->expansion >> 20);
	if (l->free != UNKNOWN && l->free)
		grid_put(g, x, y, 0, ", %llu MB free behind it", l->free >> 20);
	x = grid_put(g, 3, y + 1, 0, "%u LIPs, %s", l->lips,
		     l->capped ? "capped" : "not capped");
	if (l->es != UNKNOWN && l->es)
		x = grid_put(g, x, y + 1, 0, ", ES %llu MB", l->es >> 20);
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
	heading(g, p->channels, text);
	for (int i = 0; i < p->nchannels; i++) {
		const struct channel *c = &s->channels[i];
		const char *owner = channel_get(c, "owner");
		const char *type = channel_get(c, "type");
		const char *state = channel_get(c, "state");
		const char *source = channel_get(c, "source");

		grid_put(g, 0, p->channels + 1 + i,
			 owner ? frame_look(s, owner) : 0,
			 "%4u %-6.6s %-10.10s %-8.8s %s", c->id,
			 type ? type : "-", state ? state : "-",
			 owner && *owner ? owner : "-", source ? source : "");
	}
}

static void draw_events(struct grid *g, const struct snap *s,
			const struct frame *f, const struct places *p)
{
	int n = f->nevents < FRAME_EVENTS ? f->nevents : FRAME_EVENTS;

	heading(g, p->events, "Events");
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
	grid_put(g, 0, 1, 0, "%dx%d would do", FRAME_MIN_W, FRAME_MIN_H);
	grid_put(g, 0, 2, 0, "q quits");
}

void frame_draw(struct grid *g, const struct snap *s, const struct frame *f)
{
	struct places p = place(g, s);

	if (g->w < FRAME_MIN_W || g->h < FRAME_MIN_H) {
		draw_small(g);
		return;
	}
	draw_title(g, s);
	frame_draw_storage(g, s);
	draw_table(g, s, f, &p);
	draw_detail(g, s, f, p.detail);
	draw_channels(g, s, &p);
	draw_events(g, s, f, &p);
	draw_keys(g, f, &p);
	if (f->mode != FRAME_MAIN)
		frame_draw_dialog(g, s, f);
}
