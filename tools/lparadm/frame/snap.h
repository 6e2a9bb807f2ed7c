/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A snapshot of everything that the frame shows.
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

/* The last two readings, for measuring the use. */
struct history {
	struct past {
		struct lip *lips;
		struct used used;
	} v[2];
};

/*
 * Read everything. @tick: an interval has passed, and this reading becomes part of the
 * history; use is measured over at least one interval. Return: never NULL.
 */
struct snap *snap_read(const struct ctx *ctx, struct history *h, bool tick);
void snap_free(struct snap *s);
void history_free(struct history *h);

const struct lpar *snap_find(const struct snap *s, const char *name);

/* Size of the pool and its free part in bytes. */
u64 snap_pool(const struct maps *m, u64 *free_bytes);

#endif
