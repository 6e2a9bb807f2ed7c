// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs that write a command to an LPAR's attribute "power"; commands and
 * confirmations are in lib/power.c.
 */
#include "lib/power.h"
#include "verbs/verbs.h"

static int cmd_power(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, ctx->verb, argc, argv);
}

#define POWER_VERB(_name, _opts, _help) {	\
	.name = _name,				\
	.args = "NAME...",			\
	.help = _help,				\
	.opts = _opts,				\
	.min = 1,				\
	.max = -1,				\
	.run = cmd_power,			\
}

const struct cmd verbs_power[VERBS_POWER] = {
	POWER_VERB("activate", 0, "claim main storage, shares and channels"),
	POWER_VERB("deactivate", OPTS_YES, "release its resources; the guest ends"),
	POWER_VERB("ipl", 0, "load the kernel and start the guest"),
	POWER_VERB("reset", OPTS_YES, "IPL again; the guest restarts"),
	POWER_VERB("shutdown", OPTS_WAIT | OPTS_YES, "press the guest's power button"),
	POWER_VERB("nmi", OPTS_YES, "send an NMI to the guest"),
	POWER_VERB("stop", 0, "pause the guest"),
	POWER_VERB("start", 0, "continue a stopped guest"),
};
