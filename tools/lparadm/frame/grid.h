/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A screen of text cells, independent of a terminal.
 */
#ifndef LPARADM_GRID_H
#define LPARADM_GRID_H

#include <stdio.h>
#include <wchar.h>

#include "lib/table.h"

/* Attributes of a cell, if the terminal has them. */
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

/* Create a blank grid; exits if out of memory. @unicode: use non-ASCII characters. */
struct grid *grid_new(int w, int h, bool unicode);
void grid_free(struct grid *g);

/* Print text, clipped to the grid. Return: the column after it. */
__printf(5, 6)
int grid_put(struct grid *g, int x, int y, unsigned int look, const char *fmt, ...);
void grid_fill(struct grid *g, int x, int y, int w, wchar_t ch, unsigned int look);

/* Draw an empty box with a title. */
void grid_box(struct grid *g, int x, int y, int w, int h, const char *title);

/* Print as lines without trailing blanks. */
void grid_print(const struct grid *g, FILE *f);

#endif
