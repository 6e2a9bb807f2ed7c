// SPDX-License-Identifier: GPL-2.0
/* lparadm reset: IPL once more; what the guest has not saved is lost. */
#include "power.h"

int cmd_reset(const struct ctx *ctx, int argc, char **argv)
{
	static const struct power_verb verb = {
		.name = "reset",
		.command = "reset",
		.danger = "its guest starts anew and loses what it has not saved",
	};

	return power_all(ctx, &verb, argc, argv);
}
