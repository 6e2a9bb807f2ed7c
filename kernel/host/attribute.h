/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/attribute.h - attributes of the kernel are no images and no disks.
 *
 * They look like regular files of a page. To find, open or read one takes locks of
 * its file system within the caller's, and a write to one of ours takes them the
 * other way round: so not even the way there is walked. What a link leads to is
 * seen by its type. Layer L1.
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
