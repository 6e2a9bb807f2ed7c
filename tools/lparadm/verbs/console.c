// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm console: attach to an LPAR's console.
 *
 * At the beginning of a line "~." leaves and "~~" sends one "~", like ssh. A serial line
 * does not transmit the size of the terminal: it is set on the LPAR's tty for other users
 * on the host, and "~r" types a command that sets it in the guest's shell.
 *
 * One process reads and writes the LPAR's tty and forwards the output to those with
 * --watch; when it leaves, one of them takes over, until another process wants to type.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lib/request.h"
#include "lib/share.h"
#include "verbs/verbs.h"

#define READ_MAX 256
#define WAITING_MAX (64 * 1024)

struct console {
	const char *name;
	unsigned int number;
	int fd;			/* the LPAR's tty, or the socket of its reader */
	bool watching;		/* only watching, no input */
	bool plain;		/* the output goes to a log */
	struct share share;	/* the watchers */
	int log;		/* -1: none */
	char escape;		/* '\0': none */
	bool tty;		/* standard input is a terminal: always read it for escapes */
	bool line_start;	/* the next character begins a line */
	bool held;		/* an escape was held back */
	bool ending;		/* input has ended */
	bool lost;		/* input was lost: the buffer is full */
	size_t nwaiting;
	char waiting[WAITING_MAX];	/* input that the LPAR has not taken yet */
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

static void console_put(struct console *c, char ch)
{
	if (c->nwaiting < sizeof(c->waiting))
		c->waiting[c->nwaiting++] = ch;
	else
		c->lost = true;
}

/* Write as much as the LPAR takes now: a stopped guest takes nothing. */
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
		console_put(c, *at);
}

static void print_escapes(const struct console *c)
{
	char e = c->escape;

	fprintf(stderr, "\r\n[at the beginning of a line: %c. leaves, %c%c sends one %c,\r\n"
		" %cB sends BREAK, for the guest's SysRq keys,\r\n"
		" %cr types the size of this screen for the guest's shell]\r\n",
		e, e, e, e, e, e);
}

enum escape_result { ESC_NONE, ESC_DONE, ESC_LEAVE };

/* Handle the character after an escape. */
static enum escape_result console_escape(struct console *c, char ch)
{
	switch (ch) {
	case '.':
		return ESC_LEAVE;
	case 'B':
		tcsendbreak(c->fd, 0);
		return ESC_DONE;
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
 * Queue what was typed, without escapes.
 * Return: true if the user wants to leave.
 */
static bool console_filter(struct console *c, const char *in, size_t len)
{
	for (; len; len--, in++) {
		if (c->held) {
			enum escape_result what = console_escape(c, *in);

			c->held = false;
			if (what == ESC_LEAVE)
				return true;
			if (what == ESC_DONE)
				continue;
			if (*in != c->escape && !c->watching)
				console_put(c, c->escape);
		} else if (c->line_start && c->escape && *in == c->escape) {
			c->held = true;
			continue;
		}
		if (!c->watching)
			console_put(c, *in);
		c->line_start = *in == '\r' || *in == '\n';
	}
	return false;
}

/* On a terminal the user can leave with input pending; a file is written completely. */
static int from_user(struct console *c)
{
	char in[READ_MAX];
	ssize_t n = read(STDIN_FILENO, in, sizeof(in));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	c->lost = false;
	c->ending = !n || console_filter(c, in, (size_t)n);
	if (c->lost)
		fputc('\a', stderr);
	return c->ending && c->tty;
}

/*
 * A terminal is always read, for escapes; a file is read when there is room, and not at
 * all by a watcher, which types nothing.
 */
static bool reads_user(const struct console *c)
{
	if (c->ending || c->tty)
		return !c->ending;
	return !c->watching && sizeof(c->waiting) - c->nwaiting >= 2 * READ_MAX;
}

/* For a log: only a terminal needs the CR of the guest's CR LF. */
static size_t drop_returns(char *buf, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (buf[i] != '\r')
			buf[kept++] = buf[i];
	return kept;
}

/* Reading from a tty that was hung up returns 0 or EIO. */
static int from_lpar(struct console *c)
{
	char buf[4096];
	ssize_t n = read(c->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return 1;
	share_send(&c->share, buf, (size_t)n);
	if (c->log >= 0 && write_all(c->log, buf, (size_t)n))
		return -EIO;
	if (c->plain)
		n = (ssize_t)drop_returns(buf, (size_t)n);
	return write_all(STDOUT_FILENO, buf, (size_t)n);
}

/* Return: 0 to continue, 1 to leave, or -errno. */
static int copy_once(struct console *c)
{
	struct pollfd p[] = {
		{ .fd = reads_user(c) ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = c->fd, .events = c->nwaiting ? POLLIN | POLLOUT : POLLIN },
		{ .fd = c->share.socket, .events = POLLIN },
	};
	int ret = 0, leave = 0;

	if (poll(p, ARRAY_SIZE(p), -1) < 0)
		return 0;
	if (p[2].revents)
		share_accept(&c->share);
	if (c->share.yielding && c->watching)
		return 1;
	/* Output first, so that nothing is lost before the end. */
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

static int console_copy(struct console *c)
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

/* Return: true if @old has to be restored. */
static bool make_raw(int fd, struct termios *old)
{
	struct termios raw;

	if (tcgetattr(fd, old))
		return false;
	raw = *old;
	cfmakeraw(&raw);
	return !tcsetattr(fd, TCSANOW, &raw);
}

/* The terminal is restored after any of these signals. */
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

/* Read the tty in this process until the user leaves. */
static int console_own(const struct ctx *ctx, struct console *c)
{
	struct termios theirs;
	bool restore = make_raw(c->fd, &theirs);
	int ret;

	share_begin(ctx, &c->share, c->number);
	copy_size(c);
	ret = console_copy(c);
	share_end(&c->share);
	/* Other processes may have it open. */
	if (restore)
		tcsetattr(c->fd, TCSANOW, &theirs);
	return ret;
}

/* Another process reads the tty: get its output. Return: as console_copy(). */
static int console_follow(const struct ctx *ctx, struct console *c)
{
	int tty = c->fd, ret;

	c->share.socket = -1;
	c->share.yielding = false;
	for (int i = 0; i < SHARE_WATCHERS; i++)
		c->share.watcher[i] = -1;
	c->fd = share_watch(ctx, c->number, false);
	ret = c->fd < 0 ? 0 : console_copy(c);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = tty;
	return ret;
}

/* When the reader of the tty leaves, another watcher takes over, perhaps this one. */
static int console_watch(const struct ctx *ctx, struct console *c)
{
	int ret = 0;

	while (!ret && !stop && !c->ending) {
		if (share_lock(c->fd)) {
			ret = console_own(ctx, c);
			flock(c->fd, LOCK_UN);
			if (!c->share.yielding)
				return ret;
		} else {
			ret = console_follow(ctx, c);
		}
		if (!c->ending && !stop)
			poll(NULL, 0, 200);
	}
	return ret;
}

/* Ask a watcher to release the tty; a process that types keeps it. */
static bool console_take(const struct ctx *ctx, struct console *c)
{
	int fd;

	for (int i = 0; i < 20; i++) {
		if (share_lock(c->fd))
			return true;
		fd = share_watch(ctx, c->number, true);
		if (fd >= 0)
			close(fd);
		poll(NULL, 0, 50);
	}
	return false;
}

static int console_attach(const struct ctx *ctx, struct console *c)
{
	struct termios mine;
	bool restore;
	int ret;

	if (!c->watching && !console_take(ctx, c))
		return fail(c->name, "console",
			    "in use by another process; --watch shows the output");
	c->tty = isatty(STDIN_FILENO);
	c->plain = c->watching && !isatty(STDOUT_FILENO);
	catch_signals();
	if (c->tty && c->escape)
		fprintf(stderr, "[%s: %c. leaves, %c? shows help%s]\n", c->name, c->escape,
			c->escape, c->watching ? "; only watching" : "");
	restore = c->tty && make_raw(STDIN_FILENO, &mine);
	ret = c->watching ? console_watch(ctx, c) : console_own(ctx, c);
	if (restore)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &mine);
	if (c->tty)
		fprintf(stderr, "\n[%s: left]\n", c->name);
	return ret ? fail(c->name, "console", "%s", strerror(-ret)) : LPARADM_OK;
}

/* Consoles may show secrets: only the owner can read the log. */
static int open_log(const struct ctx *ctx, struct console *c)
{
	if (!ctx->log)
		return LPARADM_OK;
	c->log = open(ctx->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return c->log < 0 ? fail(c->name, ctx->log, "%s", strerror(errno)) : LPARADM_OK;
}

static int open_tty(const struct ctx *ctx, struct console *c)
{
	char path[PATH_MAX];
	u64 number;
	int ret = cfs_read_size(ctx, &number, CLASS_DIR "/%s/number", c->name);

	if (ret)
		return fail(c->name, "console", "cannot read its number: %s", strerror(-ret));
	c->number = (unsigned int)number;
	ret = cfs_path(ctx, path, "/dev/" LPAR_TTY "%u", c->number);
	if (ret)
		return fail(c->name, "console", "%s", strerror(-ret));
	c->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return c->fd < 0 ? fail(c->name, path, "%s", strerror(errno)) : LPARADM_OK;
}

static int cmd_console(const struct ctx *ctx, int argc, char **argv)
{
	struct console c = { .name = argv[0], .line_start = true, .fd = -1, .log = -1 };
	int ret = lpar_check(ctx, argv[0]);

	(void)argc;
	c.escape = ctx->escape ? *ctx->escape : '~';
	c.watching = ctx->watch;
	if (!ret)
		ret = open_tty(ctx, &c);
	if (!ret)
		ret = open_log(ctx, &c);
	if (!ret)
		ret = console_attach(ctx, &c);
	if (c.log >= 0)
		close(c.log);
	if (c.fd >= 0)
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
