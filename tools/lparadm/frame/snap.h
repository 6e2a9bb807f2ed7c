/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One moment of the machine, as the frame shows it.
 */
#ifndef LPARADM_SNAP_H
#define LPARADM_SNAP_H

#include "lib/channels.h"
#include "lib/cmd.h"
#include "lib/maptab.h"
#include "lib/used.h"

struct snap {
	bool loaded;
	char time[16];
	struct lpar lpars[LPAR_MAX_PARTS];
	char error[LPAR_MAX_PARTS][160];	/* of those that failed */
	int nlpars;
	struct maps m;
	double *used, *steal;		/* percent of each of m.lips; -1 unknown */
	struct channel *channels;
	int nchannels;
};

/* Readings that the next one is compared with: the last two. */
struct history {
	struct past {
		struct lip *lips;
		struct used used;
	} v[2];
};

/*
 * Read the machine. @tick: an interval has gone by, and this reading is to be
 * compared with; what is used is told of one interval at least.
 * Return: never NULL.
 */
struct snap *snap_read(const struct ctx *ctx, struct history *h, bool tick);
void snap_free(struct snap *s);
void history_free(struct history *h);

const struct lpar *snap_find(const struct snap *s, const char *name);

/* Bytes of the whole pool, and of what is free in it. */
u64 snap_pool(const struct maps *m, u64 *free_bytes);

#endif
