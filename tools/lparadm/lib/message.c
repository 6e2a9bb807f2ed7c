// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on standard error, and the exit code that goes with them.
 */
#include <stdarg.h>
#include <stdio.h>

#include "lib/message.h"

static void vmessage(const char *who, const char *what, const char *fmt,
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
	vmessage(who, what, fmt, ap);
	va_end(ap);
	return LPARADM_FAILED;
}

int usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(NULL, NULL, fmt, ap);
	va_end(ap);
	return LPARADM_USAGE;
}
