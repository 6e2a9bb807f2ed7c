// SPDX-License-Identifier: GPL-2.0
/* lparadm save: write the whole machine down, for lparadm restore. */
#include "machine.h"

int cmd_save(const struct ctx *ctx, int argc, char **argv)
{
	struct machine m;
	int ret = machine_read(ctx, &m);

	(void)argc;
	if (!ret)
		ret = machine_write_file(&m, argv[0]);
	machine_free(&m);
	return ret;
}
