// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm: table of the verbs, help, messages.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hint.h"
#include "opts.h"

static const struct cmd cmds[] = {
	{ "load", "[MODULE|FILE] [OPTION=VALUE...]", "load lpar.ko",
	  0, 0, -1, cmd_load, NULL, 0 },
	{ "unload", "", "remove the module",
	  0, 0, 0, cmd_unload, NULL, 0 },
	{ "storage", "[KEY=VALUE...]", "show or set the pool of main storage",
	  OPTS_TABLE, 0, -1, cmd_storage, settings_columns, SETTINGS_NCOLS },
	{ "processors", "[KEY=VALUE...]",
	  "who has how much of each CPU, in percent; or set the CPUs",
	  OPTS_TABLE | OPTS_USED | OPTS_INTERVAL, 0, -1, cmd_processors,
	  processors_columns, PROCESSORS_NCOLS },
	{ "define", "NAME [KEY=VALUE...]", "define an LPAR",
	  0, 1, -1, cmd_define, NULL, 0 },
	{ "set", "NAME KEY=VALUE...", "change an LPAR's attributes",
	  0, 2, -1, cmd_set, NULL, 0 },
	{ "undefine", "NAME...", "remove LPARs that own nothing",
	  0, 1, -1, cmd_undefine, NULL, 0 },
	{ "activate", "NAME...", "claim main storage and shares",
	  0, 1, -1, cmd_activate, NULL, 0 },
	{ "deactivate", "NAME...", "give them back; the guest ends",
	  OPTS_YES, 1, -1, cmd_deactivate, NULL, 0 },
	{ "ipl", "NAME...", "load the kernel and start the guest",
	  0, 1, -1, cmd_ipl, NULL, 0 },
	{ "reset", "NAME...", "IPL once more; the guest starts anew",
	  OPTS_YES, 1, -1, cmd_reset, NULL, 0 },
	{ "shutdown", "NAME...", "press the guest's power button",
	  OPTS_WAIT | OPTS_YES, 1, -1, cmd_shutdown, NULL, 0 },
	{ "stop", "NAME...", "let the guest stand still",
	  0, 1, -1, cmd_stop, NULL, 0 },
	{ "start", "NAME...", "let it go on",
	  0, 1, -1, cmd_start, NULL, 0 },
	{ "list", "", "one line for each LPAR",
	  OPTS_TABLE | OPTS_BYTES, 0, 0, cmd_list, list_columns,
	  LIST_NCOLS },
	{ "show", "[NAME]", "all about one LPAR, or about the monitor",
	  OPTS_TABLE, 0, 1, cmd_show, show_columns, SHOW_NCOLS },
	{ "map", "[DONOR --into RECEIVER]",
	  "who has which main storage; with --svg, now and after that",
	  OPTS_TABLE | OPTS_BYTES | OPTS_FREE | OPTS_SVG | OPTS_INTO, 0, 1,
	  cmd_map,
	  map_columns, MAP_NCOLS },
	{ "channels", "[add | set | remove ID [KEY=VALUE...]]",
	  "show or change the ways to data outside of LPARs",
	  OPTS_TABLE, 0, -1, cmd_channels, channels_columns, CHANNELS_NCOLS },
	{ "integrate", "DONOR --into RECEIVER",
	  "fold DONOR into RECEIVER, which runs on\n"
	  "Columns of --check: STEP, MOVE, and those of map and of processors",
	  OPTS_TABLE | OPTS_CHECK | OPTS_INTO | OPTS_YES, 1, 1, cmd_integrate,
	  integrate_columns, INTEGRATE_NCOLS },
	{ "save", "[FILE]", "write the whole machine down",
	  0, 0, 1, cmd_save, NULL, 0 },
	{ "restore", "[FILE]", "make the machine so; shows what differs first",
	  OPTS_TABLE | OPTS_CHECK | OPTS_YES, 0, 1, cmd_restore,
	  restore_columns, RESTORE_NCOLS },
	{ "halt", "", "shut all LPARs down, in order, and remove them",
	  OPTS_WAIT | OPTS_YES, 0, 0, cmd_halt, NULL, 0 },
	{ "top", "", "what LIPs, exits and CPUs are about",
	  OPTS_TABLE | OPTS_INTERVAL | OPTS_COUNT, 0, 0, cmd_top, top_columns,
	  TOP_NCOLS },
	{ "frame", "", "the operator's screen",
	  OPTS_INTERVAL | OPTS_PRINT, 0, 0, cmd_frame, NULL, 0 },
	{ "events", "[NAME...]", "a line for each change, as it happens",
	  OPTS_TABLE | OPTS_COUNT, 0, -1, cmd_events, events_columns,
	  EVENTS_NCOLS },
	{ "console", "NAME", "attach to an LPAR's console",
	  OPTS_CONSOLE, 1, 1, cmd_console, NULL, 0 },
};

/* So that lparadm --help is one screen. */
static const struct {
	const char *verbs, *help;
} groups[] = {
	{ "load, unload", "the module" },
	{ "storage, processors", "what the monitor has; KEY=VALUE sets it" },
	{ "define, set, undefine", "LPARs and their attributes" },
	{ "activate, deactivate", "claim resources, give them back" },
	{ "ipl, reset, shutdown", "start, restart, power button of the guest" },
	{ "stop, start", "the guest stands still, goes on" },
	{ "list, show, map", "look at them" },
	{ "channels", "of disks and others; add, set, remove" },
	{ "integrate", "DONOR --into RECEIVER, which runs on" },
	{ "save, restore, halt", "the whole machine" },
	{ "console", "of an LPAR" },
	{ "frame, top, events", "the operator's screen; see what happens" },
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
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		printf(" %-23s %s\n", groups[i].verbs, groups[i].help);
	printf("\nOptions:\n");
	opts_print(NULL);
	printf("\nlparadm VERB --help says more; see lparadm(8).\n");
	return LPARADM_OK;
}

static int usage_verb(const struct cmd *cmd)
{
	printf("Usage: lparadm %s%s%s%s\n%s\n\nOptions:\n", cmd->name,
	       cmd->opts ? " [OPTION...]" : "", *cmd->args ? " " : "",
	       cmd->args, cmd->help);
	opts_print(cmd);
	if (cmd->ncols)
		printf("Columns:\n");
	for (size_t i = 0; i < cmd->ncols; i++)
		if (cmd->cols[i].help && column_is_first(cmd->cols, i))
			printf(" %-11s %s\n", cmd->cols[i].name,
			       cmd->cols[i].help);
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

static int unknown_verb(const char *name)
{
	char names[HINT_MAX] = "";

	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		hint_name(names, cmds[i].name);
	return usage_error("unknown verb: %s; there are %s", name, names);
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
		return unknown_verb(argv[first]);
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
