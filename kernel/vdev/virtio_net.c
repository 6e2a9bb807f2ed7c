// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_net.c - the queues, commands and configuration of a network device. L0:
 * calls only callbacks.
 */
#include "pure.h"
#include "vdev/virtio_net.h"

#define VNET_F(name)	BIT_ULL(VIRTIO_NET_F_##name)
#define VNET_FEATURES	(VNET_F(CSUM) | VNET_F(GUEST_CSUM) | VNET_F(MTU) | VNET_F(MAC) | \
			 VNET_F(GUEST_TSO4) | VNET_F(GUEST_TSO6) | VNET_F(GUEST_ECN) | \
			 VNET_F(HOST_TSO4) | VNET_F(HOST_TSO6) | VNET_F(HOST_ECN) | \
			 VNET_F(MRG_RXBUF) | VNET_F(STATUS) | VNET_F(CTRL_VQ) | VNET_F(MQ))

/* The part of the configuration that goes with these features */
#define VNET_CONFIG_LEN	offsetofend(struct virtio_net_config, mtu)

/* VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET as the driver sends it */
struct vnet_command {
	struct virtio_net_ctrl_hdr hdr;
	__le16 pairs;
};

static_assert(sizeof(struct vnet_command) == 4);
static_assert(VNET_CONFIG_LEN == 12);
static_assert(2 * VNET_PAIRS + 1 <= VIRTIO_MAX_QUEUES);

static const struct virtio_kind vnet_kind = {
	.type = VIRTIO_ID_NET,
	.class = 0x020000,	/* Ethernet */
	.config_len = VNET_CONFIG_LEN,
};

static struct virtio_net *vnet_of(struct virtio_pci *v)
{
	return container_of(v, struct virtio_net, pci);
}

/* Queue numbers of a pair. */
static u32 vnet_queue_in(u32 pair)
{
	return 2 * pair;
}

static u32 vnet_queue_out(u32 pair)
{
	return 2 * pair + 1;
}

static u32 vnet_known_pairs(const struct virtio_net *n)
{
	return virtio_pci_has(&n->pci, VNET_F(MQ)) ? n->cfg.pairs : 1;
}

/* It follows all pairs that the device offers; without VIRTIO_NET_F_MQ it is queue 2. */
static u32 vnet_queue_control(const struct virtio_net *n)
{
	return 2 * vnet_known_pairs(n);
}

static u32 vnet_config_read(struct virtio_pci *v, u32 offset, u32 size)
{
	const struct vnet_config *cfg = &vnet_of(v)->cfg;
	struct virtio_net_config c = {
		.status = (__force __virtio16)cpu_to_le16(cfg->link ? VIRTIO_NET_S_LINK_UP : 0),
		.max_virtqueue_pairs = (__force __virtio16)cpu_to_le16(cfg->pairs),
		.mtu = (__force __virtio16)cpu_to_le16(cfg->mtu),
	};
	__le32 val = 0;

	memcpy(c.mac, cfg->mac, sizeof(c.mac));
	memcpy(&val, (const u8 *)&c + offset, size);
	return le32_to_cpu(val);
}

static void vnet_kick(struct virtio_pci *v, u32 q)
{
	struct virtio_net *n = vnet_of(v);

	if (q == vnet_queue_control(n))
		n->env->kick(n->ctx, 0);
	else if (q / 2 < vnet_known_pairs(n))
		n->env->kick(n->ctx, q / 2);
}

/* The driver was reset or is ready. */
static void vnet_status(struct virtio_pci *v)
{
	struct virtio_net *n = vnet_of(v);

	n->active = 1;
	n->env->kick(n->ctx, 0);
}

static const struct virtio_ops vnet_ops = {
	.config_read = vnet_config_read,
	.kick = vnet_kick,
	.status = vnet_status,
};

void virtio_net_init(struct virtio_net *n, const struct vnet_config *cfg,
		     const struct vnet_env *env, void *ctx)
{
	n->cfg = *cfg;
	n->active = 1;
	n->env = env;
	n->ctx = ctx;
	virtio_pci_init(&n->pci, &vnet_kind, &vnet_ops, VNET_FEATURES, 2 * cfg->pairs + 1,
			&env->memory, ctx);
}

void virtio_net_reset(struct virtio_net *n, u16 mtu)
{
	n->cfg.mtu = mtu;
	virtio_pci_reset(&n->pci);
	vnet_status(&n->pci);
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

	if (!virtio_pci_has(v, VNET_F(GUEST_CSUM)))
		return 0;
	return VNET_TAKES_CSUM |
	       (virtio_pci_has(v, VNET_F(GUEST_TSO4)) ? VNET_TAKES_TSO4 : 0) |
	       (virtio_pci_has(v, VNET_F(GUEST_TSO6)) ? VNET_TAKES_TSO6 : 0) |
	       (virtio_pci_has(v, VNET_F(GUEST_ECN)) ? VNET_TAKES_ECN : 0);
}

/*
 * Commands.
 */
static u8 vnet_execute(struct virtio_net *n, u32 q)
{
	struct vnet_command c;
	u32 pairs;

	if (n->chain.out_len < sizeof(c) ||
	    !virtq_copy_out(&n->pci.queue[q], &n->chain, 0, &c, sizeof(c)))
		return VIRTIO_NET_ERR;
	pairs = le16_to_cpu(c.pairs);
	if (c.hdr.class != VIRTIO_NET_CTRL_MQ || c.hdr.cmd != VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET ||
	    !virtio_pci_has(&n->pci, VNET_F(MQ)) || !pairs || pairs > n->cfg.pairs)
		return VIRTIO_NET_ERR;
	n->active = pairs;
	return VIRTIO_NET_OK;
}

bool virtio_net_control(struct virtio_net *n)
{
	u32 q = vnet_queue_control(n);
	u8 ack;

	if (!virtio_pci_has(&n->pci, VNET_F(CTRL_VQ)))
		return false;
	if (virtio_pci_next(&n->pci, q, &n->chain) > 0) {
		ack = vnet_execute(n, q);
		if (!n->chain.in_len ||
		    !virtq_copy_in(&n->pci.queue[q], &n->chain, 0, &ack, sizeof(ack)))
			virtio_pci_fail(&n->pci, q);
		virtio_pci_done(&n->pci, q, &n->chain, sizeof(ack));
	}
	virtio_pci_tell(&n->pci, q);
	return virtio_pci_live(&n->pci) && virtq_ask(&n->pci.queue[q]);
}

/*
 * From the driver. Here the header is checked against the negotiated features; the
 * host's network code checks it against the frame.
 */
static bool vnet_header_ok(const struct virtio_net *n, struct virtio_net_hdr_v1 *h)
{
	const struct virtio_pci *v = &n->pci;

	h->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (h->flags && !virtio_pci_has(v, VNET_F(CSUM)))
		return false;
	if (h->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return true;
	if (!h->flags || !h->gso_size)
		return false;
	if (h->gso_type & VIRTIO_NET_HDR_GSO_ECN && !virtio_pci_has(v, VNET_F(HOST_ECN)))
		return false;
	switch (h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return virtio_pci_has(v, VNET_F(HOST_TSO4));
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return virtio_pci_has(v, VNET_F(HOST_TSO6));
	default:
		return false;
	}
}

static bool vnet_frame_ok(const struct virtio_net *n, u32 q, struct vnet_frame *f)
{
	u64 len = f->chain.out_len - sizeof(f->header);

	return f->chain.out_len >= sizeof(f->header) + VNET_MIN_FRAME &&
	       len <= VNET_MAX_FRAME &&
	       virtq_copy_out(&n->pci.queue[q], &f->chain, 0, &f->header,
			      sizeof(f->header)) &&
	       vnet_header_ok(n, &f->header);
}

bool virtio_net_take(struct virtio_net *n, u32 pair, struct vnet_frame *f)
{
	u32 q = vnet_queue_out(pair);

	/* Frames of a pair that is not active any more were sent before. */
	if (pair >= vnet_known_pairs(n) || virtio_pci_next(&n->pci, q, &f->chain) <= 0)
		return false;
	f->len = vnet_frame_ok(n, q, f) ? f->chain.out_len - sizeof(f->header) : 0;
	return true;
}

void virtio_net_give(struct virtio_net *n, u32 pair, const struct vnet_frame *f)
{
	virtio_pci_done(&n->pci, vnet_queue_out(pair), &f->chain, 0);
}

u32 virtio_net_piece(const struct vnet_frame *f, u32 offset, u64 *gpa)
{
	return virtq_piece(&f->chain, false, sizeof(f->header) + offset, gpa);
}

/*
 * To the driver.
 */

/* virtio 1.2, "Processing of Incoming Packets": the host's MTU may have been raised. */
bool virtio_net_may_send(const struct virtio_net *n, u32 len, bool gso)
{
	return gso || !virtio_pci_has(&n->pci, VNET_F(MTU)) ||
	       len <= (u32)n->cfg.mtu + VNET_MAX_HEADER;
}

/* Add as much of the buffer as @left needs; false: too many segments. */
static bool vnet_add_buffer(struct vnet_room *r, u32 left)
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

/* 1: there is room for @left bytes; 0: there are no more buffers; or -EMSGSIZE. */
static int vnet_add_buffers(struct virtio_net *n, u32 q, u32 left, struct vnet_room *r)
{
	bool several = virtio_pci_has(&n->pci, VNET_F(MRG_RXBUF));
	struct virtq_chain *c = &r->chain;
	u32 budget = VNET_ROOM_DESCS;
	int ret;

	for (;;) {
		ret = virtio_pci_next_within(&n->pci, q, c, &budget);
		if (ret == -E2BIG)
			return -EMSGSIZE;
		/* -EMSGSIZE if a full ring of such buffers is not enough. */
		if (ret <= 0)
			return r->nr && r->nr >= n->pci.queue[q].size ? -EMSGSIZE : 0;
		if (c->nr_out || !c->in_len)
			virtio_pci_fail(&n->pci, q);
		if (!vnet_add_buffer(r, left)) {
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
	ret = vnet_add_buffers(n, vnet_queue_in(pair), len + sizeof(struct virtio_net_hdr_v1), r);
	if (ret > 0 && !virtio_pci_live(&n->pci))
		ret = 0;
	if (ret <= 0)
		virtio_net_cancel(n, pair, r);
	return ret;
}

void virtio_net_fill(struct virtio_net *n, u32 pair, const struct vnet_room *r)
{
	virtio_pci_done_all(&n->pci, vnet_queue_in(pair), r->used, r->nr);
}

void virtio_net_cancel(struct virtio_net *n, u32 pair, const struct vnet_room *r)
{
	virtio_pci_untake(&n->pci, vnet_queue_in(pair), r->nr);
}

bool virtio_net_tell(struct virtio_net *n, u32 pair)
{
	if (pair >= vnet_known_pairs(n))
		return false;
	virtio_pci_tell(&n->pci, vnet_queue_in(pair));
	virtio_pci_tell(&n->pci, vnet_queue_out(pair));
	return virtio_pci_live(&n->pci) &&
	       virtq_ask(&n->pci.queue[vnet_queue_out(pair)]);
}

bool virtio_net_ask_room(struct virtio_net *n, u32 pair)
{
	return virtio_pci_live(&n->pci) && pair < n->active &&
	       virtq_ask_beyond(&n->pci.queue[vnet_queue_in(pair)]);
}
