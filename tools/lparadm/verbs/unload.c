// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm unload: remove the module, if no LPAR holds it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libkmod.h>

#include "lib/cfs.h"
#include "lib/kmsg.h"
#include "lib/lpars.h"
#include "verbs/verbs.h"

#define MODULE "lpar"

/* LPARs in these two states own nothing, and do not hold the module. */
static bool holds_module(const struct lpar *l)
{
	return strcmp(l->state, LPAR_STATE_DEFINED) && strcmp(l->state, LPAR_STATE_RELEASED);
}

/* The kernel only says "in use": name the LPARs that use it. */
static int report_users(const struct ctx *ctx)
{
	struct lpar v[LPAR_MAX_PARTS];
	int n = lpars_read(ctx, v), users = 0;

	for (int i = 0; i < n; i++) {
		if (!holds_module(&v[i]))
			continue;
		fail(v[i].name, "unload", "the LPAR is %s; deactivate it first",
		     v[i].state);
		users++;
	}
	for (int i = 0; i < n && !users; i++)
		fail(v[i].name, "unload", "the LPAR is %s; undefine it first",
		     v[i].state);
	return n;
}

static int remove_module(void)
{
	struct kmod_ctx *kmod = kmod_new(NULL, NULL);
	struct kmod_module *mod;
	int ret;

	if (!kmod)
		return -ENOMEM;
	kmod_set_log_priority(kmod, 0);
	ret = kmod_module_new_from_name(kmod, MODULE, &mod);
	if (!ret) {
		ret = kmod_module_remove_module(mod, 0);
		kmod_module_unref(mod);
	}
	kmod_unref(kmod);
	return ret;
}

static int cmd_unload(const struct ctx *ctx, int argc, char **argv)
{
	int log = kmsg_open(ctx);
	int ret = remove_module();

	(void)argc;
	(void)argv;
	if (!ret) {
		kmsg_close(log);
		return LPARADM_OK;
	}
	if (kmsg_report(log, "unload"))
		return LPARADM_FAILED;
	if (ret == -ENOENT)
		return fail(NULL, "unload", MODULE " is not loaded");
	if ((ret == -EWOULDBLOCK || ret == -EBUSY) && report_users(ctx) > 0)
		return LPARADM_FAILED;
	return fail(NULL, "unload", "%s", strerror(abs(ret)));
}

const struct cmd verb_unload = {
	.name = "unload",
	.args = "",
	.help = "unload the module",
	.run = cmd_unload,
};
