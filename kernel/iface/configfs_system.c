// SPDX-License-Identifier: GPL-2.0
/*
 * iface/configfs_system.c - the attributes of storage/ and processors/: the resources
 * that the host gives to the monitor. Layer L4: may call part/.
 */
#include <linux/configfs.h>
#include <linux/cpumask.h>
#include <linux/string.h>

#include "part/lpar.h"
#include "part/place.h"
#include "iface/attr.h"
#include "iface/configfs.h"
#include "iface/iface.h"

#define POOL_TEXT_LEN	64

/* The hooks need no object: there is only one machine. */
static struct config_item *system_self(struct config_item *item)
{
	return item;
}

static int system_refuse(struct config_item *item, const char *name,
			 const char *page, int err)
{
	int len = min_t(size_t, strcspn(page, "\n"), 40);
	char text[41];

	attr_printable(text, page, len);
	return lpar_place_refuse(strcmp(config_item_name(item), "storage") ?
				 LPAR_PLACE_PROCESSORS : LPAR_PLACE_STORAGE, err,
				 "%s/%s: invalid value \"%s\"", config_item_name(item), name, text);
}

static struct lpar_system_info system_info(void)
{
	struct lpar_system_info info;

	lpar_system_get(&info);
	return info;
}

/* storage/ */

/* "2G", or "2G@0x100000000" for a range that was reserved at boot. */
static int storage_parse(const char *text, u64 *size, u64 *addr)
{
	char buf[POOL_TEXT_LEN];
	char *at;

	if (strscpy(buf, text, sizeof(buf)) < 0)
		return -ERANGE;
	at = strchr(buf, '@');
	if (at)
		*at++ = '\0';
	*addr = 0;
	return attr_parse_size(buf, size) ?:
	       (at ? attr_parse_size(at, addr) : 0);
}

static int storage_apply_size(struct config_item *item, const char *page)
{
	u64 size, addr;
	int err = storage_parse(page, &size, &addr);

	if (err)
		return system_refuse(item, "ms_size", page, err);
	lpar_place_begin(LPAR_PLACE_STORAGE);
	return lpar_place_end(LPAR_PLACE_STORAGE, lpar_system_set_pool(size, addr));
}

static int storage_show_size(struct config_item *item, char *buf, size_t size)
{
	struct lpar_system_info info = system_info();
	int len = attr_format_size(buf, size, info.pool_size);

	if (info.pool_addr)
		len += scnprintf(buf + len, size - len, "@0x%llx", info.pool_addr);
	return len;
}

static u64 storage_block_size(struct config_item *item)
{
	return system_info().block_size;
}

static u64 storage_free(struct config_item *item)
{
	return system_info().pool_free;
}

static int storage_apply_es(struct config_item *item, u64 size)
{
	lpar_place_begin(LPAR_PLACE_STORAGE);
	return lpar_place_end(LPAR_PLACE_STORAGE, lpar_system_set_es(size));
}

static u64 storage_es_size(struct config_item *item)
{
	return system_info().es_size;
}

static u64 storage_es_free(struct config_item *item)
{
	return system_info().es_free;
}

static int storage_show_placement(struct config_item *item, char *buf,
				  size_t size)
{
	return scnprintf(buf, size, "mapped");
}

static int storage_show_map(struct config_item *item, char *buf, size_t size)
{
	return lpar_system_show_map(buf, size);
}

static int storage_show_error(struct config_item *item, char *buf, size_t size)
{
	return lpar_place_show_error(LPAR_PLACE_STORAGE, buf, size);
}

#define storage_self	system_self
#define storage_refuse	system_refuse

LPAR_ATTR_STRING(storage_, ms_size, storage_show_size, storage_apply_size);
LPAR_ATTR_SIZE_RO(storage_, block_size, storage_block_size);
LPAR_ATTR_STRING_RO(storage_, placement, storage_show_placement);
LPAR_ATTR_SIZE_RO(storage_, free, storage_free);
LPAR_ATTR_SIZE(storage_, es_size, storage_es_size, storage_apply_es);
LPAR_ATTR_SIZE_RO(storage_, es_free, storage_es_free);
LPAR_ATTR_REPORT_RO(storage_, map, storage_show_map);
LPAR_ATTR_STRING_RO(storage_, last_error, storage_show_error);

struct configfs_attribute *lpar_storage_attrs[] = {
	&storage_attr_ms_size,
	&storage_attr_block_size,
	&storage_attr_placement,
	&storage_attr_free,
	&storage_attr_es_size,
	&storage_attr_es_free,
	&storage_attr_map,
	&storage_attr_last_error,
	NULL
};

/* processors/ */

static int processors_show_mask(char *buf, size_t size,
				void (*get)(struct cpumask *cpus))
{
	cpumask_var_t mask;
	int len;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	get(mask);
	len = scnprintf(buf, size, "%*pbl", cpumask_pr_args(mask));
	free_cpumask_var(mask);
	return len;
}

static int processors_show_available(struct config_item *item, char *buf,
				     size_t size)
{
	return processors_show_mask(buf, size, lpar_system_get_available);
}

static int processors_show_online(struct config_item *item, char *buf,
				  size_t size)
{
	return processors_show_mask(buf, size, lpar_system_get_cpus);
}

static int processors_apply_online(struct config_item *item, const char *page)
{
	cpumask_var_t mask;
	int err;

	lpar_place_begin(LPAR_PLACE_PROCESSORS);
	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return lpar_place_end(LPAR_PLACE_PROCESSORS, -ENOMEM);
	/* not the parser's -ERANGE for a number that is not a CPU of this host */
	err = cpulist_parse(page, mask) ? -EINVAL : 0;
	if (err)
		system_refuse(item, "online", page, err);
	else
		err = lpar_system_set_cpus(mask);
	free_cpumask_var(mask);
	lpar_tty_avoid_pcpus();
	return lpar_place_end(LPAR_PLACE_PROCESSORS, err);
}

static u64 processors_period(struct config_item *item)
{
	return system_info().period_us;
}

static int processors_apply_period(struct config_item *item, u64 us)
{
	u32 value = min_t(u64, us, U32_MAX);

	lpar_place_begin(LPAR_PLACE_PROCESSORS);
	return lpar_place_end(LPAR_PLACE_PROCESSORS, lpar_system_set_period(value));
}

static int processors_show_error(struct config_item *item, char *buf, size_t size)
{
	return lpar_place_show_error(LPAR_PLACE_PROCESSORS, buf, size);
}

#define processors_self		system_self
#define processors_refuse	system_refuse

LPAR_ATTR_STRING_RO(processors_, available, processors_show_available);
LPAR_ATTR_STRING(processors_, online, processors_show_online,
		 processors_apply_online);
LPAR_ATTR_U64(processors_, period_us, processors_period,
	      processors_apply_period);
LPAR_ATTR_STRING_RO(processors_, last_error, processors_show_error);

struct configfs_attribute *lpar_processors_attrs[] = {
	&processors_attr_available,
	&processors_attr_online,
	&processors_attr_period_us,
	&processors_attr_last_error,
	NULL
};

/* channels/ and partitions/: why the last mkdir was refused. */

static int channels_show_error(struct config_item *item, char *buf, size_t size)
{
	return lpar_place_show_error(LPAR_PLACE_CHANNELS, buf, size);
}

static int partitions_show_error(struct config_item *item, char *buf, size_t size)
{
	return lpar_place_show_error(LPAR_PLACE_PARTITIONS, buf, size);
}

#define channels_self		system_self
#define partitions_self		system_self

LPAR_ATTR_STRING_RO(channels_, last_error, channels_show_error);
LPAR_ATTR_STRING_RO(partitions_, last_error, partitions_show_error);

struct configfs_attribute *lpar_channels_attrs[] = {
	&channels_attr_last_error,
	NULL
};

struct configfs_attribute *lpar_partitions_attrs[] = {
	&partitions_attr_last_error,
	NULL
};
