/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where lpar.ko is installed.
 */
#ifndef LPARADM_MODULE_H
#define LPARADM_MODULE_H

#include <limits.h>

#include "lib/cmd.h"

/* Of kernel @release. Return: false when it has none. */
bool module_find(const struct ctx *ctx, const char *release, char path[PATH_MAX]);

#endif
