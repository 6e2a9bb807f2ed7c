/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What LIPs have used of their CPUs between two readings.
 */
#ifndef LPARADM_USED_H
#define LPARADM_USED_H

#include "cmd.h"
#include "lpars.h"

struct used {
	const struct lip *lips;
	int n;
	struct sample {
		u64 used;
		s64 when;
		bool valid;
	} *before;
};

/* Return: 0 or -ENOMEM. @lips stays the caller's, until used_end(). */
int used_begin(const struct ctx *ctx, struct used *u, const struct lip *lips,
	       int n);

/* Percent of one CPU; -1 when the LIP came, went or began anew meanwhile. */
void used_end(const struct ctx *ctx, struct used *u, double *percent);

/* Seconds on the same clock. */
double used_now(void);

/* Wait; a signal ends it early. */
void used_wait(double seconds);

#endif
