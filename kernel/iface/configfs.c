// SPDX-License-Identifier: GPL-2.0
/*
 * iface/configfs.c - /sys/kernel/config/lpar: the tree, and creation and removal of
 * partitions/<name>/. The attributes are in configfs_lpar.c and
 * configfs_system.c, channels/ is in configfs_channel.c. Layer L4: may call part/.
 */
#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lpar.h"
#include "part/lpar.h"
#include "part/place.h"
#include "iface/configfs.h"
#include "iface/iface.h"

/**
 * DOC: configfs tree
 *
 * Directories under partitions/ are LPARs: mkdir defines one, rmdir removes it.
 * An LPAR that owns resources pins its directory, so that rmdir returns -EBUSY.
 * Pinning fails during an rmdir, and then the activation does as well. Each
 * directory holds the module.
 *
 * configfs calls a store under the directory's fragment semaphore (shared) and the
 * open file's mutex: there may be two writers of one attribute, and an rmdir of
 * another LPAR at the same time. part/ makes operations atomic.
 */

static const struct config_item_type root_type = {
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem lpar_subsystem = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = LPAR_SUBSYSTEM,
			.ci_type = &root_type,
		},
	},
	.su_mutex = __MUTEX_INITIALIZER(lpar_subsystem.su_mutex),
};

static struct config_group storage_group;
static struct config_group processors_group;
static struct config_group channels_group;
static struct config_group partitions_group;

/* Hooks called by part/. */

static int item_pin(void *cookie)
{
	struct lpar_item *li = cookie;

	return configfs_depend_item_unlocked(&lpar_subsystem, &li->item);
}

static void item_unpin(void *cookie)
{
	struct lpar_item *li = cookie;

	configfs_undepend_item_unlocked(&li->item);
}

static bool has_guest(struct lpar *lpar)
{
	const char *word = lpar_state_word(lpar);

	return !strcmp(word, "operating") || !strcmp(word, "stopped");
}

static void item_changed(void *cookie, unsigned int what)
{
	struct lpar_item *li = cookie;

	/* item_build() is not done yet */
	if (!li->line)
		return;
	lpar_sysfs_changed(li->dev, what);
	if (what & LPAR_CHANGED_STATE)
		lpar_tty_guest(li->line, has_guest(li->lpar));
}

static void item_console(void *cookie, const u8 *bytes, size_t len)
{
	struct lpar_item *li = cookie;

	lpar_tty_output(li->line, bytes, len);
}

static const struct lpar_hooks item_hooks = {
	.pin = item_pin,
	.unpin = item_unpin,
	.changed = item_changed,
	.console = item_console,
};

/*
 * Undo item_build(), also if it failed half-way. First end the calls from user space,
 * then the hooks from part/.
 */
static void item_destroy(struct lpar_item *li)
{
	if (li->line)
		lpar_tty_del(li->line);
	if (li->dev)
		lpar_sysfs_del(li->dev);
	if (li->lpar)
		lpar_remove(li->lpar);
	if (li->dev)
		lpar_sysfs_put(li->dev);
	li->lpar = NULL;
	li->line = NULL;
	li->dev = NULL;
}

/* No hook is called before the attributes exist that cause it. */
static int item_build(struct lpar_item *li, const char *name)
{
	struct lpar *lpar;
	struct lpar_device *dev;
	struct lpar_line *line;

	lpar = lpar_create(name, &item_hooks, li);
	if (IS_ERR(lpar))
		return PTR_ERR(lpar);
	li->lpar = lpar;
	dev = lpar_sysfs_add(lpar);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	li->dev = dev;
	line = lpar_tty_add(lpar, lpar_sysfs_device(dev));
	if (IS_ERR(line))
		return PTR_ERR(line);
	li->line = line;
	return 0;
}

static void item_release(struct config_item *item)
{
	kfree(to_lpar_item(item));
}

static struct configfs_item_operations item_ops = {
	.release = item_release,
};

static const struct config_item_type item_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &item_ops,
	.ct_attrs = lpar_item_attrs,
};

static struct config_item *partitions_make(struct config_group *group,
					   const char *name)
{
	struct lpar_item *li = kzalloc(sizeof(*li), GFP_KERNEL);
	int err;

	lpar_place_begin(LPAR_PLACE_PARTITIONS);
	if (!li)
		return ERR_PTR(lpar_place_end(LPAR_PLACE_PARTITIONS, -ENOMEM));
	err = item_build(li, name);
	if (err) {
		item_destroy(li);
		kfree(li);
		return ERR_PTR(lpar_place_end(LPAR_PLACE_PARTITIONS, err));
	}
	config_item_init_type_name(&li->item, name, &item_type);
	return &li->item;
}

/* rmdir, or a mkdir that failed later: no store is running or can start. */
static void partitions_drop(struct config_group *group, struct config_item *item)
{
	item_destroy(to_lpar_item(item));
	config_item_put(item);
}

static struct configfs_group_operations partitions_ops = {
	.make_item = partitions_make,
	.drop_item = partitions_drop,
};

static const struct config_item_type partitions_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &partitions_ops,
	.ct_attrs = lpar_partitions_attrs,
};

static const struct config_item_type storage_type = {
	.ct_owner = THIS_MODULE,
	.ct_attrs = lpar_storage_attrs,
};

static const struct config_item_type processors_type = {
	.ct_owner = THIS_MODULE,
	.ct_attrs = lpar_processors_attrs,
};

static void add_group(struct config_group *group, const char *name,
		      const struct config_item_type *type)
{
	config_group_init_type_name(group, name, type);
	configfs_add_default_group(group, &lpar_subsystem.su_group);
}

int lpar_configfs_init(void)
{
	config_group_init(&lpar_subsystem.su_group);
	add_group(&storage_group, "storage", &storage_type);
	add_group(&processors_group, "processors", &processors_type);
	add_group(&channels_group, "channels", &lpar_channels_type);
	add_group(&partitions_group, "partitions", &partitions_type);
	return configfs_register_subsystem(&lpar_subsystem);
}

void lpar_configfs_exit(void)
{
	configfs_unregister_subsystem(&lpar_subsystem);
}
