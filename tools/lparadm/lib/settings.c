// SPDX-License-Identifier: GPL-2.0
/*
 * The monitor's settings, as a table of keys and values.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/keys.h"
#include "lib/settings.h"

enum { COL_KEY, COL_VALUE };

const struct column settings_columns[SETTINGS_NCOLS] = {
	[COL_KEY]	= { "KEY", 0, false, false, "name of the setting" },
	[COL_VALUE]	= { "VALUE", 0, false, false, "its value" },
};

static const struct {
	const char *dir, *name;
} shown[] = {
	{ "storage", "ms_size" },
	{ "storage", "free" },
	{ "storage", "es_size" },
	{ "storage", "es_free" },
	{ "storage", "block_size" },
	{ "storage", "placement" },
	{ "processors", "available" },
	{ "processors", "online" },
	{ "processors", "period_us" },
};

int settings_show(const struct ctx *ctx, const char *dir)
{
	struct table *t = table_new("settings", settings_columns,
				    SETTINGS_NCOLS, &ctx->tab);

	if (!t)
		return LPARADM_USAGE;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		char *text;

		if (dir && strcmp(dir, shown[i].dir))
			continue;
		if (!cfs_read(ctx, &text, CFS_DIR "/%s/%s", shown[i].dir,
			      shown[i].name)) {
			table_row(t);
			table_set(t, COL_KEY, "%s/%s", shown[i].dir,
				  shown[i].name);
			table_set(t, COL_VALUE, "%s", text);
		}
		free(text);
	}
	return table_finish(t);
}

int settings_write(const struct ctx *ctx, const char *dir, int argc,
		   char **argv)
{
	struct key *keys;
	int ret = keys_pool(dir, argc, argv, &keys);

	if (ret)
		return ret;
	ret = keys_write_pool(ctx, keys, argc);
	keys_free(keys, argc);
	return ret;
}
