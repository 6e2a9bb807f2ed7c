// SPDX-License-Identifier: GPL-2.0
/* lparadm reset: IPL once more; what the guest has not saved is lost. */
#include "power.h"

int cmd_reset(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "reset", argc, argv);
}
