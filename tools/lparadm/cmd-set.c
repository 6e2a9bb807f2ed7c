// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm set: change attributes of an LPAR, in the given order.
 */
#include "cfs.h"
#include "keys.h"

int cmd_set(const struct ctx *ctx, int argc, char **argv)
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
