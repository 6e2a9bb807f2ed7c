/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Suggestions after the kernel has refused something.
 */
#ifndef LPARADM_HINT_H
#define LPARADM_HINT_H

#include "lib/cmd.h"
#include "lib/names.h"

#define HINT_MAX NAMES_MAX

/*
 * Suggest a value after the kernel has refused @value for attribute @attr of LPAR @name,
 * or a command written to "power". Return: false if there is no suggestion.
 */
bool hint_find(const struct ctx *ctx, char text[HINT_MAX], const char *name,
	       const char *attr, const char *value);

/*
 * List the entries of the directory @dir in CFS_DIR, as "existing: A, B".
 * Return: false if there are none.
 */
bool hint_made(const struct ctx *ctx, char text[HINT_MAX], const char *dir);

#endif
