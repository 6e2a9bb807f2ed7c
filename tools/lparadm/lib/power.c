// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs that an LPAR's attribute "power" takes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/bootimage.h"
#include "lib/request.h"
#include "lib/confirm.h"
#include "lib/power.h"

#define POLL_NSEC 100000000l

static const struct power_verb verbs[] = {
	{ .name = "activate", .command = "activate",
	  .what = "claims its main storage, shares and channels" },
	{ .name = "ipl", .command = "load",
	  .what = "loads the kernel and starts the guest" },
	{ .name = "stop", .command = "stop",
	  .what = "pauses the guest" },
	{ .name = "start", .command = "start",
	  .what = "continues the guest" },
	{ .name = "shutdown", .command = "shutdown",
	  .what = "presses the power button; the guest decides what to do",
	  .danger = "its guest is asked to shut down",
	  .then = "active" },
	{ .name = "nmi", .command = "nmi",
	  .what = "sends an NMI to LIP 0 of the guest",
	  .danger = "its guest gets an NMI and may panic" },
	{ .name = "reset", .command = "reset",
	  .what = "loads the kernel again and restarts the guest",
	  .danger = "its guest restarts and loses unsaved data" },
	{ .name = "deactivate", .command = "deactivate",
	  .what = "releases its main storage, shares and channels",
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

static int power_ask(const struct ctx *ctx, const struct power_verb *verb,
		     const char *name)
{
	int ret = lpar_check(ctx, name);

	if (ret || !verb->danger || !power_has_guest(ctx, name))
		return ret;
	return confirm_ask(ctx, name, verb->name, verb->danger);
}

static double power_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int power_await(const struct ctx *ctx, const char *name, const char *state,
		double seconds, double *used)
{
	struct timespec pause = { .tv_nsec = POLL_NSEC };
	double start = power_now();

	/* Half a pause of tolerance for rounding. */
	for (*used = 0; !is_state(ctx, name, state); *used = power_now() - start) {
		if (*used > seconds - POLL_NSEC / 2e9)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int power_wait(const struct ctx *ctx, const struct power_verb *verb,
		      const char *name)
{
	double used;

	if (!power_await(ctx, name, verb->then, ctx->wait, &used))
		return LPARADM_OK;
	return fail(name, verb->name, "still not %s after %g seconds",
		    verb->then, ctx->wait);
}

/*
 * Run for each LPAR, whatever happens to the others; entries that fail become NULL.
 * Return: how many succeeded.
 */
static int power_each(const struct ctx *ctx, const struct power_verb *verb, int argc,
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

static int power_command(const struct ctx *ctx, const struct power_verb *verb,
			 const char *name)
{
	int ret = LPARADM_OK;

	if (!strcmp(verb->name, "ipl"))
		ret = bootimage_prepare(ctx, name);
	return ret ? ret : lpar_command(ctx, name, verb->name, "power", verb->command);
}

int power_all(const struct ctx *ctx, const char *name, int argc, char **argv)
{
	const struct power_verb *verb = power_find(name);
	int left, ret;

	for (int i = 0; i < argc; i++) {
		ret = power_ask(ctx, verb, argv[i]);
		if (ret)
			return ret;
	}
	left = power_each(ctx, verb, argc, argv, power_command);
	/* Press all buttons before waiting for the first guest. */
	if (ctx->wait > 0)
		left = power_each(ctx, verb, argc, argv, power_wait);
	if (left)
		return left == argc ? LPARADM_OK : LPARADM_PARTIAL;
	return LPARADM_FAILED;
}
