// SPDX-License-Identifier: GPL-2.0
/*
 * Asking for confirmation before something that cannot be undone.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/confirm.h"

int confirm_ask(const struct ctx *ctx, const char *who, const char *verb,
		const char *danger)
{
	char answer[16];

	if (ctx->yes)
		return LPARADM_OK;
	if (!isatty(STDIN_FILENO))
		return usage_error("%s: %s: %s; use --yes to confirm",
				   who, verb, danger);
	fprintf(stderr, "%s: %s: %s. Continue (y/N)? ", who, verb, danger);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (!strcmp(answer, "y\n") || !strcmp(answer, "yes\n")))
		return LPARADM_OK;
	return fail(who, verb, "not done");
}
