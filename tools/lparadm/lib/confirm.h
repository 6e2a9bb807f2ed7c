/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asking for confirmation before something that cannot be undone.
 */
#ifndef LPARADM_CONFIRM_H
#define LPARADM_CONFIRM_H

#include "lib/cmd.h"

/*
 * Ask on a terminal, unless --yes was given. Without a terminal it is a usage error.
 * Return: LPARADM_OK, LPARADM_FAILED (the answer is no) or LPARADM_USAGE.
 */
int confirm_ask(const struct ctx *ctx, const char *who, const char *verb,
		const char *danger);

#endif
