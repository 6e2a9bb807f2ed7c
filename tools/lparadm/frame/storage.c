// SPDX-License-Identifier: GPL-2.0
/*
 * The main storage in the LPAR frame: a strip as wide as the window.
 *
 * It is to scale if every area has room for its number; otherwise each gets that room, and
 * the rest is divided to scale. A name that does not fit is not truncated but replaced by
 * the LPAR's number, which the table shows.
 */
#include <string.h>

#include "frame/frame.h"

enum { STRIP_Y = 1, NUMBER_W = 3 };

/* Minimum widths, tried in this order: free areas vanish first. */
static const struct {
	int area, hole;
} least[] = { { NUMBER_W, 1 }, { 2, 1 }, { 1, 1 }, { 1, 0 }, { 0, 0 } };

static int least_width(const struct maps *m, int i, size_t level)
{
	return m->ms[i].name[0] ? least[level].area : least[level].hole;
}

static u64 strip_scale(u64 pos, int w, u64 pool)
{
	return (u64)((double)pos * w / (double)pool);
}

static bool fits_to_scale(const struct maps *m, int w, u64 pool)
{
	for (int i = 0; i < m->nms; i++) {
		const struct extent *e = &m->ms[i];

		if (e->name[0] && strip_scale(e->origin + e->size, w, pool) -
		    strip_scale(e->origin, w, pool) < NUMBER_W)
			return false;
	}
	return true;
}

bool frame_strip(const struct snap *s, int w, struct strip *strip)
{
	const struct maps *m = &s->m;
	u64 free_bytes, pool = snap_pool(m, &free_bytes);
	int rest = w, before = 0;
	size_t level = 0;

	strip->to_scale = !pool || fits_to_scale(m, w, pool);
	for (; pool && !strip->to_scale; level++) {
		rest = w;
		for (int i = 0; i < m->nms; i++)
			rest -= least_width(m, i, level);
		if (rest >= 0)
			break;
	}
	for (int i = 0; pool && i < m->nms; i++) {
		const struct extent *e = &m->ms[i];

		strip->x[i] = before + (int)strip_scale(e->origin, rest, pool);
		before += strip->to_scale ? 0 : least_width(m, i, level);
		strip->end[i] = before + (int)strip_scale(e->origin + e->size, rest, pool);
	}
	return pool;
}

/* The name or number that fits; NULL: none does. */
static const char *area_label(const struct snap *s, const struct extent *e, int w, char text[16])
{
	const struct lpar *l = snap_find(s, e->name);
	const char *name = e->name[0] ? e->name : "free";

	if ((int)strlen(name) < w)
		return name;
	if (!l || l->number == UNKNOWN)
		return NULL;
	snprintf(text, 16, "%u", (unsigned int)l->number);
	return (int)strlen(text) < w ? text : NULL;
}

bool frame_needs_numbers(const struct snap *s, const struct strip *strip)
{
	for (int i = 0; i < s->m.nms; i++) {
		const char *name = s->m.ms[i].name;

		if (*name && (int)strlen(name) >= strip->end[i] - strip->x[i])
			return true;
	}
	return false;
}

/* Each LPAR has a pattern of its own, for terminals without colours and the colour-blind. */
static wchar_t area_pattern(const struct grid *g, const struct snap *s, const char *name)
{
	static const char patterns[] = "#=%@*o~+x^&:";
	const struct lpar *l = snap_find(s, name);
	size_t i = l ? (size_t)(l - s->lpars) % (sizeof(patterns) - 1) : 0;

	if (!l)
		return g->glyphs->hole;
	return i ? (wchar_t)patterns[i] : g->glyphs->used;
}

static void draw_area(struct grid *g, const struct snap *s, const struct extent *e, int x, int w)
{
	unsigned int look = e->name[0] ? frame_look(s, e->name) | LOOK_REVERSE : 0;
	unsigned int plain = look & ~(unsigned int)LOOK_REVERSE;
	char number[16];
	const char *text = area_label(s, e, w, number);

	if (w < 1)
		return;
	for (int y = STRIP_Y + 1; y <= STRIP_Y + 2; y++) {
		grid_fill(g, x, y, w, e->name[0] ? ' ' : g->glyphs->hole, look);
		grid_fill(g, x, y, 1, g->glyphs->wall, look);
	}
	grid_fill(g, x, STRIP_Y + 3, w, area_pattern(g, s, e->name), plain);
	grid_fill(g, x, STRIP_Y + 3, 1, g->glyphs->wall, plain);
	if (text)
		grid_put(g, x + 1, STRIP_Y + 1, look | LOOK_BOLD, "%s", text);
}

/* "256M+256M": size and expansion. */
static void draw_size(struct grid *g, const struct snap *s, const struct extent *e, int x, int w)
{
	unsigned int look = e->name[0] ? frame_look(s, e->name) | LOOK_REVERSE : 0;
	char size[SIZE_TEXT], more[SIZE_TEXT], at[SIZE_TEXT];
	bool grows = e->name[0] && e->expansion;

	format_human(size, e->size);
	format_human(more, e->expansion);
	if (w > (int)(strlen(size) + (grows ? strlen(more) + 1 : 0)))
		grid_put(g, x + 1, STRIP_Y + 2, look, "%s%s%s", size, grows ? "+" : "",
			 grows ? more : "");
	else if (w > (int)strlen(size))
		grid_put(g, x + 1, STRIP_Y + 2, look, "%s", size);
	format_human(at, e->origin);
	if (w > (int)strlen(at))
		grid_put(g, x, STRIP_Y, 0, "%s", at);
}

void frame_draw_storage(struct grid *g, const struct snap *s)
{
	u64 free_bytes, pool = snap_pool(&s->m, &free_bytes);
	struct strip strip;
	char end[SIZE_TEXT];

	if (!frame_strip(s, g->w, &strip)) {
		grid_put(g, 0, STRIP_Y + 1, 0, "no main storage: lparadm storage ms_size=SIZE");
		return;
	}
	for (int i = 0; i < s->m.nms; i++) {
		draw_area(g, s, &s->m.ms[i], strip.x[i], strip.end[i] - strip.x[i]);
		draw_size(g, s, &s->m.ms[i], strip.x[i], strip.end[i] - strip.x[i]);
	}
	format_human(end, pool);
	grid_put(g, g->w - (int)strlen(end) - 1, STRIP_Y, 0, " %s", end);
}
