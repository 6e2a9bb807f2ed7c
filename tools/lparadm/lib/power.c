// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs that an LPAR's attribute "power" takes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/request.h"
#include "lib/confirm.h"
#include "lib/power.h"

#define POLL_NSEC 100000000l

static const struct power_verb verbs[] = {
	{ .name = "activate", .command = "activate",
	  .what = "it claims its main storage, its shares and its channels" },
	{ .name = "ipl", .command = "load",
	  .what = "its kernel is loaded, and its guest starts" },
	{ .name = "stop", .command = "stop",
	  .what = "its guest stands still where it is" },
	{ .name = "start", .command = "start",
	  .what = "its guest goes on where it stood" },
	{ .name = "shutdown", .command = "shutdown",
	  .what = "the power button is pressed; its guest decides what follows",
	  .danger = "its guest is asked to end, and ends if it follows",
	  .then = "active" },
	{ .name = "reset", .command = "reset",
	  .what = "its kernel is loaded once more, and its guest starts",
	  .danger = "its guest starts anew and loses what it has not saved" },
	{ .name = "deactivate", .command = "deactivate",
	  .what = "it gives its main storage, shares and channels back",
	  .danger = "its guest ends and its storage is cleared" },
};

const struct power_verb *power_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool is_state(const struct ctx *ctx, const char *name, const char *state)
{
	char *text;
	bool is;

	cfs_read(ctx, &text, CFS_DIR "/partitions/%s/state", name);
	is = text && !strcmp(text, state);
	free(text);
	return is;
}

bool power_has_guest(const struct ctx *ctx, const char *name)
{
	return is_state(ctx, name, LPAR_STATE_OPERATING) ||
	       is_state(ctx, name, LPAR_STATE_STOPPED);
}

static int ask(const struct ctx *ctx, const struct power_verb *verb,
	       const char *name)
{
	int ret = lpar_check(ctx, name);

	if (ret || !verb->danger || !power_has_guest(ctx, name))
		return ret;
	return confirm(ctx, name, verb->name, verb->danger);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int power_await(const struct ctx *ctx, const char *name, const char *state,
		double seconds, double *used)
{
	struct timespec pause = { .tv_nsec = POLL_NSEC };
	double start = now();

	/* Half a pause, as sums of tenths are a little off. */
	for (*used = 0; !is_state(ctx, name, state); *used = now() - start) {
		if (*used > seconds - POLL_NSEC / 2e9)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int await(const struct ctx *ctx, const struct power_verb *verb,
		 const char *name)
{
	double used;

	if (!power_await(ctx, name, verb->then, ctx->wait, &used))
		return LPARADM_OK;
	return fail(name, verb->name, "it is not %s after %g seconds",
		    verb->then, ctx->wait);
}

/*
 * What one of several LPARs does decides nothing for the next; who fails is struck
 * off. Return: how many are left.
 */
static int each(const struct ctx *ctx, const struct power_verb *verb, int argc,
		char **argv,
		int (*run)(const struct ctx *ctx, const struct power_verb *verb,
			   const char *name))
{
	int left = 0;

	for (int i = 0; i < argc; i++) {
		if (argv[i] && run(ctx, verb, argv[i]))
			argv[i] = NULL;
		left += !!argv[i];
	}
	return left;
}

static int command(const struct ctx *ctx, const struct power_verb *verb,
		   const char *name)
{
	return lpar_command(ctx, name, verb->name, "power", verb->command);
}

int power_all(const struct ctx *ctx, const char *name, int argc, char **argv)
{
	const struct power_verb *verb = power_find(name);
	int left, ret;

	for (int i = 0; i < argc; i++) {
		ret = ask(ctx, verb, argv[i]);
		if (ret)
			return ret;
	}
	left = each(ctx, verb, argc, argv, command);
	/* All buttons are pressed before the first guest is waited for. */
	if (ctx->wait > 0)
		left = each(ctx, verb, argc, argv, await);
	if (left)
		return left == argc ? LPARADM_OK : LPARADM_PARTIAL;
	return LPARADM_FAILED;
}
