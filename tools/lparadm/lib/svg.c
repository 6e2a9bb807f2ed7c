// SPDX-License-Identifier: GPL-2.0
/*
 * The storage map and the shares as a picture: storage to scale, as the
 * patent's Fig. 3, and beside it how much of each CPU an LPAR has (Fig. 4).
 *
 * Names of LPARs are made of letters, digits and "-_.": none needs an escape. How wide
 * they are is up to the font: CHAR_W is more than most letters of it have.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/lpars.h"
#include "lib/svg.h"

enum {
	MARGIN = 24, BAR_X = 64, BAR_Y = 56, BAR_W = 120, BAR_H = 320,
	TABLE_X = 216, CELL_W = 64, CELL_H = 40, NAME_W = 72, CHAR_W = 9,
};

struct picture {
	FILE *f;
	const struct ctx *ctx;
	struct lpar lpars[LPAR_MAX_PARTS];	/* rows and colours, in this order */
	int nlpars;
};

/* Where the cells begin: behind the longest name. */
static int cells_x(const struct picture *p)
{
	int widest = NAME_W;

	for (int i = 0; i < p->nlpars; i++) {
		int w = (int)strlen(p->lpars[i].name) * CHAR_W;

		if (w > widest)
			widest = w;
	}
	return TABLE_X + widest;
}

static int panel_width(const struct picture *p, const struct maps *m)
{
	unsigned int cpus[MAX_CPUS];

	return cells_x(p) + (int)maps_cpus(m, cpus) * CELL_W + MARGIN;
}

static int panel_height(const struct picture *p)
{
	int table = BAR_Y + (p->nlpars + 1) * CELL_H;
	int bar = BAR_Y + BAR_H;

	return (table > bar ? table : bar) + MARGIN;
}

static const char *colour(const struct picture *p, const char *name)
{
	static const char * const colours[] = {
		"#9ecae1", "#fdae6b", "#a1d99b", "#bcbddc", "#fc9272", "#d9d9d9",
	};

	for (int i = 0; i < p->nlpars; i++)
		if (!strcmp(p->lpars[i].name, name))
			return colours[i % (int)ARRAY_SIZE(colours)];
	return "#ffffff";
}

static void text(const struct picture *p, int x, int y, const char *anchor,
		 const char *s)
{
	fprintf(p->f, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
		x, y, anchor, s);
}

static void rect(const struct picture *p, int x, int y, int w, int h,
		 const char *fill)
{
	fprintf(p->f, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
		x, y, w, h, fill);
}

static u64 pool_size(const struct maps *m)
{
	const struct extent *last = &m->ms[m->nms - 1];

	return m->nms ? last->origin + last->size : 0;
}

/* The whole name is in the table. */
static void name_in_bar(const struct picture *p, int x, int y, const char *name)
{
	char s[LPAR_NAME_LEN + 8];
	int max = BAR_W / CHAR_W;
	bool fits = (int)strlen(name) <= max;

	snprintf(s, sizeof(s), "%.*s%s", fits ? max : max - 1, name,
		 fits ? "" : "&#8230;");
	text(p, x, y, "middle", s);
}

static void draw_area(const struct picture *p, const struct extent *e, int x,
		      u64 pool)
{
	int top = BAR_Y + (int)(e->origin * BAR_H / pool);
	int bottom = BAR_Y + (int)((e->origin + e->size) * BAR_H / pool);
	char s[128];

	rect(p, x + BAR_X, top, BAR_W, bottom - top, colour(p, e->name));
	snprintf(s, sizeof(s), "%llu", e->origin >> 20);
	text(p, x + BAR_X - 8, top + 5, "end", s);
	/* An area that is thinner than its text says nothing. */
	if (bottom - top >= 16) {
		name_in_bar(p, x + BAR_X + BAR_W / 2, (top + bottom) / 2 + 5,
			    e->name[0] ? e->name : "free");
	}
	if (bottom - top >= 36 && e->name[0]) {
		snprintf(s, sizeof(s), e->expansion ? "%llu + %llu MB" :
						      "%llu MB",
			 e->size >> 20, e->expansion >> 20);
		text(p, x + BAR_X + BAR_W / 2, (top + bottom) / 2 + 22,
		     "middle", s);
	}
}

static void draw_storage(const struct picture *p, const struct maps *m, int x)
{
	u64 pool = pool_size(m);
	char s[32];

	if (!pool)
		return;
	for (int i = 0; i < m->nms; i++)
		draw_area(p, &m->ms[i], x, pool);
	snprintf(s, sizeof(s), "%llu MB", pool >> 20);
	text(p, x + BAR_X - 8, BAR_Y + BAR_H + 5, "end", s);
}

static void draw_cell(const struct picture *p, int x, int y, const char *name,
		      double percent)
{
	char s[16];

	rect(p, x, y, CELL_W, CELL_H, "#ffffff");
	if (percent < 0)
		return;
	rect(p, x, y, (int)(CELL_W * percent / 100), CELL_H, colour(p, name));
	snprintf(s, sizeof(s), "%.0f %%", percent);
	text(p, x + CELL_W / 2, y + CELL_H / 2 + 5, "middle", s);
}

static void draw_row(const struct picture *p, const struct maps *m, int x,
		     int row)
{
	unsigned int cpus[MAX_CPUS], n = maps_cpus(m, cpus);
	const char *name = p->lpars[row].name;
	int y = BAR_Y + (row + 1) * CELL_H;

	text(p, x + TABLE_X, y + CELL_H / 2 + 5, "start", name);
	for (unsigned int i = 0; i < n; i++)
		draw_cell(p, x + cells_x(p) + (int)i * CELL_W, y, name,
			  maps_percent(m, NULL, name, cpus[i]));
}

static void draw_shares(const struct picture *p, const struct maps *m, int x)
{
	unsigned int cpus[MAX_CPUS], n = maps_cpus(m, cpus);
	char s[16];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(s, sizeof(s), "CPU %u", cpus[i]);
		text(p, x + cells_x(p) + (int)i * CELL_W + CELL_W / 2,
		     BAR_Y + CELL_H - 12, "middle", s);
	}
	for (int row = 0; row < p->nlpars; row++)
		draw_row(p, m, x, row);
}

static void draw(const struct picture *p, const struct maps *m, int x,
		 const char *title)
{
	text(p, x + BAR_X, BAR_Y - 24, "start", title);
	draw_storage(p, m, x);
	draw_shares(p, m, x);
}

static void draw_all(const struct picture *p, const struct maps *now,
		     const struct maps *then)
{
	int w1 = panel_width(p, now), w2 = then ? panel_width(p, then) : 0;

	fprintf(p->f, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	fprintf(p->f, " width=\"%d\" height=\"%d\">\n", w1 + w2,
		panel_height(p));
	fprintf(p->f, "<style>text{font:14px sans-serif}rect{stroke:#000}</style>\n");
	fprintf(p->f, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n");
	draw(p, now, 0, then ? "before" : "main storage and shares");
	if (then)
		draw(p, then, w1, "after");
	fprintf(p->f, "</svg>\n");
}

int svg_write(const struct ctx *ctx, const char *file, const struct maps *now,
	      const struct maps *then)
{
	struct picture p = { .ctx = ctx };
	int err;

	p.nlpars = lpars_read(ctx, p.lpars);
	if (!strcmp(file, "-")) {	/* main() looks whether it was written */
		p.f = stdout;
		draw_all(&p, now, then);
		return LPARADM_OK;
	}
	p.f = fopen(file, "we");
	if (!p.f)
		return fail(file, NULL, "%s", strerror(errno));
	draw_all(&p, now, then);
	err = ferror(p.f) ? EIO : 0;
	if (fclose(p.f) && !err)
		err = errno;
	return err ? fail(file, NULL, "%s", strerror(err)) : LPARADM_OK;
}
