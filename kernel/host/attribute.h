/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/attribute.h - recognise attributes of sysfs and configfs, which cannot be
 * images or disks.
 *
 * They look like regular files of one page. Looking up, opening or reading one takes
 * locks of its file system inside the caller's, while a write to one of lpar's takes
 * them in the opposite order. So a path below /sys is refused before any lookup; the
 * target of a link is recognised by its file system's type. Layer L1.
 */
#ifndef LPAR_HOST_ATTRIBUTE_H
#define LPAR_HOST_ATTRIBUTE_H

#include <linux/fs.h>
#include <linux/string.h>

static inline bool host_is_attribute_path(const char *path)
{
	return strstarts(path, "/sys/");
}

static inline bool host_is_attribute(const struct inode *inode)
{
	const char *type = inode->i_sb->s_type->name;

	return !strcmp(type, "configfs") || !strcmp(type, "sysfs");
}

#endif
