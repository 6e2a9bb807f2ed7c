// SPDX-License-Identifier: GPL-2.0
/*
 * Describing what a verb of the frame will do. The kernel decides; this is shown
 * before the user is asked.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "frame/power-plan.h"
#include "lib/hint.h"
#include "lib/power.h"

/* Groups of attributes that a verb is concerned with. */
enum { RESOURCES = 1 << 0, IMAGES = 1 << 1 };

static const struct {
	const char *verb;
	unsigned int about;
} about[] = {
	{ "activate", RESOURCES },
	{ "deactivate", RESOURCES },
	{ "ipl", IMAGES },
	{ "reset", IMAGES },
};

static const struct {
	const char *attr;
	unsigned int group;
} attrs[] = {
	{ "ms_origin", RESOURCES },
	{ "ms_size", RESOURCES },
	{ "ms_expansion", RESOURCES },
	{ "es_size", RESOURCES },
	{ "shares", RESOURCES },
	{ "capped", RESOURCES },
	{ "channels", RESOURCES },
	{ "kernel", IMAGES },
	{ "initrd", IMAGES },
	{ "cmdline", IMAGES },
};

static unsigned int is_about(const char *verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(about); i++)
		if (!strcmp(about[i].verb, verb))
			return about[i].about;
	return 0;
}

static void print_attrs(const struct ctx *ctx, FILE *f, const char *name,
			unsigned int group)
{
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		char *text;

		if (!(attrs[i].group & group))
			continue;
		cfs_read(ctx, &text, CFS_DIR "/partitions/%s/%s", name,
			 attrs[i].attr);
		if (text && *text)
			fprintf(f, "  %-13s %s\n", attrs[i].attr, text);
		free(text);
	}
}

char *power_plan(const struct ctx *ctx, const char *verb, const char *name,
		 bool *possible)
{
	const struct power_verb *v = power_find(verb);
	char *state, *text = NULL, why[HINT_MAX];
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		errx(LPARADM_FAILED, "out of memory");
	cfs_read(ctx, &state, CFS_DIR "/partitions/%s/state", name);
	fprintf(f, "%s is %s.\n\n%s: %s.\n", name, state ? state : "gone", verb,
		v->what);
	print_attrs(ctx, f, name, is_about(verb));
	*possible = !hint_find(ctx, why, name, "power", v->command);
	if (!*possible)
		fprintf(f, "\nNot possible now: %s.\n", why);
	else if (v->danger && power_has_guest(ctx, name))
		fprintf(f, "\nWarning: %s.\n", v->danger);
	free(state);
	fclose(f);
	return text;
}
