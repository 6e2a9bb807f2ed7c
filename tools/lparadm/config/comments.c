// SPDX-License-Identifier: GPL-2.0
/*
 * The comments of a configuration file. libyaml drops them, so they are taken from the
 * text: a line is identified by its key and the keys of the mappings around it.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/comments.h"

#define DEPTH_MAX 8
#define KEY_MAX_LEN 64

struct path {
	size_t indent[DEPTH_MAX];
	char key[DEPTH_MAX][KEY_MAX_LEN];
	int n;
};

struct lines {
	const char *at, *line;
	size_t len;
};

static bool lines_next(struct lines *l)
{
	if (!*l->at)
		return false;
	l->line = l->at;
	l->len = strcspn(l->at, "\n");
	l->at += l->len + (l->at[l->len] == '\n');
	return true;
}

static size_t indent_of(const struct lines *l)
{
	return strspn(l->line, " ");
}

/* Is the line a comment or empty? */
static bool only_comment(const struct lines *l)
{
	size_t indent = indent_of(l);

	return indent >= l->len || l->line[indent] == '#';
}

/* The start of a comment after a value; l->len if there is none. */
static size_t behind_value(const struct lines *l)
{
	char quote = 0;

	for (size_t i = 0; i < l->len; i++) {
		char c = l->line[i];

		if (quote == '"' && c == '\\')
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && i && l->line[i - 1] == ' ')
			quote = c;
		else if (c == '#' && i && l->line[i - 1] == ' ')
			return i;
	}
	return l->len;
}

/* Update @p for the key of this line. Return: false if it has none. */
static bool path_follow(struct path *p, const struct lines *l)
{
	size_t indent = indent_of(l);
	const char *colon = memchr(l->line, ':', l->len);

	if (only_comment(l) || !colon || (size_t)(colon - l->line) - indent >= KEY_MAX_LEN)
		return false;
	while (p->n && p->indent[p->n - 1] >= indent)
		p->n--;
	if (p->n == DEPTH_MAX)
		return false;
	p->indent[p->n] = indent;
	snprintf(p->key[p->n++], KEY_MAX_LEN, "%.*s", (int)((size_t)(colon - l->line) - indent),
		 l->line + indent);
	return true;
}

static bool path_same(const struct path *a, const struct path *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (strcmp(a->key[i], b->key[i]))
			return false;
	return true;
}

static bool has_path(const char *text, const struct path *p)
{
	struct lines l = { .at = text };
	struct path q = { 0 };

	while (lines_next(&l))
		if (path_follow(&q, &l) && path_same(&q, p))
			return true;
	return false;
}

/* Copy comment lines that are not in @text already, as the header is. */
static void copy_block(FILE *out, const char *text, const char *from, const char *to)
{
	struct lines l = { .at = from };

	while (l.at < to && lines_next(&l)) {
		char *line = strndup(l.line, l.len);

		if (line && strchr(line, '#') && !strstr(text, line))
			fprintf(out, "%s\n", line);
		free(line);
	}
}

/* Copy the comments above the line of @p in @old; *behind: the one at its end. */
static void find_comments(FILE *out, const char *text, const char *old, const struct path *p,
			  struct lines *behind)
{
	struct lines l = { .at = old };
	struct path q = { 0 };
	const char *block = old;

	behind->len = 0;
	while (lines_next(&l)) {
		size_t at;

		if (only_comment(&l))
			continue;
		if (path_follow(&q, &l) && path_same(&q, p)) {
			copy_block(out, text, block, l.line);
			at = behind_value(&l);
			behind->line = l.line + at;
			behind->len = l.len - at;
			return;
		}
		block = l.at;
	}
}

/* Copy comments whose key no longer exists, and those after the last line. */
static void copy_orphans(FILE *out, const char *text, const char *old)
{
	struct lines l = { .at = old };
	struct path q = { 0 };
	const char *block = old;

	while (lines_next(&l)) {
		size_t at;

		if (only_comment(&l))
			continue;
		at = behind_value(&l);
		if (!path_follow(&q, &l) || !has_path(text, &q)) {
			copy_block(out, text, block, l.line);
			if (at < l.len)
				fprintf(out, "%.*s\n", (int)(l.len - at), l.line + at);
		}
		block = l.at;
	}
	copy_block(out, text, block, l.at);
}

char *comments_merge(const char *text, const char *old)
{
	struct lines l = { .at = text }, behind;
	struct path p = { 0 };
	char *merged = NULL;
	size_t size;
	FILE *out = open_memstream(&merged, &size);

	if (!out)
		return NULL;
	while (lines_next(&l)) {
		behind.len = 0;
		if (path_follow(&p, &l))
			find_comments(out, text, old, &p, &behind);
		fprintf(out, "%.*s", (int)l.len, l.line);
		if (behind.len)
			fprintf(out, " %.*s", (int)behind.len, behind.line);
		fputc('\n', out);
	}
	copy_orphans(out, text, old);
	return fclose(out) ? NULL : merged;
}
