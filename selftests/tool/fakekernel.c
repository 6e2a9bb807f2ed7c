// SPDX-License-Identifier: GPL-2.0
/*
 * Answer lparadm's requests on a recorded tree as lpar.ko would.
 *
 * Linked into the test build of lparadm by ld's --wrap. Each request is logged as
 * one line in $LPAR_FAKE/log. $LPAR_FAKE/react/ says how it is answered:
 *   <request>/errno    the number that the request fails with
 *   <request>/after/   files copied over the tree, also when it fails
 * where <request> is the path in the tree with '/' as '+', "sleep", "insmod" or
 * "rmmod". The files in $LPAR_FAKE/new/ are copied into every new directory, below
 * channels/ those in $LPAR_FAKE/new_channel/. If $LPAR_FAKE/model exists, a command
 * to "power" that succeeds changes the state. Guests with a file in $LPAR_FAKE/deaf/
 * ignore "shutdown"; the files in $LPAR_FAKE/slow/ have the number of seconds that a guest
 * needs for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "fakekernel.h"

static struct timespec fake_time;

static const char *fake(void)
{
	const char *dir = getenv("LPAR_FAKE");

	return dir ? dir : "/nonexistent";
}

static void note(const char *fmt, ...)
{
	char path[4096];
	va_list ap;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", fake());
	f = fopen(path, "a");
	if (!f)
		abort();
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
	fclose(f);
}

static void shell(const char *fmt, ...)
{
	char cmd[16384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	if (system(cmd))
		abort();
}

/* Return: 0, or -1 with errno, as the system call would. */
static int answer(const char *request)
{
	char dir[4096], path[4200];
	int err = 0;
	FILE *f;

	snprintf(dir, sizeof(dir), "%s/react/%s", fake(), request);
	snprintf(path, sizeof(path), "%s/after", dir);
	if (!access(path, F_OK))
		shell("cp -a '%s/.' '%s/root/'", path, fake());
	snprintf(path, sizeof(path), "%s/errno", dir);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%d", &err) != 1)
		abort();
	fclose(f);
	errno = err;
	return -1;
}

/* Return: the path below the tree's root, or NULL when it is not in the tree. */
static const char *in_tree(const char *path)
{
	char root[4096];
	size_t len;

	len = (size_t)snprintf(root, sizeof(root), "%s/root/", fake());
	return strncmp(path, root, len) ? NULL : path + len;
}

static int answer_path(const char *path)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s", path);
	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '+';
	return answer(name);
}

static void model_state(const char *name, const char *state)
{
	static const char * const dirs[] = {
		"kernel/config/lpar/partitions", "class/lpar",
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		shell("f='%s/root/sys/%s/%s/state'; [ ! -e $f ] || echo %s > $f",
		      fake(), dirs[i], name, state);
}

/* Guests that are shutting down, and when they will have. */
static struct slow {
	char name[64];
	time_t until;
} slow[64];
static int nslow;

static bool model_is_slow(const char *name)
{
	char path[4200];
	int seconds = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/slow/%s", fake(), name);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%d", &seconds) != 1 || nslow == 64)
		abort();
	fclose(f);
	snprintf(slow[nslow].name, sizeof(slow[nslow].name), "%s", name);
	slow[nslow++].until = fake_time.tv_sec + seconds;
	return true;
}

static void model_slow(void)
{
	for (int i = 0; i < nslow; i++) {
		if (!*slow[i].name || fake_time.tv_sec < slow[i].until)
			continue;
		model_state(slow[i].name, "active");
		*slow[i].name = 0;
	}
}

/* The states that follow commands: see states.rst. */
static void model_power(const char *attr, const char *verb, size_t len)
{
	static const char * const next[][2] = {
		{ "activate", "active" }, { "load", "operating" },
		{ "stop", "stopped" }, { "start", "operating" },
		{ "reset", "operating" }, { "deactivate", "defined" },
		{ "shutdown", "active" },
	};
	char path[4200], name[64] = "";

	snprintf(path, sizeof(path), "%s/model", fake());
	if (access(path, F_OK) ||
	    sscanf(attr, "sys/kernel/config/lpar/partitions/%63[^/]/power",
		   name) != 1 || !strstr(attr, "/power"))
		return;
	snprintf(path, sizeof(path), "%s/deaf/%s", fake(), name);
	if (!access(path, F_OK) && !strncmp(verb, "shutdown", len))
		return;
	if (!strncmp(verb, "shutdown", len) && model_is_slow(name))
		return;
	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++)
		if (strlen(next[i][0]) == len && !memcmp(next[i][0], verb, len))
			model_state(name, next[i][1]);
}

/*
 * uevents: each file in $LPAR_FAKE/uevents is one uevent, with one variable per line.
 * poll() reports none.
 */
int __wrap_socket(int domain, int type, int protocol)
{
	static int ends[2];

	if (domain != AF_NETLINK)
		return __real_socket(domain, type, protocol);
	return pipe2(ends, O_CLOEXEC) ? -1 : ends[0];
}

int __wrap_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	return addr->sa_family == AF_NETLINK ? 0 : __real_bind(fd, addr, len);
}

/* After the last uevent, a signal ends the waiting process. */
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl *from = msg->msg_name;
	char *buf = msg->msg_iov->iov_base, path[4200];
	static int count;
	size_t len;
	FILE *f;

	(void)fd;
	snprintf(path, sizeof(path), "%s/uevents/%d", fake(), ++count);
	f = fopen(path, "r");
	if (!f && flags & MSG_DONTWAIT) {
		count--;
		errno = EAGAIN;
		return -1;
	}
	if (!f) {
		raise(SIGTERM);
		errno = EINTR;
		return -1;
	}
	len = fread(buf, 1, msg->msg_iov->iov_len, f);
	fclose(f);
	buf[len] = '\0';
	from->nl_pid = strstr(buf, "FORGED") ? 4711 : 0;
	for (size_t i = 0; i < len; i++)
		if (buf[i] == '\n')
			buf[i] = '\0';
	return (ssize_t)len;
}

ssize_t __wrap_write(int fd, const void *buf, size_t len)
{
	char link[64], path[4096];
	const char *attr;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	attr = in_tree(path);
	if (!attr || strncmp(attr, "sys/", 4))
		return __real_write(fd, buf, len);
	note("write %s %.*s", attr, (int)len, (const char *)buf);
	/* These attributes show a result, not the command that was written. */
	if (!strstr(attr, "/integrate") && !strstr(attr, "/move") && !strstr(attr, "/power") &&
	    (ftruncate(fd, 0) || __real_write(fd, buf, len) < 0))
		abort();
	if (answer_path(attr))
		return -1;
	model_power(attr, buf, len);
	return (ssize_t)len;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	note("mkdir %s", in_tree(path));
	if (answer_path(in_tree(path)))
		return -1;
	if (__real_mkdir(path, mode))
		return -1;
	shell("cp -a '%s/%s/.' '%s'", fake(),
	      strstr(path, "lpar/channels/") ? "new_channel" : "new", path);
	return 0;
}

int __wrap_rmdir(const char *path)
{
	note("rmdir %s", in_tree(path));
	if (answer_path(in_tree(path)))
		return -1;
	shell("rm -r '%s'", path);
	return 0;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	*ts = fake_time;
	return 0;
}

int __wrap_nanosleep(const struct timespec *req, struct timespec *rem)
{
	(void)rem;
	note("sleep %ld.%09ld", (long)req->tv_sec, req->tv_nsec);
	fake_time.tv_sec += req->tv_sec;
	fake_time.tv_nsec += req->tv_nsec;
	fake_time.tv_sec += fake_time.tv_nsec / 1000000000;
	fake_time.tv_nsec %= 1000000000;
	model_slow();
	return answer("sleep");
}

int __wrap_tcsendbreak(int fd, int duration)
{
	(void)fd;
	(void)duration;
	note("break");
	return 0;
}

static int module(const char *request, struct kmod_module *mod,
		  const char *options)
{
	note("%s %s %s", request, kmod_module_get_name(mod),
	     options ? options : "");
	return answer(request) ? -errno : 0;
}

int __wrap_kmod_module_insert_module(struct kmod_module *mod,
				     unsigned int flags, const char *options)
{
	(void)flags;
	return module("insmod", mod, options);
}

int __wrap_kmod_module_probe_insert_module(struct kmod_module *mod,
					   unsigned int flags,
					   const char *options, run_fn run,
					   const void *data, print_fn print)
{
	(void)flags;
	(void)run;
	(void)data;
	(void)print;
	return module("insmod", mod, options);
}

int __wrap_kmod_module_remove_module(struct kmod_module *mod,
				     unsigned int flags)
{
	(void)flags;
	return module("rmmod", mod, NULL);
}
