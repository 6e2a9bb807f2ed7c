// SPDX-License-Identifier: GPL-2.0
/*
 * Table cells that are shared by several verbs.
 */
#include "lib/cell.h"
#include "lib/lpars.h"

void cell_number(struct table *t, size_t col, u64 val)
{
	if (val == UNKNOWN)
		table_none(t, col);
	else
		table_set(t, col, "%llu", val);
}

void cell_size(const struct ctx *ctx, struct table *t, size_t col, u64 bytes)
{
	char text[SIZE_TEXT];

	if (bytes == UNKNOWN || ctx->bytes) {
		cell_number(t, col, bytes);
	} else if (ctx->tab.json || ctx->tab.raw) {
		cell_number(t, col, bytes >> 20);
	} else {
		format_human(text, bytes);
		table_set(t, col, "%s", text);
	}
}
