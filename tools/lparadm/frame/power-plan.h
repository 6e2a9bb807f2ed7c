/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a verb of the frame would do, as text.
 */
#ifndef LPARADM_FRAME_PLAN_H
#define LPARADM_FRAME_PLAN_H

#include "lib/cmd.h"

/*
 * For a verb of power. *possible: whether anything is known to be in the way.
 * Return: the text; the caller frees it.
 */
char *power_plan(const struct ctx *ctx, const char *verb, const char *name,
		 bool *possible);

#endif
