// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm define: create an LPAR; it is removed again if an attribute is refused.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/request.h"
#include "lib/keys.h"
#include "verbs/verbs.h"

static int make_directory(const struct ctx *ctx, const char *name,
			  const char *path)
{
	int err = mkdir(path, 0755) ? errno : 0;

	if (!err)
		return LPARADM_OK;
	if (err == EEXIST && cfs_exists(ctx, CFS_DIR "/partitions/%s", name))
		return fail(name, "define", "already exists; use \"lparadm set\" to change it");
	return request_refused(ctx, "partitions", name, "define", err);
}

static int define_lpar(const struct ctx *ctx, const char *name,
		       const struct key *keys, int n)
{
	char path[PATH_MAX];
	int ret;

	ret = cfs_path(ctx, path, CFS_DIR "/partitions/%s", name);
	if (ret)
		return fail(name, "define", "%s", strerror(-ret));
	ret = make_directory(ctx, name, path);
	if (ret)
		return ret;
	if (!keys_write_lpar(ctx, name, keys, n))
		return LPARADM_OK;
	if (rmdir(path))
		fail(name, "define", "cannot remove it again: %s",
		     strerror(errno));
	return LPARADM_FAILED;
}

static int cmd_define(const struct ctx *ctx, int argc, char **argv)
{
	struct key *keys;
	int ret = lpar_name_check(argv[0]);

	if (ret)
		return ret;
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	ret = keys_lpar(argv[0], argc - 1, argv + 1, &keys);
	if (ret)
		return ret;
	ret = define_lpar(ctx, argv[0], keys, argc - 1);
	keys_free(keys, argc - 1);
	return ret;
}

const struct cmd verb_define = {
	.name = "define",
	.args = "NAME [KEY=VALUE...]",
	.help = "define an LPAR",
	.min = 1,
	.max = -1,
	.run = cmd_define,
	.print_more = keys_print_lpar,
};
