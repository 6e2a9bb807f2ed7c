// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm console: attach to an LPAR's console.
 *
 * At the beginning of a line "~." leaves and "~~" sends one "~", as ssh has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cfs.h"

struct console {
	int fd;			/* the LPAR's tty */
	bool line_start;	/* the next character begins a line */
	bool tilde;		/* a "~" was held back */
};

static atomic_int stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR && !stop)
			continue;
		if (n <= 0)
			return -EIO;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * Take what was typed, cut the escapes out.
 * Return: true when the user wants to leave. *out gets at most 2 * len bytes.
 */
static bool filter(struct console *c, const char *in, size_t len, char *out,
		   size_t *outlen)
{
	for (; len; len--, in++) {
		if (c->tilde) {
			c->tilde = false;
			if (*in == '.')
				return true;
			if (*in != '~')
				out[(*outlen)++] = '~';
		} else if (c->line_start && *in == '~') {
			c->tilde = true;
			continue;
		}
		out[(*outlen)++] = *in;
		c->line_start = *in == '\r' || *in == '\n';
	}
	return false;
}

/* Return: 0 go on, 1 leave, -errno. */
static int from_user(struct console *c)
{
	char in[256], out[2 * sizeof(in)];
	size_t outlen = 0;
	ssize_t n = read(STDIN_FILENO, in, sizeof(in));
	bool leave;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (!n)
		return 1;
	leave = filter(c, in, (size_t)n, out, &outlen);
	if (write_all(c->fd, out, outlen))
		return -EIO;
	return leave;
}

/* A tty that was hung up reads as its end, or as EIO. */
static int from_lpar(struct console *c)
{
	char buf[4096];
	ssize_t n = read(c->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return 1;
	return write_all(STDOUT_FILENO, buf, (size_t)n);
}

static int copy(struct console *c)
{
	struct pollfd p[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = c->fd, .events = POLLIN },
	};
	int ret = 0;

	while (!ret && !stop) {
		if (poll(p, 2, -1) < 0)
			continue;
		/* Output first: nothing that came before an end is lost. */
		if (p[1].revents)
			ret = from_lpar(c);
		if (!ret && p[0].revents)
			ret = from_user(c);
	}
	return ret < 0 ? ret : 0;
}

/* Return: true when @old is to be put back. */
static bool make_raw(int fd, struct termios *old)
{
	struct termios raw;

	if (tcgetattr(fd, old))
		return false;
	raw = *old;
	cfmakeraw(&raw);
	return !tcsetattr(fd, TCSANOW, &raw);
}

static int attach(const char *name, struct console *c)
{
	struct sigaction sa = { .sa_handler = on_signal };
	bool tty = isatty(STDIN_FILENO);
	struct termios mine, theirs;
	bool restore;
	int ret;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	make_raw(c->fd, &theirs);
	if (tty)
		fprintf(stderr, "[%s: ~. leaves]\n", name);
	restore = tty && make_raw(STDIN_FILENO, &mine);
	ret = copy(c);
	if (restore)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &mine);
	if (tty)
		fprintf(stderr, "\n[%s: left]\n", name);
	return ret ? fail(name, "console", "%s", strerror(-ret)) : LPARADM_OK;
}

int cmd_console(const struct ctx *ctx, int argc, char **argv)
{
	struct console c = { .line_start = true };
	char path[PATH_MAX];
	u64 number;
	int ret = lpar_check(ctx, argv[0]);

	(void)argc;
	if (ret)
		return ret;
	ret = cfs_read_size(ctx, &number, CLASS_DIR "/%s/number", argv[0]);
	if (ret)
		return fail(argv[0], "console", "it has no number: %s",
			    strerror(-ret));
	ret = cfs_path(ctx, path, "/dev/ttyLPAR%llu", number);
	if (ret)
		return fail(argv[0], "console", "%s", strerror(-ret));
	c.fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c.fd < 0)
		return fail(argv[0], path, "%s", strerror(errno));
	ret = attach(argv[0], &c);
	close(c.fd);
	return ret;
}
