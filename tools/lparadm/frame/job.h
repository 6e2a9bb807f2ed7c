/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A verb of lparadm in a process of its own, for the frame: what it prints is
 * collected, and no error of it, nor of a hook, reaches the terminal.
 */
#ifndef LPARADM_JOB_H
#define LPARADM_JOB_H

#include <sys/types.h>

#include "lib/cmd.h"

struct job {
	pid_t pid;		/* 0: none */
	int fd;			/* what it prints; -1: none */
	char *text;		/* so far; "" at first */
	size_t len;
};

typedef int (*job_verb)(const struct ctx *ctx, int argc, char **argv);

/* Return: 0 or -errno. */
int job_start(struct job *job, const struct ctx *ctx, job_verb run, char *arg);

/* Take what there is, without waiting. Return: false when it has ended. */
bool job_read(struct job *job);

/* Wait for its end. Return: its exit status. job->text is the caller's now. */
int job_end(struct job *job);

/* Ctrl-C, as it were. */
void job_interrupt(const struct job *job);

#endif
