/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running a verb of lparadm in a child process: its output, and that of hooks, is collected
 * instead of reaching the terminal.
 */
#ifndef LPARADM_JOB_H
#define LPARADM_JOB_H

#include <sys/types.h>

#include "lib/cmd.h"

struct job {
	pid_t pid;		/* 0: none */
	int fd;			/* what it prints; -1: none */
	char *text;		/* the output so far */
	size_t len;
};

typedef int (*job_verb)(const struct ctx *ctx, int argc, char **argv);

/* Return: 0 or -errno. */
int job_start(struct job *job, const struct ctx *ctx, job_verb run, char *arg);

/* Read available output without waiting. Return: false if the job has ended. */
bool job_read(struct job *job);

/* Wait for the end. Return: the exit status. The caller frees job->text. */
int job_end(struct job *job);

/* Send SIGINT, like Ctrl-C. */
void job_interrupt(const struct job *job);

#endif
