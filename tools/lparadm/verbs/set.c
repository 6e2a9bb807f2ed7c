// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm set: change attributes of an LPAR, in the given order.
 */
#include "lib/request.h"
#include "lib/keys.h"
#include "verbs/verbs.h"

static int cmd_set(const struct ctx *ctx, int argc, char **argv)
{
	struct key *keys;
	int ret = lpar_check(ctx, argv[0]);

	if (ret)
		return ret;
	ret = keys_lpar(argv[0], argc - 1, argv + 1, &keys);
	if (ret)
		return ret;
	ret = keys_write_lpar(ctx, argv[0], keys, argc - 1);
	keys_free(keys, argc - 1);
	return ret;
}

const struct cmd verb_set = {
	.name = "set",
	.args = "NAME KEY=VALUE...",
	.help = "change an LPAR's attributes",
	.min = 2,
	.max = -1,
	.run = cmd_set,
	.print_more = keys_print_lpar,
};
