/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsing attribute values: numbers, sizes, lines and CPU lists. Nothing here accesses
 * files.
 */
#ifndef LPARADM_PARSE_H
#define LPARADM_PARSE_H

#include <limits.h>
#include <stdbool.h>

#define MAX_CPUS 512
#define U64_MAX ULLONG_MAX

typedef unsigned long long u64;
typedef long long s64;

struct cpulist {
	bool has[MAX_CPUS];
};

/* Return: 0, -EINVAL or -ERANGE. */
int parse_u64(const char *s, u64 *val);
int parse_size(const char *s, u64 *bytes);
int parse_cpulist(const char *s, struct cpulist *list);

/* "256M": like the kernel, with the largest unit that needs no fraction. */
#define SIZE_TEXT 24
void format_size(char text[SIZE_TEXT], u64 bytes);

/* "1.5G": rounded to two decimals. */
void format_human(char text[SIZE_TEXT], u64 bytes);

/* Split off the next line of *text (in place). Return: NULL at the end. */
char *next_line(char **text);

/* Split off the next word of *line. Return: NULL if there is none. */
char *next_word(char **line);

#endif
