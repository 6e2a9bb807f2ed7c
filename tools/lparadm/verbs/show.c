// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm show: all attributes of one LPAR; without a name, the monitor's settings.
 *
 * Attributes come from configfs or, if they are only there, from sysfs; each is shown
 * once.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/parse.h"
#include "lib/settings.h"
#include "verbs/verbs.h"

enum { COL_ATTRIBUTE, COL_VALUE };

static const struct column show_columns[] = {
	[COL_ATTRIBUTE]	= { "ATTRIBUTE", 0, false, false,
			    "name of the attribute, or \"lip <number>\"" },
	[COL_VALUE]	= { "VALUE", 0, false, false, "one line of its value" },
};

/* In the order of printing. */
static const struct attr {
	const char *name;
	bool wanted;	/* in configfs, not in sysfs */
} attrs[] = {
	{ "state", false },
	{ "number", false },
	{ "last_error", true },
	{ "ms_origin", true },
	{ "ms_size", true },
	{ "ms_expansion", true },
	{ "ms_free", false },
	{ "es_size", true },
	{ "shares", true },
	{ "channels", true },
	{ "capped", true },
	{ "notify", true },
	{ "memory_block", true },
	{ "on_reset", true },
	{ "on_triple_fault", true },
	{ "on_panic", true },
	{ "uuid", true },
	{ "kernel", true },
	{ "initrd", true },
	{ "cmdline", true },
	{ "generation", true },
	{ "integrate", true },
	{ "move", true },
	{ "exits", false },
	{ "memory_idle", false },
	{ "memory_ost", false },
	{ "processor_ost", false },
	{ "channel_ost", false },
};

static void add_row(struct table *t, const char *name, const char *value)
{
	table_row(t);
	table_set(t, COL_ATTRIBUTE, "%s", name);
	table_set(t, COL_VALUE, "%s", value);
}

/* Add a row for each line; an empty file has none. */
static void add_file(const struct ctx *ctx, struct table *t, const char *lpar,
		     const struct attr *a)
{
	const char *dir = a->wanted ? CFS_DIR "/partitions" : CLASS_DIR;
	char *text, *rest, *line;

	if (!cfs_read(ctx, &text, "%s/%s/%s", dir, lpar, a->name)) {
		rest = text;
		while ((line = next_line(&rest)))
			add_row(t, a->name, line);
	}
	free(text);
}

static void add_lip(const struct ctx *ctx, struct table *t, const char *lpar,
		    const char *lip)
{
	char *pcpu, *share, *state;

	cfs_read(ctx, &pcpu, CLASS_DIR "/%s/lips/%s/pcpu", lpar, lip);
	cfs_read(ctx, &share, CLASS_DIR "/%s/lips/%s/share", lpar, lip);
	cfs_read(ctx, &state, CLASS_DIR "/%s/lips/%s/state", lpar, lip);
	table_row(t);
	table_set(t, COL_ATTRIBUTE, "lip %s", lip);
	table_set(t, COL_VALUE, "cpu %s, %s %%, %s", pcpu ? pcpu : "?",
		  share ? share : "?", state ? state : "?");
	free(pcpu);
	free(share);
	free(state);
}

static void add_lips(const struct ctx *ctx, struct table *t, const char *lpar)
{
	char path[PATH_MAX];
	struct dirent **v;
	int n;

	if (cfs_path(ctx, path, CLASS_DIR "/%s/lips", lpar))
		return;
	n = scandir(path, &v, cfs_visible, versionsort);
	for (int i = 0; i < n; i++) {
		add_lip(ctx, t, lpar, v[i]->d_name);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
}

static int cmd_show(const struct ctx *ctx, int argc, char **argv)
{
	struct table *t;
	int ret;

	if (!argc)
		return cfs_exists(ctx, CFS_DIR) ? settings_show(ctx, NULL) :
						  not_loaded();
	ret = lpar_check(ctx, argv[0]);
	if (ret)
		return ret;
	t = table_new("attributes", show_columns, ARRAY_SIZE(show_columns), &ctx->tab);
	if (!t)
		return LPARADM_USAGE;
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++)
		add_file(ctx, t, argv[0], &attrs[i]);
	add_lips(ctx, t, argv[0]);
	return table_finish(t);
}

const struct cmd verb_show = {
	.name = "show",
	.args = "[NAME]",
	.help = "show everything about an LPAR, or the monitor's settings",
	.opts = OPTS_TABLE,
	.max = 1,
	.run = cmd_show,
	.cols = show_columns,
	.ncols = ARRAY_SIZE(show_columns),
};
