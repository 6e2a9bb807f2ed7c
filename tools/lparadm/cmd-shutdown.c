// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm shutdown: press the power button of the guest's machine, and with
 * --wait see that it is followed.
 */
#include "power.h"

int cmd_shutdown(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, "shutdown", argc, argv);
}
