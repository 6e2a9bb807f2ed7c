// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs that are one command to an LPAR's attribute "power": the command and
 * what has to be asked before it are in lib/power.c.
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
	POWER_VERB("activate", 0, "claim main storage and shares"),
	POWER_VERB("deactivate", OPTS_YES, "give them back; the guest ends"),
	POWER_VERB("ipl", 0, "load the kernel and start the guest"),
	POWER_VERB("reset", OPTS_YES, "IPL again; the guest restarts"),
	POWER_VERB("shutdown", OPTS_WAIT | OPTS_YES, "press the guest's power button"),
	POWER_VERB("stop", 0, "pause the guest"),
	POWER_VERB("start", 0, "let a stopped guest continue"),
};
