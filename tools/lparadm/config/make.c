// SPDX-License-Identifier: GPL-2.0
/*
 * Applying a configuration: release, set, define, activate, start.
 *
 * Each phase is done for all LPARs before the next begins, so that resources are free
 * when they are needed. What already matches is not touched.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/request.h"
#include "config/machine.h"

/* A stopped guest cannot release channels: its LPAR has to be deactivated. */
static bool must_end_guest(const struct machine *now, const struct machine *want,
			   const struct partition *p, const struct partition *w)
{
	bool all;
	char *kept;

	if (strcmp(p->state, LPAR_STATE_STOPPED))
		return false;
	kept = machine_channels_kept(now, want, p, w);
	all = !strcmp(kept, p->attr[A_CHANNELS].text);
	free(kept);
	return !all;
}

static bool resources_differ(const struct partition *p, const struct partition *w)
{
	return machine_differs(p, w, 0, A_CHANNELS) ||
	       machine_differs(p, w, A_CHANNELS + 1, A_NRESOURCES);
}

bool machine_gives_up(const struct machine *now, const struct machine *want,
		      const struct partition *p)
{
	const struct partition *w = machine_find(want, p->name);

	if (w && w->left_out)
		return false;
	/* The attributes of a released LPAR can only be changed after a deactivation. */
	if (!strcmp(p->state, LPAR_STATE_RELEASED))
		return !w || machine_differs(p, w, 0, A_COUNT);
	if (!machine_owns(p))
		return false;
	return !w || !machine_owns(w) || machine_pool_differs(now, want) ||
	       resources_differ(p, w) || must_end_guest(now, want, p, w);
}

static int make_power(const struct ctx *ctx, const char *name, const char *verb,
		      const char *command)
{
	return lpar_command(ctx, name, verb, "power", command);
}

static int make_undefined(const struct ctx *ctx, const char *name)
{
	char path[PATH_MAX];
	int ret = cfs_path(ctx, path, CFS_DIR "/partitions/%s", name);

	if (!ret && rmdir(path))
		ret = -errno;
	return ret ? fail(name, "undefine", "%s", strerror(-ret)) : LPARADM_OK;
}

/* Release channels that another LPAR gets or that change; the guest has to agree. */
static int give_channels(const struct ctx *ctx, const struct machine *now,
			 const struct machine *want, const struct partition *p)
{
	const struct partition *w = machine_find(want, p->name);
	int ret = LPARADM_OK;
	char *kept;

	if (!w || w->left_out)
		return LPARADM_OK;
	kept = machine_channels_kept(now, want, p, w);
	if (strcmp(kept, p->attr[A_CHANNELS].text))
		ret = lpar_write(ctx, p->name, "channels", kept);
	free(kept);
	return ret;
}

static int give_up(const struct ctx *ctx, const struct machine *now,
		   const struct machine *want)
{
	int ret = LPARADM_OK;

	for (int i = 0; i < now->n && !ret; i++) {
		const struct partition *p = &now->v[i];

		if (machine_gives_up(now, want, p))
			ret = make_power(ctx, p->name, "deactivate", "deactivate");
		else if (machine_owns(p))
			ret = give_channels(ctx, now, want, p);
		if (!ret && !machine_find(want, p->name))
			ret = make_undefined(ctx, p->name);
	}
	return ret;
}

static int set_pool(const struct ctx *ctx, const struct machine *now,
		    const struct machine *want)
{
	int ret = LPARADM_OK;

	for (int i = 0; i < P_COUNT && !ret; i++)
		if (strcmp(now->pool[i].text, want->pool[i].text))
			ret = pool_write(ctx, machine_pool[i].dir,
					 machine_pool[i].name,
					 want->pool[i].text);
	return ret;
}

static int make_defined(const struct ctx *ctx, const struct partition *w)
{
	char path[PATH_MAX];
	int ret = cfs_path(ctx, path, CFS_DIR "/partitions/%s", w->name);

	if (ret)
		return fail(w->name, "define", "%s", strerror(-ret));
	return mkdir(path, 0755) ?
	       request_refused(ctx, "partitions", w->name, "define", errno) : LPARADM_OK;
}

static int set_attrs(const struct ctx *ctx, const struct partition *p,
		     const struct partition *w)
{
	int ret = LPARADM_OK;

	for (int i = 0; i < A_COUNT && !ret; i++)
		if (machine_attr_differs(p, w, i))
			ret = lpar_write(ctx, w->name, machine_attrs[i].name,
					 w->attr[i].text);
	return ret;
}

/* Images cannot be changed while the guest runs: stop it; they are used at the next load. */
static int set_one(const struct ctx *ctx, const struct partition *p,
		   const struct partition *w)
{
	bool still = p->power == POWER_OPERATING &&
		     machine_differs(p, w, A_KERNEL, A_COUNT);
	int ret = still ? make_power(ctx, p->name, "stop", "stop") : LPARADM_OK;

	if (!ret)
		ret = set_attrs(ctx, p, w);
	if (still && make_power(ctx, p->name, "start", "start"))
		ret = LPARADM_FAILED;
	return ret;
}

/* With --keep-going, skip an LPAR that has failed. */
static int leave_out(const struct ctx *ctx, struct partition *w, int ret)
{
	if (!ret || !ctx->keep_going)
		return ret;
	w->left_out = true;
	return LPARADM_OK;
}

/* A new directory has the default values. */
static int define_all(const struct ctx *ctx, struct machine *want)
{
	struct machine now;
	int ret = LPARADM_OK;

	for (int i = 0; i < want->n && !ret; i++)
		if (!want->v[i].left_out &&
		    !cfs_exists(ctx, CFS_DIR "/partitions/%s", want->v[i].name))
			ret = leave_out(ctx, &want->v[i], make_defined(ctx, &want->v[i]));
	if (ret)
		return ret;
	ret = machine_read(ctx, &now);
	for (int i = 0; i < want->n && !ret; i++) {
		const struct partition *p = machine_find(&now, want->v[i].name);

		if (want->v[i].left_out)
			continue;
		ret = p ? set_one(ctx, p, &want->v[i]) :
			  fail(want->v[i].name, "define", "the LPAR no longer exists");
		ret = leave_out(ctx, &want->v[i], ret);
	}
	machine_free(&now);
	return ret;
}

static int power_one(const struct ctx *ctx, const struct partition *p,
		     const struct partition *w)
{
	bool stopped = !strcmp(p->state, LPAR_STATE_STOPPED);
	int ret = LPARADM_OK;

	if (machine_owns(w) && !machine_owns(p))
		ret = make_power(ctx, w->name, "activate", "activate");
	if (ret || w->power == p->power)
		return ret;
	if (w->power == POWER_ACTIVE && p->power == POWER_OPERATING)
		return make_power(ctx, w->name, "stop", "stop");
	if (w->power == POWER_OPERATING)
		return stopped ? make_power(ctx, w->name, "start", "start") :
				 make_power(ctx, w->name, "ipl", "load");
	return LPARADM_OK;
}

static int power_everyone(const struct ctx *ctx, struct machine *want)
{
	struct machine now;
	int ret = machine_read(ctx, &now);

	for (int i = 0; i < want->n && !ret; i++) {
		const struct partition *p = machine_find(&now, want->v[i].name);

		if (want->v[i].left_out)
			continue;
		ret = p ? power_one(ctx, p, &want->v[i]) : LPARADM_FAILED;
		ret = leave_out(ctx, &want->v[i], ret);
	}
	machine_free(&now);
	return ret;
}

int machine_make(const struct ctx *ctx, struct machine *want)
{
	struct machine now;
	int ret = machine_read(ctx, &now);

	if (!ret)
		ret = give_up(ctx, &now, want);
	if (!ret)
		ret = set_pool(ctx, &now, want);
	if (!ret)
		ret = machine_make_channels(ctx, &now, want);
	machine_free(&now);
	if (!ret)
		ret = define_all(ctx, want);
	return ret ? ret : power_everyone(ctx, want);
}
