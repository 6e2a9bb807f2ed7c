// SPDX-License-Identifier: GPL-2.0
/* lparadm save: save the configuration, for lparadm restore. */
#include "lib/cfs.h"
#include "config/machine.h"
#include "config/verbs.h"

static int cmd_save(const struct ctx *ctx, int argc, char **argv)
{
	char usual[PATH_MAX];
	struct machine m;
	int ret = machine_read(ctx, &m);

	if (!ret && !argc)
		ret = machine_usual_file(ctx, usual);
	if (!ret)
		ret = machine_write_file(&m, argc ? argv[0] : usual);
	machine_free(&m);
	return ret;
}

const struct cmd verb_save = {
	.name = "save",
	.args = "[FILE]",
	.help = "save the configuration",
	.max = 1,
	.run = cmd_save,
};
