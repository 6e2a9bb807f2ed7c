/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks: the administrator's programs that run before and after an integration,
 * /etc/lpar.d/<phase>, one executable or a directory of them.
 */
#ifndef LPARADM_HOOKS_H
#define LPARADM_HOOKS_H

#include "lib/cmd.h"

struct hooks {
	const char *action, *donor, *receiver;
};

/*
 * Run the hooks of @phase in the order of their names, up to the first that fails or
 * an interrupt. Return: 0, or LPARADM_FAILED after a message.
 */
int hooks_run(const struct ctx *ctx, const struct hooks *h, const char *phase);

/* A signal handler: pass @sig to the running hook, and run no further ones. */
void hooks_interrupt(int sig);

#endif
