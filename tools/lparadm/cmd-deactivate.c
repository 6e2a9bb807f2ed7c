// SPDX-License-Identifier: GPL-2.0
/* lparadm deactivate: give everything back; the storage is cleared. */
#include "power.h"

int cmd_deactivate(const struct ctx *ctx, int argc, char **argv)
{
	static const struct power_verb verb = {
		.name = "deactivate",
		.command = "deactivate",
		.danger = "its guest ends and its storage is cleared",
	};

	return power_all(ctx, &verb, argc, argv);
}
