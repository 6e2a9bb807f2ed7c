// SPDX-License-Identifier: GPL-2.0
/*
 * The site's own programs around an integration.
 *
 * They get ACTION, DONOR, RECEIVER and PHASE in the environment, nothing on
 * standard input, and are not asked twice: the exit status is the answer.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cfs.h"
#include "hooks.h"

#define HOOK_DIR "/etc/lpar.d"

static void exec_hook(const struct hooks *h, const char *phase,
		      const char *path)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	setenv("ACTION", h->action, 1);
	setenv("DONOR", h->donor, 1);
	setenv("RECEIVER", h->receiver, 1);
	setenv("PHASE", phase, 1);
	execl(path, path, NULL);
	fail(path, NULL, "%s", strerror(errno));
	_exit(127);
}

static int report(const struct hooks *h, const char *phase, const char *path,
		  int status)
{
	const char *what = strcmp(phase, "check") ? "failed" : "vetoes";

	if (WIFSIGNALED(status))
		return fail(h->receiver, h->action, "%s %s (signal %d)", path,
			    what, WTERMSIG(status));
	return fail(h->receiver, h->action, "%s %s (exit status %d)", path,
		    what, WEXITSTATUS(status));
}

static int run_one(const struct hooks *h, const char *phase, const char *path)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		exec_hook(h, phase, path);
	if (pid < 0)
		return fail(path, NULL, "%s", strerror(errno));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? report(h, phase, path, status) : LPARADM_OK;
}

/* As run-parts(8): no dot, no backup of an editor or a package. */
static int is_hook(const struct dirent *de)
{
	return !strpbrk(de->d_name, ".~");
}

static int run_dir(const struct ctx *ctx, const struct hooks *h,
		   const char *phase, const char *dir)
{
	struct dirent **v;
	int n = scandir(dir, &v, is_hook, versionsort), ret = LPARADM_OK;

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		if (!ret && !cfs_path(ctx, path, HOOK_DIR "/%s/%s", phase,
				      v[i]->d_name) && !access(path, X_OK))
			ret = run_one(h, phase, path);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	return ret;
}

int hooks_run(const struct ctx *ctx, const struct hooks *h, const char *phase)
{
	char path[PATH_MAX];
	struct stat st;

	if (cfs_path(ctx, path, HOOK_DIR "/%s", phase) || stat(path, &st))
		return LPARADM_OK;
	if (S_ISDIR(st.st_mode))
		return run_dir(ctx, h, phase, path);
	/* A file that is there and cannot be run is a mistake, not a "yes". */
	return run_one(h, phase, path);
}
