// SPDX-License-Identifier: GPL-2.0
/* lparadm start: a stopped guest goes on. */
#include "power.h"

int cmd_start(const struct ctx *ctx, int argc, char **argv)
{
	static const struct power_verb verb = {
		.name = "start",
		.command = "start",
	};

	return power_all(ctx, &verb, argc, argv);
}
