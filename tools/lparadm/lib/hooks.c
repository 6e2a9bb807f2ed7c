// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: the administrator's programs that run before and after an integration.
 *
 * They get ACTION, DONOR, RECEIVER and PHASE in the environment and an empty standard
 * input; the exit status is the answer. Each hook is a session of its own, so that a
 * signal reaches its children, too.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/hooks.h"

#define HOOK_DIR "/etc/lpar.d"

static atomic_int interrupted_by;	/* the signal; 0: none */
static atomic_int running;		/* the hook; 0: none */

void hooks_interrupt(int sig)
{
	int pid = running;

	interrupted_by = sig;
	if (!pid)
		return;
	kill(-pid, sig);
	/* A stopped process would not handle the signal. */
	kill(-pid, SIGCONT);
}

static int hook_report(const struct hooks *h, const char *phase, const char *path,
		       int status)
{
	const char *what = strcmp(phase, "check") ? "failed" : "refuses";

	if (interrupted_by)
		return fail(h->receiver, h->action, "%s was interrupted (signal %d)",
			    path, interrupted_by);
	if (WIFSIGNALED(status))
		return fail(h->receiver, h->action, "%s %s (signal %d)", path,
			    what, WTERMSIG(status));
	return fail(h->receiver, h->action, "%s %s (exit status %d)", path,
		    what, WEXITSTATUS(status));
}

static void set_environment(const struct hooks *h, const char *phase)
{
	setenv("ACTION", h->action, 1);
	setenv("DONOR", h->donor, 1);
	setenv("RECEIVER", h->receiver, 1);
	setenv("PHASE", phase, 1);
}

/* Return: 0 or an errno; after success the session exists and can be signalled. */
static int hook_spawn(const char *path, const sigset_t *mask, pid_t *pid)
{
	char *argv[] = { (char *)path, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, mask);
	err = posix_spawn(pid, path, &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return err;
}

/* A signal comes either before the hook, which is then not started, or is passed to it. */
static int hook_begin(const char *path)
{
	sigset_t all, before;
	int err = EINTR;
	pid_t pid;

	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	if (!interrupted_by)
		err = hook_spawn(path, &before, &pid);
	if (!err)
		running = pid;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

static int run_one(const struct hooks *h, const char *phase, const char *path)
{
	int status = 0, err;

	set_environment(h, phase);
	err = hook_begin(path);
	if (err)
		return fail(path, NULL, "%s", strerror(err));
	while (waitpid(running, &status, 0) < 0 && errno == EINTR)
		;
	running = 0;
	return status || interrupted_by ? hook_report(h, phase, path, status) : LPARADM_OK;
}

/* Like run-parts(8): skip dots, and backups of editors and packages. */
static int is_hook(const struct dirent *de)
{
	return !strpbrk(de->d_name, ".~");
}

static int run_entry(const struct ctx *ctx, const struct hooks *h,
		     const char *phase, const char *name)
{
	char path[PATH_MAX];

	if (cfs_path(ctx, path, HOOK_DIR "/%s/%s", phase, name))
		return fail(name, NULL, "%s", strerror(ENAMETOOLONG));
	if (access(path, X_OK) && errno == EACCES)
		return LPARADM_OK;
	return run_one(h, phase, path);
}

static int run_dir(const struct ctx *ctx, const struct hooks *h,
		   const char *phase, const char *dir)
{
	struct dirent **v;
	int n = scandir(dir, &v, is_hook, versionsort), ret = LPARADM_OK;

	if (n < 0)
		return fail(dir, NULL, "%s", strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!ret)
			ret = run_entry(ctx, h, phase, v[i]->d_name);
		free(v[i]);
	}
	free(v);
	return ret;
}

/* Only a missing hook counts as consent; one that cannot be run is a failure. */
static int run_phase(const struct ctx *ctx, const struct hooks *h,
		     const char *phase)
{
	char path[PATH_MAX];
	struct stat st;

	if (cfs_path(ctx, path, HOOK_DIR "/%s", phase))
		return fail(phase, NULL, "%s", strerror(ENAMETOOLONG));
	if (lstat(path, &st) && errno == ENOENT)
		return LPARADM_OK;
	if (stat(path, &st))
		return fail(path, NULL, "%s", strerror(errno));
	return S_ISDIR(st.st_mode) ? run_dir(ctx, h, phase, path) :
				     run_one(h, phase, path);
}

int hooks_run(const struct ctx *ctx, const struct hooks *h, const char *phase)
{
	int ret;

	/* A hook or the kernel has handled earlier interrupts. */
	if (!strcmp(phase, "post") || !strcmp(phase, "undocheck"))
		interrupted_by = 0;
	ret = run_phase(ctx, h, phase);
	if (!ret && interrupted_by)
		ret = fail(h->receiver, h->action, "interrupted (signal %d)",
			   interrupted_by);
	return ret;
}
