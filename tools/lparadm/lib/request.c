// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to lpar's attributes. Errors are printed in the module's own words, with a
 * suggestion if there is one.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hint.h"
#include "lib/request.h"

/* Print the module's reason and a suggestion. */
static void request_report(const struct ctx *ctx, const char *name, const char *what,
			   const char *attr, const char *value, int err)
{
	char add[HINT_MAX];
	bool more = hint_find(ctx, add, name, attr, value);
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
	/* These errors do not come from the module: last_error is older. */
	if (ret == -ENOENT && !cfs_exists(ctx, "%s", path))
		return fail(name, attr, "no such attribute");
	if (ret == -EACCES)
		fail(name, what, "%s", strerror(EACCES));
	else
		request_report(ctx, name, what, attr, value, ret);
	return LPARADM_FAILED;
}

int lpar_write(const struct ctx *ctx, const char *name, const char *attr,
	       const char *value)
{
	char what[80];

	/* A command line may be long; the beginning is enough. */
	snprintf(what, sizeof(what), "%s=%.40s%s", attr, value,
		 strlen(value) > 40 ? "..." : "");
	return lpar_command(ctx, name, what, attr, value);
}

int request_refused(const struct ctx *ctx, const char *dir, const char *who,
		    const char *what, int err)
{
	char *text = NULL;
	int ret;

	/* These errors do not come from the module: last_error is older. */
	if (err != EACCES && err != EPERM)
		cfs_read(ctx, &text, CFS_DIR "/%s/last_error", dir);
	ret = fail(who, what, "%s", text && *text ? text : strerror(err));
	free(text);
	return ret;
}

int pool_write(const struct ctx *ctx, const char *dir, const char *attr,
	       const char *value)
{
	char path[PATH_MAX], what[80];
	int ret;

	snprintf(path, sizeof(path), CFS_DIR "/%s/%s", dir, attr);
	snprintf(what, sizeof(what), "%s=%.40s", attr, value);
	ret = cfs_write(ctx, path, value);
	return ret ? request_refused(ctx, dir, what, NULL, -ret) : LPARADM_OK;
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
		    CFS_DIR " does not exist: load lpar.ko first (lparadm load)");
}

/* ASCII letters only, independent of the locale. */
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
		return usage_error("\"%s\" is not a valid LPAR name", name);
	if (strlen(name) >= LPAR_NAME_LEN)
		return usage_error("LPAR name \"%s\" is longer than %d characters",
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
			    "create one with \"lparadm define\"");
	return LPARADM_OK;
}
