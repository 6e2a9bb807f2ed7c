/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps of an integration while they happen, on a terminal.
 */
#ifndef LPARADM_PROGRESS_H
#define LPARADM_PROGRESS_H

#include "lib/cmd.h"

struct progress {
	bool live;
	int pid;		/* who prints */
	int stop;		/* its end of input */
};

/* Without a terminal or trace events nothing happens: live is false then. */
void progress_begin(const struct ctx *ctx, struct progress *p);

/* Return when all that has happened is printed. */
void progress_end(const struct ctx *ctx, struct progress *p);

#endif
