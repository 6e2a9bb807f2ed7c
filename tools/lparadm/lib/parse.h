/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The texts that the kernel's attributes hold: numbers, sizes, lines
 * and CPU lists. Nothing here touches a file.
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

/* Each returns 0 or -EINVAL / -ERANGE. */
int parse_u64(const char *s, u64 *val);
int parse_size(const char *s, u64 *bytes);
int parse_cpulist(const char *s, struct cpulist *list);

/* "256M": as the kernel prints it, the largest unit without a fraction. */
#define SIZE_TEXT 24
void format_size(char text[SIZE_TEXT], u64 bytes);

/* "1.5G": for people, rounded to two decimals; 1024 of a unit make the next. */
void format_human(char text[SIZE_TEXT], u64 bytes);

/* Cut the next line off *text (changed in place). Return: NULL at the end. */
char *next_line(char **text);

/* Cut the next word off *line. Return: NULL when there is none. */
char *next_word(char **line);

#endif
