// SPDX-License-Identifier: GPL-2.0
/* lparadm deactivate: give everything back; the storage is cleared. */
#include "power.h"

int cmd_deactivate(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "deactivate", argc, argv);
}
