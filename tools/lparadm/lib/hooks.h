/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The site's own programs around an integration: /etc/lpar.d/<phase>, one
 * executable or a directory of them.
 */
#ifndef LPARADM_HOOKS_H
#define LPARADM_HOOKS_H

#include "lib/cmd.h"

struct hooks {
	const char *action, *donor, *receiver;
};

/*
 * Run those of @phase in the order of their names, up to the first that fails or
 * an interrupt. Return: 0, or LPARADM_FAILED after a message.
 */
int hooks_run(const struct ctx *ctx, const struct hooks *h, const char *phase);

/* A signal handler: @sig is passed to the hook that runs, and none follows it. */
void hooks_interrupt(int sig);

#endif
