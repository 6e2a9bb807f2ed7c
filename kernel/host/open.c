// SPDX-License-Identifier: GPL-2.0
/*
 * Files of the host, opened by a path that an admin has written. Layer L1: may call L0
 * only.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "host/open.h"

void host_view_get(struct host_view *view)
{
	get_fs_root(current->fs, &view->root);
	view->cred = get_current_cred();
}

void host_view_put(struct host_view *view)
{
	if (!view->cred)
		return;
	path_put(&view->root);
	put_cred(view->cred);
	memset(view, 0, sizeof(*view));
}

static struct file *open_in(const struct host_view *view, const char *path, int flags)
{
	const struct cred *old;
	struct file *file;

	if (!view)
		return filp_open(path, flags, 0);
	old = override_creds(view->cred);
	file = file_open_root(&view->root, path, flags, 0);
	revert_creds(old);
	return file;
}

static struct file *refuse_attribute(struct file *file)
{
	const char *type;

	if (IS_ERR(file))
		return file;
	type = file_inode(file)->i_sb->s_type->name;
	if (strcmp(type, "configfs") && strcmp(type, "sysfs"))
		return file;
	fput(file);
	return ERR_PTR(-EINVAL);
}

struct file *host_open(const struct host_view *view, const char *path, int flags)
{
	struct file *target;

	/* Most attributes are refused without a lookup. */
	if (*path != '/' || strstarts(path, "/sys/"))
		return ERR_PTR(-EINVAL);
	target = refuse_attribute(open_in(view, path, O_PATH));
	if (IS_ERR(target))
		return target;
	fput(target);
	/* Check again: a link may have been changed. */
	return refuse_attribute(open_in(view, path, flags));
}
