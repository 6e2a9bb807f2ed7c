// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_net.c - what the driver of a network device sends, offers and asks
 * for. L0: calls only callbacks.
 */
#include "pure.h"
#include "vdev/virtio_net.h"

/* Feature bits of a network device */
#define F_CSUM		BIT_ULL(0)	/* the driver may leave checksums to us */
#define F_GUEST_CSUM	BIT_ULL(1)	/* and we to it */
#define F_MTU		BIT_ULL(3)
#define F_MAC		BIT_ULL(5)
#define F_GUEST_TSO4	BIT_ULL(7)
#define F_GUEST_TSO6	BIT_ULL(8)
#define F_GUEST_ECN	BIT_ULL(9)
#define F_HOST_TSO4	BIT_ULL(11)
#define F_HOST_TSO6	BIT_ULL(12)
#define F_HOST_ECN	BIT_ULL(13)
#define F_MRG_RXBUF	BIT_ULL(15)
#define F_STATUS	BIT_ULL(16)
#define F_CTRL_VQ	BIT_ULL(17)
#define F_MQ		BIT_ULL(22)

#define NET_FEATURES	(F_CSUM | F_GUEST_CSUM | F_MTU | F_MAC | F_GUEST_TSO4 | \
			 F_GUEST_TSO6 | F_GUEST_ECN | F_HOST_TSO4 | F_HOST_TSO6 | \
			 F_HOST_ECN | F_MRG_RXBUF | F_STATUS | F_CTRL_VQ | F_MQ)

#define STATUS_LINK_UP	1

/* Commands: their class, and what they are within it */
#define CLASS_MQ	4
#define MQ_PAIRS_SET	0
#define CONTROL_OK	0
#define CONTROL_ERR	1

struct net_command {
	u8 class;
	u8 command;
	__le16 pairs;
};

/* The configuration as the driver reads it */
struct net_config {
	u8 mac[VNET_MAC_LEN];
	__le16 status;
	__le16 max_pairs;
	__le16 mtu;
};

static_assert(sizeof(struct vnet_header) == 12);
static_assert(sizeof(struct net_command) == 4);
static_assert(sizeof(struct net_config) == 12);
static_assert(2 * VNET_PAIRS + 1 <= VIRTIO_MAX_QUEUES);

static const struct virtio_kind net_kind = {
	.type = 1,
	.class = 0x020000,	/* Ethernet */
	.config_len = sizeof(struct net_config),
};

static struct virtio_net *to_net(struct virtio_pci *v)
{
	return container_of(v, struct virtio_net, pci);
}

/* Queues of a pair, as the driver sees them. */
static u32 queue_in(u32 pair)
{
	return 2 * pair;
}

static u32 queue_out(u32 pair)
{
	return 2 * pair + 1;
}

static u32 known_pairs(const struct virtio_net *n)
{
	return virtio_pci_has(&n->pci, F_MQ) ? n->cfg.pairs : 1;
}

/* Behind all pairs that there can be: of a driver that knows of one, the third. */
static u32 queue_control(const struct virtio_net *n)
{
	return 2 * known_pairs(n);
}

static u32 net_config_read(struct virtio_pci *v, u32 offset, u32 size)
{
	const struct vnet_config *cfg = &to_net(v)->cfg;
	struct net_config c = {
		.status = cpu_to_le16(cfg->link ? STATUS_LINK_UP : 0),
		.max_pairs = cpu_to_le16(cfg->pairs),
		.mtu = cpu_to_le16(cfg->mtu),
	};
	__le32 val = 0;

	memcpy(c.mac, cfg->mac, sizeof(c.mac));
	memcpy(&val, (const u8 *)&c + offset, size);
	return le32_to_cpu(val);
}

static void net_kick(struct virtio_pci *v, u32 q)
{
	struct virtio_net *n = to_net(v);

	if (q == queue_control(n))
		n->env->kick(n->ctx, 0);
	else if (q / 2 < known_pairs(n))
		n->env->kick(n->ctx, q / 2);
}

/* Whether frames can go to the driver has changed. */
static void net_status(struct virtio_pci *v)
{
	struct virtio_net *n = to_net(v);

	n->active = 1;
	n->env->kick(n->ctx, 0);
}

static const struct virtio_ops net_ops = {
	.config_read = net_config_read,
	.kick = net_kick,
	.status = net_status,
};

void virtio_net_init(struct virtio_net *n, const struct vnet_config *cfg,
		     const struct vnet_env *env, void *ctx)
{
	n->cfg = *cfg;
	n->active = 1;
	n->env = env;
	n->ctx = ctx;
	virtio_pci_init(&n->pci, &net_kind, &net_ops, NET_FEATURES, 2 * cfg->pairs + 1,
			&env->memory, ctx);
}

void virtio_net_reset(struct virtio_net *n, u16 mtu)
{
	n->cfg.mtu = mtu;
	virtio_pci_reset(&n->pci);
	net_status(&n->pci);
}

void virtio_net_set_link(struct virtio_net *n, bool up)
{
	if (n->cfg.link == up)
		return;
	n->cfg.link = up;
	virtio_pci_changed(&n->pci);
}

u32 virtio_net_takes(const struct virtio_net *n)
{
	const struct virtio_pci *v = &n->pci;

	if (!virtio_pci_has(v, F_GUEST_CSUM))
		return 0;
	return VNET_TAKES_CSUM |
	       (virtio_pci_has(v, F_GUEST_TSO4) ? VNET_TAKES_TSO4 : 0) |
	       (virtio_pci_has(v, F_GUEST_TSO6) ? VNET_TAKES_TSO6 : 0) |
	       (virtio_pci_has(v, F_GUEST_ECN) ? VNET_TAKES_ECN : 0);
}

/*
 * Commands.
 */
static u8 carry_out(struct virtio_net *n, u32 q)
{
	struct net_command c;
	u32 pairs;

	if (n->chain.out_len < sizeof(c) ||
	    !virtq_copy_out(&n->pci.queue[q], &n->chain, 0, &c, sizeof(c)))
		return CONTROL_ERR;
	pairs = le16_to_cpu(c.pairs);
	if (c.class != CLASS_MQ || c.command != MQ_PAIRS_SET ||
	    !virtio_pci_has(&n->pci, F_MQ) || !pairs || pairs > n->cfg.pairs)
		return CONTROL_ERR;
	n->active = pairs;
	return CONTROL_OK;
}

bool virtio_net_control(struct virtio_net *n)
{
	u32 q = queue_control(n);
	u8 ack;

	if (!virtio_pci_has(&n->pci, F_CTRL_VQ))
		return false;
	if (virtio_pci_next(&n->pci, q, &n->chain) > 0) {
		ack = carry_out(n, q);
		if (!n->chain.in_len ||
		    !virtq_copy_in(&n->pci.queue[q], &n->chain, 0, &ack, sizeof(ack)))
			virtio_pci_fail(&n->pci, q);
		virtio_pci_done(&n->pci, q, &n->chain, sizeof(ack));
	}
	virtio_pci_tell(&n->pci, q);
	return virtio_pci_live(&n->pci) && virtq_ask(&n->pci.queue[q]);
}

/*
 * From the driver. The host's own code checks what the header says of the bytes;
 * here, that the driver may say it at all.
 */
static bool header_ok(const struct virtio_net *n, struct vnet_header *h)
{
	const struct virtio_pci *v = &n->pci;

	h->flags &= VNET_NEEDS_CSUM;
	if (h->flags && !virtio_pci_has(v, F_CSUM))
		return false;
	if (h->gso_type == VNET_GSO_NONE)
		return true;
	if (!h->flags || !h->gso_size)
		return false;
	if (h->gso_type & VNET_GSO_ECN && !virtio_pci_has(v, F_HOST_ECN))
		return false;
	switch (h->gso_type & ~VNET_GSO_ECN) {
	case VNET_GSO_TCPV4:
		return virtio_pci_has(v, F_HOST_TSO4);
	case VNET_GSO_TCPV6:
		return virtio_pci_has(v, F_HOST_TSO6);
	default:
		return false;
	}
}

static bool frame_ok(const struct virtio_net *n, u32 q, struct vnet_frame *f)
{
	u64 len = f->chain.out_len - sizeof(f->header);

	return f->chain.out_len >= sizeof(f->header) + VNET_MIN_FRAME &&
	       len <= VNET_MAX_FRAME &&
	       virtq_copy_out(&n->pci.queue[q], &f->chain, 0, &f->header,
			      sizeof(f->header)) &&
	       header_ok(n, &f->header);
}

bool virtio_net_take(struct virtio_net *n, u32 pair, struct vnet_frame *f)
{
	u32 q = queue_out(pair);

	/* Also of a pair that it does not use any more: it was sent before. */
	if (pair >= known_pairs(n) || virtio_pci_next(&n->pci, q, &f->chain) <= 0)
		return false;
	f->len = frame_ok(n, q, f) ? f->chain.out_len - sizeof(f->header) : 0;
	return true;
}

void virtio_net_give(struct virtio_net *n, u32 pair, const struct vnet_frame *f)
{
	virtio_pci_done(&n->pci, queue_out(pair), &f->chain, 0);
}

u32 virtio_net_piece(const struct vnet_frame *f, u32 offset, u64 *gpa)
{
	return virtq_piece(&f->chain, false, sizeof(f->header) + offset, gpa);
}

/*
 * To the driver.
 */

/* As much of the buffer as @left needs; false: too many pieces. */
static bool add_buffer(struct vnet_room *r, u32 left)
{
	const struct virtq_chain *c = &r->chain;
	u32 i, part, used = 0;

	if (r->nr == VNET_ROOM_BUFFERS)
		return false;
	for (i = 0; i < c->nr && used < left; i++) {
		part = min(c->seg[i].len, left - used);
		if (!part)
			continue;
		if (r->nr_segs == VNET_ROOM_SEGS)
			return false;
		r->seg[r->nr_segs++] = (struct virtq_seg){ c->seg[i].gpa, part };
		used += part;
	}
	r->used[r->nr++] = (struct virtq_used){ c->head, used };
	return true;
}

/* 1: @left bytes have room now; 0: there are no more buffers; or -EMSGSIZE. */
static int add_buffers(struct virtio_net *n, u32 q, u32 left, struct vnet_room *r)
{
	bool several = virtio_pci_has(&n->pci, F_MRG_RXBUF);
	struct virtq_chain *c = &r->chain;
	u32 budget = VNET_ROOM_DESCS;
	int ret;

	for (;;) {
		ret = virtio_pci_next_within(&n->pci, q, c, &budget);
		if (ret == -E2BIG)
			return -EMSGSIZE;
		/* All that the queue can hold, and it is not enough? */
		if (ret <= 0)
			return r->nr && r->nr >= n->pci.queue[q].size ? -EMSGSIZE : 0;
		if (c->nr_out || !c->in_len)
			virtio_pci_fail(&n->pci, q);
		if (!add_buffer(r, left)) {
			virtio_pci_untake(&n->pci, q, 1);
			return -EMSGSIZE;
		}
		if (c->in_len >= left)
			return 1;
		if (!several)
			return -EMSGSIZE;
		left -= c->in_len;
	}
}

int virtio_net_room(struct virtio_net *n, u32 pair, u32 len, struct vnet_room *r)
{
	int ret;

	r->nr = 0;
	r->nr_segs = 0;
	if (pair >= n->active)
		return -ENOTCONN;
	ret = add_buffers(n, queue_in(pair), len + sizeof(struct vnet_header), r);
	if (ret > 0 && !virtio_pci_live(&n->pci))
		ret = 0;
	if (ret <= 0)
		virtio_net_cancel(n, pair, r);
	return ret;
}

void virtio_net_fill(struct virtio_net *n, u32 pair, const struct vnet_room *r)
{
	virtio_pci_done_all(&n->pci, queue_in(pair), r->used, r->nr);
}

void virtio_net_cancel(struct virtio_net *n, u32 pair, const struct vnet_room *r)
{
	virtio_pci_untake(&n->pci, queue_in(pair), r->nr);
}

bool virtio_net_tell(struct virtio_net *n, u32 pair)
{
	if (pair >= known_pairs(n))
		return false;
	virtio_pci_tell(&n->pci, queue_in(pair));
	virtio_pci_tell(&n->pci, queue_out(pair));
	return virtio_pci_live(&n->pci) &&
	       virtq_ask(&n->pci.queue[queue_out(pair)]);
}

bool virtio_net_ask_room(struct virtio_net *n, u32 pair)
{
	return virtio_pci_live(&n->pci) && pair < n->active &&
	       virtq_ask_beyond(&n->pci.queue[queue_in(pair)]);
}
