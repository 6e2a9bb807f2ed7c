// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm undefine: remove LPARs that own nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/request.h"
#include "verbs/verbs.h"

/* configfs returns only EBUSY: the state is the reason. */
static int undefine_report(const struct ctx *ctx, const char *name, int err)
{
	char *state = NULL;

	if (err == EBUSY)
		cfs_read(ctx, &state, CFS_DIR "/partitions/%s/state", name);
	if (state)
		fail(name, "undefine", "the LPAR is %s; deactivate it first", state);
	else
		fail(name, "undefine", "%s", strerror(err));
	free(state);
	return LPARADM_FAILED;
}

static int undefine_one(const struct ctx *ctx, const char *name)
{
	char path[PATH_MAX];
	int ret = lpar_check(ctx, name);

	if (ret)
		return ret;
	ret = cfs_path(ctx, path, CFS_DIR "/partitions/%s", name);
	if (ret)
		return fail(name, "undefine", "%s", strerror(-ret));
	return rmdir(path) ? undefine_report(ctx, name, errno) : LPARADM_OK;
}

static int cmd_undefine(const struct ctx *ctx, int argc, char **argv)
{
	int done = 0, ret = LPARADM_OK;

	for (int i = 0; i < argc; i++) {
		int one = undefine_one(ctx, argv[i]);

		if (one)
			ret = one;
		else
			done++;
	}
	return ret && done ? LPARADM_PARTIAL : ret;
}

const struct cmd verb_undefine = {
	.name = "undefine",
	.args = "NAME...",
	.help = "remove LPARs that own nothing",
	.min = 1,
	.max = -1,
	.run = cmd_undefine,
};
