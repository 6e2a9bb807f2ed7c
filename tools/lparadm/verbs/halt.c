// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm halt: shut down all LPARs. The power buttons of all guests are pressed at once,
 * with one deadline for all; --order names LPARs that are shut down after the others. A
 * guest that misses the deadline is ended. Channels are removed, too: like LPARs they hold
 * a reference to the module.
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

static bool is_in_state(const struct lpar *l, const char *state)
{
	return !strcmp(l->state, state);
}

static int halt_ask(const struct ctx *ctx, const struct lpar *v, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		int ret = LPARADM_OK;

		if (is_in_state(&v[i], "operating") || is_in_state(&v[i], "stopped"))
			ret = confirm_ask(ctx, v[i].name, "halt",
					  "its guest is shut down and the LPAR is removed");
		if (ret)
			return ret;
	}
	return LPARADM_OK;
}

static int give_back(const struct ctx *ctx, const struct lpar *l)
{
	char path[PATH_MAX];
	int ret;

	if (!is_in_state(l, "defined") && !is_in_state(l, "released") &&
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
	int stage[LPAR_MAX_PARTS];	/* in which each is shut down */
	bool asked[LPAR_MAX_PARTS];	/* its button was pressed, and it has not ended */
	int stages;
	bool bad;
};

/* LPARs named by --order have later stages of their own; all others share the first. */
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
			return usage_error("halt: --order: no such LPAR: %.*s", (int)len,
					   list);
		if (h->stage[i])
			return usage_error("halt: --order: %s is named twice", name);
		h->stage[i] = h->stages++;
		list += len;
		list += *list == ',';
	}
	return LPARADM_OK;
}

/* Return: how many guests have to be waited for. */
static int press_buttons(struct halt *h, int stage)
{
	int asked = 0;

	for (int i = h->n - 1; i >= 0; i--) {
		if (h->stage[i] != stage || !is_in_state(&h->v[i], LPAR_STATE_OPERATING))
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
			printf("%s: shut down\n", h->v[i].name);
	}
	fflush(stdout);
	return running;
}

/* All guests of a stage have one deadline; *left: remaining seconds for all stages. */
static void shut_down(struct halt *h, int stage, double *left)
{
	double part = *left / (h->stages - stage), start = used_now(), used = 0;

	if (!press_buttons(h, stage))
		return;
	/* Half a pause of tolerance for rounding. */
	while (count_running(h, stage) && used < part - POLL_SECONDS / 2) {
		used_wait(POLL_SECONDS);
		used = used_now() - start;
	}
	*left -= used;
	for (int i = h->n - 1; i >= 0; i--) {
		if (h->stage[i] != stage || !h->asked[i])
			continue;
		fail(h->v[i].name, "halt",
		     "its guest did not shut down within %g seconds and is ended", part);
		h->bad = true;
	}
}

/* An error of one LPAR does not stop the others. */
static int halt_all(struct halt *h)
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
	n = scandir(path, &v, cfs_made, versionsort);
	for (int i = 0; i < n; i++) {
		const char *id = v[i]->d_name;

		if (!cfs_path(ctx, path, CFS_DIR "/channels/%s", id) &&
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
		ret = halt_ask(ctx, v, h.n);
	if (ret)
		return ret;
	ret = halt_all(&h);
	return remove_channels(ctx) ? LPARADM_PARTIAL : ret;
}

const struct cmd verb_halt = {
	.name = "halt",
	.args = "",
	.help = "shut down all LPARs at once and remove them",
	.opts = OPTS_WAIT | OPTS_YES | OPTS_ORDER,
	.run = cmd_halt,
};
