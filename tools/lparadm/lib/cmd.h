/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interface of a verb.
 *
 * Each verb has its own file with one struct cmd, which the table in main.c points to.
 * Options are parsed before it runs; it gets its operands.
 */
#ifndef LPARADM_CMD_H
#define LPARADM_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/lpar.h>

#include "lib/message.h"
#include "lib/table.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Groups of options; struct cmd lists those that a verb accepts. */
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
	OPTS_CONSOLE = 1 << 11,	/* --escape --log --watch */
	OPTS_PRINT = 1 << 12,
	OPTS_ORDER = 1 << 13,
	OPTS_KEEP_GOING = 1 << 14,
	OPTS_CPUS = 1 << 15,
};

struct ctx {
	const char *verb;	/* name of the running verb */
	const char *root;	/* prefix of /sys and /dev, "" without --sysroot */
	struct table_opts tab;
	bool bytes;
	bool free;
	bool used;
	bool check;
	bool yes;
	const char *into;	/* the receiver of an integration */
	const char *svg;	/* a file for a picture */
	double wait;		/* seconds; 0: do not wait */
	unsigned int count;	/* 0: unlimited */
	const char *escape;	/* NULL: ~ */
	const char *log;	/* a file */
	const char *print;	/* "80x24" */
	const char *order;	/* names, with commas */
	const char *cpus;	/* a list of CPUs */
	bool keep_going;
	bool watch;
	double interval;	/* seconds */
};

struct cmd {
	const char *name;
	const char *args;
	const char *help;
	unsigned int opts;
	int min, max;		/* number of operands; max -1: any */
	int (*run)(const struct ctx *ctx, int argc, char **argv);
	/* Prints the end of --help; may be NULL. */
	void (*print_more)(void);
	/* Columns of its table, for --help. */
	const struct column *cols;
	size_t ncols;
};

#endif
