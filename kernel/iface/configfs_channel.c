// SPDX-License-Identifier: GPL-2.0
/*
 * iface/configfs_channel.c - channels/<id>/: mkdir creates a channel, rmdir removes
 * it. A channel that an LPAR owns pins its directory. Layer L4: may call part/.
 */
#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lpar.h"
#include "part/channel.h"
#include "part/place.h"
#include "iface/attr.h"
#include "iface/configfs.h"

struct channel_item {
	struct config_item item;
	struct lpar_channel *ch;
};

static struct channel_item *to_channel_item(struct config_item *item)
{
	return container_of(item, struct channel_item, item);
}

static struct lpar_channel *channel_self(struct config_item *item)
{
	return to_channel_item(item)->ch;
}

static int channel_refuse(struct lpar_channel *ch, const char *name, const char *page, int err)
{
	int len = min_t(size_t, strcspn(page, "\n"), 40);

	return lpar_channel_refuse(ch, err, "%s: invalid value \"%.*s\"", name, len, page);
}

LPAR_ATTR_STRING(channel_, type, lpar_channel_show_type, lpar_channel_set_type);
LPAR_ATTR_STRING(channel_, source, lpar_channel_show_source, lpar_channel_set_source);
LPAR_ATTR_BOOL(channel_, readonly, lpar_channel_readonly, lpar_channel_set_readonly);
LPAR_ATTR_BOOL(channel_, direct, lpar_channel_direct, lpar_channel_set_direct);
LPAR_ATTR_STRING(channel_, serial, lpar_channel_show_serial, lpar_channel_set_serial);
LPAR_ATTR_STRING(channel_, mac, lpar_channel_show_mac, lpar_channel_set_mac);
LPAR_ATTR_STRING(channel_, link, lpar_channel_show_link, lpar_channel_set_link);
LPAR_ATTR_STRING_RO(channel_, state, lpar_channel_show_state);
LPAR_ATTR_STRING_RO(channel_, owner, lpar_channel_show_owner);
LPAR_ATTR_U64_RO(channel_, errors, lpar_channel_errors);
LPAR_ATTR_STRING_RO(channel_, last_error, lpar_channel_show_last_error);

static struct configfs_attribute *channel_attrs[] = {
	&channel_attr_type,
	&channel_attr_source,
	&channel_attr_readonly,
	&channel_attr_direct,
	&channel_attr_serial,
	&channel_attr_mac,
	&channel_attr_link,
	&channel_attr_state,
	&channel_attr_owner,
	&channel_attr_errors,
	&channel_attr_last_error,
	NULL
};

static int channel_pin(void *cookie)
{
	struct channel_item *ci = cookie;
	struct config_group *group = READ_ONCE(ci->item.ci_group);

	/*
	 * NULL: mkdir has not linked it yet. rmdir unlinks it after
	 * channels_disconnect(), which waits for callers of this.
	 */
	if (!group)
		return -ENOENT;
	return configfs_depend_item_unlocked(group->cg_subsys, &ci->item);
}

static void channel_unpin(void *cookie)
{
	struct channel_item *ci = cookie;

	configfs_undepend_item_unlocked(&ci->item);
}

static const struct lpar_channel_hooks channel_hooks = {
	.pin = channel_pin,
	.unpin = channel_unpin,
};

static void channel_release(struct config_item *item)
{
	kfree(to_channel_item(item));
}

static struct configfs_item_operations channel_item_ops = {
	.release = channel_release,
};

static const struct config_item_type channel_type = {
	.ct_owner = THIS_MODULE,
	.ct_item_ops = &channel_item_ops,
	.ct_attrs = channel_attrs,
};

/* Accept only the canonical form, so that different names are different channels. */
static int channel_parse_id(const char *name, u32 *id)
{
	if (kstrtou32(name, 10, id) || *id >= LPAR_MAX_CHANNELS || *name == '+' ||
	    (*name == '0' && name[1])) {
		char text[41];

		attr_printable(text, name, min_t(size_t, strlen(name), 40));
		return lpar_place_refuse(LPAR_PLACE_CHANNELS, -EINVAL,
					 "\"%s\" is not a channel id (0-%d)", text,
					 LPAR_MAX_CHANNELS - 1);
	}
	return 0;
}

static struct config_item *channels_make(struct config_group *group, const char *name)
{
	struct channel_item *ci;
	u32 id;
	int err;

	lpar_place_begin(LPAR_PLACE_CHANNELS);
	err = channel_parse_id(name, &id);
	if (err)
		return ERR_PTR(err);
	ci = kzalloc(sizeof(*ci), GFP_KERNEL);
	if (!ci)
		return ERR_PTR(lpar_place_end(LPAR_PLACE_CHANNELS, -ENOMEM));
	ci->ch = lpar_channel_create(id, &channel_hooks, ci);
	if (IS_ERR(ci->ch)) {
		err = lpar_place_end(LPAR_PLACE_CHANNELS, PTR_ERR(ci->ch));
		kfree(ci);
		return ERR_PTR(err);
	}
	config_item_init_type_name(&ci->item, name, &channel_type);
	return &ci->item;
}

static void channels_disconnect(struct config_group *group, struct config_item *item)
{
	lpar_channel_gone(to_channel_item(item)->ch);
}

static void channels_drop(struct config_group *group, struct config_item *item)
{
	lpar_channel_remove(to_channel_item(item)->ch);
	config_item_put(item);
}

static struct configfs_group_operations channels_ops = {
	.make_item = channels_make,
	.disconnect_notify = channels_disconnect,
	.drop_item = channels_drop,
};

const struct config_item_type lpar_channels_type = {
	.ct_owner = THIS_MODULE,
	.ct_group_ops = &channels_ops,
	.ct_attrs = lpar_channels_attrs,
};
