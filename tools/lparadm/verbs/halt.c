// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm halt: end all LPARs before the host does. The power buttons of all guests are
 * pressed at once, and all have the same time; --order takes some of them after the
 * others. A guest that does not follow is ended. Channels, which nobody owns then, are
 * removed, too: they hold the module as LPARs do.
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
#include "lib/used.h"
#include "verbs/verbs.h"

#define USUAL_WAIT 60.0
#define POLL_SECONDS 0.1

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

struct halt {
	const struct ctx *ctx;
	const struct lpar *v;
	int n;
	int stage[LPAR_MAX_PARTS];	/* in which each goes */
	bool asked[LPAR_MAX_PARTS];	/* its button was pressed, and it is awaited */
	int stages;
	bool bad;
};

/* Those that --order names come last, one after the other; all others go at once. */
static int set_stages(struct halt *h)
{
	const char *list = h->ctx->order;
	char name[LPAR_NAME_LEN];

	h->stages = 1;
	while (list && *list) {
		size_t len = strcspn(list, ",");
		int i;

		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		for (i = 0; i < h->n && (len >= sizeof(name) || strcmp(h->v[i].name, name)); i++)
			;
		if (i == h->n)
			return usage_error("halt: --order: there is no LPAR \"%.*s\"", (int)len,
					   list);
		if (h->stage[i])
			return usage_error("halt: --order: %s comes twice", name);
		h->stage[i] = h->stages++;
		list += len;
		list += *list == ',';
	}
	return LPARADM_OK;
}

/* Return: how many are awaited. */
static int press_buttons(struct halt *h, int stage)
{
	int asked = 0;

	for (int i = h->n - 1; i >= 0; i--) {
		if (h->stage[i] != stage || !is(&h->v[i], LPAR_STATE_OPERATING))
			continue;
		if (lpar_command(h->ctx, h->v[i].name, "halt", "power", "shutdown"))
			h->bad = true;
		else
			h->asked[i] = true;
		asked += h->asked[i];
	}
	return asked;
}

static int count_running(struct halt *h, int stage)
{
	int running = 0;

	for (int i = h->n - 1; i >= 0; i--) {
		if (h->stage[i] != stage || !h->asked[i])
			continue;
		h->asked[i] = power_has_guest(h->ctx, h->v[i].name);
		running += h->asked[i];
		if (!h->asked[i])
			printf("%s: has shut down\n", h->v[i].name);
	}
	fflush(stdout);
	return running;
}

/* All guests of a stage have one deadline; *left: of it, for the stages to come. */
static void shut_down(struct halt *h, int stage, double *left)
{
	double part = *left / (h->stages - stage), start = used_now(), used = 0;

	if (!press_buttons(h, stage))
		return;
	/* Half a pause, as sums of tenths are a little off. */
	while (count_running(h, stage) && used < part - POLL_SECONDS / 2) {
		used_wait(POLL_SECONDS);
		used = used_now() - start;
	}
	*left -= used;
	for (int i = h->n - 1; i >= 0; i--) {
		if (h->stage[i] != stage || !h->asked[i])
			continue;
		fail(h->v[i].name, "halt",
		     "its guest has not shut down in %g seconds, and is ended", part);
		h->bad = true;
	}
}

/* What one of them does decides nothing for the next. */
static int halt(struct halt *h)
{
	double left = h->ctx->wait > 0 ? h->ctx->wait : USUAL_WAIT;

	for (int stage = 0; stage < h->stages; stage++) {
		shut_down(h, stage, &left);
		for (int i = h->n - 1; i >= 0; i--)
			if (h->stage[i] == stage && give_back(h->ctx, &h->v[i]))
				h->bad = true;
	}
	return h->bad ? LPARADM_PARTIAL : LPARADM_OK;
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
	struct halt h = { .ctx = ctx, .v = v };
	int ret;

	(void)argc;
	(void)argv;
	h.n = lpars_read(ctx, v);
	if (h.n < 0)
		return not_loaded();
	ret = set_stages(&h);
	if (!ret)
		ret = ask(ctx, v, h.n);
	if (ret)
		return ret;
	ret = halt(&h);
	return remove_channels(ctx) ? LPARADM_PARTIAL : ret;
}

const struct cmd verb_halt = {
	.name = "halt",
	.args = "",
	.help = "shut all LPARs down at once, and remove them",
	.opts = OPTS_WAIT | OPTS_YES | OPTS_ORDER,
	.run = cmd_halt,
};
