// SPDX-License-Identifier: GPL-2.0
/*
 * Tables, printed by libsmartcols.
 */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libsmartcols.h>

#include "lib/names.h"
#include "lib/table.h"

/* The current document, see tables_begin(). */
static struct {
	bool open, json;
	int parts;
} doc;

struct table {
	struct libscols_table *tb;
	struct libscols_line *line;
	struct libscols_column **shown;	/* by column id; NULL: not shown */
	size_t ncols;
	const struct table_opts *opts;
};

static bool is_named(const struct column *c, const char *name, size_t len)
{
	size_t fixed = strcspn(c->name, "<");

	if (len < fixed || strncasecmp(c->name, name, fixed))
		return false;
	if (!c->name[fixed])
		return len == fixed;
	return len > fixed && strspn(name + fixed, "0123456789") == len - fixed;
}

static int find_column(const struct column *cols, size_t ncols,
		       const char *name, size_t len)
{
	for (size_t i = 0; i < ncols; i++)
		if (is_named(&cols[i], name, len))
			return (int)i;
	return -1;
}

bool column_is_first(const struct column *cols, size_t id)
{
	return find_column(cols, id, cols[id].name, strlen(cols[id].name)) < 0;
}

int column_find(const struct column *cols, size_t ncols, const char *name,
		size_t len)
{
	int id = find_column(cols, ncols, name, len);
	char names[NAMES_MAX] = "";

	if (id >= 0)
		return id;
	for (size_t i = 0; i < ncols; i++)
		if (column_is_first(cols, i))
			names_add(names, cols[i].name);
	usage_error("unknown column \"%.*s\"; known columns: %s", (int)len, name,
		    names);
	return -1;
}

/* libsmartcols has no minimum width, but it never truncates a heading. */
static void column_widen(const struct table *t, struct libscols_column *cl,
			 const struct column *c)
{
	char text[64];

	if (t->opts->json || t->opts->raw)
		return;
	snprintf(text, sizeof(text), c->number ? "%*s" : "%-*s", c->width,
		 c->name);
	scols_cell_set_data(scols_column_get_header(cl), text);
}

static void column_show(struct table *t, const struct column *cols, size_t id)
{
	const struct column *c = &cols[id];
	struct libscols_column *cl;

	if (t->shown[id])
		return;
	cl = scols_table_new_column(t->tb, c->name, 0,
				    c->number ? SCOLS_FL_RIGHT : 0);
	if (!cl)
		errx(LPARADM_FAILED, "out of memory");
	scols_column_set_json_type(cl, c->number ? SCOLS_JSON_NUMBER :
						   SCOLS_JSON_STRING);
	column_widen(t, cl, c);
	t->shown[id] = cl;
}

static void column_show_usual(struct table *t, const struct column *cols)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (!cols[i].extra)
			column_show(t, cols, i);
}

static int column_show_listed(struct table *t, const struct column *cols,
			      const char *list)
{
	do {
		size_t len = strcspn(list, ",");
		int id = doc.open ? find_column(cols, t->ncols, list, len) :
				    column_find(cols, t->ncols, list, len);

		if (id < 0 && !doc.open)
			return -EINVAL;
		if (id >= 0)
			column_show(t, cols, (size_t)id);
		list += len;
		list += *list == ',';
	} while (*list);
	return 0;
}

static void table_free(struct table *t)
{
	scols_unref_table(t->tb);
	free(t->shown);
	free(t);
}

struct table *table_new(const char *name, const struct column *cols,
			size_t ncols, const struct table_opts *opts)
{
	struct table *t = calloc(1, sizeof(*t));
	const char *list = opts->output;

	if (!t)
		errx(LPARADM_FAILED, "out of memory");
	t->shown = calloc(ncols, sizeof(*t->shown));
	t->tb = scols_new_table();
	if (!t->shown || !t->tb)
		errx(LPARADM_FAILED, "out of memory");
	t->ncols = ncols;
	t->opts = opts;
	scols_table_set_name(t->tb, name);
	scols_table_enable_json(t->tb, opts->json);
	scols_table_enable_raw(t->tb, opts->raw);
	scols_table_enable_noheadings(t->tb, opts->noheadings);
	if (!list || *list == '+')
		column_show_usual(t, cols);
	if (list && column_show_listed(t, cols, list + (*list == '+'))) {
		table_free(t);
		return NULL;
	}
	return t;
}

void table_row(struct table *t)
{
	t->line = scols_table_new_line(t->tb, NULL);
	if (!t->line)
		errx(LPARADM_FAILED, "out of memory");
}

void table_set(struct table *t, size_t col, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (!t->shown[col])
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		errx(LPARADM_FAILED, "out of memory");
	va_end(ap);
	scols_line_refer_column_data(t->line, t->shown[col], text);
}

void table_none(struct table *t, size_t col)
{
	if (!t->opts->json)
		table_set(t, col, "-");
}

/* Print a table without its outer braces, which belong to the document. */
static void print_part(char *text)
{
	char *end = strrchr(text, '}');

	while (end > text && (*end == '}' || *end == '\n'))
		*end-- = '\0';
	printf("%s%s", doc.parts++ ? ",\n" : "{\n", text + strlen("{\n"));
}

static int print_json(const struct table *t)
{
	char *text = NULL;

	/* libsmartcols prints nothing for a table without lines. */
	if (scols_table_is_empty(t->tb)) {
		if (asprintf(&text, "{\n   \"%s\": [\n   ]\n}\n",
			     scols_table_get_name(t->tb)) < 0)
			return -1;
	} else if (scols_print_table_to_string(t->tb, &text)) {
		return -1;
	}
	if (doc.open)
		print_part(text);
	else
		fputs(text, stdout);
	free(text);
	return 0;
}

bool table_shows(const struct table_opts *opts, const struct column *cols,
		 size_t ncols)
{
	const char *list = opts->output;

	if (!list || *list == '+')
		return true;
	for (; *list; list += *list == ',') {
		size_t len = strcspn(list, ",");

		if (find_column(cols, ncols, list, len) >= 0)
			return true;
		list += len;
	}
	return false;
}

int tables_begin(const struct table_opts *opts, const struct column *cols,
		 size_t ncols)
{
	const char *list = opts->output;

	if (list)
		list += *list == '+';
	while (list) {
		size_t len = strcspn(list, ",");

		if (column_find(cols, ncols, list, len) < 0)
			return LPARADM_USAGE;
		list = list[len] && list[len + 1] ? list + len + 1 : NULL;
	}
	doc.open = true;
	doc.json = opts->json;
	doc.parts = 0;
	return 0;
}

void tables_end(void)
{
	if (doc.json)
		printf("%s\n}\n", doc.parts ? "" : "{");
	doc.open = false;
}

int table_finish(struct table *t)
{
	bool empty = scols_table_is_empty(t->tb);
	int ret = 0;

	if (doc.open && !scols_table_get_ncols(t->tb))
		empty = true;
	else if (t->opts->json && print_json(t))
		ret = fail(NULL, NULL, "cannot print the table");
	if (!empty && !t->opts->json && scols_print_table(t->tb))
		ret = fail(NULL, NULL, "cannot print the table");
	table_free(t);
	return ret;
}
