/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs that are commands to an LPAR's attribute "power".
 */
#ifndef LPARADM_POWER_H
#define LPARADM_POWER_H

#include "lib/cmd.h"

struct power_verb {
	const char *name;	/* for the user */
	const char *command;	/* for the kernel */
	const char *what;	/* what it does */
	const char *danger;	/* effect on a guest; NULL: harmless */
	const char *then;	/* the state that --wait waits for */
};

/* Find a verb by its name, which must exist. */
const struct power_verb *power_find(const char *name);

/*
 * Carry out verb @name for each LPAR in @argv, after all confirmations. Entries of @argv
 * that failed become NULL.
 * Return: LPARADM_OK, _FAILED, _USAGE, or _PARTIAL if only some succeeded.
 */
int power_all(const struct ctx *ctx, const char *name, int argc, char **argv);

/*
 * Wait for a state, at most @seconds; *used: the time it took. Return: 0 or -ETIMEDOUT.
 */
int power_await(const struct ctx *ctx, const char *name, const char *state,
		double seconds, double *used);

/* Does this LPAR have a guest (operating or stopped)? */
bool power_has_guest(const struct ctx *ctx, const char *name);

#endif
