// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm load: load lpar.ko by name or from a file, with the modules it depends on. If
 * that fails, the kernel's messages are printed.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <libkmod.h>

#include "lib/cfs.h"
#include "lib/kmsg.h"
#include "lib/module.h"
#include "lib/names.h"
#include "verbs/verbs.h"

#define DEFAULT_MODULE "lpar"

static bool is_file(const char *arg)
{
	size_t len = strlen(arg);

	return strchr(arg, '/') || (len > 3 && !strcmp(arg + len - 3, ".ko"));
}

static int insert_probed(struct kmod_module *m, const char *options)
{
	return kmod_module_probe_insert_module(m, KMOD_PROBE_FAIL_ON_LOADED,
					       options, NULL, NULL, NULL);
}

static int load_probe(struct kmod_ctx *kmod, const char *name, const char *options)
{
	struct kmod_list *list = NULL, *it;
	int ret = kmod_module_new_from_lookup(kmod, name, &list);

	if (!ret && !list)
		ret = -ENOENT;
	kmod_list_foreach(it, list) {
		struct kmod_module *m = kmod_module_get_module(it);

		if (!ret)
			ret = insert_probed(m, options);
		kmod_module_unref(m);
	}
	kmod_module_unref_list(list);
	return ret;
}

/* Load the dependencies of a module that is loaded from a file. */
static void probe_depends(struct kmod_ctx *kmod, struct kmod_module *mod)
{
	struct kmod_list *info = NULL, *it;

	if (kmod_module_get_info(mod, &info) < 0)
		return;
	kmod_list_foreach(it, info) {
		char names[256], *rest = names, *name;

		if (strcmp(kmod_module_info_get_key(it), "depends"))
			continue;
		snprintf(names, sizeof(names), "%s",
			 kmod_module_info_get_value(it));
		/* Ignore errors, e.g. built-in modules; inserting the module reports real ones. */
		while ((name = strsep(&rest, ",")))
			if (*name)
				load_probe(kmod, name, NULL);
	}
	kmod_module_info_free_list(info);
}

static int insert_file(struct kmod_ctx *kmod, const char *path,
		       const char *options)
{
	struct kmod_module *mod;
	int ret = kmod_module_new_from_path(kmod, path, &mod);

	if (ret)
		return ret;
	probe_depends(kmod, mod);
	ret = kmod_module_insert_module(mod, 0, options);
	kmod_module_unref(mod);
	return ret;
}

static char *join_words(int argc, char **argv)
{
	size_t len = 1;
	char *text;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = calloc(1, len);
	for (int i = 0; text && i < argc; i++) {
		if (i)
			strcat(text, " ");
		strcat(text, argv[i]);
	}
	return text;
}

/* systemd mounts configfs; a small initramfs does not. */
static void mount_configfs(const struct ctx *ctx)
{
	if (!*ctx->root && !cfs_exists(ctx, CFS_DIR))
		mount("configfs", "/sys/kernel/config", "configfs", 0, NULL);
}

/* List the kernels that have the module, as "6.1.0-1-amd64, 6.1.0-2-amd64". */
static void name_kernels(const struct ctx *ctx, char names[NAMES_MAX])
{
	char path[PATH_MAX];
	struct dirent **v;
	int n = -1;

	names[0] = '\0';
	if (!cfs_path(ctx, path, "/lib/modules"))
		n = scandir(path, &v, cfs_visible, versionsort);
	for (int i = 0; i < n; i++) {
		if (module_find(ctx, v[i]->d_name, path))
			names_add(names, v[i]->d_name);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
}

static void report_missing(const struct ctx *ctx, const char *module)
{
	char names[NAMES_MAX], *release;

	cfs_read(ctx, &release, "/proc/sys/kernel/osrelease");
	name_kernels(ctx, names);
	fail(NULL, "load", "%s: no such module for the running kernel, %s%s%s", module,
	     release ? release : "?", *names ? "; available for " : "", names);
	fail(NULL, "load",
	     "with lpar-dkms: install the headers of %s and run \"dkms autoinstall\"; "
	     "from source: make install KDIR=/lib/modules/%s/build",
	     release ? release : "this kernel", release ? release : "VERSION");
	free(release);
}

static bool is_locked_down(const struct ctx *ctx)
{
	char *text;
	bool is;

	cfs_read(ctx, &text, "/sys/kernel/security/lockdown");
	is = text && !strstr(text, "[none]");
	free(text);
	return is;
}

static void report_unsigned(const char *module)
{
	fail(NULL, "load", "%s: the kernel (Secure Boot, lockdown) accepts only %s", module,
	     "modules that are signed with a known key");
	fail(NULL, "load", "sign it and enroll the key with mokutil: see %s",
	     "\"Secure Boot\" in lparadm-machine(8)");
}

static void load_report(const struct ctx *ctx, const char *module, int err)
{
	if (err == EEXIST)
		fail(NULL, "load", "%s: already loaded", module);
	else if (err == ENOENT && !is_file(module))
		report_missing(ctx, module);
	else if (err == EKEYREJECTED || err == ENOKEY || (err == EPERM && is_locked_down(ctx)))
		report_unsigned(module);
	else
		fail(NULL, "load", "%s: %s", module, strerror(err));
}

static int load_module(const struct ctx *ctx, const char *module, const char *options)
{
	struct kmod_ctx *kmod = kmod_new(NULL, NULL);
	int log, ret;

	if (!kmod)
		return fail(NULL, "load", "out of memory");
	kmod_set_log_priority(kmod, 0);
	log = kmsg_open(ctx);
	ret = is_file(module) ? insert_file(kmod, module, options) :
				load_probe(kmod, module, options);
	kmod_unref(kmod);
	if (!ret) {
		kmsg_close(log);
		mount_configfs(ctx);
		return LPARADM_OK;
	}
	if (!kmsg_report(log, "load"))
		load_report(ctx, module, abs(ret));
	if (abs(ret) != EEXIST)
		fail(NULL, "load", "\"lparadm check-host\" checks what lpar needs of this host");
	return LPARADM_FAILED;
}

static int cmd_load(const struct ctx *ctx, int argc, char **argv)
{
	const char *module = DEFAULT_MODULE;
	char *options;
	int ret;

	if (argc && !strchr(argv[0], '=')) {
		module = argv[0];
		argc--;
		argv++;
	}
	for (int i = 0; i < argc; i++)
		if (!strchr(argv[i], '='))
			return usage_error("load: \"%s\" is not OPTION=VALUE",
					   argv[i]);
	options = join_words(argc, argv);
	if (!options)
		return fail(NULL, "load", "out of memory");
	ret = load_module(ctx, module, options);
	free(options);
	return ret;
}

const struct cmd verb_load = {
	.name = "load",
	.args = "[MODULE|FILE] [OPTION=VALUE...]",
	.help = "load lpar.ko",
	.max = -1,
	.run = cmd_load,
};
