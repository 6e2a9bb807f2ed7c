// SPDX-License-Identifier: GPL-2.0
/*
 * The LPARs as sysfs and configfs show them.
 *
 * sysfs has the current values; configfs has those that an LPAR in state defined would
 * get.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/lpars.h"
#include "lib/parse.h"

static void copy_word(char *dst, size_t size, const char *src)
{
	snprintf(dst, size, "%.*s", (int)strcspn(src, " \t\n"), src);
}

static void read_is(const struct ctx *ctx, u64 *val, const struct lpar *l,
		    const char *attr)
{
	if (cfs_read_size(ctx, val, CLASS_DIR "/%s/%s", l->name, attr))
		*val = UNKNOWN;
}

static bool only_defined(const struct lpar *l)
{
	return !strcmp(l->state, LPAR_STATE_DEFINED);
}

/* An LPAR in state defined owns nothing: read what it would get. */
static void read_ms(const struct ctx *ctx, u64 *val, const struct lpar *l,
		    const char *attr)
{
	if (!only_defined(l) ||
	    cfs_read_size(ctx, val, CFS_DIR "/partitions/%s/%s", l->name, attr))
		read_is(ctx, val, l, attr);
}

static void read_state(const struct ctx *ctx, struct lpar *l)
{
	char *text;

	if (cfs_read(ctx, &text, CLASS_DIR "/%s/state", l->name) &&
	    cfs_read(ctx, &text, CFS_DIR "/partitions/%s/state", l->name))
		snprintf(l->state, sizeof(l->state), "?");
	else
		copy_word(l->state, sizeof(l->state), text);
	free(text);
}

/* Count the entries of a directory that do not begin with a dot. */
static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	int n = 0;

	if (!dir)
		return -errno;
	while ((de = readdir(dir)))
		n += de->d_name[0] != '.';
	closedir(dir);
	return n;
}

static unsigned int count_words(char *text)
{
	unsigned int n = 0;

	while (next_word(&text))
		n++;
	return n;
}

static unsigned int lips_wanted(const struct ctx *ctx, const struct lpar *l)
{
	unsigned int n = 0;
	char *text;

	if (!cfs_read(ctx, &text, CFS_DIR "/partitions/%s/shares", l->name))
		n = count_words(text);
	free(text);
	return n;
}

static unsigned int lips_there(const struct ctx *ctx, const struct lpar *l)
{
	char path[PATH_MAX];
	int n;

	if (cfs_path(ctx, path, CLASS_DIR "/%s/lips", l->name))
		return 0;
	n = count_entries(path);
	return n < 0 ? 0 : (unsigned int)n;
}

static void read_lpar(const struct ctx *ctx, struct lpar *l)
{
	read_state(ctx, l);
	read_is(ctx, &l->number, l, "number");
	read_ms(ctx, &l->origin, l, "ms_origin");
	read_ms(ctx, &l->size, l, "ms_size");
	read_ms(ctx, &l->expansion, l, "ms_expansion");
	read_ms(ctx, &l->es, l, "es_size");
	read_is(ctx, &l->free, l, "ms_free");
	read_is(ctx, &l->capped, l, "capped");
	read_is(ctx, &l->generation, l, "generation");
	l->lips = only_defined(l) ? lips_wanted(ctx, l) : lips_there(ctx, l);
}

static bool is_known(const struct lpar *v, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return true;
	return false;
}

/* Add the names of directories below @where that hold the file @mark. */
static int add_names(const struct ctx *ctx, struct lpar *v, int n,
		     const char *where, const char *mark)
{
	char path[PATH_MAX];
	struct dirent *de;
	DIR *dir;

	if (cfs_path(ctx, path, "%s", where))
		return n;
	dir = opendir(path);
	if (!dir)
		return n;
	while (n < LPAR_MAX_PARTS && (de = readdir(dir))) {
		if (de->d_name[0] == '.' || is_known(v, n, de->d_name) ||
		    strlen(de->d_name) >= sizeof(v[n].name) ||
		    !cfs_exists(ctx, "%s/%s/%s", where, de->d_name, mark))
			continue;
		memset(&v[n], 0, sizeof(v[n]));
		copy_word(v[n].name, sizeof(v[n].name), de->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

static int by_number(const void *a, const void *b)
{
	const struct lpar *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strverscmp(x->name, y->name);
}

int lpars_read(const struct ctx *ctx, struct lpar v[LPAR_MAX_PARTS])
{
	int n = 0;

	if (!cfs_exists(ctx, CLASS_DIR) && !cfs_exists(ctx, CFS_DIR))
		return -ENOENT;
	n = add_names(ctx, v, n, CLASS_DIR, "number");
	n = add_names(ctx, v, n, CFS_DIR "/partitions", "ms_size");
	for (int i = 0; i < n; i++)
		read_lpar(ctx, &v[i]);
	qsort(v, (size_t)n, sizeof(*v), by_number);
	return n;
}

static int parse_extent(char *line, struct extent *e)
{
	char *origin = next_word(&line), *size = next_word(&line);
	char *expansion = next_word(&line), *name = next_word(&line);

	if (!name || parse_size(origin, &e->origin) ||
	    parse_size(size, &e->size) || parse_size(expansion, &e->expansion))
		return -EPROTO;
	copy_word(e->name, sizeof(e->name), strcmp(name, "-free-") ? name : "");
	return 0;
}

static int by_origin(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

/* The last line of a table that did not fit into a page. */
static bool is_cut(const char *line)
{
	return !strcmp(line, "...");
}

int extents_read(const struct ctx *ctx, struct extent v[EXTENTS_MAX],
		 bool *cut)
{
	char *text, *rest, *line;
	int n = 0, ret;

	*cut = false;
	ret = cfs_read(ctx, &text, CLASS_DIR "/storage_map");
	rest = text;
	while (!ret && n < EXTENTS_MAX && (line = next_line(&rest))) {
		*cut = is_cut(line);
		if (!*cut)
			ret = parse_extent(line, &v[n++]);
	}
	free(text);
	if (ret)
		return ret;
	qsort(v, (size_t)n, sizeof(*v), by_origin);
	return n;
}

static int parse_lip(char *line, struct lip *l)
{
	char *pcpu = next_word(&line), *name = next_word(&line);
	char *lip = next_word(&line), *percent = next_word(&line);
	u64 a, b, c;

	if (!percent || parse_u64(pcpu, &a) || parse_u64(lip, &b) ||
	    parse_u64(percent, &c) || a >= MAX_CPUS || b >= LIPS_MAX || c > 100)
		return -EPROTO;
	l->pcpu = (unsigned int)a;
	l->lip = (unsigned int)b;
	l->percent = (unsigned int)c;
	copy_word(l->name, sizeof(l->name), name);
	return 0;
}

static int lips_from_table(char *text, struct lip *v)
{
	char *line;
	int n = 0, ret;

	while (n < LIPS_MAX && (line = next_line(&text))) {
		if (is_cut(line))
			return -E2BIG;
		ret = parse_lip(line, &v[n++]);
		if (ret)
			return ret;
	}
	return n;
}

static int lips_of_lpar(const struct ctx *ctx, const char *name, struct lip *v)
{
	u64 pcpu, share;
	int n = 0;

	for (unsigned int id = 0; id < LIPS_MAX / LPAR_MAX_PARTS; id++) {
		if (cfs_read_size(ctx, &pcpu, CLASS_DIR "/%s/lips/%u/pcpu",
				  name, id) ||
		    cfs_read_size(ctx, &share, CLASS_DIR "/%s/lips/%u/share",
				  name, id) || pcpu >= MAX_CPUS)
			continue;
		v[n].pcpu = (unsigned int)pcpu;
		v[n].percent = (unsigned int)share;
		v[n].lip = id;
		copy_word(v[n++].name, sizeof(v->name), name);
	}
	return n;
}

/* Complete, but unlike the table not a consistent snapshot. */
static int lips_from_lpars(const struct ctx *ctx, struct lip *v)
{
	struct lpar lpars[LPAR_MAX_PARTS];
	int nlpars = lpars_read(ctx, lpars), n = 0;

	for (int i = 0; i < nlpars; i++)
		n += lips_of_lpar(ctx, lpars[i].name, v + n);
	return n;
}

int lips_read(const struct ctx *ctx, struct lip **v)
{
	char *text;
	int ret;

	*v = calloc(LIPS_MAX, sizeof(**v));
	if (!*v)
		return -ENOMEM;
	ret = cfs_read(ctx, &text, CLASS_DIR "/processor_table");
	if (!ret)
		ret = lips_from_table(text, *v);
	if (ret == -E2BIG)
		ret = lips_from_lpars(ctx, *v);
	free(text);
	return ret;
}
