/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of VM exits, by reason.
 */
#ifndef LPARADM_EXITS_H
#define LPARADM_EXITS_H

#include "lib/cmd.h"
#include "lib/parse.h"

#define KINDS_MAX 32
#define EXITS_OF_ALL UINT_MAX	/* for @lip: the sum over all LIPs of an LPAR */

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

/* The differences that are not 0, the most frequent first. */
void exits_between(const struct exits *a, const struct exits *b,
		   struct exits *d);

#endif
