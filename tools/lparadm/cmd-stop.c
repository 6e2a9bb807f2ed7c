// SPDX-License-Identifier: GPL-2.0
/* lparadm stop: the guest stands still where it is. */
#include "power.h"

int cmd_stop(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "stop", argc, argv);
}
