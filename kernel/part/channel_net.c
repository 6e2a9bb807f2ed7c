// SPDX-License-Identifier: GPL-2.0
/*
 * Channels of type "net": an interface of host/netio, which exists as long as the
 * channel is of this type, with and without an owner. Layer L3.
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

static const char *net_error(int err)
{
	switch (err) {
	case -EINVAL:
		return "is not a valid interface name";
	case -ENAMETOOLONG:
		return "is too long for an interface name (15 characters)";
	case -EEXIST:
		return "is already the name of an interface";
	default:
		return "cannot be created";
	}
}

static struct netio *new_interface(struct lpar_channel *ch, const char *name)
{
	int err = netio_check_name(name);
	struct netio *io = err ? ERR_PTR(err) : netio_create(name, ch->id, ch->link);

	if (IS_ERR(io))
		lpar_channel_refuse(ch, 0, "\"%.40s\" %s (errno %ld)", name,
				    net_error(PTR_ERR(io)), -PTR_ERR(io));
	return io;
}

static int net_make(struct lpar_channel *ch, struct channel_made *made)
{
	char name[16];

	scnprintf(name, sizeof(name), "lpar%u", ch->id);
	made->net = new_interface(ch, name);
	return PTR_ERR_OR_ZERO(made->net);
}

/* Another name is another interface: the old one's settings are lost. */
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

static struct slot_dev *net_device(struct lpar_channel *ch, struct machine *m)
{
	return io_net_create(m, ch->made.net, ch->id, ch->mac);
}

/* Each channel has its own interface. */
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
	.device = net_device,
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
					   "\"%.40s\" is not a unicast MAC address, like 02:00:00:00:00:01",
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

/* The link can change while an LPAR owns the channel. */
int lpar_channel_set_link(struct lpar_channel *ch, const char *text)
{
	bool up = sysfs_streq(text, "up");

	if (!up && !sysfs_streq(text, "down"))
		return lpar_channel_refuse(ch, -EINVAL, "link must be up or down");
	/* a concurrent remake creates the interface with ch->link */
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
