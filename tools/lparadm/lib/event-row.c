// SPDX-License-Identifier: GPL-2.0
/*
 * An event as texts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cfs.h"
#include "lib/event-row.h"

static void set_detail(const struct ctx *ctx, const struct uevent *e,
		       char text[256])
{
	const char *attr = strstr(e->changed, "integrate") ? "integrate" :
			   strstr(e->changed, "move") ? "move" :
			   strstr(e->changed, "panic") || !strcmp(e->state, LPAR_STATE_FAILED) ?
			   "last_error" : NULL;
	char *all;

	if (!attr || cfs_read(ctx, &all, CFS_DIR "/partitions/%s/%s", e->name,
			      attr))
		return;
	snprintf(text, 256, "%.*s", (int)strcspn(all, "\n"), all);
	free(all);
}

void event_time(const struct ctx *ctx, char text[256])
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	n = strftime(text, 256, ctx->tab.json ? "%s" : "%T", &tm);
	snprintf(text + n, 256 - n, ".%03ld", ts.tv_nsec / 1000000);
}

void event_fill(const struct ctx *ctx, const struct uevent *e,
		struct event_row *r)
{
	memset(r, 0, sizeof(*r));
	event_time(ctx, r->cell[EVENT_TIME]);
	snprintf(r->cell[EVENT_LPAR], 256, "%s", e->name);
	snprintf(r->cell[EVENT_ACTION], 256, "%s", e->action);
	snprintf(r->cell[EVENT_STATE], 256, "%s", e->state);
	snprintf(r->cell[EVENT_CHANGED], 256, "%s", e->changed);
	set_detail(ctx, e, r->cell[EVENT_DETAIL]);
}
