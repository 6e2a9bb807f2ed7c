// SPDX-License-Identifier: GPL-2.0
/*
 * The storage map and the shares as a picture: storage to scale, as the
 * patent's Fig. 3, and beside it how much of each CPU an LPAR has (Fig. 4).
 *
 * Names of LPARs consist of letters, digits and "-_.", so none has to be escaped. The font
 * is monospaced, so that the width of a text is known: 0.6 of the font size per character.
 * Each LPAR has its own combination of colour and hatching, and names are never shortened.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/lpars.h"
#include "lib/svg.h"

enum {
	FONT = 13, CHAR_W = 8, TEXT_UP = 11, PAD = 8,
	MARGIN = 24, TITLE_H = 28, BAR_MIN_W = 120, BAR_MIN_H = 320, GAP = 32,
	AREA_H = 20, HOLE_H = 8, TWO_LINES_H = 40,
	CELL_W = 56, CELL_H = 24, BLOCK_CPUS = 16, ROW_MAX_W = 1800,
	COLOURS = 8, HATCHINGS = 8,
};

struct picture {
	FILE *f;
	struct lpar lpars[LPAR_MAX_PARTS];	/* colours, in this order */
	int nlpars;
};

/* One of the two parts of a picture, at @x, @y. */
struct panel {
	const struct maps *m;
	int x, y;
	u64 pool;		/* bytes */
	int left, bar_w, bar_h, names_w;
	bool to_scale;
	int height[EXTENTS_MAX];	/* of the areas */
	unsigned int cpus[MAX_CPUS], ncpus;
};

static void svg_text(const struct picture *p, int x, int y, const char *anchor, const char *s)
{
	fprintf(p->f, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, s);
}

static void svg_rect(const struct picture *p, int x, int y, int w, int h, const char *fill)
{
	fprintf(p->f, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
		x, y, w, h, fill);
}

static int text_w(const char *s)
{
	return (int)strlen(s) * CHAR_W;
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

/* The fill of an LPAR's shapes, see svg_patterns(). */
static void fill_of(const struct picture *p, const char *name, char fill[24])
{
	snprintf(fill, 24, "#ffffff");
	for (int i = 0; i < p->nlpars; i++)
		if (!strcmp(p->lpars[i].name, name))
			snprintf(fill, 24, "url(#l%d)", i);
}

static void svg_pattern(const struct picture *p, int i, const char *colour, const char *lines)
{
	fprintf(p->f, "<pattern id=\"l%d\" width=\"8\" height=\"8\"", i);
	fprintf(p->f, " patternUnits=\"userSpaceOnUse\">");
	fprintf(p->f, "<path d=\"M0 0H8V8H0Z\" fill=\"%s\"/>", colour);
	fprintf(p->f, "<path d=\"%s\" stroke=\"#777\"/></pattern>\n", lines);
}

/*
 * Eight colours that the colour-blind can tell apart, too (selftests/tool/colours.py), after
 * Okabe and Ito; each LPAR is hatched differently.
 */
static void svg_patterns(const struct picture *p)
{
	static const char * const colours[COLOURS] = {
		"#6fbfec", "#eaad26", "#26ad88", "#f2e85e", "#2687be", "#db7626", "#d48db4",
		"#dddddd",
	};
	static const char * const lines[HATCHINGS] = {
		"", "M0 8L8 0", "M0 4H8", "M0 0L8 8", "M4 0V8", "M0 8L8 0M0 0L8 8",
		"M0 4H8M4 0V8", "M3 4h2",
	};

	fprintf(p->f, "<defs>\n");
	for (int i = 0; i < p->nlpars; i++)
		svg_pattern(p, i, colours[i % COLOURS], lines[(i + i / COLOURS) % HATCHINGS]);
	fprintf(p->f, "</defs>\n");
}

static void area_size(char s[2 * SIZE_TEXT + 8], const struct extent *e)
{
	char size[SIZE_TEXT], more[SIZE_TEXT];

	format_human(size, e->size);
	format_human(more, e->expansion);
	if (e->name[0] && e->expansion)
		snprintf(s, 2 * SIZE_TEXT + 8, "%s + %s", size, more);
	else
		snprintf(s, 2 * SIZE_TEXT + 8, "%s", size);
}

static const char *area_name(const struct extent *e)
{
	return e->name[0] ? e->name : "free";
}

/* Width of an area's text on one line; high areas have two lines. */
static int area_width(const struct extent *e)
{
	char s[2 * SIZE_TEXT + 8];

	area_size(s, e);
	return text_w(area_name(e)) + CHAR_W + text_w(s) + 2 * PAD;
}

static int least_height(const struct extent *e)
{
	return e->name[0] ? AREA_H : HOLE_H;
}

/* To scale if every area has room for its name; otherwise only the remaining height is. */
static void measure_heights(struct panel *a)
{
	int least = 0, top = 0;
	u64 end = 0;

	a->to_scale = true;
	for (int i = 0; i < a->m->nms; i++)
		least += least_height(&a->m->ms[i]);
	a->bar_h = max_int(BAR_MIN_H, least + least / 2);
	for (int i = 0; i < a->m->nms; i++)
		a->to_scale &= (int)((double)a->m->ms[i].size * a->bar_h / (double)a->pool) >=
			       least_height(&a->m->ms[i]);
	if (a->to_scale)
		least = 0;
	for (int i = 0; i < a->m->nms; i++) {
		int bottom;

		end += a->m->ms[i].size;
		bottom = (int)((double)end * (a->bar_h - least) / (double)a->pool);
		a->height[i] = bottom - top;
		if (!a->to_scale)
			a->height[i] += least_height(&a->m->ms[i]);
		top = bottom;
	}
}

static void panel_measure(const struct picture *p, struct panel *a, const struct maps *m)
{
	char s[SIZE_TEXT];

	*a = (struct panel){ .m = m, .left = 0, .bar_w = BAR_MIN_W };
	for (int i = 0; i < m->nms; i++) {
		a->pool += m->ms[i].size;
		format_human(s, m->ms[i].origin);
		a->left = max_int(a->left, text_w(s) + PAD);
		a->bar_w = max_int(a->bar_w, area_width(&m->ms[i]));
	}
	format_human(s, a->pool);
	a->left = max_int(a->left, text_w(s) + PAD);
	for (int i = 0; i < p->nlpars; i++)
		a->names_w = max_int(a->names_w, text_w(p->lpars[i].name) + PAD);
	if (a->pool)
		measure_heights(a);
	a->ncpus = maps_cpus(m, a->cpus);
}

static int panel_width(const struct panel *a)
{
	int cpus = (int)(a->ncpus < BLOCK_CPUS ? a->ncpus : BLOCK_CPUS);

	return MARGIN + a->left + a->bar_w + GAP + a->names_w + cpus * CELL_W + MARGIN;
}

/* Does @name have a share of one of the CPUs [@first, @first + BLOCK_CPUS)? */
static bool in_block(const struct panel *a, const char *name, unsigned int first)
{
	for (unsigned int i = first; i < a->ncpus && i < first + BLOCK_CPUS; i++)
		if (maps_percent(a->m, NULL, name, a->cpus[i]) >= 0)
			return true;
	return false;
}

/* A single table shows all LPARs; if it is split, each part shows those with shares. */
static bool has_row(const struct panel *a, const char *name, unsigned int first)
{
	return a->ncpus <= BLOCK_CPUS || in_block(a, name, first);
}

static int block_rows(const struct picture *p, const struct panel *a, unsigned int first)
{
	int rows = 0;

	for (int i = 0; i < p->nlpars; i++)
		rows += has_row(a, p->lpars[i].name, first);
	return rows;
}

static int panel_height(const struct picture *p, const struct panel *a)
{
	int table = 0, bar = a->bar_h + AREA_H * (a->to_scale ? 1 : 2);

	for (unsigned int first = 0; first < a->ncpus; first += BLOCK_CPUS)
		table += (block_rows(p, a, first) + 2) * CELL_H;
	return MARGIN + TITLE_H + max_int(table, bar) + MARGIN;
}

static void draw_area(const struct picture *p, const struct panel *a, const struct extent *e,
		      int top, int h)
{
	int x = a->x + MARGIN + a->left, middle = x + a->bar_w / 2;
	int base = top + h / 2 + TEXT_UP / 2;
	char s[2 * SIZE_TEXT + 8], line[sizeof(s) + LPAR_NAME_LEN], fill[24];

	fill_of(p, e->name, fill);
	svg_rect(p, x, top, a->bar_w, h, fill);
	if (h < AREA_H)
		return;
	format_human(s, e->origin);
	svg_text(p, x - PAD, top + TEXT_UP + 2, "end", s);
	area_size(s, e);
	if (h >= TWO_LINES_H) {
		svg_text(p, middle, base - PAD, "middle", area_name(e));
		svg_text(p, middle, base + PAD, "middle", s);
		return;
	}
	snprintf(line, sizeof(line), "%s %s", area_name(e), s);
	svg_text(p, middle, base, "middle", line);
}

static void draw_storage(const struct picture *p, const struct panel *a)
{
	int x = a->x + MARGIN + a->left, top = a->y + MARGIN + TITLE_H;
	char s[SIZE_TEXT];

	if (!a->pool)
		return;
	for (int i = 0; i < a->m->nms; i++) {
		draw_area(p, a, &a->m->ms[i], top, a->height[i]);
		top += a->height[i];
	}
	format_human(s, a->pool);
	svg_text(p, x - PAD, top + TEXT_UP + 2, "end", s);
	if (!a->to_scale)
		svg_text(p, x, top + AREA_H + TEXT_UP + 2, "start", "not to scale");
}

static void draw_cell(const struct picture *p, int x, int y, const char *name, double percent)
{
	char s[16], fill[24];

	svg_rect(p, x, y, CELL_W, CELL_H, "#ffffff");
	if (percent < 0)
		return;
	fill_of(p, name, fill);
	svg_rect(p, x, y, (int)(CELL_W * percent / 100), CELL_H, fill);
	snprintf(s, sizeof(s), "%.0f %%", percent);
	svg_text(p, x + CELL_W / 2, y + CELL_H / 2 + TEXT_UP / 2, "middle", s);
}

/* Return: the position of the next block. */
static int draw_block(const struct picture *p, const struct panel *a, int y, unsigned int first)
{
	unsigned int n = a->ncpus - first < BLOCK_CPUS ? a->ncpus - first : BLOCK_CPUS;
	int names = a->x + MARGIN + a->left + a->bar_w + GAP, cells = names + a->names_w;
	char s[16];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(s, sizeof(s), "CPU%u", a->cpus[first + i]);
		svg_text(p, cells + (int)i * CELL_W + CELL_W / 2, y + CELL_H - PAD, "middle", s);
	}
	for (int row = 0; row < p->nlpars; row++) {
		const char *name = p->lpars[row].name;

		if (!has_row(a, name, first))
			continue;
		y += CELL_H;
		svg_text(p, names, y + CELL_H / 2 + TEXT_UP / 2, "start", name);
		for (unsigned int i = 0; i < n; i++)
			draw_cell(p, cells + (int)i * CELL_W, y, name,
				  maps_percent(a->m, NULL, name, a->cpus[first + i]));
	}
	return y + 2 * CELL_H;
}

static void draw_panel(const struct picture *p, const struct panel *a, const char *title)
{
	int y = a->y + MARGIN + TITLE_H;

	svg_text(p, a->x + MARGIN, a->y + MARGIN + TEXT_UP, "start", title);
	draw_storage(p, a);
	for (unsigned int first = 0; first < a->ncpus; first += BLOCK_CPUS)
		y = draw_block(p, a, y, first);
}

/* Before and after are drawn side by side, or one below the other if that is too wide. */
static void draw_all(const struct picture *p, const struct maps *now, const struct maps *then)
{
	struct panel a, b;
	int w, h;

	panel_measure(p, &a, now);
	w = panel_width(&a);
	h = panel_height(p, &a);
	if (then) {
		panel_measure(p, &b, then);
		if (w + panel_width(&b) <= ROW_MAX_W) {
			b.x = w;
			w += panel_width(&b);
			h = max_int(h, panel_height(p, &b));
		} else {
			b.y = h;
			w = max_int(w, panel_width(&b));
			h += panel_height(p, &b);
		}
	}
	fprintf(p->f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\"", w, h);
	fprintf(p->f, " viewBox=\"0 0 %d %d\">\n", w, h);
	fprintf(p->f, "<style>text{font:%dpx monospace;paint-order:stroke;stroke:#fff;", FONT);
	fprintf(p->f, "stroke-width:3px}rect{stroke:#000}</style>\n");
	svg_patterns(p);
	fprintf(p->f, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"");
	fprintf(p->f, " style=\"stroke:none\"/>\n");
	draw_panel(p, &a, then ? "before" : "main storage and shares");
	if (then)
		draw_panel(p, &b, "after");
	fprintf(p->f, "</svg>\n");
}

int svg_write(const struct ctx *ctx, const char *file, const struct maps *now,
	      const struct maps *then)
{
	struct picture p = { 0 };
	int err;

	p.nlpars = lpars_read(ctx, p.lpars);
	if (!strcmp(file, "-")) {	/* main() checks for write errors */
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
