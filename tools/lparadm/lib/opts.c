// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: one table of options for all verbs.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/names.h"
#include "lib/opts.h"
#include "lib/parse.h"

enum {
	O_SYSROOT = 256, O_FREE, O_USED, O_INTERVAL, O_CHECK, O_INTO, O_WAIT,
	O_SVG, O_COUNT, O_ESCAPE, O_LOG, O_PRINT, O_ORDER, O_KEEP_GOING, O_WATCH,
	O_CPUS,
};

#define EVERYWHERE (~0u)

static const struct opt {
	const char *name;
	const char *arg;
	int val;
	unsigned int group;
	const char *help;
} opts[] = {
	{ "free", NULL, O_FREE, OPTS_FREE,
	  "include free areas, sort by origin" },
	{ "used", NULL, O_USED, OPTS_USED,
	  "measure and print the actual use" },
	{ "interval", "SECONDS", O_INTERVAL, OPTS_INTERVAL,
	  "length of the measurement (default: 1)" },
	{ "count", "N", O_COUNT, OPTS_COUNT, "stop after N rounds or events" },
	{ "escape", "CHAR", O_ESCAPE, OPTS_CONSOLE,
	  "escape character (default: ~), or none" },
	{ "log", "FILE", O_LOG, OPTS_CONSOLE,
	  "also append the LPAR's output to FILE" },
	{ "watch", NULL, O_WATCH, OPTS_CONSOLE,
	  "only watch; another process may be typing" },
	{ "print", "WIDTHxHEIGHT", O_PRINT, OPTS_PRINT,
	  "print one screen of this size and exit" },
	{ "check", NULL, O_CHECK, OPTS_CHECK,
	  "show what would be done; change nothing" },
	{ "into", "RECEIVER", O_INTO, OPTS_INTO,
	  "the LPAR that receives everything" },
	{ "svg", "FILE", O_SVG, OPTS_SVG, "write an SVG picture; - is standard output" },
	{ "wait", "SECONDS", O_WAIT, OPTS_WAIT,
	  "wait at most this long for the guests" },
	{ "order", "NAME,NAME...", O_ORDER, OPTS_ORDER,
	  "shut these down last, one by one" },
	{ "keep-going", NULL, O_KEEP_GOING, OPTS_KEEP_GOING,
	  "skip what fails; status 64 if anything was" },
	{ "cpus", "LIST", O_CPUS, OPTS_CPUS,
	  "CPUs that the monitor is to get, e.g. 2-7" },
	{ "yes", NULL, 'y', OPTS_YES, "do not ask for confirmation" },
	{ "bytes", NULL, 'b', OPTS_BYTES, "sizes in bytes instead of 1.5G (--json, --raw: MB)" },
	{ "json", NULL, 'J', OPTS_TABLE, "print JSON" },
	{ "noheadings", NULL, 'n', OPTS_TABLE, "print no heading line" },
	{ "output", "LIST", 'o', OPTS_TABLE,
	  "columns to print; +LIST adds to the default" },
	{ "raw", NULL, 'r', OPTS_TABLE, "print columns without padding" },
	{ "sysroot", "DIR", O_SYSROOT, EVERYWHERE,
	  "use DIR/sys and DIR/dev" },
	{ "help", NULL, 'h', EVERYWHERE, "print this text" },
	{ "version", NULL, 'V', EVERYWHERE, "print the version" },
};

static const char shorts[] = "+bJno:rhVy";

static void long_options(struct option v[ARRAY_SIZE(opts) + 1])
{
	for (size_t i = 0; i < ARRAY_SIZE(opts); i++) {
		v[i].name = opts[i].name;
		v[i].has_arg = opts[i].arg ? required_argument : no_argument;
		v[i].flag = NULL;
		v[i].val = opts[i].val;
	}
	memset(&v[ARRAY_SIZE(opts)], 0, sizeof(v[0]));
}

static const struct opt *opts_find(int val)
{
	for (size_t i = 0; i < ARRAY_SIZE(opts); i++)
		if (opts[i].val == val)
			return &opts[i];
	return NULL;
}

static int set_seconds(double *seconds, const char *what, const char *arg)
{
	char *end;

	*seconds = strtod(arg, &end);
	if (end != arg && !*end && *seconds > 0 && *seconds <= 86400)
		return OPTS_OK;
	usage_error("--%s %s: must be more than 0 and at most 86400 seconds",
		    what, arg);
	return OPTS_BAD;
}

static int set_count(unsigned int *count, const char *arg)
{
	u64 n;

	if (!parse_u64(arg, &n) && n > 0 && n <= 1000000) {
		*count = (unsigned int)n;
		return OPTS_OK;
	}
	usage_error("--count %s: must be 1 to 1000000", arg);
	return OPTS_BAD;
}

static int set_escape(const char **escape, const char *arg)
{
	*escape = strcmp(arg, "none") ? arg : "";
	if (strlen(*escape) <= 1)
		return OPTS_OK;
	usage_error("--escape %s: must be one character or none", arg);
	return OPTS_BAD;
}

static int opts_apply(struct ctx *ctx, int val, const char *arg)
{
	switch (val) {
	case O_SYSROOT:
		ctx->root = arg;
		return OPTS_OK;
	case O_FREE:
		ctx->free = true;
		return OPTS_OK;
	case O_USED:
		ctx->used = true;
		return OPTS_OK;
	case O_INTERVAL:
		return set_seconds(&ctx->interval, "interval", arg);
	case O_CHECK:
		ctx->check = true;
		return OPTS_OK;
	case O_INTO:
		ctx->into = arg;
		return OPTS_OK;
	case O_COUNT:
		return set_count(&ctx->count, arg);
	case O_ESCAPE:
		return set_escape(&ctx->escape, arg);
	case O_LOG:
		ctx->log = arg;
		return OPTS_OK;
	case O_PRINT:
		ctx->print = arg;
		return OPTS_OK;
	case O_ORDER:
		ctx->order = arg;
		return OPTS_OK;
	case O_KEEP_GOING:
		ctx->keep_going = true;
		return OPTS_OK;
	case O_WATCH:
		ctx->watch = true;
		return OPTS_OK;
	case O_CPUS:
		ctx->cpus = arg;
		return OPTS_OK;
	case O_SVG:
		ctx->svg = arg;
		return OPTS_OK;
	case O_WAIT:
		return set_seconds(&ctx->wait, "wait", arg);
	case 'y':
		ctx->yes = true;
		return OPTS_OK;
	case 'b':
		ctx->bytes = true;
		return OPTS_OK;
	case 'J':
		ctx->tab.json = true;
		return OPTS_OK;
	case 'n':
		ctx->tab.noheadings = true;
		return OPTS_OK;
	case 'o':
		ctx->tab.output = arg;
		return OPTS_OK;
	case 'r':
		ctx->tab.raw = true;
		return OPTS_OK;
	case 'h':
		return OPTS_HELP;
	default:
		return OPTS_VERSION;
	}
}

static int opts_misplaced(const struct opt *o, unsigned int groups, const char *verb)
{
	char names[NAMES_MAX] = "", name[32];

	for (size_t i = 0; i < ARRAY_SIZE(opts); i++) {
		snprintf(name, sizeof(name), "--%s", opts[i].name);
		if (opts[i].group == EVERYWHERE || opts[i].group & groups)
			names_add(names, name);
	}
	usage_error("%s%s--%s is not valid here; valid options: %s",
		    verb ? verb : "", verb ? ": " : "", o->name, names);
	return OPTS_BAD;
}

static int opts_one(struct ctx *ctx, int val, unsigned int groups, const char *verb)
{
	const struct opt *o = opts_find(val);

	if (!o) {	/* getopt has said why */
		usage_error("try lparadm%s%s --help", verb ? " " : "",
			    verb ? verb : "");
		return OPTS_BAD;
	}
	if (o->group != EVERYWHERE && !(o->group & groups))
		return opts_misplaced(o, groups, verb);
	return opts_apply(ctx, val, optarg);
}

static int opts_parse(struct ctx *ctx, unsigned int groups, const char *verb,
		      const char *shortopts, int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(opts) + 1];
	int val, ret = OPTS_OK;

	long_options(longs);
	optind = 0;	/* glibc: begin anew */
	while (!ret && (val = getopt_long(argc, argv, shortopts, longs,
					  NULL)) != -1)
		ret = opts_one(ctx, val, groups, verb);
	if (!ret && ctx->tab.json && ctx->tab.raw) {
		usage_error("--json and --raw cannot be combined");
		ret = OPTS_BAD;
	}
	return ret;
}

int opts_global(struct ctx *ctx, int argc, char **argv, int *first)
{
	int ret = opts_parse(ctx, 0, NULL, shorts, argc, argv);

	*first = optind;
	return ret;
}

int opts_verb(struct ctx *ctx, const struct cmd *cmd, int argc, char **argv,
	      int *first)
{
	/* Without the '+', operands and options may be mixed. */
	int ret = opts_parse(ctx, cmd->opts, cmd->name, shorts + 1, argc, argv);

	*first = optind;
	return ret;
}

/* --help of a verb must fit on one screen: list only its own options. */
static bool is_printed(const struct opt *o, const struct cmd *cmd)
{
	if (!cmd || o->val == 'h')
		return o->group == EVERYWHERE;
	return o->group != EVERYWHERE && o->group & cmd->opts;
}

void opts_print(const struct cmd *cmd)
{
	for (size_t i = 0; i < ARRAY_SIZE(opts); i++) {
		const struct opt *o = &opts[i];
		char text[32];

		if (!is_printed(o, cmd))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		if (o->val < 256)
			printf(" -%c, %-20s %s\n", o->val, text, o->help);
		else
			printf("     %-20s %s\n", text, o->help);
	}
}
