// SPDX-License-Identifier: GPL-2.0
/*
 * Differences between the current and the saved configuration, and their cause.
 */
#include <stdio.h>
#include <string.h>

#include "lib/cfs.h"
#include "config/machine.h"

const struct partition *machine_changed_by(const struct machine *now,
					   const struct partition *p, int attr)
{
	for (int i = 0; p && i < now->n; i++) {
		const struct partition *r = &now->v[i];

		if (!*r->from)
			continue;
		/* An integration changes the receiver, the donor, and relocated LPARs. */
		if (r == p && attr >= 0 && attr < A_CAPPED)
			return r;
		if (!strcmp(r->from, p->name) && attr < 0 &&
		    !strcmp(p->state, LPAR_STATE_RELEASED))
			return r;
		if (r != p && attr == A_ORIGIN && machine_owns(p))
			return r;
	}
	return NULL;
}

bool machine_power_differs(const struct partition *p, const struct partition *w)
{
	return p->power != w->power ||
	       (!strcmp(p->state, LPAR_STATE_FAILED) && w->power == POWER_OPERATING);
}

/* Prefer an integration as the reason. */
static void tell_one(const struct machine *now, const struct partition *p,
		     const struct partition *w, char text[SAVED_TEXT])
{
	snprintf(text, SAVED_TEXT, "same");
	for (int i = -1; i < A_COUNT; i++) {
		const struct partition *by;

		if (i < 0 ? !machine_power_differs(p, w) :
			    !machine_differs(p, w, i, i + 1))
			continue;
		by = machine_changed_by(now, p, i);
		if (by) {
			snprintf(text, SAVED_TEXT, "%s into %s", by->from,
				 by->name);
			return;
		}
		snprintf(text, SAVED_TEXT, "differs");
	}
}

void machine_tell_saved(const struct machine *now, const struct machine *want,
			const char *name, char text[SAVED_TEXT])
{
	const struct partition *p = machine_find(now, name);
	const struct partition *w = machine_find(want, name);

	if (p && w)
		tell_one(now, p, w, text);
	else
		snprintf(text, SAVED_TEXT, "new");
}

bool machine_read_usual(const struct ctx *ctx, struct machine *m)
{
	char file[PATH_MAX];

	memset(m, 0, sizeof(*m));
	return cfs_exists(ctx, "%s", MACHINE_FILE) &&
	       !machine_usual_file(ctx, file) && !machine_read_file(m, file);
}
