/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The LPARs as sysfs and configfs show them, and the two tables of the class:
 * owners of main storage, and shares of CPUs.
 */
#ifndef LPARADM_LPARS_H
#define LPARADM_LPARS_H

#include <stddef.h>

#include "lib/cmd.h"
#include "lib/parse.h"

#define EXTENTS_MAX (2 * LPAR_MAX_PARTS + 1)
#define LIPS_MAX (LPAR_MAX_PARTS * LPAR_MAX_LIPS)

/* The value of a field that could not be read. */
#define UNKNOWN U64_MAX

struct lpar {
	char name[LPAR_NAME_LEN];
	char state[16];
	u64 number;
	u64 origin, size, expansion;	/* bytes */
	u64 es;			/* bytes of expanded storage */
	u64 free;		/* bytes of free storage directly after it */
	u64 capped, generation;
	unsigned int lips;
};

struct extent {
	u64 origin, size, expansion;
	char name[LPAR_NAME_LEN];		/* "" for a hole */
};

struct lip {
	unsigned int pcpu, percent, lip;
	char name[LPAR_NAME_LEN];
};

/*
 * Read all LPARs, sorted by number, then by name. origin, size, expansion and lips of an
 * LPAR in state defined are those that it would get. Return: their number, or -errno.
 */
int lpars_read(const struct ctx *ctx, struct lpar v[LPAR_MAX_PARTS]);

/*
 * Read the storage map, sorted by origin. *cut: it was longer than one page.
 * Return: the number of areas, or -errno.
 */
int extents_read(const struct ctx *ctx, struct extent v[EXTENTS_MAX],
		 bool *cut);

/* Return: the number of LIPs, or -errno. The caller frees *v. */
int lips_read(const struct ctx *ctx, struct lip **v);

#endif
