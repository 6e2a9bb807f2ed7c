// SPDX-License-Identifier: GPL-2.0
/*
 * Channels of type "net": an interface behind host/netio, which is there for as long
 * as the channel is of this type, whoever owns it. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat.h"
#include "io/net.h"
#include "host/netio.h"
#include "part/channel.h"
#include "part/channels.h"

static const char *net_trouble(int err)
{
	switch (err) {
	case -EINVAL:
		return "cannot be the name of an interface";
	case -ENAMETOOLONG:
		return "is too long for the name of an interface (15 characters)";
	case -EEXIST:
		return "is an interface already";
	default:
		return "could not be made";
	}
}

static struct netio *new_interface(struct lpar_channel *ch, const char *name)
{
	int err = netio_check_name(name);
	struct netio *io = err ? ERR_PTR(err) : netio_create(name, ch->id, ch->link);

	if (IS_ERR(io))
		lpar_channel_refuse(ch, 0, "\"%.40s\" %s (errno %ld)", name,
				    net_trouble(PTR_ERR(io)), -PTR_ERR(io));
	return io;
}

static int net_make(struct lpar_channel *ch, struct channel_made *made)
{
	char name[16];

	scnprintf(name, sizeof(name), "lpar%u", ch->id);
	made->net = new_interface(ch, name);
	return PTR_ERR_OR_ZERO(made->net);
}

/* Another name is another interface: what the admin set on it is gone. */
static int net_rename(struct lpar_channel *ch, const char *source, struct channel_made *made)
{
	char now[32];

	netio_name(ch->made.net, now, sizeof(now));
	if (!strcmp(now, source)) {
		made->net = NULL;
		return 0;
	}
	made->net = new_interface(ch, source);
	return PTR_ERR_OR_ZERO(made->net);
}

static void net_unmake(struct channel_made *made)
{
	if (made->net)
		netio_destroy(made->net);
}

static int net_source(const struct lpar_channel *ch, char *buf, size_t size)
{
	return netio_name(ch->made.net, buf, size);
}

static int net_open(struct lpar_channel *ch)
{
	return 0;
}

static void net_close(struct lpar_channel *ch)
{
}

static struct slot_dev *net_channel(struct lpar_channel *ch, struct machine *m)
{
	return io_net_create(m, ch->made.net, ch->id, ch->mac);
}

/* Each has an interface of its own. */
static bool net_same(const struct lpar_channel *a, const struct lpar_channel *b)
{
	return false;
}

const struct channel_type channel_net = {
	.name = "net",
	.settable = CHANNEL_HAS_MAC | CHANNEL_HAS_LINK,
	.make = net_make,
	.remake = net_rename,
	.unmake = net_unmake,
	.source = net_source,
	.open = net_open,
	.close = net_close,
	.device = net_channel,
	.same = net_same,
};

/*
 * Attributes.
 */
int lpar_channel_set_mac(struct lpar_channel *ch, const char *text)
{
	u8 mac[ETH_ALEN];
	char copy[32];
	int err;

	strscpy(copy, text, sizeof(copy));
	if (!mac_pton(strim(copy), mac) || strlen(strim(copy)) != 3 * ETH_ALEN - 1 ||
	    !is_valid_ether_addr(mac))
		return lpar_channel_refuse(ch, -EINVAL,
					   "\"%.40s\" is no address of one station: 02:00:00:00:00:01 would be",
					   strim(copy));
	err = channel_set_begin_if(ch, CHANNEL_HAS_MAC, "mac");
	if (err)
		return err;
	memcpy(ch->mac, mac, sizeof(ch->mac));
	mutex_unlock(&part.lock);
	return 0;
}

int lpar_channel_show_mac(struct lpar_channel *ch, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	if (!(ch->type->settable & CHANNEL_HAS_MAC))
		return 0;
	return scnprintf(buf, size, "%pM", ch->mac);
}

/* A cable is pulled whoever owns what is at its end. */
int lpar_channel_set_link(struct lpar_channel *ch, const char *text)
{
	bool up = sysfs_streq(text, "up");

	if (!up && !sysfs_streq(text, "down"))
		return lpar_channel_refuse(ch, -EINVAL, "link: up or down");
	/* A new interface is made with the link as it was. */
	guard(mutex)(&ch->making);
	guard(mutex)(&part.lock);
	ch->last_error[0] = '\0';
	if (!(ch->type->settable & CHANNEL_HAS_LINK))
		return channel_refuse_attribute(ch, "link");
	ch->link = up;
	netio_set_link(ch->made.net, up);
	return 0;
}

int lpar_channel_show_link(struct lpar_channel *ch, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	if (!(ch->type->settable & CHANNEL_HAS_LINK))
		return 0;
	return scnprintf(buf, size, ch->link ? "up" : "down");
}
