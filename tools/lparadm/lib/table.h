/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables, printed by libsmartcols.
 *
 * A verb describes its columns once; --output, --json, --raw and --noheadings are
 * handled here.
 */
#ifndef LPARADM_TABLE_H
#define LPARADM_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/message.h"

struct column {
	const char *name;
	int width;		/* minimum */
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
 * Find a column by name; "CPU<n>" matches CPU0, CPU1 and so on. Return: its index, or -1
 * after a message that lists the columns.
 */
int column_find(const struct column *cols, size_t ncols, const char *name,
		size_t len);

/* Return: NULL after a message if opts->output names an unknown column. */
struct table *table_new(const char *name, const struct column *cols,
			size_t ncols, const struct table_opts *opts);
void table_row(struct table *t);

/* Set a cell of the newest row; columns that are not shown are ignored. */
__printf(3, 4)
void table_set(struct table *t, size_t col, const char *fmt, ...);

/* A cell without a value: "-", or null in JSON. */
void table_none(struct table *t, size_t col);

/* Does --output select any of @cols? */
bool table_shows(const struct table_opts *opts, const struct column *cols,
		 size_t ncols);

/*
 * Tables between tables_begin() and tables_end() are one document, in JSON one object.
 * --output selects among the columns of all of them, @cols; a table without any of the
 * selected columns is omitted.
 * Return: 0 or LPARADM_USAGE after a message.
 */
int tables_begin(const struct table_opts *opts, const struct column *cols,
		 size_t ncols);
void tables_end(void);

/* Print and free. Return: 0 or LPARADM_FAILED after a message. */
int table_finish(struct table *t);

#endif
