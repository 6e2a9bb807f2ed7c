// SPDX-License-Identifier: GPL-2.0
/*
 * A screen as text.
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmd.h"
#include "frame/grid.h"

static const struct glyphs ascii = {
	.used = '#', .entitled = '-', .over = '+', .hole = '.', .wall = '|',
	.line = '-',
};

/* full block, light shade, dark shade, middle dot, vertical, horizontal */
static const struct glyphs unicode_glyphs = {
	.used = 0x2588, .entitled = 0x2591, .over = 0x2593, .hole = 0xb7,
	.wall = 0x2502, .line = 0x2500,
};

struct grid *grid_new(int w, int h, bool unicode)
{
	struct grid *g = calloc(1, sizeof(*g));

	if (g)
		g->v = calloc((size_t)w * (size_t)h + 1, sizeof(*g->v));
	if (!g || !g->v)
		errx(LPARADM_FAILED, "out of memory");
	g->w = w;
	g->h = h;
	g->glyphs = unicode ? &unicode_glyphs : &ascii;
	for (int y = 0; y < h; y++)
		grid_fill(g, 0, y, w, ' ', 0);
	return g;
}

void grid_free(struct grid *g)
{
	if (g)
		free(g->v);
	free(g);
}

static void grid_set(struct grid *g, int x, int y, wchar_t ch, unsigned int look)
{
	if (x < 0 || y < 0 || x >= g->w || y >= g->h)
		return;
	g->v[y * g->w + x] = (struct cell){ ch, look };
}

/* Decode a character; those that are not one column wide become "?". */
static size_t grid_decode(const char *text, wchar_t *ch)
{
	mbstate_t state;
	size_t n;

	memset(&state, 0, sizeof(state));
	n = mbrtowc(ch, text, MB_CUR_MAX, &state);
	if (n == (size_t)-1 || n == (size_t)-2) {
		*ch = '?';
		return 1;
	}
	if (wcwidth(*ch) != 1)
		*ch = '?';
	return n;
}

int grid_put(struct grid *g, int x, int y, unsigned int look, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		errx(LPARADM_FAILED, "out of memory");
	va_end(ap);
	for (const char *c = text; *c; x++) {
		wchar_t ch;

		c += grid_decode(c, &ch);
		grid_set(g, x, y, ch, look);
	}
	free(text);
	return x;
}

void grid_fill(struct grid *g, int x, int y, int w, wchar_t ch, unsigned int look)
{
	for (int i = 0; i < w; i++)
		grid_set(g, x + i, y, ch, look);
}

void grid_box(struct grid *g, int x, int y, int w, int h, const char *title)
{
	for (int i = 0; i < h; i++) {
		bool edge = !i || i == h - 1;

		grid_fill(g, x, y + i, w, edge ? g->glyphs->line : ' ', 0);
		grid_set(g, x, y + i, edge ? '+' : g->glyphs->wall, 0);
		grid_set(g, x + w - 1, y + i, edge ? '+' : g->glyphs->wall, 0);
	}
	grid_put(g, x + 2, y, LOOK_BOLD, " %.*s ", w > 8 ? w - 8 : 0, title);
}

void grid_print(const struct grid *g, FILE *f)
{
	for (int y = 0; y < g->h; y++) {
		const struct cell *row = g->v + y * g->w;
		int end = g->w;

		while (end && row[end - 1].ch == ' ')
			end--;
		for (int x = 0; x < end; x++)
			fprintf(f, "%lc", (wint_t)row[x].ch);
		fputc('\n', f);
	}
}
