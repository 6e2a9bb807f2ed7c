/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lpars.h - the LPARs as sysfs and configfs show them, and the two tables of
 * the class: who owns which storage, and who owns how much of which CPU.
 */
#ifndef LPARADM_LPARS_H
#define LPARADM_LPARS_H

#include <stddef.h>
#include <stdint.h>

#include "cmd.h"

#define LPARS_MAX 64
#define EXTENTS_MAX (2 * LPARS_MAX + 1)
#define LIPS_MAX (LPARS_MAX * 64)

/* A field that no file tells. */
#define UNKNOWN UINT64_MAX

struct lpar {
	char name[32];
	char state[16];
	uint64_t number;
	uint64_t origin, size, expansion;	/* bytes */
	uint64_t free;		/* bytes of free storage directly behind it */
	uint64_t capped, generation;
	unsigned int lips;
};

struct extent {
	uint64_t origin, size, expansion;
	char name[32];		/* "" for a hole */
};

struct lip {
	unsigned int pcpu, percent, lip;
	char name[32];
};

/* Sorted by number, then by name. Return: how many, or -errno. */
int lpars_read(const struct ctx *ctx, struct lpar v[LPARS_MAX]);

/* Sorted by origin. Return: how many, or -errno. */
int extents_read(const struct ctx *ctx, struct extent v[EXTENTS_MAX]);

/* Return: how many, or -errno. The caller frees *v. */
int lips_read(const struct ctx *ctx, struct lip **v);

#endif
