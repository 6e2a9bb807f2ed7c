// SPDX-License-Identifier: GPL-2.0
/* main() of every unit test: runs the registered tests and prints TAP. */
#include "pure.h"
#include <stdlib.h>
#include "tap.h"

#define MAX_DIAGNOSTICS 10	/* a failing random test fails many times */

static struct tap_test *first;
static struct tap_test **last = &first;
static int nr_tests;
static int failures;
static const char *skipped;
static u64 seed;
static u64 rnd;

void tap_register(struct tap_test *t)
{
	*last = t;
	last = &t->next;
	nr_tests++;
}

void tap_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	if (failures++ >= MAX_DIAGNOSTICS)
		return;
	printf("# %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

void tap_skip(const char *why)
{
	skipped = why;
}

/* xorshift64*: the same sequence on every machine */
u64 tap_rand(void)
{
	rnd ^= rnd >> 12;
	rnd ^= rnd << 25;
	rnd ^= rnd >> 27;
	return rnd * 0x2545f4914f6cdd1dULL;
}

static bool run_one(const struct tap_test *t, int nr)
{
	failures = 0;
	skipped = NULL;
	rnd = (seed + (u64)nr) * 0x9e3779b97f4a7c15ULL | 1;
	t->run();
	if (failures)
		printf("# %d failures, LPAR_SEED=%llu\nnot ", failures, seed);
	printf("ok %d - %s", nr, t->name);
	if (skipped && !failures)
		printf(" # SKIP %s", skipped);
	printf("\n");
	return !failures;
}

int main(void)
{
	const char *env = getenv("LPAR_SEED");
	const struct tap_test *t;
	bool good = true;
	int nr = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	seed = env ? strtoull(env, NULL, 0) : 1;
	printf("TAP version 13\n1..%d\n", nr_tests);
	for (t = first; t; t = t->next)
		good = run_one(t, ++nr) && good;
	return good ? 0 : 1;
}
