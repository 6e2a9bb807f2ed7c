/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's plan of an integration, and what it makes of the maps.
 */
#ifndef LPARADM_PLAN_H
#define LPARADM_PLAN_H

#include "lib/cmd.h"
#include "lib/maptab.h"

/*
 * Ask the kernel for the plan; plan_free() it. It says itself why there is
 * none. Return: 0 or the exit code.
 */
int plan_ask(const struct ctx *ctx, const char *donor, const char *receiver,
	     char **plan);
void plan_free(char *plan);

/*
 * Do to @m what the moves in @plan say. Return: 0, or the exit code after a
 * message about a line that is none of the moves that are known.
 */
int plan_apply(struct maps *m, const char *plan, const char *donor,
	       const char *receiver);

#endif
