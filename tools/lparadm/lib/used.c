// SPDX-License-Identifier: GPL-2.0
/*
 * CPU use and steal time of LIPs, between two readings.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cfs.h"
#include "lib/used.h"

#define NSEC 1000000000ll

static void used_sample(const struct ctx *ctx, const struct lip *l, struct sample *s)
{
	struct timespec ts;

	s->valid = !cfs_read_size(ctx, &s->used, CLASS_DIR "/%s/lips/%u/used",
				  l->name, l->lip);
	s->has_steal = !cfs_read_size(ctx, &s->steal,
				      CLASS_DIR "/%s/lips/%u/steal", l->name,
				      l->lip);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	s->when = ts.tv_sec * NSEC + ts.tv_nsec;
}

int used_read(const struct ctx *ctx, struct used *u, const struct lip *lips,
	      int n)
{
	u->lips = lips;
	u->n = n;
	u->v = calloc((size_t)n + 1, sizeof(*u->v));
	if (!u->v)
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		used_sample(ctx, &lips[i], &u->v[i]);
	return 0;
}

void used_free(struct used *u)
{
	free(u->v);
	u->v = NULL;
	u->n = 0;
}

static const struct sample *used_find(const struct used *u, const struct lip *l)
{
	for (int i = 0; i < u->n; i++)
		if (u->lips[i].lip == l->lip && u->lips[i].pcpu == l->pcpu &&
		    !strcmp(u->lips[i].name, l->name))
			return &u->v[i];
	return NULL;
}

static double used_percent(u64 before, u64 after, s64 nsec)
{
	if (after < before || nsec <= 0)
		return -1;
	return 100.0 * (double)(after - before) / (double)nsec;
}

void used_between(const struct used *a, const struct used *b, double *used,
		  double *steal)
{
	for (int i = 0; i < b->n; i++) {
		const struct sample *x = used_find(a, &b->lips[i]), *y = &b->v[i];

		used[i] = x && x->valid && y->valid ?
			  used_percent(x->used, y->used, y->when - x->when) : -1;
		if (steal)
			steal[i] = x && x->has_steal && y->has_steal ?
				   used_percent(x->steal, y->steal,
						y->when - x->when) : -1;
	}
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
