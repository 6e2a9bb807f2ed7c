// SPDX-License-Identifier: GPL-2.0
/* lparadm start: a stopped guest goes on. */
#include "power.h"

int cmd_start(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "start", argc, argv);
}
