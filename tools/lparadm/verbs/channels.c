// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm channels: list channels (disks, network cards, PCI functions); add, set and remove
 * change them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/request.h"
#include "lib/channels.h"
#include "lib/hint.h"
#include "verbs/verbs.h"

enum {
	COL_ID, COL_TYPE, COL_SOURCE, COL_READONLY, COL_SERIAL, COL_MAC,
	COL_STATE, COL_OWNER, COL_OTHER,
};

static const struct column channels_columns[] = {
	[COL_ID]	= { "ID", 3, true, false, "number" },
	[COL_TYPE]	= { "TYPE", 0, false, false, "block, net or pci" },
	[COL_SOURCE]	= { "SOURCE", 0, false, false,
			    "file, device, interface or function of the host" },
	[COL_READONLY]	= { "READONLY", 0, true, false,
			    "1: read-only" },
	[COL_SERIAL]	= { "SERIAL", 0, false, false,
			    "serial number of a disk" },
	[COL_MAC]	= { "MAC", 0, false, false, "MAC address of a network card" },
	[COL_STATE]	= { "STATE", 0, false, false,
			    "reserved, configured or standby" },
	[COL_OWNER]	= { "OWNER", 0, false, false, "LPAR that owns it" },
	[COL_OTHER]	= { "OTHER", 0, false, true, "its other attributes" },
};

/* The attributes with a column of their own, by column. */
static const char * const attrs[ARRAY_SIZE(channels_columns)] = {
	[COL_TYPE] = "type", [COL_SOURCE] = "source",
	[COL_READONLY] = "readonly", [COL_SERIAL] = "serial",
	[COL_MAC] = "mac", [COL_STATE] = "state", [COL_OWNER] = "owner",
};

static bool has_column(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++)
		if (attrs[i] && !strcmp(attrs[i], name))
			return true;
	return !strcmp(name, "last_error");
}

static void set_other(struct table *t, const struct channel *c)
{
	char text[1024] = "";
	size_t len = 0;

	for (int i = 0; i < c->n && len < sizeof(text); i++)
		if (!has_column(c->attr[i].name) && *c->attr[i].value)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s%s=%s", len ? " " : "",
						c->attr[i].name,
						c->attr[i].value);
	if (len)
		table_set(t, COL_OTHER, "%s", text);
	else
		table_none(t, COL_OTHER);
}

static int list_channels(const struct ctx *ctx)
{
	struct table *t = table_new("channels", channels_columns,
				    ARRAY_SIZE(channels_columns), &ctx->tab);
	struct channel *v;
	int n;

	if (!t)
		return LPARADM_USAGE;
	n = channels_read(ctx, &v);
	for (int i = 0; i < n; i++) {
		table_row(t);
		table_set(t, COL_ID, "%u", v[i].id);
		for (size_t col = 0; col < ARRAY_SIZE(attrs); col++) {
			const char *value = attrs[col] ?
					    channel_get(&v[i], attrs[col]) : "";

			if (value && *value)
				table_set(t, col, "%s", value);
			else if (attrs[col])
				table_none(t, col);
		}
		set_other(t, &v[i]);
	}
	channels_free(v, n);
	return table_finish(t);
}

static int free_id(const struct ctx *ctx)
{
	for (int id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (!cfs_exists(ctx, CHANNELS_DIR "/%d", id))
			return id;
	return -1;
}

static int report_exists(const struct ctx *ctx, const char *who)
{
	int id = free_id(ctx);

	if (id < 0)
		return fail(who, "add", "it already exists");
	return fail(who, "add", "it already exists; %d is free", id);
}

static int make_directory(const struct ctx *ctx, const char *who,
			  unsigned int id)
{
	char path[PATH_MAX];
	int err, ret = cfs_path(ctx, path, CHANNELS_DIR "/%u", id);

	if (ret)
		return fail(who, "add", "%s", strerror(-ret));
	err = mkdir(path, 0755) ? errno : 0;
	if (!err)
		return LPARADM_OK;
	if (err == EEXIST && cfs_exists(ctx, CHANNELS_DIR "/%u", id))
		return report_exists(ctx, who);
	return request_refused(ctx, "channels", who, "add", err);
}

static int remove_directory(const struct ctx *ctx, const char *who,
			    unsigned int id)
{
	struct channel c = { .id = id };
	char path[PATH_MAX];
	const char *owner;
	int err, ret = cfs_path(ctx, path, CHANNELS_DIR "/%u", id);

	if (ret)
		return fail(who, "remove", "%s", strerror(-ret));
	if (!rmdir(path))
		return LPARADM_OK;
	err = errno;
	channel_read(ctx, &c);
	owner = channel_get(&c, "owner");
	if (err == EBUSY && owner && *owner)
		fail(who, "remove", "owned by %s; deactivate %s first",
		     owner, owner);
	else
		fail(who, "remove", "%s", strerror(err));
	channel_free(&c);
	return LPARADM_FAILED;
}

/* Check all keys before the first is written; the kernel checks the values. */
static int check_keys(const struct channel *now, const struct channel *want)
{
	char names[512] = "";
	size_t len = 0;

	for (int i = 0; i < now->n && len < sizeof(names); i++)
		if (channel_has_key(NULL, now->attr[i].name))
			len += (size_t)snprintf(names + len,
						sizeof(names) - len, "%s%s",
						len ? ", " : "",
						now->attr[i].name);
	for (int i = 0; i < want->n; i++)
		if (!channel_get(now, want->attr[i].name) ||
		    !channel_has_key(NULL, want->attr[i].name))
			return usage_error("unknown key %s; known keys: %s",
					   want->attr[i].name, names);
	return LPARADM_OK;
}

/* Make the path of a file absolute; other sources are left to the kernel. */
static int set_value(struct channel *c, const char *key, const char *value)
{
	char *path = NULL;
	int ret;

	if (!strcmp(key, "source") && *value != '/')
		path = realpath(value, NULL);
	ret = channel_set(c, key, path ? path : value, 0);
	free(path);
	return ret;
}

static int parse_keys(struct channel *c, int argc, char **argv)
{
	char keys[CHANNEL_KEYS_TEXT];

	channel_keys(keys, NULL);
	for (int i = 0; i < argc; i++) {
		char *eq = strchr(argv[i], '=');
		int ret;

		if (!eq || eq == argv[i])
			return usage_error("\"%s\" is not KEY=VALUE", argv[i]);
		*eq = '\0';
		if (channel_get(c, argv[i]))
			return usage_error("%s is given twice", argv[i]);
		ret = set_value(c, argv[i], eq + 1);
		if (ret == -ENOSPC)
			return usage_error("more than %d keys", CHANNEL_ATTRS);
		if (ret)
			return usage_error("unknown key %s; known keys: %s", argv[i],
					   keys);
	}
	return LPARADM_OK;
}

/* Write in the order of ranks; within a rank in the given order. */
static int write_keys(const struct ctx *ctx, const struct channel *want)
{
	int done = 0;

	for (int rank = 0; rank < CHANNEL_RANKS; rank++) {
		for (int i = 0; i < want->n; i++) {
			const char *name = want->attr[i].name;

			if (channel_attr_rank(name) != rank)
				continue;
			if (channel_write(ctx, want->id, name,
					  want->attr[i].value))
				return done ? LPARADM_PARTIAL : LPARADM_FAILED;
			done++;
		}
	}
	return LPARADM_OK;
}

static int no_channel(const struct ctx *ctx, const char *who, const char *verb)
{
	char made[HINT_MAX];
	bool some = hint_made(ctx, made, "channels");

	return fail(who, verb, "no such channel; %s%screate one with \"lparadm channels add\"",
		    some ? made : "", some ? "; " : "");
}

static int set_channel(const struct ctx *ctx, const char *who, struct channel *want)
{
	struct channel now = { .id = want->id };
	int ret;

	if (!cfs_exists(ctx, CHANNELS_DIR "/%u", want->id))
		return no_channel(ctx, who, "set");
	channel_read(ctx, &now);
	ret = check_keys(&now, want);
	if (!ret)
		ret = write_keys(ctx, want);
	channel_free(&now);
	return ret;
}

/* Remove the channel again if a key is refused. */
static int add_channel(const struct ctx *ctx, const char *who, struct channel *want)
{
	int ret = make_directory(ctx, who, want->id);

	if (ret)
		return ret;
	ret = set_channel(ctx, who, want);
	if (ret)
		remove_directory(ctx, who, want->id);
	return ret == LPARADM_PARTIAL ? LPARADM_FAILED : ret;
}

static int remove_all(const struct ctx *ctx, int argc, char **argv)
{
	int done = 0, ret = LPARADM_OK;

	for (int i = 0; i < argc; i++) {
		unsigned int id;
		char who[32];

		if (channel_id(argv[i], &id))
			return usage_error("\"%s\" is not a channel id (0-%d)",
					   argv[i], LPAR_MAX_CHANNELS - 1);
		snprintf(who, sizeof(who), "channel %u", id);
		if (!cfs_exists(ctx, CHANNELS_DIR "/%u", id))
			ret = no_channel(ctx, who, "remove");
		else if (remove_directory(ctx, who, id))
			ret = LPARADM_FAILED;
		else
			done++;
	}
	return ret && done ? LPARADM_PARTIAL : ret;
}

static int change_channel(const struct ctx *ctx, int argc, char **argv,
			  int (*how)(const struct ctx *ctx, const char *who,
				     struct channel *want))
{
	struct channel want = { 0 };
	char who[32];
	int ret;

	if (channel_id(argv[0], &want.id))
		return usage_error("\"%s\" is not a channel id (0-%d)",
				   argv[0], LPAR_MAX_CHANNELS - 1);
	snprintf(who, sizeof(who), "channel %u", want.id);
	ret = parse_keys(&want, argc - 1, argv + 1);
	if (!ret)
		ret = how(ctx, who, &want);
	channel_free(&want);
	return ret;
}

static int cmd_channels(const struct ctx *ctx, int argc, char **argv)
{
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (!argc)
		return list_channels(ctx);
	if (argc >= 2 && !strcmp(argv[0], "add"))
		return change_channel(ctx, argc - 1, argv + 1, add_channel);
	if (argc >= 3 && !strcmp(argv[0], "set"))
		return change_channel(ctx, argc - 1, argv + 1, set_channel);
	if (argc >= 2 && !strcmp(argv[0], "remove"))
		return remove_all(ctx, argc - 1, argv + 1);
	return usage_error("channels: \"%s\": expected %s", argv[0],
			   "add ID [KEY=VALUE...], set ID KEY=VALUE... or remove ID...");
}

const struct cmd verb_channels = {
	.name = "channels",
	.args = "[add | set | remove ID [KEY=VALUE...]]",
	.help = "show or change disks, network cards and PCI functions",
	.opts = OPTS_TABLE,
	.max = -1,
	.run = cmd_channels,
	.cols = channels_columns,
	.ncols = ARRAY_SIZE(channels_columns),
};
