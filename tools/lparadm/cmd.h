/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every verb of lparadm gets and what it returns.
 *
 * A verb is one function in one cmd-*.c file and one line in the table of
 * main.c. It gets the options already parsed, and its own operands.
 */
#ifndef LPARADM_CMD_H
#define LPARADM_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/lpar.h>

#include "table.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit codes, as lparadm(8) lists them. */
enum {
	LPARADM_OK = 0,
	LPARADM_FAILED = 1,
	LPARADM_USAGE = 2,
	LPARADM_PARTIAL = 64,
};

/* Groups of options; a verb names those that it takes. */
enum {
	OPTS_TABLE = 1 << 0,	/* --json --raw --noheadings --output */
	OPTS_BYTES = 1 << 1,
	OPTS_FREE = 1 << 2,
	OPTS_USED = 1 << 3,
	OPTS_CHECK = 1 << 4,
	OPTS_INTO = 1 << 5,
	OPTS_YES = 1 << 6,
	OPTS_WAIT = 1 << 7,
	OPTS_SVG = 1 << 8,
	OPTS_COUNT = 1 << 9,
	OPTS_INTERVAL = 1 << 10,
	OPTS_CONSOLE = 1 << 11,	/* --escape --log */
	OPTS_PRINT = 1 << 12,
};

struct ctx {
	const char *root;	/* prefix of /sys and /dev, "" without --sysroot */
	struct table_opts tab;
	bool bytes;
	bool free;
	bool used;
	bool check;
	bool yes;
	const char *into;	/* the receiver of an integration */
	const char *svg;	/* a file for a picture */
	double wait;		/* seconds; 0: do not */
	unsigned int count;	/* 0: no end */
	const char *escape;	/* NULL: ~ */
	const char *log;	/* a file */
	const char *print;	/* "80x24" */
	double interval;	/* seconds */
};

struct cmd {
	const char *name;
	const char *args;
	const char *help;
	unsigned int opts;
	int min, max;		/* number of operands; max -1: any */
	int (*run)(const struct ctx *ctx, int argc, char **argv);
	/* of its table, for --help: */
	const struct column *cols;
	size_t ncols;
};

int cmd_load(const struct ctx *ctx, int argc, char **argv);
int cmd_unload(const struct ctx *ctx, int argc, char **argv);
int cmd_storage(const struct ctx *ctx, int argc, char **argv);
int cmd_processors(const struct ctx *ctx, int argc, char **argv);
int cmd_define(const struct ctx *ctx, int argc, char **argv);
int cmd_set(const struct ctx *ctx, int argc, char **argv);
int cmd_undefine(const struct ctx *ctx, int argc, char **argv);
int cmd_list(const struct ctx *ctx, int argc, char **argv);
int cmd_show(const struct ctx *ctx, int argc, char **argv);
int cmd_map(const struct ctx *ctx, int argc, char **argv);
int cmd_activate(const struct ctx *ctx, int argc, char **argv);
int cmd_ipl(const struct ctx *ctx, int argc, char **argv);
int cmd_stop(const struct ctx *ctx, int argc, char **argv);
int cmd_start(const struct ctx *ctx, int argc, char **argv);
int cmd_shutdown(const struct ctx *ctx, int argc, char **argv);
int cmd_reset(const struct ctx *ctx, int argc, char **argv);
int cmd_deactivate(const struct ctx *ctx, int argc, char **argv);
int cmd_halt(const struct ctx *ctx, int argc, char **argv);
int cmd_integrate(const struct ctx *ctx, int argc, char **argv);
int cmd_save(const struct ctx *ctx, int argc, char **argv);
int cmd_restore(const struct ctx *ctx, int argc, char **argv);
int cmd_top(const struct ctx *ctx, int argc, char **argv);
int cmd_frame(const struct ctx *ctx, int argc, char **argv);
int cmd_events(const struct ctx *ctx, int argc, char **argv);
int cmd_channels(const struct ctx *ctx, int argc, char **argv);
int cmd_console(const struct ctx *ctx, int argc, char **argv);

/* Columns of the tables, each beside the verb that fills them. */
#define SETTINGS_NCOLS 2
#define SHOW_NCOLS 2
#define LIST_NCOLS 12
#define MAP_NCOLS 5
#define PROCESSORS_NCOLS 2
#define CHANNELS_NCOLS 9
#define INTEGRATE_NCOLS 4
#define RESTORE_NCOLS 5
#define TOP_NCOLS 16
#define EVENTS_NCOLS 6
extern const struct column settings_columns[SETTINGS_NCOLS];
extern const struct column show_columns[SHOW_NCOLS];
extern const struct column list_columns[LIST_NCOLS];
extern const struct column map_columns[MAP_NCOLS];
extern const struct column processors_columns[PROCESSORS_NCOLS];
extern const struct column channels_columns[CHANNELS_NCOLS];
extern const struct column integrate_columns[INTEGRATE_NCOLS];
extern const struct column restore_columns[RESTORE_NCOLS];
extern const struct column top_columns[TOP_NCOLS];
extern const struct column events_columns[EVENTS_NCOLS];

/*
 * Print "lparadm: WHO: WHAT: text" on stderr; who and what may be NULL.
 * Return: LPARADM_FAILED, so that a verb can end with it.
 */
__printf(3, 4)
int fail(const char *who, const char *what, const char *fmt, ...);

/* The same for a wrong command line. Return: LPARADM_USAGE. */
__printf(1, 2)
int usage_error(const char *fmt, ...);

#endif
