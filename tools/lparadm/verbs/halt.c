// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm halt: end all LPARs before the host does. The last one is the first to
 * go, since those before it may serve it. Each guest is asked by its power button;
 * one that does not follow is ended when its part of the time is over. Channels,
 * which nobody owns then, are removed, too: they hold the module as LPARs do.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/request.h"
#include "lib/confirm.h"
#include "lib/lpars.h"
#include "lib/power.h"
#include "verbs/verbs.h"

#define USUAL_WAIT 60.0

static bool is(const struct lpar *l, const char *state)
{
	return !strcmp(l->state, state);
}

static int ask(const struct ctx *ctx, const struct lpar *v, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		int ret = LPARADM_OK;

		if (is(&v[i], "operating") || is(&v[i], "stopped"))
			ret = confirm(ctx, v[i].name, "halt",
				      "its guest is shut down, and it is removed");
		if (ret)
			return ret;
	}
	return LPARADM_OK;
}

/*
 * A guest that hangs gets no more than its part of *left, so that those after
 * it have theirs. Return: 0, or LPARADM_PARTIAL when it had to be ended.
 */
static int shut_down(const struct ctx *ctx, const struct lpar *l, int guests,
		     double *left)
{
	double part = *left / guests, used = 0;

	if (lpar_command(ctx, l->name, "halt", "power", "shutdown"))
		return LPARADM_PARTIAL;
	if (!power_await(ctx, l->name, "active", part, &used)) {
		*left -= used;
		printf("%s: has shut down\n", l->name);
		fflush(stdout);
		return LPARADM_OK;
	}
	*left -= used;
	fail(l->name, "halt", "its guest has not shut down in %g seconds, and is ended",
	     part);
	return LPARADM_PARTIAL;
}

static int give_back(const struct ctx *ctx, const struct lpar *l)
{
	char path[PATH_MAX];
	int ret;

	if (!is(l, "defined") && !is(l, "released") &&
	    lpar_command(ctx, l->name, "halt", "power", "deactivate"))
		return LPARADM_FAILED;
	ret = cfs_path(ctx, path, CFS_DIR "/partitions/%s", l->name);
	if (!ret && rmdir(path))
		ret = -errno;
	return ret ? fail(l->name, "halt", "%s", strerror(-ret)) : LPARADM_OK;
}

static int halt(const struct ctx *ctx, const struct lpar *v, int n)
{
	double left = ctx->wait > 0 ? ctx->wait : USUAL_WAIT;
	int guests = 0, ret = LPARADM_OK;

	for (int i = 0; i < n; i++)
		guests += is(&v[i], "operating");
	for (int i = n - 1; i >= 0; i--) {
		/* What one of them does decides nothing for the next. */
		if (is(&v[i], "operating") &&
		    shut_down(ctx, &v[i], guests--, &left))
			ret = LPARADM_PARTIAL;
		if (give_back(ctx, &v[i]))
			ret = LPARADM_PARTIAL;
	}
	return ret;
}

static int remove_channels(const struct ctx *ctx)
{
	char path[PATH_MAX];
	struct dirent **v;
	int n, ret = LPARADM_OK;

	if (cfs_path(ctx, path, CFS_DIR "/channels"))
		return LPARADM_PARTIAL;
	n = scandir(path, &v, NULL, versionsort);
	for (int i = 0; i < n; i++) {
		const char *id = v[i]->d_name;

		if (*id != '.' && !cfs_path(ctx, path, CFS_DIR "/channels/%s", id) &&
		    rmdir(path)) {
			fail(id, "halt", "channel: %s", strerror(errno));
			ret = LPARADM_PARTIAL;
		}
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	return ret;
}

static int cmd_halt(const struct ctx *ctx, int argc, char **argv)
{
	struct lpar v[LPAR_MAX_PARTS];
	int n = lpars_read(ctx, v), ret;

	(void)argc;
	(void)argv;
	if (n < 0)
		return not_loaded();
	ret = ask(ctx, v, n);
	if (ret)
		return ret;
	ret = halt(ctx, v, n);
	return remove_channels(ctx) ? LPARADM_PARTIAL : ret;
}

const struct cmd verb_halt = {
	.name = "halt",
	.args = "",
	.help = "shut all LPARs down, in order, and remove them",
	.opts = OPTS_WAIT | OPTS_YES,
	.run = cmd_halt,
};
