// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing a console.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/share.h"

#define SHARE_DIR "/run/lparadm"
#define TAKE 'T'

bool share_lock(int fd)
{
	return !flock(fd, LOCK_EX | LOCK_NB);
}

static bool share_address(const struct ctx *ctx, struct sockaddr_un *a, unsigned int number)
{
	char path[PATH_MAX];

	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (cfs_path(ctx, path, SHARE_DIR "/console.%u", number) ||
	    strlen(path) >= sizeof(a->sun_path))
		return false;
	memcpy(a->sun_path, path, strlen(path) + 1);
	return true;
}

/* Accessible to root only, like the console. */
static void make_dir(const struct ctx *ctx)
{
	char path[PATH_MAX];

	if (!cfs_path(ctx, path, "/run"))
		mkdirat(AT_FDCWD, path, 0755);
	if (!cfs_path(ctx, path, SHARE_DIR))
		mkdirat(AT_FDCWD, path, 0700);
}

void share_begin(const struct ctx *ctx, struct share *s, unsigned int number)
{
	struct sockaddr_un a;

	for (int i = 0; i < SHARE_WATCHERS; i++)
		s->watcher[i] = -1;
	s->yielding = false;
	s->socket = -1;
	if (!share_address(ctx, &a, number))
		return;
	make_dir(ctx);
	/* Only the holder of the lock listens: this is a stale socket. */
	unlink(a.sun_path);
	s->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->socket >= 0 && (bind(s->socket, (struct sockaddr *)&a, sizeof(a)) ||
			       listen(s->socket, SHARE_WATCHERS))) {
		close(s->socket);
		s->socket = -1;
	}
}

static void share_drop(struct share *s, int i)
{
	close(s->watcher[i]);
	s->watcher[i] = -1;
}

void share_end(struct share *s)
{
	for (int i = 0; i < SHARE_WATCHERS; i++)
		if (s->watcher[i] >= 0)
			share_drop(s, i);
	if (s->socket >= 0)
		close(s->socket);
	s->socket = -1;
}

void share_accept(struct share *s)
{
	int fd = accept4(s->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	char what = 0;

	if (fd < 0)
		return;
	/* A request is sent right after connecting. */
	if (recv(fd, &what, 1, 0) == 1 && what == TAKE) {
		s->yielding = true;
		close(fd);
		return;
	}
	for (int i = 0; i < SHARE_WATCHERS; i++) {
		if (s->watcher[i] >= 0)
			continue;
		s->watcher[i] = fd;
		return;
	}
	close(fd);
}

void share_send(struct share *s, const char *buf, size_t len)
{
	for (int i = 0; i < SHARE_WATCHERS; i++)
		if (s->watcher[i] >= 0 &&
		    send(s->watcher[i], buf, len, MSG_NOSIGNAL) != (ssize_t)len)
			share_drop(s, i);
}

int share_watch(const struct ctx *ctx, unsigned int number, bool take)
{
	const char what = TAKE;
	struct sockaddr_un a;
	int fd;

	if (!share_address(ctx, &a, number))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    (take && send(fd, &what, 1, MSG_NOSIGNAL) != 1)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}
