/* SPDX-License-Identifier: GPL-2.0 */
/* iface/move.h - the text of move and move_check. Layer L4. */
#ifndef LPAR_IFACE_MOVE_H
#define LPAR_IFACE_MOVE_H

struct lpar;
struct lpar_part;

/*
 * Parse @text and call @what with the result. 0, or -errno with a line in last_error.
 * Sleeps.
 */
int move_parse(struct lpar *lpar, const char *text,
	       int (*what)(struct lpar *lpar, const struct lpar_part *p));

#endif
