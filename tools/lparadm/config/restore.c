// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm restore: apply a configuration that "save" has written. The whole file is
 * checked, then the differences are printed, and then applied; if that fails halfway, the
 * previous configuration is put back.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/confirm.h"
#include "config/machine.h"
#include "lib/power.h"
#include "config/verbs.h"

enum { COL_LPAR, COL_ATTRIBUTE, COL_NOW, COL_SAVED, COL_BY };

static const struct column restore_columns[] = {
	[COL_LPAR]	= { "LPAR", 8, false, false,
			    "the LPAR; - for the monitor's settings" },
	[COL_ATTRIBUTE]	= { "ATTRIBUTE", 0, false, false, "name of the attribute" },
	[COL_NOW]	= { "NOW", 0, false, false, "its value" },
	[COL_SAVED]	= { "SAVED", 0, false, false, "value in the file" },
	[COL_BY]	= { "BY", 0, false, false,
			    "the integration that changed it, if any" },
};

struct diff {
	struct table *t;
	const struct machine *now;
	int n;
};

/* @attr -1: the state. An empty value is printed as "(none)". */
static void diff_add(struct diff *d, const struct partition *p, const char *name,
		     int attr, const char *now, const char *saved)
{
	const char *what = attr < 0 ? "state" : machine_attrs[attr].name;
	const struct partition *by = machine_changed_by(d->now, p, attr);

	d->n++;
	table_row(d->t);
	table_set(d->t, COL_LPAR, "%s", name);
	table_set(d->t, COL_ATTRIBUTE, "%s", what);
	table_set(d->t, COL_NOW, "%s", *now ? now : "(none)");
	table_set(d->t, COL_SAVED, "%s", *saved ? saved : "(none)");
	if (by)
		table_set(d->t, COL_BY, "%s into %s", by->from, by->name);
	else
		table_none(d->t, COL_BY);
}

static void compare_pool(struct diff *d, const struct machine *want)
{
	for (int i = 0; i < P_COUNT; i++) {
		const char *a = d->now->pool[i].text, *b = want->pool[i].text;

		if (!strcmp(a, b))
			continue;
		d->n++;
		table_row(d->t);
		table_set(d->t, COL_LPAR, "-");
		table_set(d->t, COL_ATTRIBUTE, "%s/%s", machine_pool[i].dir,
			  machine_pool[i].name);
		table_set(d->t, COL_NOW, "%s", *a ? a : "(none)");
		table_set(d->t, COL_SAVED, "%s", *b ? b : "(none)");
		table_none(d->t, COL_BY);
	}
}

static void add_channel(struct diff *d, unsigned int id, const char *attr,
			const char *now, const char *saved)
{
	d->n++;
	table_row(d->t);
	table_set(d->t, COL_LPAR, "-");
	table_set(d->t, COL_ATTRIBUTE, "channels/%u%s%s", id, attr ? "/" : "",
		  attr ? attr : "");
	table_set(d->t, COL_NOW, "%s", now && *now ? now : "(none)");
	table_set(d->t, COL_SAVED, "%s", saved && *saved ? saved : "(none)");
	table_none(d->t, COL_BY);
}

static void compare_channel(struct diff *d, const struct channel *c,
			    const struct channel *w)
{
	for (int i = 0; i < w->n; i++) {
		const char *name = w->attr[i].name, *now = channel_get(c, name);

		if (machine_channel_has(w, name) &&
		    (!now || strcmp(now, w->attr[i].value)))
			add_channel(d, w->id, name, now, w->attr[i].value);
	}
}

static void compare_channels(struct diff *d, const struct machine *want)
{
	const struct machine *now = d->now;

	for (int i = 0; i < want->nchannels; i++) {
		const struct channel *w = &want->channels[i];
		const struct channel *c = channels_find(now->channels,
							now->nchannels, w->id);

		if (c)
			compare_channel(d, c, w);
		else
			add_channel(d, w->id, NULL, NULL,
				    channel_get(w, "source"));
	}
	for (int i = 0; i < now->nchannels; i++) {
		const struct channel *c = &now->channels[i];

		if (!channels_find(want->channels, want->nchannels, c->id))
			add_channel(d, c->id, NULL, channel_get(c, "source"),
				    NULL);
	}
}

static void compare_one(struct diff *d, const struct partition *p,
			const struct partition *w)
{
	for (int i = 0; i < A_COUNT; i++)
		if (machine_attr_differs(p, w, i))
			diff_add(d, p, w->name, i, p->attr[i].text, w->attr[i].text);
	if (machine_power_differs(p, w))
		diff_add(d, p, w->name, -1, p->state, machine_powers[w->power]);
}

static void diff_compare(struct diff *d, const struct machine *want)
{
	compare_pool(d, want);
	compare_channels(d, want);
	for (int i = 0; i < want->n; i++) {
		const struct partition *w = &want->v[i];
		const struct partition *p = machine_find(d->now, w->name);

		if (p)
			compare_one(d, p, w);
		else
			diff_add(d, NULL, w->name, -1, "", machine_powers[w->power]);
	}
	for (int i = 0; i < d->now->n; i++) {
		const struct partition *p = &d->now->v[i];

		if (!machine_find(want, p->name))
			diff_add(d, p, p->name, -1, p->state, "");
	}
}

static int restore_show(const struct ctx *ctx, const struct machine *now,
			const struct machine *want, int *n)
{
	struct diff d = { .now = now };
	int ret;

	d.t = table_new("differences", restore_columns, ARRAY_SIZE(restore_columns),
			&ctx->tab);
	if (!d.t)
		return LPARADM_USAGE;
	diff_compare(&d, want);
	*n = d.n;
	ret = table_finish(d.t);
	fflush(stdout);
	return ret;
}

static int restore_ask(const struct ctx *ctx, const struct machine *now,
		       const struct machine *want)
{
	for (int i = 0; i < now->n; i++) {
		const struct partition *p = &now->v[i];
		int ret;

		if (!machine_gives_up(now, want, p) ||
		    !power_has_guest(ctx, p->name))
			continue;
		ret = confirm_ask(ctx, p->name, "restore",
				  "its guest ends and its storage is cleared");
		if (ret)
			return ret;
	}
	return LPARADM_OK;
}

/* A signal in the middle would leave a mixture of both configurations. */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int restore_make(const struct ctx *ctx, struct machine *now, struct machine *want)
{
	block_signals();
	if (!machine_make(ctx, want))
		return machine_tell_left_out(want) ? LPARADM_PARTIAL : LPARADM_OK;
	/* At boot a part is better than nothing: do not put anything back. */
	if (ctx->keep_going)
		return fail("restore", NULL,
			    "incomplete: \"lparadm restore --check\" shows what differs");
	if (machine_make(ctx, now)) {
		fail("restore", NULL,
		     "could not put back the previous configuration: see \"lparadm list\"");
		return LPARADM_PARTIAL;
	}
	return fail("restore", NULL,
		    "the previous configuration is back; guests that had been ended were restarted");
}

static int restore_apply(const struct ctx *ctx, struct machine *now, struct machine *want)
{
	int n, ret = restore_show(ctx, now, want, &n);

	if (ret || !n)
		return ret;
	if (ctx->check)
		return LPARADM_FAILED;
	ret = restore_ask(ctx, now, want);
	return ret ? ret : restore_make(ctx, now, want);
}

static int cmd_restore(const struct ctx *ctx, int argc, char **argv)
{
	struct machine now, want = { 0 };
	int ret = machine_read(ctx, &now);
	char usual[PATH_MAX];
	const char *file = argc ? argv[0] : usual;

	if (!ret && !argc)
		ret = machine_usual_file(ctx, usual);
	if (!ret)
		ret = machine_read_file(&want, file);
	if (!ret)
		ret = machine_verify(ctx, &now, &want, file);
	if (!ret)
		ret = restore_apply(ctx, &now, &want);
	machine_free(&now);
	machine_free(&want);
	return ret;
}

const struct cmd verb_restore = {
	.name = "restore",
	.args = "[FILE]",
	.help = "apply a saved configuration, after showing the differences",
	.opts = OPTS_TABLE | OPTS_CHECK | OPTS_YES | OPTS_KEEP_GOING,
	.max = 1,
	.run = cmd_restore,
	.cols = restore_columns,
	.ncols = ARRAY_SIZE(restore_columns),
};
