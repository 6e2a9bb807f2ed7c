// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of VM exits, by reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/exits.h"

/* Lines of "<kind> <count>". */
static void exits_parse(char *text, struct exits *e)
{
	char *line;

	e->n = 0;
	while (e->n < KINDS_MAX && (line = next_line(&text)))
		if (sscanf(line, "%23s %llu", e->v[e->n].name,
			   &e->v[e->n].count) == 2)
			e->n++;
}

void exits_read(const struct ctx *ctx, struct exits *e, const char *name,
		unsigned int lip)
{
	char *text;

	snprintf(e->lpar, sizeof(e->lpar), "%s", name);
	e->lip = lip;
	if (lip == EXITS_OF_ALL)
		cfs_read(ctx, &text, CLASS_DIR "/%s/exits", name);
	else
		cfs_read(ctx, &text, CLASS_DIR "/%s/lips/%u/exits", name, lip);
	exits_parse(text, e);
	free(text);
}

static u64 count_of(const struct exits *e, const char *name)
{
	for (int i = 0; i < e->n; i++)
		if (!strcmp(e->v[i].name, name))
			return e->v[i].count;
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct kind *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

/* A counter that was reset meanwhile counts as 0. */
void exits_between(const struct exits *a, const struct exits *b,
		   struct exits *d)
{
	*d = *b;
	for (int i = 0; i < d->n; i++) {
		u64 old = count_of(a, d->v[i].name);

		d->v[i].count = d->v[i].count < old ? 0 : d->v[i].count - old;
	}
	qsort(d->v, (size_t)d->n, sizeof(*d->v), by_count);
	while (d->n && !d->v[d->n - 1].count)
		d->n--;
}
