/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Printing the steps of an integration on a terminal while they happen.
 */
#ifndef LPARADM_PROGRESS_H
#define LPARADM_PROGRESS_H

#include "lib/cmd.h"

struct progress {
	bool live;
	int pid;		/* the printing process */
	int stop;		/* a pipe; closing it ends the process */
};

/* Does nothing without a terminal or trace events: p->live is false then. */
void progress_begin(const struct ctx *ctx, struct progress *p);

/* Returns when all steps have been printed. */
void progress_end(const struct ctx *ctx, struct progress *p);

#endif
