// SPDX-License-Identifier: GPL-2.0
/*
 * What LIPs have used of their CPUs between two readings.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "cfs.h"
#include "used.h"

#define NSEC 1000000000ll

static void sample(const struct ctx *ctx, const struct lip *l, struct sample *s)
{
	struct timespec ts;

	s->valid = !cfs_read_size(ctx, &s->used, CLASS_DIR "/%s/lips/%u/used",
				  l->name, l->lip);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	s->when = ts.tv_sec * NSEC + ts.tv_nsec;
}

int used_begin(const struct ctx *ctx, struct used *u, const struct lip *lips,
	       int n)
{
	u->lips = lips;
	u->n = n;
	u->before = calloc((size_t)n + 1, sizeof(*u->before));
	if (!u->before)
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		sample(ctx, &lips[i], &u->before[i]);
	return 0;
}

void used_end(const struct ctx *ctx, struct used *u, double *percent)
{
	for (int i = 0; i < u->n; i++) {
		const struct sample *a = &u->before[i];
		struct sample b;

		sample(ctx, &u->lips[i], &b);
		percent[i] = -1;
		if (a->valid && b.valid && b.used >= a->used &&
		    b.when > a->when)
			percent[i] = 100.0 * (double)(b.used - a->used) /
				     (double)(b.when - a->when);
	}
	free(u->before);
}

double used_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / NSEC;
}

void used_wait(double seconds)
{
	struct timespec ts;

	ts.tv_sec = (time_t)seconds;
	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * NSEC);
	nanosleep(&ts, NULL);
}
