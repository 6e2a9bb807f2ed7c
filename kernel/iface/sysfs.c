// SPDX-License-Identifier: GPL-2.0
/*
 * iface/sysfs.c - class "lpar": the present state.
 *
 * /sys/class/lpar/storage_map and processor_table show the machine. Each LPAR is a
 * device with its state, storage, LIPs (lips/<n>/) and counters; changes send a uevent
 * with STATE and CHANGED. Layer L4: may call part/.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "lpar.h"
#include "part/lpar.h"
#include "iface/attr.h"
#include "iface/iface.h"

struct lip_kobj {
	struct kobject kobj;
	struct lpar *lpar;
	u32 id;
};

/**
 * struct lpar_device - one LPAR in sysfs
 * @dev: the device; its reference count is that of the structure
 * @lpar: its LPAR; valid while @dev is in sysfs, so in every show
 * @lock: protects the rest. Taken in hooks from part/ under the LPAR's mutex, so only
 *	functions of part/ that hooks may call can be called under it.
 * @gone: lpar_sysfs_del() has been called
 * @incomplete: a lips/<n>/ is missing because there was no memory for it
 * @dir: lips/
 * @lips: lips/<n>/, NULL if there is no such LIP
 */
struct lpar_device {
	struct device dev;
	struct lpar *lpar;
	struct mutex lock;		/* gone, dir, lips */
	bool gone;
	bool incomplete;
	struct kobject *dir;
	struct lip_kobj *lips[LPAR_MAX_LIPS];
};

static struct lpar_device *to_ld(struct device *dev)
{
	return container_of(dev, struct lpar_device, dev);
}

/* lips/<n>/ */

struct lip_attribute {
	struct attribute attr;
	ssize_t (*show)(struct lip_kobj *lk, char *buf);
};

#define LIP_ATTR(_name, _fmt, _expr)					\
static ssize_t lip_##_name##_show(struct lip_kobj *lk, char *buf)	\
{									\
	struct lpar_lip_info lip, *info = &lip;				\
	int err = lpar_get_lip(lk->lpar, lk->id, info);			\
									\
	return err ?: sysfs_emit(buf, _fmt "\n", (_expr));		\
}									\
LIP_ATTR_DEFINE(_name)

#define LIP_ATTR_TEXT(_name)						\
static ssize_t lip_##_name##_show(struct lip_kobj *lk, char *buf)	\
{									\
	return attr_show_lines(buf, lpar_show_lip_##_name(lk->lpar,	\
						lk->id, buf, PAGE_SIZE)); \
}									\
LIP_ATTR_DEFINE(_name)

#define LIP_ATTR_DEFINE(_name)						\
static const struct lip_attribute lip_attr_##_name = {			\
	.attr = { .name = #_name, .mode = 0444 },			\
	.show = lip_##_name##_show,					\
}

LIP_ATTR(pcpu, "%u", info->pcpu);
LIP_ATTR(share, "%u", info->share);
LIP_ATTR(used, "%llu", info->used_ns);
LIP_ATTR(steal, "%llu", info->steal_ns);
LIP_ATTR(state, "%s", info->state);
LIP_ATTR_TEXT(exits);

static const struct attribute *const lip_attrs[] = {
	&lip_attr_pcpu.attr,
	&lip_attr_share.attr,
	&lip_attr_used.attr,
	&lip_attr_steal.attr,
	&lip_attr_state.attr,
	&lip_attr_exits.attr,
	NULL
};

static ssize_t lip_attr_show(struct kobject *kobj, struct attribute *attr,
			     char *buf)
{
	struct lip_kobj *lk = container_of(kobj, struct lip_kobj, kobj);
	struct lip_attribute *la = container_of(attr, struct lip_attribute, attr);

	return la->show(lk, buf);
}

static void lip_kobj_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct lip_kobj, kobj));
}

static const struct sysfs_ops lip_sysfs_ops = {
	.show = lip_attr_show,
};

static const struct kobj_type lip_ktype = {
	.sysfs_ops = &lip_sysfs_ops,
	.release = lip_kobj_release,
};

static struct lip_kobj *lip_kobj_add(struct lpar_device *ld, u32 id)
{
	struct lip_kobj *lk = kzalloc(sizeof(*lk), GFP_KERNEL);
	int err;

	if (!lk)
		return ERR_PTR(-ENOMEM);
	lk->lpar = ld->lpar;
	lk->id = id;
	err = kobject_init_and_add(&lk->kobj, &lip_ktype, ld->dir, "%u", id);
	if (!err)
		err = sysfs_create_files(&lk->kobj, lip_attrs);
	if (err) {
		kobject_put(&lk->kobj);
		return ERR_PTR(err);
	}
	return lk;
}

/* kobject_del() waits until no show of it is running. */
static void lip_kobj_del(struct lip_kobj *lk)
{
	kobject_del(&lk->kobj);
	kobject_put(&lk->kobj);
}

static void lips_sync_one_locked(struct lpar_device *ld, u32 id, bool wanted)
{
	struct lip_kobj *lk = ld->lips[id];

	if (wanted == !!lk)
		return;
	if (!wanted) {
		ld->lips[id] = NULL;
		lip_kobj_del(lk);
		return;
	}
	lk = lip_kobj_add(ld, id);
	if (IS_ERR(lk)) {
		dev_err(&ld->dev, "cannot create lips/%u: %pe\n", id, lk);
		ld->incomplete = true;
	} else {
		ld->lips[id] = lk;
	}
}

static void lips_sync_locked(struct lpar_device *ld, u64 mask)
{
	u32 id;

	lockdep_assert_held(&ld->lock);
	BUILD_BUG_ON(LPAR_MAX_LIPS > 64);
	ld->incomplete = false;
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		lips_sync_one_locked(ld, id, mask & BIT_ULL(id));
}

/* Attributes of the LPAR. */

#define LPAR_DEV_ATTR(_name, _fmt, _value)				\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	return sysfs_emit(buf, _fmt "\n", _value(to_ld(dev)->lpar));	\
}									\
static DEVICE_ATTR_RO(_name)

#define LPAR_DEV_ATTR_MS(_name, _field)					\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	struct lpar_ms_info info;					\
									\
	lpar_get_ms(to_ld(dev)->lpar, &info);				\
	return sysfs_emit(buf, "%llu\n", info._field);			\
}									\
static DEVICE_ATTR_RO(_name)

#define LPAR_DEV_ATTR_TEXT(_name)					\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	return attr_show_lines(buf, lpar_show_##_name(to_ld(dev)->lpar,	\
						      buf, PAGE_SIZE));	\
}									\
static DEVICE_ATTR_RO(_name)

LPAR_DEV_ATTR(state, "%s", lpar_state_word);
LPAR_DEV_ATTR(number, "%u", lpar_number);
LPAR_DEV_ATTR(capped, "%d", lpar_get_capped);
LPAR_DEV_ATTR(generation, "%llu", lpar_generation);
LPAR_DEV_ATTR(es_size, "%llu", lpar_get_es);
LPAR_DEV_ATTR(memory_idle, "%llu", lpar_get_memory_idle);
LPAR_DEV_ATTR(tsc_offset, "%lld", lpar_tsc_offset);
LPAR_DEV_ATTR_MS(ms_origin, origin);
LPAR_DEV_ATTR_MS(ms_size, size);
LPAR_DEV_ATTR_MS(ms_expansion, expansion);
LPAR_DEV_ATTR_MS(ms_free, free);
LPAR_DEV_ATTR_TEXT(exits);
LPAR_DEV_ATTR_TEXT(memory_ost);
LPAR_DEV_ATTR_TEXT(processor_ost);
LPAR_DEV_ATTR_TEXT(channel_ost);

static struct attribute *lpar_dev_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_number.attr,
	&dev_attr_ms_origin.attr,
	&dev_attr_ms_size.attr,
	&dev_attr_ms_expansion.attr,
	&dev_attr_ms_free.attr,
	&dev_attr_es_size.attr,
	&dev_attr_capped.attr,
	&dev_attr_generation.attr,
	&dev_attr_tsc_offset.attr,
	&dev_attr_exits.attr,
	&dev_attr_memory_ost.attr,
	&dev_attr_memory_idle.attr,
	&dev_attr_processor_ost.attr,
	&dev_attr_channel_ost.attr,
	NULL
};
ATTRIBUTE_GROUPS(lpar_dev);

/* Sparse tools read to the end of the file, so its size need not be known. */
static ssize_t core_read(struct file *file, struct kobject *kobj,
			 compat_bin_const struct bin_attribute *attr, char *buf, loff_t pos,
			 size_t len)
{
	return lpar_dump(to_ld(kobj_to_dev(kobj))->lpar, buf, pos, len);
}

static const struct bin_attribute core_attr = {
	.attr = { .name = "core", .mode = 0400 },
	.read = core_read,
};

/* Attributes of the class. */

static ssize_t storage_map_show(compat_class_const struct class *class,
				compat_class_const struct class_attribute *attr,
				char *buf)
{
	return attr_show_lines(buf, lpar_system_show_map(buf, PAGE_SIZE));
}
static CLASS_ATTR_RO(storage_map);

static ssize_t processor_table_show(compat_class_const struct class *class,
				    compat_class_const struct class_attribute *attr,
				    char *buf)
{
	return attr_show_lines(buf, lpar_system_show_processors(buf, PAGE_SIZE));
}
static CLASS_ATTR_RO(processor_table);

static struct attribute *lpar_class_attrs[] = {
	&class_attr_storage_map.attr,
	&class_attr_processor_table.attr,
	NULL
};
ATTRIBUTE_GROUPS(lpar_class);

static void lpar_dev_release(struct device *dev)
{
	kfree(to_ld(dev));
}

static struct class lpar_class = {
	.name = LPAR_SUBSYSTEM,
	.class_groups = lpar_class_groups,
	.dev_groups = lpar_dev_groups,
	.dev_release = lpar_dev_release,
};

/* The names of the class's own files cannot be used for an LPAR. */
static bool name_is_taken(const char *name)
{
	return !strcmp(name, class_attr_storage_map.attr.name) ||
	       !strcmp(name, class_attr_processor_table.attr.name);
}

static int ld_register(struct lpar_device *ld)
{
	int err = dev_set_name(&ld->dev, "%s", lpar_name(ld->lpar));

	if (err)
		return err;
	err = device_add(&ld->dev);
	if (err)
		return err;
	err = device_create_bin_file(&ld->dev, &core_attr);
	if (err)
		goto del;
	err = -ENOMEM;
	ld->dir = kobject_create_and_add("lips", &ld->dev.kobj);
	if (ld->dir)
		return 0;
	device_remove_bin_file(&ld->dev, &core_attr);
del:
	device_del(&ld->dev);
	return err;
}

/**
 * lpar_sysfs_add() - add an LPAR to class lpar
 * @lpar: in state defined, so without LIPs
 *
 * Context: sleeps.
 * Return: its device, or an ERR_PTR.
 */
struct lpar_device *lpar_sysfs_add(struct lpar *lpar)
{
	struct lpar_device *ld;
	int err;

	if (name_is_taken(lpar_name(lpar)))
		return ERR_PTR(-EEXIST);
	ld = kzalloc(sizeof(*ld), GFP_KERNEL);
	if (!ld)
		return ERR_PTR(-ENOMEM);
	ld->lpar = lpar;
	mutex_init(&ld->lock);
	ld->dev.class = &lpar_class;
	device_initialize(&ld->dev);
	err = ld_register(ld);
	if (err) {
		put_device(&ld->dev);
		return ERR_PTR(err);
	}
	return ld;
}

/**
 * lpar_sysfs_del() - remove the device from sysfs
 * @ld: the device
 *
 * Context: sleeps until every show has returned.
 */
void lpar_sysfs_del(struct lpar_device *ld)
{
	scoped_guard(mutex, &ld->lock) {
		ld->gone = true;
		lips_sync_locked(ld, 0);
		kobject_del(ld->dir);
		kobject_put(ld->dir);
	}
	device_remove_bin_file(&ld->dev, &core_attr);
	device_del(&ld->dev);
}

void lpar_sysfs_put(struct lpar_device *ld)
{
	put_device(&ld->dev);
}

struct device *lpar_sysfs_device(struct lpar_device *ld)
{
	return &ld->dev;
}

static void ld_uevent(struct lpar_device *ld, unsigned int what)
{
	char state[32], changed[64];
	char *env[3] = { state, changed, NULL };

	snprintf(state, sizeof(state), LPAR_UEVENT_STATE "=%s", lpar_state_word(ld->lpar));
	snprintf(changed, sizeof(changed), LPAR_UEVENT_CHANGED "=%s%s%s%s%s%s%s",
		 what & LPAR_CHANGED_STATE ? "state " : "",
		 what & LPAR_CHANGED_MS ? "ms " : "",
		 what & LPAR_CHANGED_LIPS ? "lips " : "",
		 what & LPAR_CHANGED_OST ? "ost " : "",
		 what & LPAR_CHANGED_INTEGRATE ? "integrate " : "",
		 what & LPAR_CHANGED_MOVE ? "move " : "",
		 what & LPAR_CHANGED_PANIC ? "panic " : "");
	strim(changed);
	kobject_uevent_env(&ld->dev.kobj, KOBJ_CHANGE, env);
}

/**
 * lpar_sysfs_changed() - update sysfs and send a uevent
 * @ld: the device
 * @what: LPAR_CHANGED_* bits
 *
 * Context: sleeps; the LPAR's mutex may be held, so no show may take it.
 */
void lpar_sysfs_changed(struct lpar_device *ld, unsigned int what)
{
	guard(mutex)(&ld->lock);
	if (ld->gone)
		return;
	/* A directory that could not be made is tried again with each change. */
	if (what & LPAR_CHANGED_LIPS || ld->incomplete)
		lips_sync_locked(ld, lpar_get_lip_mask(ld->lpar));
	if (what & LPAR_CHANGED_STATE)
		sysfs_notify(&ld->dev.kobj, NULL, "state");
	ld_uevent(ld, what);
}

int lpar_sysfs_init(void)
{
	return class_register(&lpar_class);
}

void lpar_sysfs_exit(void)
{
	class_unregister(&lpar_class);
}
