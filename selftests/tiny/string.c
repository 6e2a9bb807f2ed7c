// SPDX-License-Identifier: GPL-2.0
/* Strings, memory, and the options of the command line. */
#include "tiny.h"

#define VALUE_LEN 64

int streq(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *t = to;

	asm volatile("rep movsb" : "+D" (t), "+S" (from), "+c" (n) : : "memory");
	return to;
}

void *memset(void *to, int c, size_t n)
{
	void *t = to;

	asm volatile("rep stosb" : "+D" (t), "+c" (n) : "a" (c) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

/* The value after "name=" in the command line, or NULL. */
static const char *find(const char *line, const char *name)
{
	const char *p, *n;

	for (p = line; *p; ) {
		for (n = name; *n && *p == *n; n++)
			p++;
		if (!*n && *p == '=')
			return p + 1;
		while (*p && *p != ' ')
			p++;
		while (*p == ' ')
			p++;
	}
	return NULL;
}

const char *option(const char *name)
{
	static char value[4][VALUE_LEN];
	static unsigned int turn;
	const char *p = find((const char *)LAYOUT_CMDLINE, name);
	char *out;
	int i;

	if (!p)
		return NULL;
	out = value[turn++ % 4];
	for (i = 0; i < VALUE_LEN - 1 && p[i] && p[i] != ' '; i++)
		out[i] = p[i];
	out[i] = 0;
	return out;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

u64 option_number(const char *name, u64 otherwise)
{
	const char *p = option(name);
	unsigned int base = 10;
	u64 n = 0;

	if (!p || !*p)
		return otherwise;
	if (p[0] == '0' && p[1] == 'x') {
		base = 16;
		p += 2;
	}
	for (; digit(*p) < (int)base; p++)
		n = n * base + digit(*p);
	return n;
}
