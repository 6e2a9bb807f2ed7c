// SPDX-License-Identifier: GPL-2.0
/* lparadm ipl: load the kernel and start the guest. */
#include "power.h"

int cmd_ipl(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "ipl", argc, argv);
}
