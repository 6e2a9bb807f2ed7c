/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Describing what a verb of the frame will do.
 */
#ifndef LPARADM_FRAME_PLAN_H
#define LPARADM_FRAME_PLAN_H

#include "lib/cmd.h"

/*
 * Describe a verb of lib/power.c. *possible: false if it is known to be refused.
 * Return: the text; the caller frees it.
 */
char *power_plan(const struct ctx *ctx, const char *verb, const char *name,
		 bool *possible);

#endif
