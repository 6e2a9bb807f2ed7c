/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where lpar.ko is installed.
 */
#ifndef LPARADM_MODULE_H
#define LPARADM_MODULE_H

#include <limits.h>

#include "lib/cmd.h"

/* Find the module for kernel @release. Return: false if there is none. */
bool module_find(const struct ctx *ctx, const char *release, char path[PATH_MAX]);

#endif
