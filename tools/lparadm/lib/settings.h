/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The monitor's settings, as a table of keys and values.
 */
#ifndef LPARADM_SETTINGS_H
#define LPARADM_SETTINGS_H

#include "lib/cmd.h"

#define SETTINGS_NCOLS 2
extern const struct column settings_columns[SETTINGS_NCOLS];

/* Print the settings of @dir, storage or processors; NULL: both. */
int settings_show(const struct ctx *ctx, const char *dir);

/* Write KEY=VALUE operands to @dir. */
int settings_write(const struct ctx *ctx, const char *dir, int argc,
		   char **argv);

#endif
