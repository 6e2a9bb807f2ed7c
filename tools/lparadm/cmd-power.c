// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm power: an LPAR's way from defined to operating and back.
 */
#include <string.h>

#include "cfs.h"

static const char * const verbs[] = {
	"activate", "load", "stop", "start", "shutdown", "reset", "deactivate",
};

int cmd_power(const struct ctx *ctx, int argc, char **argv)
{
	int ret;

	(void)argc;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i], argv[1]))
			continue;
		ret = lpar_check(ctx, argv[0]);
		return ret ? ret : lpar_write(ctx, argv[0], "power", argv[1]);
	}
	return usage_error("power: unknown verb: %s", argv[1]);
}
