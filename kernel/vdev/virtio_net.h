/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/virtio_net.h - virtio network device (virtio 1.2, "Network Device"):
 * frames from the driver are validated here and handed out, and buffers are found for
 * frames to it. The caller moves the bytes.
 *
 * The caller serialises. L0: calls only the callbacks in struct vnet_env.
 */
#ifndef LPAR_VDEV_VIRTIO_NET_H
#define LPAR_VDEV_VIRTIO_NET_H

#include "pure.h"
#include <linux/virtio_net.h>

#include "vdev/virtio_pci.h"

#define VNET_PAIRS	4	/* queue pairs; and one queue for control */
#define VNET_MAC_LEN	6
#define VNET_MIN_FRAME	14
/* An Ethernet header and up to two VLAN tags */
#define VNET_MAX_HEADER	(VNET_MIN_FRAME + 8)
#define VNET_MAX_FRAME	(VNET_MAX_HEADER + U16_MAX)
/* Buffers that one frame to the driver may use, and segments of memory in them */
#define VNET_ROOM_BUFFERS	64
#define VNET_ROOM_SEGS		128
/*
 * Descriptors that are read to find them. They are read with interrupts off, so this
 * bounds that time. Linux needs 64 at most: one for each mergeable buffer, or an indirect
 * table of 19.
 */
#define VNET_ROOM_DESCS		160

/* What the driver accepts: see virtio_net_takes() */
#define VNET_TAKES_CSUM	BIT(0)	/* a checksum that is not complete */
#define VNET_TAKES_TSO4	BIT(1)	/* TCP segments of up to 64 KiB */
#define VNET_TAKES_TSO6	BIT(2)
#define VNET_TAKES_ECN	BIT(3)	/* such with CWR in them */

/**
 * struct vnet_config - what the device is
 * @mac: the driver's address
 * @pairs: queue pairs, 1 to VNET_PAIRS
 * @mtu: of the interface, told to the driver
 * @link: up
 */
struct vnet_config {
	u8 mac[VNET_MAC_LEN];
	u32 pairs;
	u16 mtu;
	bool link;
};

/**
 * struct vnet_env - effects outside
 * @kick: serve queue pair @pair soon, from another context; pair 0 stands for the
 *	control queue, too
 * @memory: guest memory
 */
struct vnet_env {
	void (*kick)(void *ctx, u32 pair);
	struct virtq_env memory;
};

/**
 * struct virtio_net - one device
 * @pci: as any virtio device
 * @cfg: what it is
 * @active: queue pairs that the driver uses
 * @env: effects
 * @ctx: first argument of the callbacks in @env
 * @chain: of a command
 */
struct virtio_net {
	struct virtio_pci pci;
	struct vnet_config cfg;
	u32 active;
	const struct vnet_env *env;
	void *ctx;
	struct virtq_chain chain;
};

/**
 * struct vnet_frame - a frame from the driver
 * @header: validated
 * @len: its bytes; 0: it is invalid, and is only to be returned
 * @chain: guest memory
 */
struct vnet_frame {
	struct virtio_net_hdr_v1 header;
	u32 len;
	struct virtq_chain chain;
};

/**
 * struct vnet_room - buffers of the driver for one frame
 * @nr: buffers
 * @used: their elements of the used ring
 * @nr_segs: segments of memory in them
 * @seg: the segments: a header and the frame fit exactly
 * @chain: the current buffer
 */
struct vnet_room {
	u32 nr;
	struct virtq_used used[VNET_ROOM_BUFFERS];
	u32 nr_segs;
	struct virtq_seg seg[VNET_ROOM_SEGS];
	struct virtq_chain chain;
};

void virtio_net_init(struct virtio_net *n, const struct vnet_config *cfg,
		     const struct vnet_env *env, void *ctx);
/* As at power-on; @mtu: from now on. */
void virtio_net_reset(struct virtio_net *n, u16 mtu);
/* The driver is told of a change. */
void virtio_net_set_link(struct virtio_net *n, bool up);
/* VNET_TAKES_*: the offloads that the driver accepts for received frames. */
u32 virtio_net_takes(const struct virtio_net *n);

/* Execute one command of the control queue; true: there may be more. */
bool virtio_net_control(struct virtio_net *n);

/**
 * virtio_net_take() - take a frame of the driver
 * @n: the device
 * @pair: queue pair
 * @f: gets it; valid until virtio_net_give()
 *
 * Return: whether there was one. It must be returned by virtio_net_give().
 */
bool virtio_net_take(struct virtio_net *n, u32 pair, struct vnet_frame *f);
void virtio_net_give(struct virtio_net *n, u32 pair, const struct vnet_frame *f);
/* Guest memory of a frame, as virtq_piece(). */
u32 virtio_net_piece(const struct vnet_frame *f, u32 offset, u64 *gpa);

/*
 * May a frame of @len bytes be sent to the driver? With VIRTIO_NET_F_MTU none that is longer
 * than the MTU that the driver was told, except @gso: one that holds several segments.
 */
bool virtio_net_may_send(const struct virtio_net *n, u32 len, bool gso);

/**
 * virtio_net_room() - find buffers for a frame to the driver
 * @n: the device
 * @pair: queue pair
 * @len: bytes of the frame, without its header
 * @r: gets them; valid until virtio_net_fill() or virtio_net_cancel()
 *
 * Return: 1; 0: not now; -EMSGSIZE: buffers of this kind will never hold it;
 * -ENOTCONN: the driver does not use this pair.
 */
int virtio_net_room(struct virtio_net *n, u32 pair, u32 len, struct vnet_room *r);
/* The frame is in its buffers: return them. The driver sees all of them or none. */
void virtio_net_fill(struct virtio_net *n, u32 pair, const struct vnet_room *r);
/* Do not use the buffers: the next frame gets the same ones. */
void virtio_net_cancel(struct virtio_net *n, u32 pair, const struct vnet_room *r);

/* Send interrupts for returned requests. True: the driver has sent more frames. */
bool virtio_net_tell(struct virtio_net *n, u32 pair);
/* Request a notification for more buffers; true: some have been added. */
bool virtio_net_ask_room(struct virtio_net *n, u32 pair);

#endif /* LPAR_VDEV_VIRTIO_NET_H */
