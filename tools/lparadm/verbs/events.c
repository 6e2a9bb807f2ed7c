// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm events: a line for each uevent of an LPAR, as it happens. JSON is one object per
 * line, so that a reader need not wait for the end.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/request.h"
#include "lib/event-row.h"
#include "verbs/verbs.h"

static const struct column events_columns[] = {
	[EVENT_TIME]	= { "TIME", 12, false, false,
			    "time of day; in JSON seconds since 1970" },
	[EVENT_LPAR]	= { "LPAR", 8, false, false, "name" },
	[EVENT_ACTION]	= { "EVENT", 6, false, false, "add, change or remove" },
	[EVENT_STATE]	= { "STATE", 9, false, false, "state after the event" },
	[EVENT_CHANGED]	= { "CHANGED", 16, false, false,
			    "some of state, ms, lips, ost, integrate, move" },
	[EVENT_DETAIL]	= { "DETAIL", 0, false, false,
			    "result of an integration, reason for a failure" },
};

struct view {
	size_t cols[EVENT_CELLS];	/* in the order of printing */
	size_t n;
};

static atomic_int stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void choose_all(struct view *v)
{
	for (v->n = 0; v->n < ARRAY_SIZE(events_columns); v->n++)
		v->cols[v->n] = v->n;
}

/* All columns are shown by default: +LIST adds nothing. */
static bool choose_columns(struct view *v, const char *list)
{
	v->n = 0;
	if (!list || *list == '+')
		choose_all(v);
	if (!list)
		return true;
	list += *list == '+';
	do {
		size_t len = strcspn(list, ",");
		int id = column_find(events_columns, ARRAY_SIZE(events_columns), list, len);

		if (id < 0)
			return false;
		if (v->n < ARRAY_SIZE(events_columns))
			v->cols[v->n++] = (size_t)id;
		list += len;
		list += *list == ',';
	} while (*list);
	return true;
}

static void print_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", *s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void print_json(const struct view *v, const struct event_row *r)
{
	for (size_t i = 0; i < v->n; i++) {
		const char *text = r->cell[v->cols[i]];

		printf("%s\"", i ? ", " : "{");
		for (const char *c = events_columns[v->cols[i]].name; *c; c++)
			putchar(*c | 0x20);
		printf("\": ");
		if (v->cols[i] == EVENT_TIME)
			printf("%s", text);
		else if (*text)
			print_string(text);
		else
			printf("null");
	}
	printf("}\n");
}

static void print_cell(const struct ctx *ctx, const char *text, size_t col,
		       bool last)
{
	if (!*text)
		text = "-";
	if (last)
		printf("%s\n", text);
	else if (ctx->tab.raw)
		printf("%s ", text);
	else
		printf("%-*s ", events_columns[col].width, text);
}

static void print_row(const struct ctx *ctx, const struct view *v,
		      const struct event_row *r)
{
	if (ctx->tab.json)
		print_json(v, r);
	for (size_t i = 0; i < v->n && !ctx->tab.json; i++)
		print_cell(ctx, r ? r->cell[v->cols[i]] :
				    events_columns[v->cols[i]].name,
			   v->cols[i], i + 1 == v->n);
	/* The output may be a pipe. */
	fflush(stdout);
}

static bool is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return !argc;
}

/* LPARs that do not exist yet are allowed: their first event is "add". */
static int check_names(const struct ctx *ctx, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		int ret = lpar_name_check(argv[i]);

		if (ret)
			return ret;
		if (!cfs_exists(ctx, CFS_DIR "/partitions/%s", argv[i]))
			fail(argv[i], "events", "no such LPAR yet; waiting for it");
	}
	return LPARADM_OK;
}

static int watch_events(const struct ctx *ctx, const struct view *v, int fd, int argc,
			char **argv)
{
	unsigned int left = ctx->count;
	struct uevent e;
	struct event_row row;

	while (!stop && !ferror(stdout)) {
		int ret = uevent_read(fd, &e, true);

		if (ret == -ENOBUFS)
			fail("events", NULL, "some events were lost");
		else if (ret < 0 && ret != -EINTR)
			return fail("events", NULL, "%s", strerror(-ret));
		if (ret <= 0 || !is_wanted(e.name, argc, argv))
			continue;
		event_fill(ctx, &e, &row);
		print_row(ctx, v, &row);
		if (left && !--left)
			break;
	}
	return LPARADM_OK;
}

static int cmd_events(const struct ctx *ctx, int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct view v;
	int fd, ret;

	if (!choose_columns(&v, ctx->tab.output))
		return LPARADM_USAGE;
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	ret = check_names(ctx, argc, argv);
	if (ret)
		return ret;
	fd = uevent_open();
	if (fd < 0)
		return fail("events", NULL, "%s", strerror(-fd));
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (!ctx->tab.json && !ctx->tab.noheadings)
		print_row(ctx, &v, NULL);
	ret = watch_events(ctx, &v, fd, argc, argv);
	close(fd);
	return ret;
}

const struct cmd verb_events = {
	.name = "events",
	.args = "[NAME...]",
	.help = "print a line for each change, as it happens",
	.opts = OPTS_TABLE | OPTS_COUNT,
	.max = -1,
	.run = cmd_events,
	.cols = events_columns,
	.ncols = ARRAY_SIZE(events_columns),
};
