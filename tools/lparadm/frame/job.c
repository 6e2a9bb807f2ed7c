// SPDX-License-Identifier: GPL-2.0
/*
 * A verb of lparadm in a process of its own, for the frame.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame/job.h"

#define TEXT_MAX (64 * 1024)

/* SIGHUP is ignored: closing the terminal must not end an integration halfway. */
static void job_child(const struct ctx *ctx, job_verb run, char *arg, int out)
{
	static const int usual[] = {
		SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL,
		SIGQUIT, SIGTSTP, SIGWINCH,
	};
	char *argv[] = { arg, NULL };
	int ret, null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		signal(usual[i], SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	ret = run(ctx, 1, argv);
	fflush(NULL);
	_exit(ret);
}

int job_start(struct job *job, const struct ctx *ctx, job_verb run, char *arg)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	job->text = strdup("");
	job->len = 0;
	job->fd = ends[0];
	job->pid = fork();
	if (!job->pid)
		job_child(ctx, run, arg, ends[1]);
	close(ends[1]);
	if (job->pid > 0 && job->text) {
		fcntl(job->fd, F_SETFL, O_NONBLOCK);
		return 0;
	}
	close(job->fd);
	job->fd = -1;
	job->pid = 0;
	free(job->text);
	job->text = NULL;
	return -EAGAIN;
}

static void job_take(struct job *job, const char *buf, size_t n)
{
	char *more;

	if (job->len + n > TEXT_MAX)
		return;
	more = realloc(job->text, job->len + n + 1);
	if (!more)
		return;
	job->text = more;
	memcpy(more + job->len, buf, n);
	job->len += n;
	more[job->len] = '\0';
}

bool job_read(struct job *job)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(job->fd, buf, sizeof(buf))) > 0)
		job_take(job, buf, (size_t)n);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

int job_end(struct job *job)
{
	static const char killed[] = "ended by a signal\n";
	int status = 0;

	fcntl(job->fd, F_SETFL, 0);
	while (job_read(job))
		;
	close(job->fd);
	job->fd = -1;
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	job->pid = 0;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	job_take(job, killed, strlen(killed));
	return LPARADM_FAILED;
}

void job_interrupt(const struct job *job)
{
	if (job->pid > 0)
		kill(job->pid, SIGINT);
}
