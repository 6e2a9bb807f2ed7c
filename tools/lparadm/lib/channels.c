// SPDX-License-Identifier: GPL-2.0
/*
 * Channels as configfs shows them: every file of the directory is an attribute.
 * Those that can be set are listed here, as in Documentation/ABI.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cfs.h"
#include "lib/channels.h"

/* The type decides what the rest means; others decide how a source is opened. */
static const struct key {
	const char *name;
	const char *type;	/* the only one that has it; NULL: all do */
	int rank;
} keys[] = {
	{ "type", NULL, 0 },
	{ "direct", "block", 1 },
	{ "readonly", "block", 1 },
	{ "link", "net", 2 },
	{ "mac", "net", 2 },
	{ "serial", "block", 2 },
	{ "source", NULL, 2 },
};

bool channel_type_known(const char *type)
{
	static const char * const types[] = { CHANNEL_TYPE_NEW, "net", "pci" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i], type))
			return true;
	return false;
}

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static bool of_type(const struct key *key, const char *type)
{
	return !type || !key->type || !strcmp(key->type, type);
}

bool channel_has_key(const char *type, const char *name)
{
	const struct key *key = find_key(name);

	return key && of_type(key, type);
}

void channel_keys(char text[CHANNEL_KEYS_TEXT], const char *type)
{
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (of_type(&keys[i], type))
			len += (size_t)snprintf(text + len, CHANNEL_KEYS_TEXT - len,
						"%s%s", len ? ", " : "", keys[i].name);
}

int channel_attr_rank(const char *name)
{
	const struct key *key = find_key(name);

	return key ? key->rank : CHANNEL_RANKS - 1;
}

static int by_rank(const struct dirent **a, const struct dirent **b)
{
	int order = channel_attr_rank((*a)->d_name) -
		    channel_attr_rank((*b)->d_name);

	return order ? order : strcmp((*a)->d_name, (*b)->d_name);
}

int channel_set(struct channel *c, const char *name, const char *value,
		unsigned int line)
{
	struct channel_attr *a = &c->attr[c->n];

	if (c->n == CHANNEL_ATTRS)
		return -ENOSPC;
	if (strlen(name) >= sizeof(a->name))
		return -ENAMETOOLONG;
	snprintf(a->name, sizeof(a->name), "%s", name);
	a->line = line;
	a->value = strdup(value);
	if (!a->value)
		errx(LPARADM_FAILED, "out of memory");
	c->n++;
	return 0;
}

const char *channel_get(const struct channel *c, const char *name)
{
	for (int i = 0; i < c->n; i++)
		if (!strcmp(c->attr[i].name, name))
			return c->attr[i].value;
	return NULL;
}

void channel_free(struct channel *c)
{
	for (int i = 0; i < c->n; i++)
		free(c->attr[i].value);
	c->n = 0;
}

void channel_read(const struct ctx *ctx, struct channel *c)
{
	char path[PATH_MAX], *value;
	struct dirent **v;
	int n;

	if (cfs_path(ctx, path, CHANNELS_DIR "/%u", c->id))
		return;
	n = scandir(path, &v, cfs_visible, by_rank);
	for (int i = 0; i < n; i++) {
		if (!cfs_read(ctx, &value, CHANNELS_DIR "/%u/%s", c->id,
			      v[i]->d_name))
			channel_set(c, v[i]->d_name, value, 0);
		free(value);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
}

int channel_id(const char *text, unsigned int *id)
{
	u64 val;

	if (parse_u64(text, &val) || val >= LPAR_MAX_CHANNELS ||
	    (*text == '0' && text[1]))
		return -EINVAL;
	*id = (unsigned int)val;
	return 0;
}

bool channel_listed(const char *list, unsigned int id)
{
	char *copy = strdup(list), *rest = copy, *word;
	unsigned int one;
	bool found = false;

	if (!copy)
		errx(LPARADM_FAILED, "out of memory");
	while ((word = next_word(&rest)))
		found |= !channel_id(word, &one) && one == id;
	free(copy);
	return found;
}

static int is_channel(const struct dirent *de)
{
	unsigned int id;

	return !channel_id(de->d_name, &id);
}

int channels_read(const struct ctx *ctx, struct channel **v)
{
	struct dirent **dirs;
	char path[PATH_MAX];
	int n = -1;

	if (!cfs_path(ctx, path, CHANNELS_DIR))
		n = scandir(path, &dirs, is_channel, versionsort);
	*v = calloc(n > 0 ? (size_t)n : 1, sizeof(**v));
	if (!*v)
		errx(LPARADM_FAILED, "out of memory");
	for (int i = 0; i < n; i++) {
		channel_id(dirs[i]->d_name, &(*v)[i].id);
		channel_read(ctx, &(*v)[i]);
		free(dirs[i]);
	}
	if (n >= 0)
		free(dirs);
	return n > 0 ? n : 0;
}

void channels_free(struct channel *v, int n)
{
	for (int i = 0; i < n; i++)
		channel_free(&v[i]);
	free(v);
}

const struct channel *channels_find(const struct channel *v, int n,
				    unsigned int id)
{
	for (int i = 0; i < n; i++)
		if (v[i].id == id)
			return &v[i];
	return NULL;
}
