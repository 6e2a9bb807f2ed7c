/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Showing grids on a terminal, by ncurses. The terminal is restored however the program
 * ends.
 */
#ifndef LPARADM_TERMINAL_H
#define LPARADM_TERMINAL_H

#include "frame/grid.h"

/* Return: 0, or the exit code after a message. */
int term_open(void);
void term_close(void);

/* The current size, which can change at any time. */
void term_size(int *w, int *h);

/* Can the terminal show non-ASCII characters? */
bool term_unicode(void);

void term_show(const struct grid *g);

/* Return: a character, a key of frame.h, or -1 if there is none. Does not wait. */
int term_key(void);

/* Return: the number of the signal that ends the program, or 0. */
int term_signal(void);

#endif
