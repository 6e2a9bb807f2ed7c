// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm frame: the operator's screen, the patent's LPAR frame.
 *
 * draw.c draws, dialog.c handles keys; here is the loop that reads the kernel's data,
 * updates the terminal and runs verbs as child processes (job.c).
 */
#include <errno.h>
#include <locale.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "frame/frame.h"
#include "frame/power-plan.h"
#include "frame/job.h"
#include "frame/terminal.h"
#include "lib/power.h"
#include "verbs/verbs.h"
#include "frame/verb.h"

struct screen {
	const struct ctx *ctx;
	struct frame f;
	struct history past;
	struct snap *s;
	struct job job;
	bool checking;		/* the job only finds the plan */
	bool hung_up;		/* the terminal is gone */
	int events;		/* -1: there are none */
	double read_at;
};

static int parse_window(const char *text, int *w, int *h)
{
	char end;

	if (sscanf(text, "%dx%d%c", w, h, &end) == 2 && *w >= 1 && *h >= 1 &&
	    *w <= 1000 && *h <= 1000)
		return LPARADM_OK;
	return usage_error("--print %s: must be WIDTHxHEIGHT, e.g. 80x24", text);
}

/* Print one screen as text. */
static int frame_print(const struct ctx *ctx)
{
	struct history past = { 0 };
	struct frame f = { 0 };
	struct snap *s;
	struct grid *g;
	int w, h, ret = parse_window(ctx->print, &w, &h);

	if (ret)
		return ret;
	if (w < FRAME_MIN_W || h < FRAME_MIN_H)
		return fail("frame", NULL, "--print %s is too small; the minimum is %dx%d",
			    ctx->print, FRAME_MIN_W, FRAME_MIN_H);
	setlocale(LC_CTYPE, "");
	snap_free(snap_read(ctx, &past, true));
	used_wait(ctx->interval);
	s = snap_read(ctx, &past, true);
	g = grid_new(w, h, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	frame_settle(&f, s);
	frame_draw(g, s, &f);
	grid_print(g, stdout);
	grid_free(g);
	snap_free(s);
	history_free(&past);
	return LPARADM_OK;
}

static void screen_read(struct screen *sc, bool tick)
{
	snap_free(sc->s);
	sc->s = snap_read(sc->ctx, &sc->past, tick);
	if (tick)
		sc->read_at = used_now();
	frame_settle(&sc->f, sc->s);
}

static void screen_draw(struct screen *sc)
{
	struct grid *g;
	int w, h;

	term_size(&w, &h);
	g = grid_new(w, h, term_unicode());
	frame_draw(g, sc->s, &sc->f);
	term_show(g);
	grid_free(g);
}

/* Return: whether there were events. */
static bool take_events(struct screen *sc)
{
	struct uevent e;
	bool any = false;
	int ret;

	if (sc->events < 0)
		return false;
	while ((ret = uevent_read(sc->events, &e, false)) >= 0 ||
	       ret == -ENOBUFS) {
		any = true;
		if (ret != 1)
			continue;
		event_fill(sc->ctx, &e,
			   &sc->f.events[sc->f.nevents++ % FRAME_EVENTS]);
	}
	return any;
}

static int run_power(const struct ctx *ctx, int argc, char **argv)
{
	return power_all(ctx, ctx->verb, argc, argv);
}

/* Run the verb as on the command line with --yes. */
static void screen_start(struct screen *sc, bool check)
{
	struct ctx ctx = {
		.verb = sc->f.verb, .root = sc->ctx->root, .interval = 1.0, .check = check,
		.yes = true,
	};
	job_verb run = run_power;
	int ret;

	if (sc->f.receiver[0])
		ctx.into = sc->f.receiver;
	if (sc->f.receiver[0])
		run = verb_integrate.run;
	sc->checking = check;
	ret = job_start(&sc->job, &ctx, run, sc->f.target);
	if (ret)
		frame_result(&sc->f, strdup(strerror(-ret)), LPARADM_FAILED);
	else
		sc->f.mode = FRAME_WORK;
}

static const char danger[] = "\nWarning: the donor's guest ends and its storage is cleared.\n";

static void end_check(struct screen *sc, int status)
{
	char *text = sc->job.text, *more;

	if (!status && asprintf(&more, "%s%s", text, danger) >= 0) {
		free(text);
		text = more;
	}
	frame_plan(&sc->f, text, !status);
}

static void look_at_job(struct screen *sc)
{
	int status;

	if (!sc->job.pid || job_read(&sc->job))
		return;
	status = job_end(&sc->job);
	if (sc->checking)
		end_check(sc, status);
	else
		frame_result(&sc->f, sc->job.text, status);
	sc->job.text = NULL;
	screen_read(sc, false);
}

static void screen_prepare(struct screen *sc)
{
	bool possible;
	char *text;

	if (sc->f.receiver[0]) {
		screen_start(sc, true);
		return;
	}
	text = power_plan(sc->ctx, sc->f.verb, sc->f.target, &possible);
	frame_plan(&sc->f, text, possible);
}

/* Return: false to quit. */
static bool screen_keys(struct screen *sc)
{
	int key, w, h;

	while ((key = term_key()) >= 0) {
		term_size(&w, &h);
		switch (frame_key(&sc->f, sc->s, key,
				  w < FRAME_MIN_W ? 0 : h)) {
		case FRAME_QUIT:
			return false;
		case FRAME_PREPARE:
			screen_prepare(sc);
			break;
		case FRAME_ACT:
			screen_start(sc, false);
			break;
		case FRAME_STOP:
			job_interrupt(&sc->job);
			break;
		default:
			break;
		}
	}
	return true;
}

/* Wait for a key, an event, output of the job, or the next interval. */
static void screen_wait(struct screen *sc)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = sc->events, .events = POLLIN },
		{ .fd = sc->job.pid ? sc->job.fd : -1, .events = POLLIN },
	};
	int ms = (int)(sc->ctx->interval * 1000);
	int n = poll(fds, ARRAY_SIZE(fds), ms);
	bool tick = !n || used_now() - sc->read_at >= sc->ctx->interval;

	if (take_events(sc) || tick)
		screen_read(sc, tick);
	sc->hung_up = fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) ||
		      term_signal() == SIGHUP;
}

static void screen_loop(struct screen *sc)
{
	bool more = true;

	while (more && !term_signal()) {
		screen_draw(sc);
		screen_wait(sc);
		more = !sc->hung_up && screen_keys(sc);
		look_at_job(sc);
	}
	term_close();
}

/*
 * Quitting interrupts a running job and prints its output. If the terminal was closed, a
 * job that was confirmed is completed.
 */
static int screen_leave(struct screen *sc)
{
	int status = LPARADM_OK;

	if (sc->job.pid) {
		if (sc->checking || !sc->hung_up)
			job_interrupt(&sc->job);
		status = job_end(&sc->job);
		printf("%s", sc->job.text);
		free(sc->job.text);
	}
	if (sc->events >= 0)
		close(sc->events);
	snap_free(sc->s);
	history_free(&sc->past);
	free(sc->f.text);
	return sc->checking ? LPARADM_OK : status;
}

static int cmd_frame(const struct ctx *ctx, int argc, char **argv)
{
	struct screen *sc;
	int ret;

	(void)argc;
	(void)argv;
	if (ctx->print)
		return frame_print(ctx);
	sc = calloc(1, sizeof(*sc));
	if (!sc)
		return fail("frame", NULL, "out of memory");
	ret = term_open();
	if (!ret) {
		sc->ctx = ctx;
		sc->job.fd = -1;
		sc->events = uevent_open();
		screen_read(sc, true);
		screen_loop(sc);
		ret = screen_leave(sc);
	}
	free(sc);
	return ret;
}

const struct cmd verb_frame = {
	.name = "frame",
	.args = "",
	.help = "full-screen view of the LPARs, with verbs on keys",
	.opts = OPTS_INTERVAL | OPTS_PRINT,
	.run = cmd_frame,
};
