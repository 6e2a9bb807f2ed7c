// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing attribute values.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/parse.h"

static int parse_number(const char *s, const char **end, u64 *val)
{
	char *e;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	*val = strtoull(s, &e, 10);
	if (errno)
		return -ERANGE;
	*end = e;
	return 0;
}

int parse_u64(const char *s, u64 *val)
{
	const char *end;
	int ret = parse_number(s, &end, val);

	return ret ? ret : *end ? -EINVAL : 0;
}

int parse_size(const char *s, u64 *bytes)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	unsigned int shift;
	u64 n;
	int ret = parse_number(s, &end, &n);

	if (ret)
		return ret;
	if (!*end) {
		*bytes = n;
		return 0;
	}
	unit = strchr(units, toupper((unsigned char)*end));
	if (!unit || end[1])
		return -EINVAL;
	shift = 10 * (unsigned int)(unit - units + 1);
	if (n > U64_MAX >> shift)
		return -ERANGE;
	*bytes = n << shift;
	return 0;
}

void format_size(char text[SIZE_TEXT], u64 bytes)
{
	static const char units[] = "KMGT";
	int unit = -1;

	while (bytes && !(bytes & 1023) && unit < 3) {
		bytes >>= 10;
		unit++;
	}
	if (unit < 0)
		snprintf(text, SIZE_TEXT, "%llu", bytes);
	else
		snprintf(text, SIZE_TEXT, "%llu%c", bytes, units[unit]);
}

void format_human(char text[SIZE_TEXT], u64 bytes)
{
	static const char units[] = "KMGTPE";
	double val = (double)bytes;
	int unit = -1, len;

	/* Use the next unit if this one would be rounded up to 1024. */
	for (; val >= 1023.995; unit++)
		val /= 1024;
	len = snprintf(text, SIZE_TEXT, "%.2f", val);
	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	snprintf(text + len, SIZE_TEXT - (size_t)len, "%.*s", unit >= 0,
		 unit >= 0 ? units + unit : "");
}

static int parse_cpurange(const char **s, struct cpulist *list)
{
	u64 first, last;
	int ret = parse_number(*s, s, &first);

	if (ret)
		return ret;
	last = first;
	if (**s == '-') {
		ret = parse_number(*s + 1, s, &last);
		if (ret)
			return ret;
	}
	if (first > last || last >= MAX_CPUS)
		return -ERANGE;
	for (; first <= last; first++)
		list->has[first] = true;
	return 0;
}

int parse_cpulist(const char *s, struct cpulist *list)
{
	memset(list, 0, sizeof(*list));
	while (*s) {
		int ret = parse_cpurange(&s, list);

		if (ret)
			return ret;
		if (*s && *s++ != ',')
			return -EINVAL;
	}
	return 0;
}

char *next_line(char **text)
{
	char *line = *text;

	if (!line || !*line)
		return NULL;
	*text += strcspn(*text, "\n");
	if (**text)
		*(*text)++ = '\0';
	return line;
}

char *next_word(char **line)
{
	char *word;

	*line += strspn(*line, " \t");
	if (!**line)
		return NULL;
	word = *line;
	*line += strcspn(*line, " \t");
	if (**line)
		*(*line)++ = '\0';
	return word;
}
