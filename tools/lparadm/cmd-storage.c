// SPDX-License-Identifier: GPL-2.0
/* lparadm storage: the pool of main storage, shown or set. */
#include "cfs.h"
#include "settings.h"

int cmd_storage(const struct ctx *ctx, int argc, char **argv)
{
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (!argc)
		return settings_show(ctx, "storage");
	return settings_write(ctx, "storage", argc, argv);
}
