// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot of everything that the frame shows.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/event-row.h"
#include "frame/snap.h"

static void *snap_must(void *p)
{
	if (!p)
		errx(LPARADM_FAILED, "out of memory");
	return p;
}

static void past_free(struct past *p)
{
	used_free(&p->used);
	free(p->lips);
	p->lips = NULL;
}

static void past_read(const struct ctx *ctx, struct past *p,
		      const struct maps *m)
{
	size_t n = (size_t)m->nlips + 1;

	p->lips = snap_must(calloc(n, sizeof(*p->lips)));
	memcpy(p->lips, m->lips, (size_t)m->nlips * sizeof(*p->lips));
	snap_must(used_read(ctx, &p->used, p->lips, m->nlips) ? NULL : p);
}

/* The older of the two is at least one interval old, except at first. */
static void read_used(const struct ctx *ctx, struct snap *s, struct history *h,
		      bool tick)
{
	struct past now = { 0 };
	size_t n = (size_t)s->m.nlips + 1;

	s->used = snap_must(calloc(n, sizeof(*s->used)));
	s->steal = snap_must(calloc(n, sizeof(*s->steal)));
	past_read(ctx, &now, &s->m);
	used_between(&h->v[0].used, &now.used, s->used, s->steal);
	if (!tick) {
		past_free(&now);
		return;
	}
	if (h->v[1].lips) {
		past_free(&h->v[0]);
		h->v[0] = h->v[1];
		h->v[1] = now;
	} else if (h->v[0].lips) {
		h->v[1] = now;
	} else {
		h->v[0] = now;
	}
}

static void read_errors(const struct ctx *ctx, struct snap *s)
{
	for (int i = 0; i < s->nlpars; i++) {
		char *text;

		if (strcmp(s->lpars[i].state, LPAR_STATE_FAILED))
			continue;
		cfs_read(ctx, &text, CFS_DIR "/partitions/%s/last_error",
			 s->lpars[i].name);
		snprintf(s->error[i], sizeof(s->error[i]), "%s",
			 text ? text : "");
		free(text);
	}
}

static void read_maps(const struct ctx *ctx, struct maps *m)
{
	char *text;

	m->nms = extents_read(ctx, m->ms, &m->cut);
	if (m->nms < 0)
		m->nms = 0;
	m->nlips = lips_read(ctx, &m->lips);
	if (m->nlips < 0)
		m->nlips = 0;
	if (!cfs_read(ctx, &text, CFS_DIR "/processors/online"))
		parse_cpulist(text, &m->online);
	free(text);
}

struct snap *snap_read(const struct ctx *ctx, struct history *h, bool tick)
{
	struct snap *s = snap_must(calloc(1, sizeof(*s)));
	char time[256];

	event_time(ctx, time);
	snprintf(s->time, sizeof(s->time), "%.8s", time);
	s->loaded = cfs_exists(ctx, CFS_DIR);
	s->nlpars = lpars_read(ctx, s->lpars);
	if (s->nlpars < 0)
		s->nlpars = 0;
	read_errors(ctx, s);
	read_maps(ctx, &s->m);
	read_used(ctx, s, h, tick);
	s->nchannels = channels_read(ctx, &s->channels);
	return s;
}

void snap_free(struct snap *s)
{
	if (!s)
		return;
	maps_free(&s->m);
	channels_free(s->channels, s->nchannels);
	free(s->used);
	free(s->steal);
	free(s);
}

void history_free(struct history *h)
{
	past_free(&h->v[0]);
	past_free(&h->v[1]);
}

const struct lpar *snap_find(const struct snap *s, const char *name)
{
	for (int i = 0; i < s->nlpars; i++)
		if (!strcmp(s->lpars[i].name, name))
			return &s->lpars[i];
	return NULL;
}

u64 snap_pool(const struct maps *m, u64 *free_bytes)
{
	u64 end = 0;

	*free_bytes = 0;
	for (int i = 0; i < m->nms; i++) {
		if (!m->ms[i].name[0])
			*free_bytes += m->ms[i].size;
		if (m->ms[i].origin + m->ms[i].size > end)
			end = m->ms[i].origin + m->ms[i].size;
	}
	return end;
}
