/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A screen as text: cells that drawing functions fill, for a terminal or for
 * a file. Nothing here knows a terminal.
 */
#ifndef LPARADM_GRID_H
#define LPARADM_GRID_H

#include <stdio.h>
#include <wchar.h>

#include "lib/table.h"

/* How a cell looks, where the terminal can do it. */
enum {
	LOOK_BOLD = 1 << 0,
	LOOK_REVERSE = 1 << 1,
	LOOK_COLOUR = 8,	/* from here up: 1 to GRID_COLOURS */
};

#define GRID_COLOURS 7
#define LOOK_OF(colour) ((colour) * LOOK_COLOUR)

struct cell {
	wchar_t ch;
	unsigned int look;
};

struct glyphs {
	wchar_t used, entitled, over, hole, wall, line;
};

struct grid {
	int w, h;
	const struct glyphs *glyphs;
	struct cell *v;
};

/* All blank; ends the program without memory. @unicode: more than ASCII. */
struct grid *grid_new(int w, int h, bool unicode);
void grid_free(struct grid *g);

/* What is outside is cut off. Return: the column behind what was put. */
__printf(5, 6)
int grid_put(struct grid *g, int x, int y, unsigned int look, const char *fmt, ...);
void grid_fill(struct grid *g, int x, int y, int w, wchar_t ch, unsigned int look);

/* A frame with a title around blank space. */
void grid_box(struct grid *g, int x, int y, int w, int h, const char *title);

/* As lines, without blanks at their ends. */
void grid_print(const struct grid *g, FILE *f);

#endif
