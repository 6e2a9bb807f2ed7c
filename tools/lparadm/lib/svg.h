/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The storage map and the shares as an SVG picture.
 */
#ifndef LPARADM_SVG_H
#define LPARADM_SVG_H

#include "lib/cmd.h"
#include "lib/maptab.h"

/*
 * Write @file, "-" is standard output; with @then both are drawn, as before and after.
 * Return: 0 or LPARADM_FAILED after a message.
 */
int svg_write(const struct ctx *ctx, const char *file, const struct maps *now,
	      const struct maps *then);

#endif
