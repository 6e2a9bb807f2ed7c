// SPDX-License-Identifier: GPL-2.0
/* lparadm activate: claim main storage and shares. */
#include "power.h"

int cmd_activate(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "activate", argc, argv);
}
