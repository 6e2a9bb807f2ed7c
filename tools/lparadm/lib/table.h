/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every table that lparadm prints, over libsmartcols.
 *
 * A verb describes its columns once; --output chooses among them, and --json,
 * --raw and --noheadings need nothing from the verb.
 */
#ifndef LPARADM_TABLE_H
#define LPARADM_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/message.h"

struct column {
	const char *name;
	int width;		/* at least so wide */
	bool number;		/* right aligned; a number in JSON */
	bool extra;		/* shown only when --output names it */
	const char *help;
};

struct table_opts {
	bool json;
	bool raw;
	bool noheadings;
	const char *output;	/* list of columns, +list adds to the usual ones */
};

struct table;

/* Several tables of one verb may have columns of one name. */
bool column_is_first(const struct column *cols, size_t id);

/*
 * One of @cols, of which "CPU<n>" stands for CPU0 and so on. Return: its index, or -1
 * after a message that says which there are.
 */
int column_find(const struct column *cols, size_t ncols, const char *name,
		size_t len);

/* Return: NULL after a message when opts->output names an unknown column. */
struct table *table_new(const char *name, const struct column *cols,
			size_t ncols, const struct table_opts *opts);
void table_row(struct table *t);

/* Set a cell of the newest row; columns that are not shown are ignored. */
__printf(3, 4)
void table_set(struct table *t, size_t col, const char *fmt, ...);

/* A cell without a value: "-" for people, null in JSON. */
void table_none(struct table *t, size_t col);

/* Would a table of @cols show any of them? */
bool table_shows(const struct table_opts *opts, const struct column *cols,
		 size_t ncols);

/*
 * Between these two, tables are parts of one document: of one object in JSON.
 * --output then names columns of any of them, all of which are in @cols; a table that
 * has none of them is left out.
 * Return: 0 or LPARADM_USAGE after a message.
 */
int tables_begin(const struct table_opts *opts, const struct column *cols,
		 size_t ncols);
void tables_end(void);

/* Print and free. Return: 0 or LPARADM_FAILED after a message. */
int table_finish(struct table *t);

#endif
