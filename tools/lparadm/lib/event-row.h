/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as texts.
 */
#ifndef LPARADM_EVENT_ROW_H
#define LPARADM_EVENT_ROW_H

#include "lib/cmd.h"
#include "lib/uevent.h"

enum {
	EVENT_TIME, EVENT_LPAR, EVENT_ACTION, EVENT_STATE, EVENT_CHANGED,
	EVENT_DETAIL,
	EVENT_CELLS
};

struct event_row {
	char cell[EVENT_CELLS][256];
};

/* Fill in the current time, and look up the detail. Cells without a value are "". */
void event_fill(const struct ctx *ctx, const struct uevent *e,
		struct event_row *r);

/* The time of day; with --json seconds since 1970. */
void event_time(const struct ctx *ctx, char text[256]);

#endif
