// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm: the table of verbs, and help.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/verbs.h"
#include "frame/verb.h"
#include "lib/names.h"
#include "lib/opts.h"
#include "verbs/verbs.h"

static const struct cmd * const cmds[] = {
	&verb_check_host, &verb_load, &verb_unload,
	&verb_storage, &verb_processors,
	&verb_define, &verb_set, &verb_undefine,
	&verbs_power[0], &verbs_power[1], &verbs_power[2], &verbs_power[3],
	&verbs_power[4], &verbs_power[5], &verbs_power[6], &verbs_power[7],
	&verb_list, &verb_show, &verb_map,
	&verb_channels,
	&verb_integrate, &verb_move,
	&verb_save, &verb_restore, &verb_halt,
	&verb_top, &verb_frame, &verb_events,
	&verb_console, &verb_dump,
};

/* lparadm --help must fit on one screen. */
static const struct {
	const char *verbs, *help;
} groups[] = {
	{ "check-host, load, unload", "check the host; load or unload the module" },
	{ "storage, processors", "show or set the monitor's storage and CPUs" },
	{ "define, set, undefine", "create, change or remove LPARs" },
	{ "activate, deactivate", "claim or release an LPAR's resources" },
	{ "ipl, reset, shutdown", "boot, reboot or shut down a guest" },
	{ "stop, start, nmi", "pause or continue a guest; send it an NMI" },
	{ "list, show, map", "show LPARs and main storage" },
	{ "channels", "disks, network cards and PCI functions" },
	{ "integrate, move", "integrate an LPAR into another, or move a part" },
	{ "save, restore, halt", "save or apply all settings; shut down all" },
	{ "console, dump", "attach to a console; dump a stopped guest" },
	{ "frame, top, events", "full screen; use of CPUs; events" },
};

static int print_usage(void)
{
	printf("Usage: lparadm [OPTION...] VERB [OPTION...] [OPERAND...]\n\n"
	       "Administer the logical partitions of lpar.ko.\n\nVerbs:\n");
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		printf(" %-25s %s\n", groups[i].verbs, groups[i].help);
	printf("\nOptions:\n");
	opts_print(NULL);
	printf("\n\"lparadm help VERB\" explains a verb; see lparadm(8).\n");
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
	if (cmd->print_more)
		cmd->print_more();
	return LPARADM_OK;
}

static int print_version(void)
{
	printf("lparadm 0.1\n");
	return LPARADM_OK;
}

static const struct cmd *find_cmd(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		if (!strcmp(cmds[i]->name, name))
			return cmds[i];
	return NULL;
}

static int unknown_verb(const char *name)
{
	char names[NAMES_MAX] = "";

	for (size_t i = 0; i < ARRAY_SIZE(cmds); i++)
		names_add(names, cmds[i]->name);
	return usage_error("unknown verb %s; the verbs are %s", name, names);
}

static int run_verb(struct ctx *ctx, const struct cmd *cmd, int argc,
		    char **argv)
{
	int first, n;

	switch (opts_verb(ctx, cmd, argc, argv, &first)) {
	case OPTS_HELP:
		return usage_verb(cmd);
	case OPTS_VERSION:
		return print_version();
	case OPTS_BAD:
		return LPARADM_USAGE;
	default:
		break;
	}
	ctx->verb = cmd->name;
	n = argc - first;
	if (n < cmd->min || (cmd->max >= 0 && n > cmd->max))
		return usage_error("usage: lparadm %s %s", cmd->name, cmd->args);
	return cmd->run(ctx, n, argv + first);
}

/* "lparadm help", and "lparadm help VERB". */
static int run_help(int argc, char **argv)
{
	const struct cmd *cmd;

	if (argc < 2)
		return print_usage();
	cmd = find_cmd(argv[1]);
	return cmd ? usage_verb(cmd) : unknown_verb(argv[1]);
}

static int run_lparadm(struct ctx *ctx, int argc, char **argv)
{
	const struct cmd *cmd;
	int first;

	switch (opts_global(ctx, argc, argv, &first)) {
	case OPTS_HELP:
		return print_usage();
	case OPTS_VERSION:
		return print_version();
	case OPTS_BAD:
		return LPARADM_USAGE;
	default:
		break;
	}
	if (first >= argc)
		return usage_error("no verb given; try \"lparadm --help\"");
	if (!strcmp(argv[first], "help"))
		return run_help(argc - first, argv + first);
	cmd = find_cmd(argv[first]);
	if (!cmd)
		return unknown_verb(argv[first]);
	return run_verb(ctx, cmd, argc - first, argv + first);
}

int main(int argc, char **argv)
{
	struct ctx ctx = { .root = "", .interval = 1.0 };
	int ret = run_lparadm(&ctx, argc, argv);

	/* A full disk or a closed pipe must not look like success. */
	if ((fflush(stdout) || ferror(stdout)) && !ret)
		ret = fail(NULL, NULL, "write error: %s", strerror(errno));
	return ret;
}
