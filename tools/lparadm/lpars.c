// SPDX-License-Identifier: GPL-2.0
/*
 * The LPARs as sysfs and configfs show them.
 *
 * sysfs tells what is, and is asked first; what an LPAR that has no device
 * there would get is in configfs.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfs.h"
#include "lpars.h"
#include "parse.h"

static void copy_word(char *dst, size_t size, const char *src)
{
	snprintf(dst, size, "%.*s", (int)strcspn(src, " \t\n"), src);
}

static void read_number(const struct ctx *ctx, u64 *val, const char *name,
			const char *attr, const char *wanted)
{
	if (!cfs_read_size(ctx, val, CLASS_DIR "/%s/%s", name, attr))
		return;
	if (wanted &&
	    !cfs_read_size(ctx, val, CFS_DIR "/partitions/%s/%s", name, wanted))
		return;
	*val = UNKNOWN;
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

/* Entries of a directory that do not begin with a dot. */
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

static void read_lips(const struct ctx *ctx, struct lpar *l)
{
	char path[PATH_MAX];
	char *text;
	int n;

	if (!cfs_path(ctx, path, CLASS_DIR "/%s/lips", l->name)) {
		n = count_entries(path);
		if (n >= 0) {
			l->lips = (unsigned int)n;
			return;
		}
	}
	if (!cfs_read(ctx, &text, CFS_DIR "/partitions/%s/shares", l->name))
		l->lips = count_words(text);
	free(text);
}

static void read_lpar(const struct ctx *ctx, struct lpar *l)
{
	read_state(ctx, l);
	read_number(ctx, &l->number, l->name, "number", NULL);
	read_number(ctx, &l->origin, l->name, "ms_origin", "ms_origin");
	read_number(ctx, &l->size, l->name, "ms_size", "ms_size");
	read_number(ctx, &l->expansion, l->name, "ms_expansion", "ms_expansion");
	read_number(ctx, &l->free, l->name, "ms_free", NULL);
	read_number(ctx, &l->capped, l->name, "capped", "capped");
	read_number(ctx, &l->generation, l->name, "generation", "generation");
	read_lips(ctx, l);
}

static bool known(const struct lpar *v, int n, const char *name)
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
	while (n < LPARS_MAX && (de = readdir(dir))) {
		if (de->d_name[0] == '.' || known(v, n, de->d_name) ||
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

int lpars_read(const struct ctx *ctx, struct lpar v[LPARS_MAX])
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

int extents_read(const struct ctx *ctx, struct extent v[EXTENTS_MAX])
{
	char *text, *rest, *line;
	int n = 0, ret;

	ret = cfs_read(ctx, &text, CLASS_DIR "/storage_map");
	rest = text;
	while (!ret && n < EXTENTS_MAX && (line = next_line(&rest)))
		ret = parse_extent(line, &v[n++]);
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

int lips_read(const struct ctx *ctx, struct lip **v)
{
	char *text, *rest, *line;
	int n = 0, ret;

	*v = calloc(LIPS_MAX, sizeof(**v));
	if (!*v)
		return -ENOMEM;
	ret = cfs_read(ctx, &text, CLASS_DIR "/processor_table");
	rest = text;
	while (!ret && n < LIPS_MAX && (line = next_line(&rest)))
		ret = parse_lip(line, &(*v)[n++]);
	free(text);
	return ret ? ret : n;
}
