/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs that an LPAR's attribute "power" takes: one way to carry them out.
 */
#ifndef LPARADM_POWER_H
#define LPARADM_POWER_H

#include "lib/cmd.h"

struct power_verb {
	const char *name;	/* for the user */
	const char *command;	/* for the kernel */
	const char *what;	/* what will be done */
	const char *danger;	/* what a guest would suffer, NULL: nothing */
	const char *then;	/* with --wait: the state that is to follow */
};

/* @name is one of them. */
const struct power_verb *power_find(const char *name);

/*
 * To each LPAR named, the verb called @name; the questions come before the first is touched.
 * In @argv those that failed become NULL.
 * Return: LPARADM_OK, _FAILED, _USAGE, or _PARTIAL when some did it.
 */
int power_all(const struct ctx *ctx, const char *name, int argc, char **argv);

/*
 * Wait for a state, for so many seconds at most; *used: how many it were.
 * Return: 0 or -ETIMEDOUT.
 */
int power_await(const struct ctx *ctx, const char *name, const char *state,
		double seconds, double *used);

/* Has this LPAR a guest that an end of it would hurt? */
bool power_has_guest(const struct ctx *ctx, const char *name);

#endif
