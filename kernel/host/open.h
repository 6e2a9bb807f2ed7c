/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/open.h - open files of the host by a path that an admin has written.
 * Layer L1: ordinary kernel APIs only. All functions sleep.
 */
#ifndef LPAR_HOST_OPEN_H
#define LPAR_HOST_OPEN_H

#include <linux/path.h>

struct cred;
struct file;

/**
 * struct host_view - how a process sees the host's files; all zeros: none
 * @root: its root directory
 * @cred: its credentials
 */
struct host_view {
	struct path root;
	const struct cred *cred;
};

/* That of the current process, to be dropped by host_view_put(). */
void host_view_get(struct host_view *view);
/* Does nothing for none, and leaves none. */
void host_view_put(struct host_view *view);

/**
 * host_open() - open a file, but no attribute of configfs or sysfs
 * @view: as this process sees the host's files; NULL: as the current one does
 * @path: absolute path
 * @flags: O_*
 *
 * An attribute looks like a regular file of one page, but opening one takes locks of its
 * file system that the caller, who is in a write to one, may have already. So the target
 * is looked up and checked before it is opened.
 *
 * The lookup may still wait for an rmdir in configfs, and that for all writes to
 * attributes of its directory. So in such a write the directory must be pinned: rmdir
 * then fails at once.
 *
 * Context: sleeps, for as long as the file system takes.
 * Return: the file, or an ERR_PTR: -EINVAL for a relative path or an attribute; or an
 * error of the file system.
 */
struct file *host_open(const struct host_view *view, const char *path, int flags);

#endif
