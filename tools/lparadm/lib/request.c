// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to lpar's attributes: a refusal is told in the module's own words, with a
 * value that would do where one is known.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hint.h"
#include "lib/kmsg.h"
#include "lib/request.h"

/* What the module says of a write that it has seen, and what would do. */
static void report(const struct ctx *ctx, const char *name, const char *what,
		   const char *attr, const char *value, int err)
{
	char add[HINT_MAX];
	bool more = hint(ctx, add, name, attr, value);
	char *text;

	cfs_read(ctx, &text, CFS_DIR "/partitions/%s/last_error", name);
	fail(name, what, "%s%s%s", text && *text ? text : strerror(-err),
	     more ? "; " : "", more ? add : "");
	free(text);
}

int lpar_command(const struct ctx *ctx, const char *name, const char *what,
		 const char *attr, const char *value)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), CFS_DIR "/partitions/%s/%s", name, attr);
	ret = cfs_write(ctx, path, value);
	if (!ret)
		return LPARADM_OK;
	/* Neither of these has been seen by the module: last_error is older. */
	if (ret == -ENOENT && !cfs_exists(ctx, "%s", path))
		return fail(name, attr, "no such attribute");
	if (ret == -EACCES)
		fail(name, what, "%s", strerror(EACCES));
	else
		report(ctx, name, what, attr, value, ret);
	return LPARADM_FAILED;
}

int lpar_write(const struct ctx *ctx, const char *name, const char *attr,
	       const char *value)
{
	char what[80];

	/* A command line may be long; its beginning tells which one it is. */
	snprintf(what, sizeof(what), "%s=%.40s%s", attr, value,
		 strlen(value) > 40 ? "..." : "");
	return lpar_command(ctx, name, what, attr, value);
}

int pool_write(const struct ctx *ctx, const char *dir, const char *attr,
	       const char *value)
{
	char path[PATH_MAX], what[80];
	int log, ret;

	/* There is no last_error here: the reason is in the kernel's log. */
	snprintf(path, sizeof(path), CFS_DIR "/%s/%s", dir, attr);
	snprintf(what, sizeof(what), "%s=%.40s", attr, value);
	log = kmsg_open(ctx);
	ret = cfs_write(ctx, path, value);
	if (!ret)
		kmsg_close(log);
	else if (!kmsg_report(log, what))
		fail(what, NULL, "%s", strerror(-ret));
	return ret ? LPARADM_FAILED : LPARADM_OK;
}

int channel_write(const struct ctx *ctx, unsigned int id, const char *attr,
		  const char *value)
{
	char path[PATH_MAX], who[32], what[80], *why, *owner;
	int ret;

	snprintf(path, sizeof(path), CFS_DIR "/channels/%u/%s", id, attr);
	snprintf(who, sizeof(who), "channel %u", id);
	snprintf(what, sizeof(what), "%s=%.40s%s", attr, value,
		 strlen(value) > 40 ? "..." : "");
	ret = cfs_write(ctx, path, value);
	if (!ret)
		return LPARADM_OK;
	if (ret == -ENOENT && !cfs_exists(ctx, "%s", path))
		return fail(who, attr, "no such attribute");
	cfs_read(ctx, &why, CFS_DIR "/channels/%u/last_error", id);
	cfs_read(ctx, &owner, CFS_DIR "/channels/%u/owner", id);
	if (ret == -EBUSY && owner && *owner)
		fail(who, what, "%s; deactivate %s first",
		     why && *why ? why : strerror(-ret), owner);
	else
		fail(who, what, "%s",
		     why && *why && ret != -EACCES ? why : strerror(-ret));
	free(why);
	free(owner);
	return LPARADM_FAILED;
}

int not_loaded(void)
{
	return fail(NULL, NULL,
		    "there is no " CFS_DIR ": is lpar.ko loaded (lparadm load)?");
}

/* Whatever the locale calls a letter. */
static bool name_char(char c)
{
	return isascii(c) && (isalnum(c) || (c && strchr("-_.", c)));
}

bool lpar_name_valid(const char *name)
{
	size_t len = 0;

	while (name_char(name[len]))
		len++;
	return len && len < LPAR_NAME_LEN && !name[len] && *name != '.';
}

int lpar_name_check(const char *name)
{
	if (!*name || strchr(name, '/') || name[0] == '.')
		return usage_error("\"%s\" cannot be the name of an LPAR", name);
	if (strlen(name) >= LPAR_NAME_LEN)
		return usage_error("\"%s\" is longer than %d characters",
				   name, LPAR_NAME_LEN - 1);
	return LPARADM_OK;
}

int lpar_check(const struct ctx *ctx, const char *name)
{
	int ret = lpar_name_check(name);
	char made[HINT_MAX];

	if (ret)
		return ret;
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	if (!cfs_exists(ctx, CFS_DIR "/partitions/%s", name))
		return fail(name, NULL, "no such LPAR; %s",
			    hint_made(ctx, made, "partitions") ? made :
			    "\"lparadm define\" makes one");
	return LPARADM_OK;
}
