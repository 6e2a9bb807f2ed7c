/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A terminal that shows grids, over ncurses. However the program ends, the
 * terminal is as it was.
 */
#ifndef LPARADM_TERMINAL_H
#define LPARADM_TERMINAL_H

#include "frame/grid.h"

/* Return: 0, or the exit code after a message. */
int term_open(void);
void term_close(void);

/* As it is now; it may have changed at any time. */
void term_size(int *w, int *h);

/* Characters beyond ASCII? */
bool term_unicode(void);

void term_show(const struct grid *g);

/* A character, one of the keys in frame.h, or -1: none. Does not wait. */
int term_key(void);

/* A signal came that ends it: its number, or 0. */
int term_signal(void);

#endif
