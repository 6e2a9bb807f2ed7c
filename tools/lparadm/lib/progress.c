// SPDX-License-Identifier: GPL-2.0
/*
 * Printing the steps of an integration on a terminal while they happen.
 *
 * The write that starts an integration returns when it is done; meanwhile a child process
 * reads the kernel's trace events of the steps from a trace instance of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/progress.h"

#define TRACE_DIR "/sys/kernel/tracing/instances"
#define INSTANCE TRACE_DIR "/lparadm"
#define TICK_MS 20

static bool write_one(const struct ctx *ctx, const char *file, const char *text)
{
	char path[PATH_MAX];
	bool done = false;
	int fd;

	if (cfs_path(ctx, path, INSTANCE "/%s", file))
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		done = write(fd, text, strlen(text)) > 0;
		close(fd);
	}
	return done;
}

static void close_trace(const struct ctx *ctx)
{
	char path[PATH_MAX];

	write_one(ctx, "events/lpar/lpar_step/enable", "0");
	if (!cfs_path(ctx, path, INSTANCE))
		rmdir(path);
}

static int open_trace(const struct ctx *ctx)
{
	char path[PATH_MAX];
	int fd = -1;

	if (!cfs_exists(ctx, TRACE_DIR) || cfs_path(ctx, path, INSTANCE) ||
	    (mkdir(path, 0700) && errno != EEXIST))
		return -1;
	if (write_one(ctx, "events/lpar/lpar_step/enable", "1") &&
	    !cfs_path(ctx, path, INSTANCE "/trace_pipe"))
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		close_trace(ctx);
	return fd;
}

/* The names that the kernel uses in the result of an integration. */
static const char *result_name(int result)
{
	static const char * const names[] = { "ok", "undone", "skipped" };

	if (result < 0)
		return "failed";
	return result < (int)ARRAY_SIZE(names) ? names[result] : "?";
}

/* "... lpar_step: step=201 name=stop-donor result=0 ns=812000" */
static void print_line(const char *line)
{
	const char *at = strstr(line, "lpar_step: ");
	unsigned long long ns;
	unsigned int step;
	char name[32];
	int result;

	if (!at || sscanf(at, "lpar_step: step=%u name=%31s result=%d ns=%llu",
			  &step, name, &result, &ns) != 4)
		return;
	printf("%7u %-13s %-7s %9llu\n", step, name, result_name(result),
	       ns / 1000);
	fflush(stdout);
}

/* Return: false if there is nothing more to read now. */
static bool copy_lines(int fd)
{
	char buf[8192], *rest = buf, *line;
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		return false;
	buf[n] = '\0';
	while ((line = next_line(&rest)))
		print_line(line);
	return true;
}

static void progress_child(int fd, int stop)
{
	struct pollfd p = { .fd = stop, .events = POLLIN };

	/* Ctrl-C is for the parent. */
	signal(SIGINT, SIG_IGN);
	while (!poll(&p, 1, TICK_MS))
		copy_lines(fd);
	while (copy_lines(fd))
		;
	_exit(0);
}

void progress_begin(const struct ctx *ctx, struct progress *p)
{
	int fd, ends[2];

	p->live = false;
	if (!isatty(STDOUT_FILENO) || ctx->tab.json || ctx->tab.raw ||
	    ctx->tab.output)
		return;
	fd = open_trace(ctx);
	if (fd < 0)
		return;
	if (pipe2(ends, O_CLOEXEC)) {
		close(fd);
		close_trace(ctx);
		return;
	}
	if (!ctx->tab.noheadings)
		printf("%7s %-13s %-7s %9s\n", "STEP", "NAME", "RESULT", "USEC");
	fflush(stdout);
	p->pid = fork();
	if (!p->pid) {
		close(ends[1]);
		progress_child(fd, ends[0]);
	}
	close(ends[0]);
	close(fd);
	p->stop = ends[1];
	p->live = p->pid > 0;
	if (!p->live) {
		close(p->stop);
		close_trace(ctx);
	}
}

void progress_end(const struct ctx *ctx, struct progress *p)
{
	if (!p->live)
		return;
	close(p->stop);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close_trace(ctx);
}
