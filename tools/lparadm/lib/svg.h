/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The storage map and the shares as a picture.
 */
#ifndef LPARADM_SVG_H
#define LPARADM_SVG_H

#include "lib/cmd.h"
#include "lib/maptab.h"

/*
 * Write @file, "-" is standard output; @then may be NULL, else both stand beside each other.
 * Return: 0 or LPARADM_FAILED after a message.
 */
int svg_write(const struct ctx *ctx, const char *file, const struct maps *now,
	      const struct maps *then);

#endif
