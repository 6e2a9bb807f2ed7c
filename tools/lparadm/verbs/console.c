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

#include "lib/request.h"
#include "verbs/verbs.h"

#define READ_MAX 256
#define WAITING_MAX (64 * 1024)

struct console {
	int fd;			/* the LPAR's tty */
	int log;		/* -1: none */
	char escape;		/* '\0': none */
	bool tty;		/* somebody types, and can leave at any time */
	bool line_start;	/* the next character begins a line */
	bool held;		/* an escape was held back */
	bool ending;		/* nothing more is read for the LPAR */
	bool lost;		/* something was, as too much waits */
	size_t nwaiting;
	char waiting[WAITING_MAX];	/* until the LPAR takes it */
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
			return n ? -errno : -EIO;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

static void put(struct console *c, char ch)
{
	if (c->nwaiting < sizeof(c->waiting))
		c->waiting[c->nwaiting++] = ch;
	else
		c->lost = true;
}

/* As much as the LPAR takes now: a guest that stands still takes nothing. */
static int to_lpar(struct console *c)
{
	while (c->nwaiting) {
		ssize_t n = write(c->fd, c->waiting, c->nwaiting);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n <= 0)
			return n ? -errno : -EIO;
		c->nwaiting -= (size_t)n;
		memmove(c->waiting, c->waiting + n, c->nwaiting);
	}
	return 0;
}

static void copy_size(const struct console *c)
{
	struct winsize ws;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		ioctl(c->fd, TIOCSWINSZ, &ws);
}

static void type_size(struct console *c)
{
	struct winsize ws;
	char text[64];

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		return;
	snprintf(text, sizeof(text), "stty rows %u cols %u\r", ws.ws_row,
		 ws.ws_col);
	for (const char *at = text; *at; at++)
		put(c, *at);
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
static enum escape_result escape(struct console *c, char ch)
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
 * Return: true when the user wants to leave.
 */
static bool filter(struct console *c, const char *in, size_t len)
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
				put(c, c->escape);
		} else if (c->line_start && c->escape && *in == c->escape) {
			c->held = true;
			continue;
		}
		put(c, *in);
		c->line_start = *in == '\r' || *in == '\n';
	}
	return false;
}

/* Who types may leave with something waiting; all that a file has is written. */
static int from_user(struct console *c)
{
	char in[READ_MAX];
	ssize_t n = read(STDIN_FILENO, in, sizeof(in));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	c->lost = false;
	c->ending = !n || filter(c, in, (size_t)n);
	if (c->lost)
		fputc('\a', stderr);
	return c->ending && c->tty;
}

/* A keyboard is read at any time, for the escape; a file can wait. */
static bool reads_user(const struct console *c)
{
	return !c->ending &&
	       (c->tty || sizeof(c->waiting) - c->nwaiting >= 2 * READ_MAX);
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

/* Return: 0 go on, 1 leave, -errno. */
static int copy_once(struct console *c)
{
	struct pollfd p[2] = {
		{ .fd = reads_user(c) ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = c->fd, .events = c->nwaiting ? POLLIN | POLLOUT : POLLIN },
	};
	int ret = 0, leave = 0;

	if (poll(p, 2, -1) < 0)
		return 0;
	/* Output first: nothing that came before an end is lost. */
	if (p[1].revents & ~POLLOUT)
		ret = from_lpar(c);
	if (!ret && p[0].revents)
		leave = from_user(c);
	if (!ret && leave >= 0)
		ret = to_lpar(c);
	if (!ret && c->ending && !c->nwaiting)
		ret = 1;
	return ret ? ret : leave;
}

static int copy(struct console *c)
{
	int ret = 0;

	while (!ret && !stop) {
		if (resized) {
			resized = 0;
			copy_size(c);
		}
		ret = copy_once(c);
	}
	return ret < 0 && !stop ? ret : 0;
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

/* Whatever ends it, the terminal is put back. */
static void catch_signals(void)
{
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	struct sigaction sa = { .sa_handler = on_signal };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &sa, NULL);
	sa.sa_handler = on_resize;
	sigaction(SIGWINCH, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

static int attach(const char *name, struct console *c)
{
	struct termios mine, theirs;
	bool restore, restore_theirs;
	int ret;

	c->tty = isatty(STDIN_FILENO);
	catch_signals();
	copy_size(c);
	restore_theirs = make_raw(c->fd, &theirs);
	if (c->tty && c->escape)
		fprintf(stderr, "[%s: %c. leaves, %c? helps]\n", name,
			c->escape, c->escape);
	restore = c->tty && make_raw(STDIN_FILENO, &mine);
	ret = copy(c);
	if (restore)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &mine);
	/* Somebody else may have it open. */
	if (restore_theirs)
		tcsetattr(c->fd, TCSANOW, &theirs);
	if (c->tty)
		fprintf(stderr, "\n[%s: left]\n", name);
	return ret ? fail(name, "console", "%s", strerror(-ret)) : LPARADM_OK;
}

static int cmd_console(const struct ctx *ctx, int argc, char **argv)
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
	c.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
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

const struct cmd verb_console = {
	.name = "console",
	.args = "NAME",
	.help = "attach to an LPAR's console",
	.opts = OPTS_CONSOLE,
	.min = 1,
	.max = 1,
	.run = cmd_console,
};
