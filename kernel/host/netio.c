// SPDX-License-Identifier: GPL-2.0
/*
 * Network interfaces of net channels. Frames to the guest wait in a queue until the
 * user's thread fetches them; frames from the guest are copied once, and that thread
 * passes them to the host's network. Headers from a guest are not trusted:
 * virtio_net_hdr_to_skb() checks them against a copy of the frame.
 * Layer L1: may call L0 only.
 */
#include <linux/dmi.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/virtio_net.h>

#include "host/netio.h"

#define QUEUE_FRAMES	256	/* limit of frames waiting for the guest */
#define LINEAR		128	/* bytes in the linear part of a large frame */
#define MAX_FRAME	(ETH_HLEN + 2 * VLAN_HLEN + U16_MAX)

/* Features of the interface; netio_features_check() masks what the guest lacks. */
#define NETIO_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | NETIF_F_HW_CSUM | \
			 NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN)

static_assert(sizeof(struct virtio_net_hdr_mrg_rxbuf) == NETIO_HEADER_LEN);

/**
 * struct netio_queue - frames waiting for the guest
 * @lock: protects the other fields
 * @user: the device to wake, or NULL
 * @frames: the frames
 */
struct netio_queue {
	spinlock_t lock;		/* user, frames */
	const struct netio_user *user;
	struct sk_buff_head frames;
};

/**
 * struct netio - an interface; in the private part of its net_device
 * @dev: the interface
 * @lock: protects @user, @link, @live; taken before the queues' locks
 * @user: the device that uses it, or NULL
 * @link: link state set by the admin
 * @live: the guest's driver runs
 * @active: queues that the guest uses
 * @takes: NETIO_CSUM and so on
 * @queue: to the guest
 */
struct netio {
	struct net_device *dev;
	spinlock_t lock;		/* user, link, live */
	const struct netio_user *user;
	bool link;
	bool live;
	u32 active;
	u32 takes;
	struct netio_queue queue[NETIO_QUEUES];
};

/*
 * The interface as the host's network sees it.
 */
static netdev_tx_t netio_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netio *io = netdev_priv(dev);
	u32 n = skb_get_queue_mapping(skb);
	struct netio_queue *q = &io->queue[n];
	bool taken = false;

	skb_tx_timestamp(skb);
	nf_reset_ct(skb);
	spin_lock(&q->lock);
	if (q->user) {
		__skb_queue_tail(&q->frames, skb);
		if (skb_queue_len(&q->frames) >= QUEUE_FRAMES)
			netif_stop_subqueue(dev, n);
		q->user->ops->wake(q->user->ctx, n);
		taken = true;
	}
	spin_unlock(&q->lock);
	if (!taken)
		netio_sent(io, skb, false);
	return NETDEV_TX_OK;
}

static u16 netio_select(struct net_device *dev, struct sk_buff *skb, struct net_device *sb_dev)
{
	struct netio *io = netdev_priv(dev);

	return netdev_pick_tx(dev, skb, sb_dev) % READ_ONCE(io->active);
}

static netdev_features_t missing_features(u32 takes)
{
	netdev_features_t no = 0;

	if (!(takes & NETIO_CSUM))
		no |= NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK;
	if (!(takes & NETIO_TSO4))
		no |= NETIF_F_TSO | NETIF_F_TSO_ECN;
	if (!(takes & NETIO_TSO6))
		no |= NETIF_F_TSO6;
	if (!(takes & NETIO_ECN))
		no |= NETIF_F_TSO_ECN;
	return no;
}

/* Let the stack do in software what this guest's driver does not accept. */
static netdev_features_t netio_features_check(struct sk_buff *skb, struct net_device *dev,
					      netdev_features_t features)
{
	struct netio *io = netdev_priv(dev);

	return vlan_features_check(skb, features & ~missing_features(READ_ONCE(io->takes)));
}

static int netio_init(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
}

static void netio_uninit(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

static const struct net_device_ops netio_ops = {
	.ndo_init = netio_init,
	.ndo_uninit = netio_uninit,
	.ndo_start_xmit = netio_xmit,
	.ndo_select_queue = netio_select,
	.ndo_features_check = netio_features_check,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void netio_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "lpar", sizeof(info->driver));
}

static const struct ethtool_ops netio_ethtool = {
	.get_drvinfo = netio_drvinfo,
	.get_link = ethtool_op_get_link,
};

/*
 * Locally administered addresses from the host's UUID and the channel's id, so that
 * hosts on one network differ. A bridge takes its address from the lowest one of its
 * ports: 0xfe keeps it from using ours.
 */
static void make_mac(u8 first, u32 id, u8 *mac)
{
	const char *uuid = dmi_get_system_info(DMI_PRODUCT_UUID) ?: "";
	u32 host = jhash(uuid, strlen(uuid), 0);

	mac[0] = first;
	memcpy(mac + 1, &host, sizeof(host));
	mac[5] = id;
}

void netio_default_mac(u32 id, u8 mac[ETH_ALEN])
{
	make_mac(0x02, id, mac);
}

int netio_check_name(const char *name)
{
	if (strlen(name) >= IFNAMSIZ)
		return -ENAMETOOLONG;
	/* alloc_netdev() would replace "%d" by a number */
	return dev_valid_name(name) && !strchr(name, '%') ? 0 : -EINVAL;
}

static void init_queues(struct netio *io)
{
	u32 i;

	spin_lock_init(&io->lock);
	for (i = 0; i < NETIO_QUEUES; i++) {
		spin_lock_init(&io->queue[i].lock);
		__skb_queue_head_init(&io->queue[i].frames);
	}
	io->active = 1;
}

static void init_dev(struct net_device *dev, u32 id)
{
	u8 mac[ETH_ALEN];

	make_mac(0xfe, id, mac);
	eth_hw_addr_set(dev, mac);
	dev->netdev_ops = &netio_ops;
	dev->ethtool_ops = &netio_ethtool;
	dev->hw_features = NETIO_FEATURES;
	dev->features = NETIO_FEATURES;
	dev->vlan_features = NETIO_FEATURES;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU - ETH_HLEN;
	/* transmitted frames are queued, so they must not be shared */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* netconsole would send from interrupts that may hold a queue's lock */
	dev->priv_flags |= IFF_DISABLE_NETPOLL;
	netif_carrier_off(dev);
}

struct netio *netio_create(const char *name, u32 id, bool link)
{
	struct net_device *dev;
	struct netio *io;
	int err;

	dev = alloc_netdev_mqs(sizeof(*io), name, NET_NAME_USER, ether_setup,
			       NETIO_QUEUES, NETIO_QUEUES);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	io = netdev_priv(dev);
	io->dev = dev;
	io->link = link;
	init_queues(io);
	init_dev(dev, id);
	err = register_netdev(dev);
	if (!err)
		return io;
	free_netdev(dev);
	return ERR_PTR(err);
}

void netio_destroy(struct netio *io)
{
	unregister_netdev(io->dev);
	free_netdev(io->dev);
}

/* Without rtnl, which others may hold for long: a rename may garble the result. */
int netio_name(struct netio *io, char *buf, size_t size)
{
	return scnprintf(buf, size, "%.*s", IFNAMSIZ - 1, io->dev->name);
}

u16 netio_mtu(struct netio *io)
{
	return READ_ONCE(io->dev->mtu);
}

static void update_carrier(struct netio *io)
{
	if (io->link && io->live)
		netif_carrier_on(io->dev);
	else
		netif_carrier_off(io->dev);
}

void netio_set_link(struct netio *io, bool up)
{
	spin_lock_bh(&io->lock);
	io->link = up;
	if (io->user)
		io->user->ops->link(io->user->ctx, up);
	update_carrier(io);
	spin_unlock_bh(&io->lock);
}

static void drop_frames(struct netio *io, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		netio_sent(io, skb, false);
}

static void set_user(struct netio *io, const struct netio_user *user)
{
	struct sk_buff_head left;
	u32 i;

	__skb_queue_head_init(&left);
	for (i = 0; i < NETIO_QUEUES; i++) {
		struct netio_queue *q = &io->queue[i];

		spin_lock(&q->lock);
		/* a sender may select a queue that the user does not have */
		q->user = user && i < user->queues ? user : NULL;
		skb_queue_splice_tail_init(&q->frames, &left);
		netif_wake_subqueue(io->dev, i);
		spin_unlock(&q->lock);
	}
	drop_frames(io, &left);
}

bool netio_attach(struct netio *io, const struct netio_user *user)
{
	bool link;

	spin_lock_bh(&io->lock);
	io->user = user;
	io->live = false;
	WRITE_ONCE(io->active, 1);
	set_user(io, user);
	link = io->link;
	user->ops->link(user->ctx, link);
	update_carrier(io);
	spin_unlock_bh(&io->lock);
	return link;
}

void netio_detach(struct netio *io, const struct netio_user *user)
{
	spin_lock_bh(&io->lock);
	if (io->user == user) {
		io->user = NULL;
		io->live = false;
		set_user(io, NULL);
		update_carrier(io);
	}
	spin_unlock_bh(&io->lock);
}

void netio_set_state(struct netio *io, const struct netio_user *user, bool live,
		     u32 queues, u32 takes)
{
	spin_lock_bh(&io->lock);
	if (io->user == user) {
		io->live = live;
		WRITE_ONCE(io->active, clamp_t(u32, queues, 1, NETIO_QUEUES));
		WRITE_ONCE(io->takes, takes);
		update_carrier(io);
	}
	spin_unlock_bh(&io->lock);
}

/*
 * Frames to the guest.
 */
bool netio_fetch(struct netio *io, u32 queue, struct sk_buff_head *to)
{
	struct netio_queue *q = &io->queue[queue];
	bool any;

	spin_lock_bh(&q->lock);
	any = !skb_queue_empty(&q->frames);
	if (any) {
		skb_queue_splice_tail_init(&q->frames, to);
		netif_wake_subqueue(io->dev, queue);
	}
	spin_unlock_bh(&q->lock);
	return any;
}

/* The stack prepared the frame for the driver at that time; check the present one. */
static bool offloads_ok(const struct sk_buff *skb, u32 takes)
{
	unsigned int type = skb_is_gso(skb) ? skb_shinfo(skb)->gso_type : 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL && !(takes & NETIO_CSUM))
		return false;
	if (type & SKB_GSO_TCP_ECN && !(takes & NETIO_ECN))
		return false;
	return (!(type & SKB_GSO_TCPV4) || takes & NETIO_TSO4) &&
	       (!(type & SKB_GSO_TCPV6) || takes & NETIO_TSO6);
}

int netio_header(const struct sk_buff *skb, u32 takes, void *header)
{
	struct virtio_net_hdr_mrg_rxbuf *h = header;

	if (!offloads_ok(skb, takes) || skb->len > MAX_FRAME)
		return -EINVAL;
	return virtio_net_hdr_from_skb(skb, &h->hdr, true, false, 0);
}

int netio_copy(const struct sk_buff *skb, const void *header, u32 buffers,
	       struct kvec *vec, u32 nr, size_t len)
{
	struct virtio_net_hdr_mrg_rxbuf h;
	struct iov_iter to;

	memcpy(&h, header, sizeof(h));
	h.num_buffers = __cpu_to_virtio16(true, buffers);
	iov_iter_kvec(&to, ITER_DEST, vec, nr, len);
	if (copy_to_iter(&h, sizeof(h), &to) != sizeof(h))
		return -EFAULT;
	return skb_copy_datagram_iter(skb, 0, &to, skb->len);
}

u32 netio_frame_len(const struct sk_buff *skb)
{
	return skb->len;
}

bool netio_is_gso(const struct sk_buff *skb)
{
	return skb_is_gso(skb);
}

void netio_sent(struct netio *io, struct sk_buff *skb, bool ok)
{
	if (ok) {
		/* per-CPU counters, which softirqs update as well */
		local_bh_disable();
		dev_sw_netstats_tx_add(io->dev, 1, skb->len);
		local_bh_enable();
		consume_skb(skb);
	} else {
		dev_core_stats_tx_dropped_inc(io->dev);
		kfree_skb(skb);
	}
}

/*
 * Frames from the guest.
 */
static struct sk_buff *new_frame(struct netio *io, size_t len)
{
	size_t linear = len <= SKB_MAX_ORDER(NET_SKB_PAD + NET_IP_ALIGN, 0) ? len : LINEAR;
	struct sk_buff *skb;
	int err;

	skb = alloc_skb_with_frags(NET_SKB_PAD + NET_IP_ALIGN + linear, len - linear,
				   PAGE_ALLOC_COSTLY_ORDER, &err, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	skb_put(skb, linear);
	skb->data_len = len - linear;
	skb->len += len - linear;
	skb->dev = io->dev;
	return skb;
}

/* Copy before checking: the guest may change its own memory at any time. */
static int fill_frame(struct netio *io, struct sk_buff *skb, const void *header,
		      struct kvec *vec, u32 nr, size_t len)
{
	struct virtio_net_hdr h;
	struct iov_iter from;
	int err;

	memcpy(&h, header, sizeof(h));
	iov_iter_kvec(&from, ITER_SOURCE, vec, nr, len);
	err = skb_copy_datagram_from_iter(skb, 0, &from, len);
	if (!err)
		err = virtio_net_hdr_to_skb(skb, &h, true);
	if (err)
		return err;
	skb->protocol = eth_type_trans(skb, io->dev);
	skb_reset_network_header(skb);
	skb_probe_transport_header(skb);
	return 0;
}

void netio_bad(struct netio *io)
{
	DEV_STATS_INC(io->dev, rx_errors);
}

void netio_receive(struct netio *io, u32 queue, const void *header, struct kvec *vec,
		   u32 nr, size_t len, struct list_head *list)
{
	struct sk_buff *skb;

	if (!netif_running(io->dev) || !netif_carrier_ok(io->dev)) {
		dev_core_stats_rx_dropped_inc(io->dev);
		return;
	}
	skb = new_frame(io, len);
	if (!skb) {
		dev_core_stats_rx_dropped_inc(io->dev);
		return;
	}
	if (fill_frame(io, skb, header, vec, nr, len)) {
		netio_bad(io);
		kfree_skb(skb);
		return;
	}
	skb_record_rx_queue(skb, queue);
	list_add_tail(&skb->list, list);
}

static void drop_received(struct netio *io, struct list_head *list)
{
	struct sk_buff *skb, *next;

	list_for_each_entry_safe(skb, next, list, list) {
		skb_list_del_init(skb);
		dev_core_stats_rx_dropped_inc(io->dev);
		kfree_skb(skb);
	}
}

void netio_deliver(struct netio *io, struct list_head *list)
{
	struct sk_buff *skb;

	if (list_empty(list))
		return;
	local_bh_disable();
	rcu_read_lock();
	list_for_each_entry(skb, list, list)
		dev_sw_netstats_rx_add(io->dev, skb->len + ETH_HLEN);
	/* closing the interface waits for this RCU section */
	if (netif_running(io->dev))
		netif_receive_skb_list(list);
	else
		drop_received(io, list);
	rcu_read_unlock();
	local_bh_enable();
}
