/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The width of the output.
 */
#ifndef LPARADM_WIDTH_H
#define LPARADM_WIDTH_H

/* Columns of the terminal, or $COLUMNS where that is set; 0: no limit. */
int text_width(void);

#endif
