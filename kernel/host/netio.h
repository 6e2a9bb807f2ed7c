/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/netio.h - what is behind a net channel: a network interface of the host.
 * What the host sends there goes to the guest, what the guest sends comes from there.
 * Layer L1: ordinary kernel APIs only.
 *
 * The interface is there for as long as its channel is of that type. At most one
 * machine's device uses it at a time. Locks: rtnl is taken in netio_create() and
 * netio_destroy() only, and nothing of ours is taken under it but leaves: the lock
 * of an interface, of one of its queues, and what the callbacks of its user take.
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

/* In what shape frames can go to the guest: values of VNET_TAKES_* */
#define NETIO_CSUM	0x1
#define NETIO_TSO4	0x2
#define NETIO_TSO6	0x4
#define NETIO_ECN	0x8

/**
 * struct netio_user_ops - words to the device that uses an interface; atomic context,
 *	locks of the interface held
 * @wake: frames wait in queue @queue
 * @link: the admin has changed the state of the link
 */
struct netio_user_ops {
	void (*wake)(void *ctx, u32 queue);
	void (*link)(void *ctx, bool up);
};

/**
 * struct netio_user - a device that uses an interface, or will
 * @ops: words to it
 * @ctx: first argument of @ops
 * @queues: how many it has; it is never woken for another
 */
struct netio_user {
	const struct netio_user_ops *ops;
	void *ctx;
	u32 queues;
};

/* An address for the guest of channel @id, the same on each start of this host. */
void netio_default_mac(u32 id, u8 mac[ETH_ALEN]);
/* Can it be the name of an interface? -EINVAL, -ENAMETOOLONG. */
int netio_check_name(const char *name);

/**
 * netio_create() - make an interface, in the host's first network namespace
 * @name: its name
 * @id: of the channel, for its own address
 * @link: state of the link
 *
 * Context: sleeps; takes rtnl.
 * Return: it, or ERR_PTR: -EEXIST: there is such an interface, or as the host says.
 */
struct netio *netio_create(const char *name, u32 id, bool link);
/* Nobody uses it. Context as before. */
void netio_destroy(struct netio *io);
/* Its name as it is now; the admin may have changed it. */
int netio_name(struct netio *io, char *buf, size_t size);
u16 netio_mtu(struct netio *io);
/* The admin's link. Returns at once. */
void netio_set_link(struct netio *io, bool up);

/*
 * The rest is for users. netio_attach() makes @user the one, netio_detach() ends
 * that, if it is, and what waits for the guest is dropped; no callback is under way
 * afterwards.
 */
bool netio_attach(struct netio *io, const struct netio_user *user);
void netio_detach(struct netio *io, const struct netio_user *user);
/*
 * Does the guest's driver run, how many queues does it use, and in what shape does
 * it take frames?
 */
void netio_set_state(struct netio *io, const struct netio_user *user, bool live,
		     u32 queues, u32 takes);

/* What waits for the guest in a queue, to the end of @to. True: something did. */
bool netio_fetch(struct netio *io, u32 queue, struct sk_buff_head *to);

/**
 * netio_header() - what stands before a frame to the guest
 * @skb: the frame
 * @takes: the driver that will get it
 * @header: NETIO_HEADER_LEN bytes
 *
 * Return: 0, -EINVAL: the guest cannot take a frame of that shape (any more).
 */
int netio_header(const struct sk_buff *skb, u32 takes, void *header);
/* Header and frame into the guest's memory. -EFAULT: it has not all the room. */
int netio_copy(const struct sk_buff *skb, const void *header, u32 buffers,
	       struct kvec *vec, u32 nr, size_t len);
u32 netio_frame_len(const struct sk_buff *skb);
/* It has got there, or not. */
void netio_sent(struct netio *io, struct sk_buff *skb, bool ok);

/**
 * netio_receive() - a frame of the guest, copied
 * @io: the interface
 * @queue: of the guest
 * @header: as the guest wrote it, NETIO_HEADER_LEN bytes: checked here against the
 *	bytes of the copy
 * @vec: where in the guest's memory it is
 * @nr: of these
 * @len: bytes
 * @list: gets it, if it makes sense and the interface is up; see netio_deliver()
 *
 * Context: sleeps.
 */
void netio_receive(struct netio *io, u32 queue, const void *header, struct kvec *vec,
		   u32 nr, size_t len, struct list_head *list);
/* Count a frame of the guest that is not one. */
void netio_bad(struct netio *io);
/* What was received goes to the host's network; @list is used up. Sleeps. */
void netio_deliver(struct netio *io, struct list_head *list);

#endif
