// SPDX-License-Identifier: GPL-2.0
/*
 * Operands of the form KEY=VALUE.
 *
 * The kernel checks the values. Misspelt keys are found here, before anything is
 * written.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/names.h"
#include "lib/keys.h"

static const struct known {
	const char *name;
	const char *dir;
	bool file;	/* a file name; the kernel requires an absolute path */
	const char *help;
} lpar_keys[] = {
	{ "ms_origin", NULL, false, "start of its main storage in the pool, e.g. 512M" },
	{ "ms_size", NULL, false, "size of its main storage" },
	{ "ms_expansion", NULL, false, "how much it may grow while it runs" },
	{ "es_size", NULL, false, "size of its expanded storage" },
	{ "shares", NULL, false, "CPU:PERCENT for each LIP, e.g. \"1:100 2:50\"" },
	{ "channels", NULL, false, "ids of its channels, e.g. \"0 3\"" },
	{ "capped", NULL, false, "1: a share is an upper limit, too; 0: it is not" },
	{ "notify", NULL, false, "auto or manual: notify the guest of what it receives" },
	{ "memory_block", NULL, false, "auto, or the guest's memory block size, e.g. 128M" },
	{ "on_reset", NULL, false, "after a reset by the guest: restart, keep or fail" },
	{ "on_triple_fault", NULL, false, "after a triple fault: restart, keep or fail" },
	{ "on_panic", NULL, false, "after a panic of the guest's kernel: restart, keep or fail" },
	{ "uuid", NULL, false, "of the guest's machine; random by default" },
	{ "kernel", NULL, true, "file: a bzImage or an ELF file" },
	{ "initrd", NULL, true, "file; empty for none" },
	{ "cmdline", NULL, false, "command line of the kernel" },
}, pool_keys[] = {
	{ "ms_size", "storage", false, "pool of main storage, e.g. 1G or 1G@0x100000000" },
	{ "es_size", "storage", false, "pool of expanded storage" },
	{ "online", "processors", false, "CPUs of the monitor, e.g. 1-4,7" },
	{ "period_us", "processors", false, "accounting period in us, 1000 to 1000000" },
};

struct keyset {
	const struct known *v;
	size_t n;
	const char *dir;	/* only the keys of this directory; NULL: an LPAR's */
	const char *who;	/* for messages: the LPAR, or dir */
};

static bool keyset_has(const struct keyset *set, const struct known *k)
{
	return !set->dir || !strcmp(set->dir, k->dir);
}

static const struct known *keyset_find(const struct keyset *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (keyset_has(set, &set->v[i]) && !strcmp(set->v[i].name, name))
			return &set->v[i];
	return NULL;
}

static int keyset_unknown(const struct keyset *set, const char *name)
{
	char names[NAMES_MAX] = "";

	for (size_t i = 0; i < set->n; i++)
		if (keyset_has(set, &set->v[i]))
			names_add(names, set->v[i].name);
	return usage_error("%s: unknown key %s; known keys: %s", set->who, name,
			   names);
}

/* An empty value means "none", also for a file. */
static char *copy_value(const struct keyset *set, const struct known *k,
			const char *value)
{
	char *copy;

	if (k->file && *value) {
		copy = realpath(value, NULL);
		if (!copy)
			fail(set->who, NULL, "%s=%s: %s", k->name, value,
			     strerror(errno));
		return copy;
	}
	copy = strdup(value);
	if (!copy)
		fail(set->who, k->name, "out of memory");
	return copy;
}

static int keyset_parse(const struct keyset *set, char *arg, struct key *key)
{
	char *eq = strchr(arg, '=');
	const struct known *k;

	if (eq)
		*eq = '\0';
	k = keyset_find(set, arg);
	if (!k)
		return keyset_unknown(set, arg);
	if (!eq)
		return usage_error("%s: \"%s\" is not KEY=VALUE", set->who, arg);
	key->name = k->name;
	key->dir = k->dir;
	key->value = copy_value(set, k, eq + 1);
	return key->value ? LPARADM_OK : LPARADM_FAILED;
}

static int keyset_parse_all(const struct keyset *set, int argc, char **argv,
			    struct key **keys)
{
	int ret = LPARADM_OK;

	*keys = calloc((size_t)argc + 1, sizeof(**keys));
	if (!*keys)
		return fail(NULL, NULL, "out of memory");
	for (int i = 0; i < argc && !ret; i++)
		ret = keyset_parse(set, argv[i], &(*keys)[i]);
	if (ret)
		keys_free(*keys, argc);
	return ret;
}

int keys_lpar(const char *name, int argc, char **argv, struct key **keys)
{
	struct keyset set = { lpar_keys, ARRAY_SIZE(lpar_keys), NULL, name };

	return keyset_parse_all(&set, argc, argv, keys);
}

int keys_pool(const char *dir, int argc, char **argv, struct key **keys)
{
	struct keyset set = { pool_keys, ARRAY_SIZE(pool_keys), dir, dir };

	return keyset_parse_all(&set, argc, argv, keys);
}

static void print_keys(const struct keyset *set)
{
	printf("Keys:\n");
	for (size_t i = 0; i < set->n; i++)
		if (keyset_has(set, &set->v[i]))
			printf(" %-15s %s\n", set->v[i].name, set->v[i].help);
}

void keys_print_lpar(void)
{
	print_keys(&(struct keyset){ .v = lpar_keys, .n = ARRAY_SIZE(lpar_keys) });
}

void keys_print_storage(void)
{
	print_keys(&(struct keyset){ .v = pool_keys, .n = ARRAY_SIZE(pool_keys),
		   .dir = "storage" });
}

void keys_print_processors(void)
{
	print_keys(&(struct keyset){ .v = pool_keys, .n = ARRAY_SIZE(pool_keys),
		   .dir = "processors" });
}

void keys_free(struct key *keys, int n)
{
	for (int i = 0; i < n; i++)
		free(keys[i].value);
	free(keys);
}

int keys_write_lpar(const struct ctx *ctx, const char *name,
		    const struct key *keys, int n)
{
	for (int i = 0; i < n; i++)
		if (lpar_write(ctx, name, keys[i].name, keys[i].value))
			return i ? LPARADM_PARTIAL : LPARADM_FAILED;
	return LPARADM_OK;
}

int keys_write_pool(const struct ctx *ctx, const struct key *keys, int n)
{
	for (int i = 0; i < n; i++)
		if (pool_write(ctx, keys[i].dir, keys[i].name, keys[i].value))
			return i ? LPARADM_PARTIAL : LPARADM_FAILED;
	return LPARADM_OK;
}
