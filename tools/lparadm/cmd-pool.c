// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm pool: what the host gives to the monitor.
 */
#include <stdlib.h>

#include "cfs.h"
#include "keys.h"

enum { COL_KEY, COL_VALUE };

static const struct column columns[] = {
	[COL_KEY]	= { "KEY", 0, false, false, "" },
	[COL_VALUE]	= { "VALUE", 0, false, false, "" },
};

static const struct {
	const char *dir, *name;
} shown[] = {
	{ "storage", "ms_size" },
	{ "storage", "free" },
	{ "storage", "block_size" },
	{ "storage", "placement" },
	{ "processors", "available" },
	{ "processors", "online" },
	{ "processors", "period_us" },
};

static int show(const struct ctx *ctx)
{
	struct table *t = table_new("pool", columns, ARRAY_SIZE(columns),
				    &ctx->tab);

	if (!t)
		return LPARADM_USAGE;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		char *text;

		if (!cfs_read(ctx, &text, CFS_DIR "/%s/%s", shown[i].dir,
			      shown[i].name)) {
			table_row(t);
			table_set(t, COL_KEY, "%s", shown[i].name);
			table_set(t, COL_VALUE, "%s", text);
		}
		free(text);
	}
	return table_finish(t);
}

int cmd_pool(const struct ctx *ctx, int argc, char **argv)
{
	struct key *keys;
	int ret;

	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (!argc)
		return show(ctx);
	ret = keys_pool(argc, argv, &keys);
	if (ret)
		return ret;
	ret = keys_write_pool(ctx, keys, argc);
	keys_free(keys, argc);
	return ret;
}
