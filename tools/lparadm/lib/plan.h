/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's plan of an integration or of a move, and its effect on the maps.
 */
#ifndef LPARADM_PLAN_H
#define LPARADM_PLAN_H

#include "lib/cmd.h"
#include "lib/maptab.h"

/*
 * Ask the kernel for the plan; plan_free() it. Prints the reason if there is none.
 * Return: 0 or the exit code.
 */
int plan_ask(const struct ctx *ctx, const char *donor, const char *receiver,
	     char **plan);
/* The same for @action, integrate or move; @text is what is written. */
int plan_ask_for(const struct ctx *ctx, const char *action, const char *receiver,
		 const char *text, char **plan);
void plan_free(char *plan);

/* Does the plan end the donor's guest, although the donor keeps a part? */
bool plan_ends_guest(const char *plan);

/*
 * Apply the moves in @plan to @m. @donor is removed first; NULL: it keeps the rest.
 * Return: 0, or the exit code after a message about an unknown move.
 */
int plan_apply(struct maps *m, const char *plan, const char *donor,
	       const char *receiver);

#endif
