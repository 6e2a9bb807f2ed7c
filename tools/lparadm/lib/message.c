// SPDX-License-Identifier: GPL-2.0
/*
 * Error messages, and the exit codes that go with them.
 */
#include <stdarg.h>
#include <stdio.h>

#include "lib/message.h"

static void message_print(const char *who, const char *what, const char *fmt,
			  va_list ap)
{
	fflush(stdout);
	fprintf(stderr, "lparadm: ");
	if (who)
		fprintf(stderr, "%s: ", who);
	if (what)
		fprintf(stderr, "%s: ", what);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int fail(const char *who, const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message_print(who, what, fmt, ap);
	va_end(ap);
	return LPARADM_FAILED;
}

int usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message_print(NULL, NULL, fmt, ap);
	va_end(ap);
	return LPARADM_USAGE;
}
