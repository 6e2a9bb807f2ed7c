// SPDX-License-Identifier: GPL-2.0
/* lparadm activate: claim main storage and shares. */
#include "power.h"

int cmd_activate(const struct ctx *ctx, int argc, char **argv)
{
	static const struct power_verb verb = {
		.name = "activate",
		.command = "activate",
	};

	return power_all(ctx, &verb, argc, argv);
}
