/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: one table of options for all verbs.
 */
#ifndef LPARADM_OPTS_H
#define LPARADM_OPTS_H

#include "lib/cmd.h"

enum { OPTS_OK, OPTS_HELP, OPTS_VERSION, OPTS_BAD };

/* Parse the options before the verb. *first: index of the verb. */
int opts_global(struct ctx *ctx, int argc, char **argv, int *first);

/* Parse the options of @cmd; argv[0] is the verb. *first: index of the first operand. */
int opts_verb(struct ctx *ctx, const struct cmd *cmd, int argc, char **argv,
	      int *first);

/* Print the options of @cmd; NULL: those before the verb. */
void opts_print(const struct cmd *cmd);

#endif
