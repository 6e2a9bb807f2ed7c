/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Error messages, and the exit codes that go with them.
 */
#ifndef LPARADM_MESSAGE_H
#define LPARADM_MESSAGE_H

#define __printf(a, b) __attribute__((__format__(printf, a, b)))

/* Exit codes, see lparadm(8). */
enum {
	LPARADM_OK = 0,
	LPARADM_FAILED = 1,
	LPARADM_USAGE = 2,
	LPARADM_PARTIAL = 64,
};

/*
 * Print "lparadm: WHO: WHAT: text" on stderr; @who and @what may be NULL.
 * Return: LPARADM_FAILED, so that a verb can return it.
 */
__printf(3, 4)
int fail(const char *who, const char *what, const char *fmt, ...);

/* Print an error of the command line. Return: LPARADM_USAGE. */
__printf(1, 2)
int usage_error(const char *fmt, ...);

#endif
