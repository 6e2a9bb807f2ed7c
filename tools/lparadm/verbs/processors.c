// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm processors: the shares of each CPU (Fig. 4 of the patent), or with --used the
 * actual use in an interval. KEY=VALUE sets the CPUs of the monitor.
 */
#include <stdlib.h>

#include "lib/keys.h"
#include "lib/request.h"
#include "lib/maptab.h"
#include "lib/settings.h"
#include "lib/used.h"
#include "verbs/verbs.h"

static int print_used(const struct ctx *ctx, const struct maps *m)
{
	struct used a = { 0 }, b = { 0 };
	double *percent = calloc((size_t)m->nlips + 1, sizeof(*percent));
	int ret = !percent || used_read(ctx, &a, m->lips, m->nlips);

	if (!ret) {
		used_wait(ctx->interval);
		ret = used_read(ctx, &b, m->lips, m->nlips);
	}
	if (ret) {
		ret = fail(NULL, NULL, "out of memory");
	} else {
		used_between(&a, &b, percent, NULL);
		ret = maps_print_lips(ctx, m, "processors", percent);
	}
	used_free(&a);
	used_free(&b);
	free(percent);
	return ret;
}

static int cmd_processors(const struct ctx *ctx, int argc, char **argv)
{
	struct maps m = { 0 };
	int ret;

	if (argc && !cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (argc)
		return settings_write(ctx, "processors", argc, argv);
	ret = maps_read_lips(ctx, &m);
	if (!ret)
		ret = ctx->used ? print_used(ctx, &m) :
				  maps_print_lips(ctx, &m, "processors", NULL);
	maps_free(&m);
	return ret;
}

const struct cmd verb_processors = {
	.name = "processors",
	.args = "[KEY=VALUE...]",
	.help = "show the shares of each CPU in percent, or set the CPUs",
	.opts = OPTS_TABLE | OPTS_USED | OPTS_INTERVAL,
	.max = -1,
	.run = cmd_processors,
	.print_more = keys_print_processors,
	.cols = processors_columns,
	.ncols = PROCESSORS_NCOLS,
};
