/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What would do, when the kernel has said what does not.
 */
#ifndef LPARADM_HINT_H
#define LPARADM_HINT_H

#include "cmd.h"

#define HINT_MAX 256

/*
 * After a refused write of @value to the attribute @attr of @name, or of a
 * command to "power". Return: false when there is nothing to be added.
 */
bool hint(const struct ctx *ctx, char text[HINT_MAX], const char *name,
	  const char *attr, const char *value);

#endif
