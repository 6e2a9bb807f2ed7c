/* SPDX-License-Identifier: GPL-2.0 */
/*
 * iface/configfs.h - shared by the files of the configfs tree. Layer L4.
 */
#ifndef LPAR_IFACE_CONFIGFS_H
#define LPAR_IFACE_CONFIGFS_H

#include <linux/configfs.h>
#include <linux/container_of.h>

struct lpar;
struct lpar_device;
struct lpar_line;

/**
 * struct lpar_item - a directory under partitions/
 * @item: configfs item; its reference count is that of the structure
 * @lpar: the LPAR. This, @dev and @line are set before the directory becomes visible
 *	and cleared after it was removed, so they are valid in every show and store.
 * @dev: its device in sysfs
 * @line: its console
 */
struct lpar_item {
	struct config_item item;
	struct lpar *lpar;
	struct lpar_device *dev;
	struct lpar_line *line;
};

static inline struct lpar_item *to_lpar_item(struct config_item *item)
{
	return container_of(item, struct lpar_item, item);
}

extern struct configfs_attribute *lpar_item_attrs[];
extern struct configfs_attribute *lpar_storage_attrs[];
extern struct configfs_attribute *lpar_processors_attrs[];
extern struct configfs_attribute *lpar_channels_attrs[];
extern struct configfs_attribute *lpar_partitions_attrs[];
extern const struct config_item_type lpar_channels_type;

#endif
