/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cells of a table that more than one verb has.
 */
#ifndef LPARADM_CELL_H
#define LPARADM_CELL_H

#include "lib/cmd.h"
#include "lib/parse.h"

/*
 * @bytes as people read it, "1.5G". For programs (--json, --raw) in MB; with --bytes
 * in bytes. UNKNOWN is a cell without a value.
 */
void cell_size(const struct ctx *ctx, struct table *t, size_t col, u64 bytes);

/* A number; UNKNOWN is a cell without a value. */
void cell_number(struct table *t, size_t col, u64 val);

#endif
