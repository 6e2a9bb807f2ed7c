/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What would do, when the kernel has said what does not.
 */
#ifndef LPARADM_HINT_H
#define LPARADM_HINT_H

#include "lib/cmd.h"
#include "lib/names.h"

#define HINT_MAX NAMES_MAX

/*
 * After a refused write of @value to the attribute @attr of @name, or of a
 * command to "power". Return: false when there is nothing to be added.
 */
bool hint(const struct ctx *ctx, char text[HINT_MAX], const char *name,
	  const char *attr, const char *value);

/*
 * What has been made in the directory @dir of CFS_DIR, as "there are A, B".
 * Return: false when that is nothing.
 */
bool hint_made(const struct ctx *ctx, char text[HINT_MAX], const char *dir);

#endif
