// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration: reading and comparing it.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "config/machine.h"

const struct machine_key machine_attrs[A_COUNT] = {
	[A_ORIGIN]	= { "ms_origin", NULL, "0" },
	[A_SIZE]	= { "ms_size", NULL, "0" },
	[A_EXPANSION]	= { "ms_expansion", NULL, "0" },
	[A_ES]		= { "es_size", NULL, "0" },
	[A_SHARES]	= { "shares", NULL, "" },
	[A_CHANNELS]	= { "channels", NULL, "" },
	[A_CAPPED]	= { "capped", NULL, "1" },
	[A_NOTIFY]	= { "notify", NULL, "auto" },
	[A_MEMORY_BLOCK] = { "memory_block", NULL, "auto" },
	[A_ON_RESET]	= { "on_reset", NULL, "restart" },
	[A_ON_TRIPLE_FAULT] = { "on_triple_fault", NULL, "fail" },
	[A_ON_PANIC]	= { "on_panic", NULL, "fail" },
	[A_UUID]	= { "uuid", NULL, NULL },
	[A_KERNEL]	= { "kernel", NULL, "" },
	[A_INITRD]	= { "initrd", NULL, "" },
	[A_CMDLINE]	= { "cmdline", NULL, "" },
};

const struct machine_key machine_pool[P_COUNT] = {
	[P_SIZE]	= { "ms_size", "storage", "0" },
	[P_ES]		= { "es_size", "storage", "0" },
	[P_ONLINE]	= { "online", "processors", "" },
	[P_PERIOD]	= { "period_us", "processors", "10000" },
};

const char * const machine_powers[POWER_COUNT] = {
	"defined", "active", "operating",
};

/* "1:100, 2:50" and "1:100 2:50" are the same value; likewise for channels. */
static char *join_words(const char *text)
{
	char *copy = strdup(text), *out = calloc(1, strlen(text) + 1);
	char *rest = copy, *word;

	if (!copy || !out)
		errx(LPARADM_FAILED, "out of memory");
	for (char *c = copy; *c; c++)
		if (*c == ',')
			*c = ' ';
	while ((word = next_word(&rest))) {
		if (*out)
			strcat(out, " ");
		strcat(out, word);
	}
	free(copy);
	return out;
}

static bool is_size(const char *key)
{
	return !strncmp(key, "ms_", 3) || !strcmp(key, "es_size");
}

void machine_set(struct value *v, const struct machine_key *key,
		 const char *text)
{
	char size[SIZE_TEXT];
	u64 bytes;

	if (!text)
		text = key->usual ? key->usual : "";
	if (is_size(key->name) && !parse_size(text, &bytes)) {
		format_size(size, bytes);
		text = size;
	}
	free(v->text);
	v->text = !strcmp(key->name, "shares") || !strcmp(key->name, "channels") ?
		  join_words(text) : strdup(text);
	if (!v->text)
		errx(LPARADM_FAILED, "out of memory");
}

static enum power power_of(const char *state)
{
	if (!strcmp(state, LPAR_STATE_OPERATING))
		return POWER_OPERATING;
	if (!strcmp(state, LPAR_STATE_DEFINED) || !strcmp(state, LPAR_STATE_RELEASED))
		return POWER_DEFINED;
	return POWER_ACTIVE;
}

/* "LPAR2 into LPAR1: ok" */
static void read_from(const struct ctx *ctx, struct partition *p)
{
	char donor[LPAR_NAME_LEN], receiver[LPAR_NAME_LEN];
	char *text;

	if (!cfs_read(ctx, &text, CFS_DIR "/partitions/%s/integrate", p->name) &&
	    sscanf(text, "%31s into %31[^:]: ok", donor, receiver) == 2 &&
	    strstr(text, ": ok"))
		snprintf(p->from, sizeof(p->from), "%s", donor);
	free(text);
}

static void read_partition(const struct ctx *ctx, struct partition *p,
			   const struct lpar *l)
{
	memcpy(p->name, l->name, sizeof(p->name));
	memcpy(p->state, l->state, sizeof(p->state));
	p->power = power_of(l->state);
	for (int i = 0; i < A_COUNT; i++) {
		char *text;

		cfs_read(ctx, &text, CFS_DIR "/partitions/%s/%s", p->name,
			 machine_attrs[i].name);
		machine_set(&p->attr[i], &machine_attrs[i], text);
		free(text);
	}
	read_from(ctx, p);
}

int machine_read(const struct ctx *ctx, struct machine *m)
{
	struct lpar v[LPAR_MAX_PARTS];

	memset(m, 0, sizeof(*m));
	if (!cfs_exists(ctx, CFS_DIR))
		return not_loaded();
	for (int i = 0; i < P_COUNT; i++) {
		char *text;

		cfs_read(ctx, &text, CFS_DIR "/%s/%s", machine_pool[i].dir,
			 machine_pool[i].name);
		machine_set(&m->pool[i], &machine_pool[i], text);
		free(text);
	}
	m->nchannels = channels_read(ctx, &m->channels);
	m->n = lpars_read(ctx, v);
	for (int i = 0; i < m->n; i++)
		read_partition(ctx, &m->v[i], &v[i]);
	return LPARADM_OK;
}

int machine_usual_file(const struct ctx *ctx, char path[PATH_MAX])
{
	int ret = cfs_path(ctx, path, "%s", MACHINE_FILE);

	return ret ? fail(MACHINE_FILE, NULL, "%s", strerror(-ret)) : LPARADM_OK;
}

void machine_free(struct machine *m)
{
	for (int i = 0; i < P_COUNT; i++)
		free(m->pool[i].text);
	for (int i = 0; i < m->n; i++)
		for (int k = 0; k < A_COUNT; k++)
			free(m->v[i].attr[k].text);
	m->n = 0;
	channels_free(m->channels, m->nchannels);
	m->channels = NULL;
	m->nchannels = 0;
}

const struct partition *machine_find(const struct machine *m, const char *name)
{
	for (int i = 0; i < m->n; i++)
		if (!strcmp(m->v[i].name, name))
			return &m->v[i];
	return NULL;
}

bool machine_owns(const struct partition *p)
{
	return p->power != POWER_DEFINED;
}

bool machine_attr_differs(const struct partition *p, const struct partition *w, int i)
{
	if (!machine_attrs[i].usual && !*w->attr[i].text)
		return false;
	return strcmp(p->attr[i].text, w->attr[i].text);
}

bool machine_differs(const struct partition *a, const struct partition *b,
		     int from, int to)
{
	for (int i = from; i < to; i++)
		if (machine_attr_differs(a, b, i))
			return true;
	return false;
}

bool machine_pool_differs(const struct machine *a, const struct machine *b)
{
	for (int i = 0; i < P_COUNT; i++)
		if (strcmp(a->pool[i].text, b->pool[i].text))
			return true;
	return false;
}
