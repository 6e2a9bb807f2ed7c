// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm: table of the verbs, help, messages.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opts.h"

static const struct cmd cmds[] = {
	{ "load", "[MODULE|FILE] [OPTION=VALUE...]", "load lpar.ko",
	  0, 0, -1, cmd_load, NULL, 0 },
	{ "unload", "", "remove the module",
	  0, 0, 0, cmd_unload, NULL, 0 },
	{ "pool", "[KEY=VALUE...]", "show or set what the monitor gets",
	  OPTS_TABLE, 0, -1, cmd_pool, NULL, 0 },
	{ "list", "", "one line for each LPAR",
	  OPTS_TABLE | OPTS_BYTES, 0, 0, cmd_list, list_columns,
	  LIST_NCOLS },
	{ "map", "", "who has which main storage",
	  OPTS_TABLE | OPTS_BYTES | OPTS_FREE, 0, 0, cmd_map,
	  map_columns, MAP_NCOLS },
	{ "processors", "", "who has how much of each CPU, in percent",
	  OPTS_TABLE | OPTS_USED, 0, 0, cmd_processors, NULL, 0 },
	{ "show", "NAME", "everything about one LPAR",
	  OPTS_TABLE, 1, 1, cmd_show, NULL, 0 },
	{ "create", "NAME [KEY=VALUE...]", "define an LPAR",
	  0, 1, -1, cmd_create, NULL, 0 },
	{ "set", "NAME KEY=VALUE...", "change an LPAR's attributes",
	  0, 2, -1, cmd_set, NULL, 0 },
	{ "remove", "NAME...", "remove LPARs that own nothing",
	  0, 1, -1, cmd_remove, NULL, 0 },
	{ "power", "NAME VERB",
	  "activate load stop start shutdown reset deactivate",
	  0, 2, 2, cmd_power, NULL, 0 },
	{ "integrate", "DONOR RECEIVER", "fold DONOR into running RECEIVER",
	  OPTS_TABLE | OPTS_CHECK, 2, 2, cmd_integrate,
	  integrate_columns, INTEGRATE_NCOLS },
	{ "console", "NAME", "attach to an LPAR's console, ~. leaves",
	  0, 1, 1, cmd_console, NULL, 0 },
};

static void vmessage(const char *who, const char *what, const char *fmt,
		     va_list ap)
{
	fflush(stdout);
	fprintf(stderr, "lparadm: ");
	if (who)
		fprintf(stderr, "%s: ", who);
	if (what)
		fprintf(stderr, "%s: ", what);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int fail(const char *who, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(who, what, fmt, ap);
	va_end(ap);
	return LPARADM_FAILED;
}

int usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(NULL, NULL, fmt, ap);
	va_end(ap);
	return LPARADM_USAGE;
}

static int usage(void)
{
	printf("Usage: lparadm [OPTION...] VERB [OPTION...] [OPERAND...]\n\n"
	       "Administer the logical partitions of lpar.ko.\n\nVerbs:\n");
	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		printf(" %-11s %s\n", cmds[i].name, cmds[i].help);
	printf("\nOptions:\n");
	opts_print(NULL);
	printf("\nlparadm VERB --help says more; see lparadm(8).\n");
	return LPARADM_OK;
}

static int usage_verb(const struct cmd *cmd)
{
	printf("Usage: lparadm %s%s %s\n\n%s\n\nOptions:\n", cmd->name,
	       cmd->opts ? " [OPTION...]" : "", cmd->args, cmd->help);
	opts_print(cmd);
	if (cmd->ncols)
		printf("\nColumns:\n");
	for (size_t i = 0; i < cmd->ncols; i++)
		printf(" %-11s %s\n", cmd->cols[i].name, cmd->cols[i].help);
	return LPARADM_OK;
}

static int version(void)
{
	printf("lparadm 0.1\n");
	return LPARADM_OK;
}

static const struct cmd *find_cmd(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		if (!strcmp(cmds[i].name, name))
			return &cmds[i];
	return NULL;
}

static int run_verb(struct ctx *ctx, const struct cmd *cmd, int argc,
		    char **argv)
{
	int first, n;

	switch (opts_verb(ctx, cmd, argc, argv, &first)) {
	case OPTS_HELP:
		return usage_verb(cmd);
	case OPTS_VERSION:
		return version();
	case OPTS_BAD:
		return LPARADM_USAGE;
	default:
		break;
	}
	n = argc - first;
	if (n < cmd->min || (cmd->max >= 0 && n > cmd->max))
		return usage_error("usage: lparadm %s %s", cmd->name, cmd->args);
	return cmd->run(ctx, n, argv + first);
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	const struct cmd *cmd;
	int first;

	switch (opts_global(ctx, argc, argv, &first)) {
	case OPTS_HELP:
		return usage();
	case OPTS_VERSION:
		return version();
	case OPTS_BAD:
		return LPARADM_USAGE;
	default:
		break;
	}
	if (first >= argc)
		return usage_error("which verb? Try lparadm --help");
	cmd = find_cmd(argv[first]);
	if (!cmd)
		return usage_error("unknown verb: %s", argv[first]);
	return run_verb(ctx, cmd, argc - first, argv + first);
}

int main(int argc, char **argv)
{
	struct ctx ctx = { .root = "", .interval = 1.0 };
	int ret = run(&ctx, argc, argv);

	/* A full disk or a closed pipe must not look like success. */
	if ((fflush(stdout) || ferror(stdout)) && !ret)
		ret = fail(NULL, NULL, "write error: %s", strerror(errno));
	return ret;
}
