/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU use and steal time of LIPs, between two readings.
 */
#ifndef LPARADM_USED_H
#define LPARADM_USED_H

#include "lib/cmd.h"
#include "lib/lpars.h"

struct used {
	const struct lip *lips;
	int n;
	struct sample {
		u64 used, steal;
		s64 when;
		bool valid, has_steal;
	} *v;
};

/* Return: 0 or -ENOMEM. @lips stays the caller's, until used_free(). */
int used_read(const struct ctx *ctx, struct used *u, const struct lip *lips,
	      int n);
void used_free(struct used *u);

/*
 * Use of each LIP of @b in percent of its CPU; -1 if the LIP was added, moved or reset
 * meanwhile. @steal may be NULL.
 */
void used_between(const struct used *a, const struct used *b, double *used,
		  double *steal);

/* Current time in seconds (CLOCK_MONOTONIC). */
double used_now(void);

/* Sleep; a signal ends it early. */
void used_wait(double seconds);

#endif
