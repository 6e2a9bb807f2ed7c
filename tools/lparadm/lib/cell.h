/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Table cells that are shared by several verbs.
 */
#ifndef LPARADM_CELL_H
#define LPARADM_CELL_H

#include "lib/cmd.h"
#include "lib/parse.h"

/*
 * Print @bytes as "1.5G"; in MB for --json and --raw, in bytes for --bytes.
 * UNKNOWN prints a cell without a value.
 */
void cell_size(const struct ctx *ctx, struct table *t, size_t col, u64 bytes);

/* Print a number; UNKNOWN prints a cell without a value. */
void cell_number(struct table *t, size_t col, u64 val);

#endif
