// SPDX-License-Identifier: GPL-2.0
/* lparadm storage: the pool of main storage, shown or set. */
#include "lib/keys.h"
#include "lib/request.h"
#include "lib/settings.h"
#include "verbs/verbs.h"

static int cmd_storage(const struct ctx *ctx, int argc, char **argv)
{
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (!argc)
		return settings_show(ctx, "storage");
	return settings_write(ctx, "storage", argc, argv);
}

const struct cmd verb_storage = {
	.name = "storage",
	.args = "[KEY=VALUE...]",
	.help = "show or set the pool of main storage",
	.opts = OPTS_TABLE,
	.max = -1,
	.run = cmd_storage,
	.print_more = keys_print_storage,
	.cols = settings_columns,
	.ncols = SETTINGS_NCOLS,
};
