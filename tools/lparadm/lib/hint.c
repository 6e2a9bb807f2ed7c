// SPDX-License-Identifier: GPL-2.0
/*
 * Suggestions after the kernel has refused something. The kernel decides;
 * here its tables are read again to find a value that fits.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/channels.h"
#include "lib/hint.h"
#include "lib/lpars.h"
#include "lib/names.h"
#include "lib/parse.h"

__printf(2, 3)
static bool hint_say(char text[HINT_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, HINT_MAX, fmt, ap);
	va_end(ap);
	return true;
}

bool hint_made(const struct ctx *ctx, char text[HINT_MAX], const char *dir)
{
	char path[PATH_MAX];
	struct dirent **v;
	int n = -1;

	hint_say(text, "existing: ");
	if (!cfs_path(ctx, path, CFS_DIR "/%s", dir))
		n = scandir(path, &v, cfs_made, versionsort);
	for (int i = 0; i < n; i++) {
		names_add(text, v[i]->d_name);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	return n > 0;
}

static bool hint_size(const struct ctx *ctx, char text[HINT_MAX],
		      const char *value)
{
	char below[SIZE_TEXT], above[SIZE_TEXT];
	u64 size, block;

	if (parse_size(value, &size))
		return hint_say(text, "a size is a number with K, M, G or T, e.g. 256M");
	if (cfs_read_size(ctx, &block, CFS_DIR "/storage/block_size") ||
	    !block || !(size % block))
		return false;
	format_size(below, size - size % block);
	format_size(above, size - size % block + block);
	if (size < block)
		return hint_say(text, "use %s", above);
	return hint_say(text, "use %s or %s", below, above);
}

/* Is the state of @name the reason, i.e. not one of @states? */
static bool hint_state(const struct ctx *ctx, char text[HINT_MAX],
		       const char *name, const char *states)
{
	char *state;
	bool fits;

	if (cfs_read(ctx, &state, CFS_DIR "/partitions/%s/state", name))
		return false;
	fits = strstr(states, state);
	free(state);
	return !fits && hint_say(text, "it can be changed only while the LPAR is %s",
				 states);
}

/* Is @value a list of channel ids? Whether they are available, the kernel says. */
static bool are_channels(const char *value)
{
	char *copy = strdup(value), *rest = copy, *word;
	unsigned int id;
	bool are = copy;

	while (copy && (word = next_word(&rest)))
		are &= !channel_id(word, &id);
	free(copy);
	return are;
}

/* Is @value a list of shares? */
static bool are_shares(const char *value)
{
	char *copy = strdup(value), *rest = copy, *word;
	unsigned int cpu, percent;
	bool are = copy;
	char more;

	while (copy && (word = next_word(&rest)))
		are &= sscanf(word, "%u:%u%c", &cpu, &percent, &more) == 2;
	free(copy);
	return are;
}

static const struct {
	const char *attr, *states, *values;
} attrs[] = {
	{ "ms_origin", "defined", NULL },
	{ "ms_size", "defined, active, operating or stopped", NULL },
	{ "ms_expansion", "defined", NULL },
	{ "es_size", "defined, active, operating or stopped", NULL },
	{ "shares", "defined, active, operating or stopped",
	  "use CPU:PERCENT for each LIP, e.g. \"1:100 2:50\"" },
	{ "channels", NULL, "use channel ids, e.g. \"0 3\"" },
	{ "capped", "defined, active, operating, stopped or failed", "use 0 or 1" },
	{ "notify", NULL, "use auto or manual" },
	{ "memory_block", NULL, "use auto, or a power of two from 2M to 2G" },
	{ "on_reset", NULL, "use restart, keep or fail" },
	{ "on_triple_fault", NULL, "use restart, keep or fail" },
	{ "on_panic", NULL, "use restart, keep or fail" },
	{ "uuid", NULL, "use the form 7d444840-9dc0-11d1-b245-5ffdce74fad2" },
	{ "kernel", "defined, active, stopped or failed", NULL },
	{ "initrd", "defined, active, stopped or failed", NULL },
	{ "cmdline", "defined, active, stopped or failed", NULL },
};

static bool hint_attr(const struct ctx *ctx, char text[HINT_MAX],
		      const char *name, const char *attr, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		if (strcmp(attrs[i].attr, attr))
			continue;
		if (attrs[i].states &&
		    hint_state(ctx, text, name, attrs[i].states))
			return true;
		if (!strncmp(attr, "ms_", 3) || !strcmp(attr, "es_size"))
			return hint_size(ctx, text, value);
		if ((!strcmp(attr, "channels") && are_channels(value)) ||
		    (!strcmp(attr, "shares") && are_shares(value)))
			return false;
		return attrs[i].values && hint_say(text, "%s", attrs[i].values);
	}
	return false;
}

static const struct {
	const char *command, *states;
} commands[] = {
	{ "activate", "defined or released" },
	{ "load", "active, stopped or failed" },
	{ "stop", "operating" },
	{ "start", "stopped" },
	{ "shutdown", "operating" },
	{ "nmi", "operating" },
	{ "reset", "operating, stopped or failed" },
	{ "deactivate", "active, operating, stopped, released or failed" },
};

static bool hint_power_state(const struct ctx *ctx, char text[HINT_MAX],
			     const char *name, const char *command)
{
	char *state;
	bool fits = true;

	if (cfs_read(ctx, &state, CFS_DIR "/partitions/%s/state", name))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].command, command))
			continue;
		fits = strstr(commands[i].states, state);
		if (!fits)
			hint_say(text, "the LPAR must be %s", commands[i].states);
	}
	free(state);
	return !fits;
}

static u64 hint_wanted(const struct ctx *ctx, const char *name, const char *attr)
{
	u64 val;

	return cfs_read_size(ctx, &val, CFS_DIR "/partitions/%s/%s", name,
			     attr) ? 0 : val;
}

/* Is [origin, origin + size) free? Otherwise suggest the first free area that is large enough. */
static bool hint_place(const struct ctx *ctx, char text[HINT_MAX],
		       const char *name)
{
	u64 origin = hint_wanted(ctx, name, "ms_origin");
	u64 size = hint_wanted(ctx, name, "ms_size"), best = U64_MAX, largest = 0;
	struct extent v[EXTENTS_MAX];
	char at[SIZE_TEXT];
	bool cut;
	int n = extents_read(ctx, v, &cut);

	for (int i = 0; i < n; i++) {
		if (v[i].name[0])
			continue;
		if (origin >= v[i].origin &&
		    origin + size <= v[i].origin + v[i].size)
			return false;
		if (v[i].size >= size && best == U64_MAX)
			best = v[i].origin;
		if (v[i].size > largest)
			largest = v[i].size;
	}
	if (n <= 0)
		return hint_say(text, "create one with \"lparadm storage ms_size=SIZE\"");
	format_size(at, best == U64_MAX ? largest : best);
	if (best == U64_MAX)
		return hint_say(text, "the largest free area is %s: use ms_size=%s",
				at, at);
	return hint_say(text, "use ms_origin=%s", at);
}

static unsigned int percent_given(const struct lip *v, int n, unsigned int cpu)
{
	unsigned int sum = 0;

	for (int i = 0; i < n; i++)
		if (v[i].pcpu == cpu)
			sum += v[i].percent;
	return sum;
}

static bool hint_share(char text[HINT_MAX], const struct lip *v, int n,
		       char *entries, const char *online)
{
	unsigned int cpu, percent, given;
	struct cpulist list = { 0 };
	char *entry;

	parse_cpulist(online, &list);
	while ((entry = next_word(&entries))) {
		if (sscanf(entry, "%u:%u", &cpu, &percent) != 2)
			continue;
		if (cpu >= MAX_CPUS || !list.has[cpu])
			return hint_say(text, "the monitor has CPUs %s",
					*online ? online : "none");
		given = percent_given(v, n, cpu);
		if (given >= 100)
			return hint_say(text, "CPU %u is completely assigned", cpu);
		if (given + percent > 100)
			return hint_say(text, "use %u:%u", cpu, 100 - given);
	}
	return false;
}

static bool hint_shares(const struct ctx *ctx, char text[HINT_MAX],
			const char *name)
{
	char *entries, *online;
	struct lip *v = NULL;
	bool found = false;
	int n = lips_read(ctx, &v);

	cfs_read(ctx, &entries, CFS_DIR "/partitions/%s/shares", name);
	cfs_read(ctx, &online, CFS_DIR "/processors/online");
	if (n >= 0 && entries && online)
		found = hint_share(text, v, n, entries, online);
	free(entries);
	free(online);
	free(v);
	return found;
}

bool hint_find(const struct ctx *ctx, char text[HINT_MAX], const char *name,
	       const char *attr, const char *value)
{
	if (strcmp(attr, "power"))
		return hint_attr(ctx, text, name, attr, value);
	if (hint_power_state(ctx, text, name, value))
		return true;
	return !strcmp(value, "activate") && (hint_place(ctx, text, name) ||
					      hint_shares(ctx, text, name));
}
