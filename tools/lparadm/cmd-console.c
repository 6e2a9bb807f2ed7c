// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm console: attach to an LPAR's console.
 *
 * At the beginning of a line "~." leaves and "~~" sends one "~", as ssh has it.
 * A serial line carries no size of the screen: the LPAR's tty is told of it for
 * others on the host, and "~r" types it for the guest's shell.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cfs.h"

struct console {
	int fd;			/* the LPAR's tty */
	int log;		/* -1: none */
	char escape;		/* '\0': none */
	bool line_start;	/* the next character begins a line */
	bool held;		/* an escape was held back */
};

static atomic_int stop, resized;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void on_resize(int sig)
{
	(void)sig;
	resized = 1;
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

static void copy_size(const struct console *c)
{
	struct winsize ws;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		ioctl(c->fd, TIOCSWINSZ, &ws);
}

static void type_size(const struct console *c)
{
	struct winsize ws;
	char text[64];

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		return;
	snprintf(text, sizeof(text), "stty rows %u cols %u\r", ws.ws_row,
		 ws.ws_col);
	write_all(c->fd, text, strlen(text));
}

static void print_escapes(const struct console *c)
{
	char e = c->escape;

	fprintf(stderr, "\r\n[at the beginning of a line: %c. leaves, %c%c sends one %c,\r\n"
		" %cr types the size of this screen for the guest's shell]\r\n",
		e, e, e, e, e);
}

enum escape_result { ESC_NONE, ESC_DONE, ESC_LEAVE };

/* The character behind an escape. */
static enum escape_result escape(const struct console *c, char ch)
{
	switch (ch) {
	case '.':
		return ESC_LEAVE;
	case 'r':
		type_size(c);
		return ESC_DONE;
	case '?':
		print_escapes(c);
		return ESC_DONE;
	default:
		return ESC_NONE;
	}
}

/*
 * Take what was typed, cut the escapes out.
 * Return: true when the user wants to leave. *out gets at most 2 * len bytes.
 */
static bool filter(struct console *c, const char *in, size_t len, char *out,
		   size_t *outlen)
{
	for (; len; len--, in++) {
		if (c->held) {
			enum escape_result what = escape(c, *in);

			c->held = false;
			if (what == ESC_LEAVE)
				return true;
			if (what == ESC_DONE)
				continue;
			if (*in != c->escape)
				out[(*outlen)++] = c->escape;
		} else if (c->line_start && c->escape && *in == c->escape) {
			c->held = true;
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
	if (c->log >= 0 && write_all(c->log, buf, (size_t)n))
		return -EIO;
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
		if (resized) {
			resized = 0;
			copy_size(c);
		}
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
	sa.sa_handler = on_resize;
	sigaction(SIGWINCH, &sa, NULL);
	copy_size(c);
	make_raw(c->fd, &theirs);
	if (tty && c->escape)
		fprintf(stderr, "[%s: %c. leaves, %c? helps]\n", name,
			c->escape, c->escape);
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
	struct console c = { .line_start = true, .log = -1 };
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
	ret = cfs_path(ctx, path, "/dev/" LPAR_TTY "%llu", number);
	if (ret)
		return fail(argv[0], "console", "%s", strerror(-ret));
	c.fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c.fd < 0)
		return fail(argv[0], path, "%s", strerror(errno));
	c.escape = ctx->escape ? *ctx->escape : '~';
	/* Nobody else needs to read what a console shows. */
	if (ctx->log)
		c.log = open(ctx->log, O_WRONLY | O_CREAT | O_APPEND |
			     O_CLOEXEC, 0600);
	ret = ctx->log && c.log < 0 ?
	      fail(argv[0], ctx->log, "%s", strerror(errno)) :
	      attach(argv[0], &c);
	if (c.log >= 0)
		close(c.log);
	close(c.fd);
	return ret;
}
