/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why guests were left, by kind, and how often in a second.
 */
#ifndef LPARADM_EXITS_H
#define LPARADM_EXITS_H

#include "lib/cmd.h"
#include "lib/parse.h"

#define KINDS_MAX 32
#define EXITS_OF_ALL UINT_MAX	/* no LIP: of all of an LPAR's */

/* Counters of one LIP, or differences of them. */
struct exits {
	char lpar[LPAR_NAME_LEN];
	unsigned int lip;
	struct kind {
		char name[24];
		u64 count;
	} v[KINDS_MAX];
	int n;
};

void exits_read(const struct ctx *ctx, struct exits *e, const char *name,
		unsigned int lip);

/* What happened between the two, the most frequent first, and nothing else. */
void exits_between(const struct exits *a, const struct exits *b,
		   struct exits *d);

#endif
