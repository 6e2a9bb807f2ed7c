/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/netio.h - the network interface of a net channel. What the host transmits on it
 * goes to the guest; what the guest transmits is received from it.
 * Layer L1: ordinary kernel APIs only.
 *
 * The interface exists as long as its channel is of type net. At most one device uses
 * it at a time. Locks: rtnl is taken in netio_create() and netio_destroy() only. Under
 * it only leaf locks of lpar are taken: those of an interface and its queues, and
 * those in its user's callbacks.
 */
#ifndef LPAR_HOST_NETIO_H
#define LPAR_HOST_NETIO_H

#include <linux/if_ether.h>
#include <linux/types.h>
#include <linux/uio.h>

struct netio;
struct sk_buff;
struct sk_buff_head;

#define NETIO_QUEUES		4
#define NETIO_HEADER_LEN	12	/* virtio 1.2, struct virtio_net_hdr */

/* Offloads that the guest accepts in received frames: values of VNET_TAKES_* */
#define NETIO_CSUM	0x1
#define NETIO_TSO4	0x2
#define NETIO_TSO6	0x4
#define NETIO_ECN	0x8

/**
 * struct netio_user_ops - callbacks of the device that uses an interface; atomic
 *	context, locks of the interface held
 * @wake: frames are waiting in queue @queue
 * @link: the state of the link
 */
struct netio_user_ops {
	void (*wake)(void *ctx, u32 queue);
	void (*link)(void *ctx, bool up);
};

/**
 * struct netio_user - a device that uses an interface
 * @ops: its callbacks
 * @ctx: first argument of @ops
 * @queues: its number of queues; it is not woken for others
 */
struct netio_user {
	const struct netio_user_ops *ops;
	void *ctx;
	u32 queues;
};

/* Default address of the guest of channel @id; the same after each boot of this host. */
void netio_default_mac(u32 id, u8 mac[ETH_ALEN]);
/* Is it valid as the name of an interface? 0, -EINVAL, -ENAMETOOLONG. */
int netio_check_name(const char *name);

/**
 * netio_create() - create an interface in the host's initial network namespace
 * @name: its name
 * @id: the channel's id, from which its own address is derived
 * @link: state of the link
 *
 * Context: sleeps; takes rtnl.
 * Return: the interface, or ERR_PTR: -EEXIST: the name is in use, or an error of the
 * host.
 */
struct netio *netio_create(const char *name, u32 id, bool link);
/* It must not be in use. Context as for netio_create(). */
void netio_destroy(struct netio *io);
/* Its present name; the admin may have renamed it. */
int netio_name(struct netio *io, char *buf, size_t size);
u16 netio_mtu(struct netio *io);
/* Set the state of the link. Does not sleep. */
void netio_set_link(struct netio *io, bool up);

/*
 * The rest is for users. netio_attach() makes @user the present user and returns the
 * state of the link. netio_detach() ends that, if @user is the present user. Both drop
 * the frames waiting for the guest; no callback of the former user runs afterwards.
 */
bool netio_attach(struct netio *io, const struct netio_user *user);
void netio_detach(struct netio *io, const struct netio_user *user);
/* Does the guest's driver run, how many queues does it use, which offloads (@takes)? */
void netio_set_state(struct netio *io, const struct netio_user *user, bool live,
		     u32 queues, u32 takes);

/* Append the frames that wait in a queue to @to. Return: whether there were any. */
bool netio_fetch(struct netio *io, u32 queue, struct sk_buff_head *to);

/**
 * netio_header() - make the virtio header of a frame to the guest
 * @skb: the frame
 * @takes: offloads of the driver that will get it
 * @header: NETIO_HEADER_LEN bytes
 *
 * Return: 0, -EINVAL: the guest does not accept such a frame (any more).
 */
int netio_header(const struct sk_buff *skb, u32 takes, void *header);
/* Copy header and frame to the guest's memory. -EFAULT: it does not fit. */
int netio_copy(const struct sk_buff *skb, const void *header, u32 buffers,
	       struct kvec *vec, u32 nr, size_t len);
u32 netio_frame_len(const struct sk_buff *skb);
/* Does the frame hold several segments? */
bool netio_is_gso(const struct sk_buff *skb);
/* Count and free a frame to the guest; @ok: it was delivered. */
void netio_sent(struct netio *io, struct sk_buff *skb, bool ok);

/**
 * netio_receive() - copy a frame from the guest
 * @io: the interface
 * @queue: the guest's queue
 * @header: NETIO_HEADER_LEN bytes from the guest, not trusted: checked against the copy
 *	of the frame
 * @vec: the frame in the guest's memory
 * @nr: entries of @vec
 * @len: bytes in @vec
 * @list: gets the frame, if it is valid and the interface is up; for netio_deliver()
 *
 * Context: sleeps.
 */
void netio_receive(struct netio *io, u32 queue, const void *header, struct kvec *vec,
		   u32 nr, size_t len, struct list_head *list);
/* Count an invalid frame of the guest. */
void netio_bad(struct netio *io);
/* Pass received frames to the host's network; empties @list. Sleeps. */
void netio_deliver(struct netio *io, struct list_head *list);

#endif
