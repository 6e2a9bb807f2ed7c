// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_blk.c - checks what the driver of a block device asks for. L0: calls
 * only callbacks.
 */
#include "pure.h"
#include "vdev/virtio_blk.h"

/* Feature bits of a block device */
#define F_SIZE_MAX	BIT_ULL(1)
#define F_SEG_MAX	BIT_ULL(2)
#define F_RO		BIT_ULL(5)
#define F_BLK_SIZE	BIT_ULL(6)
#define F_FLUSH		BIT_ULL(9)
#define F_MQ		BIT_ULL(12)
#define F_DISCARD	BIT_ULL(13)
#define F_WRITE_ZEROES	BIT_ULL(14)

/* Types of requests */
enum {
	T_IN = 0,
	T_OUT = 1,
	T_FLUSH = 4,
	T_GET_ID = 8,
	T_DISCARD = 11,
	T_WRITE_ZEROES = 13,
};

#define FLAG_UNMAP	1

struct blk_header {
	__le32 type;
	__le32 reserved;
	__le64 sector;
};

struct blk_range {
	__le64 sector;
	__le32 sectors;
	__le32 flags;
};

/* The configuration as the driver reads it */
struct blk_config {
	__le64 capacity;
	__le32 size_max;
	__le32 seg_max;
	__le32 geometry;
	__le32 blk_size;
	u8 topology[8];
	u8 writeback;
	u8 unused0;
	__le16 num_queues;
	__le32 max_discard_sectors;
	__le32 max_discard_seg;
	__le32 discard_alignment;
	__le32 max_zero_sectors;
	__le32 max_zero_seg;
	u8 zero_may_unmap;
	u8 unused1[3];
} __packed;

static_assert(sizeof(struct blk_header) == 16);
static_assert(sizeof(struct blk_range) == 16);
static_assert(offsetof(struct blk_config, num_queues) == 34);
static_assert(sizeof(struct blk_config) == 60);

static const struct virtio_kind blk_kind = {
	.type = 2,
	.class = 0x018000,	/* mass storage, other */
	.config_len = sizeof(struct blk_config),
};

static struct virtio_blk *to_blk(struct virtio_pci *v)
{
	return container_of(v, struct virtio_blk, pci);
}

static u32 blk_config_read(struct virtio_pci *v, u32 offset, u32 size)
{
	const struct virtio_blk_config *cfg = &to_blk(v)->cfg;
	const struct blk_config c = {
		.capacity = cpu_to_le64(cfg->sectors),
		.size_max = cpu_to_le32(VIRTIO_BLK_SEG_LEN),
		.seg_max = cpu_to_le32(VIRTIO_BLK_SEGS),
		.blk_size = cpu_to_le32(cfg->block_size),
		.num_queues = cpu_to_le16(cfg->queues),
		.max_discard_sectors = cpu_to_le32(VIRTIO_BLK_MAX_DISCARD),
		.max_discard_seg = cpu_to_le32(1),
		.discard_alignment = cpu_to_le32(cfg->block_size / VIRTIO_BLK_SECTOR),
		.max_zero_sectors = cpu_to_le32(VIRTIO_BLK_MAX_DISCARD),
		.max_zero_seg = cpu_to_le32(1),
		.zero_may_unmap = cfg->can_discard,
	};
	__le32 val = 0;

	memcpy(&val, (const u8 *)&c + offset, size);
	return le32_to_cpu(val);
}

static void blk_kick(struct virtio_pci *v, u32 q)
{
	struct virtio_blk *b = to_blk(v);

	b->env->kick(b->ctx, q);
}

static const struct virtio_ops blk_ops = {
	.config_read = blk_config_read,
	.kick = blk_kick,
};

static u64 blk_features(const struct virtio_blk_config *cfg)
{
	u64 f = F_SIZE_MAX | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | F_MQ;

	if (cfg->readonly)
		return f | F_RO;
	return f | F_WRITE_ZEROES | (cfg->can_discard ? F_DISCARD : 0);
}

void virtio_blk_init(struct virtio_blk *b, const struct virtio_blk_config *cfg,
		     const struct virtio_blk_env *env, void *ctx)
{
	b->cfg = *cfg;
	b->env = env;
	b->ctx = ctx;
	virtio_pci_init(&b->pci, &blk_kind, &blk_ops, blk_features(cfg), cfg->queues,
			&env->memory, ctx);
}

void virtio_blk_grow(struct virtio_blk *b, u64 sectors)
{
	if (sectors == b->cfg.sectors)
		return;
	b->cfg.sectors = sectors;
	virtio_pci_changed(&b->pci);
}

/*
 * Checks. Each says what is to be done, or sets why nothing is.
 */
static enum virtio_blk_op refuse(struct virtio_blk_req *req, u8 status)
{
	req->status = status;
	return VIRTIO_BLK_NONE;
}

/* Whether [sector, sector + len) is the device's; in whole blocks of it. */
static bool range_ok(const struct virtio_blk *b, u64 sector, u64 len)
{
	u64 sectors = len / VIRTIO_BLK_SECTOR;

	return sectors <= b->cfg.sectors && sector <= b->cfg.sectors - sectors &&
	       !(len % b->cfg.block_size) &&
	       !(sector % (b->cfg.block_size / VIRTIO_BLK_SECTOR));
}

static enum virtio_blk_op check_rw(const struct virtio_blk *b, struct virtio_blk_req *req,
				   u64 sector, bool write)
{
	req->len = write ? req->chain.out_len - sizeof(struct blk_header) :
			   req->chain.in_len - 1;
	req->data = write ? sizeof(struct blk_header) : 0;
	if (req->len > VIRTIO_BLK_MAX_LEN || !range_ok(b, sector, req->len) ||
	    (write && b->cfg.readonly))
		return refuse(req, VIRTIO_BLK_IOERR);
	req->pos = sector * VIRTIO_BLK_SECTOR;
	req->written = write ? 0 : (u32)req->len;
	return write ? VIRTIO_BLK_WRITE : VIRTIO_BLK_READ;
}

static enum virtio_blk_op check_range(const struct virtio_blk *b, struct virtio_blk_req *req,
				      bool zero)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	struct blk_range r;
	u64 sectors;

	if (b->cfg.readonly || (!zero && !b->cfg.can_discard))
		return refuse(req, VIRTIO_BLK_UNSUPP);
	if (req->chain.out_len != sizeof(struct blk_header) + sizeof(r) ||
	    !virtq_copy_out(q, &req->chain, sizeof(struct blk_header), &r, sizeof(r)))
		return refuse(req, VIRTIO_BLK_IOERR);
	if (le32_to_cpu(r.flags) & ~(zero ? FLAG_UNMAP : 0U))
		return refuse(req, VIRTIO_BLK_UNSUPP);
	sectors = le32_to_cpu(r.sectors);
	req->len = sectors * VIRTIO_BLK_SECTOR;
	if (sectors > VIRTIO_BLK_MAX_DISCARD || !range_ok(b, le64_to_cpu(r.sector), req->len))
		return refuse(req, VIRTIO_BLK_IOERR);
	req->pos = le64_to_cpu(r.sector) * VIRTIO_BLK_SECTOR;
	req->unmap = b->cfg.can_discard && le32_to_cpu(r.flags) & FLAG_UNMAP;
	return zero ? VIRTIO_BLK_ZERO : VIRTIO_BLK_DISCARD;
}

static enum virtio_blk_op get_id(const struct virtio_blk *b, struct virtio_blk_req *req)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	u32 len = min_t(u64, req->chain.in_len - 1, VIRTIO_BLK_SERIAL_LEN);

	if (!virtq_copy_in(q, &req->chain, 0, b->cfg.serial, len))
		return refuse(req, VIRTIO_BLK_IOERR);
	req->written = len;
	return refuse(req, VIRTIO_BLK_OK);
}

static enum virtio_blk_op check(const struct virtio_blk *b, struct virtio_blk_req *req)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	struct blk_header h;

	if (!virtq_copy_out(q, &req->chain, 0, &h, sizeof(h)))
		return refuse(req, VIRTIO_BLK_IOERR);
	req->stable = !virtio_pci_has(&b->pci, F_FLUSH);
	switch (le32_to_cpu(h.type)) {
	case T_IN:
		return check_rw(b, req, le64_to_cpu(h.sector), false);
	case T_OUT:
		return check_rw(b, req, le64_to_cpu(h.sector), true);
	case T_FLUSH:
		return VIRTIO_BLK_FLUSH;
	case T_GET_ID:
		return get_id(b, req);
	case T_DISCARD:
		return check_range(b, req, false);
	case T_WRITE_ZEROES:
		return check_range(b, req, true);
	default:
		return refuse(req, VIRTIO_BLK_UNSUPP);
	}
}

int virtio_blk_next(struct virtio_blk *b, u32 queue, struct virtio_blk_req *req)
{
	int ret = virtio_pci_next(&b->pci, queue, &req->chain);

	if (ret <= 0)
		return 0;
	req->queue = queue;
	req->status = VIRTIO_BLK_OK;
	req->unmap = false;
	req->pos = 0;
	req->len = 0;
	req->data = 0;
	req->written = 0;
	if (req->chain.out_len < sizeof(struct blk_header) || !req->chain.in_len) {
		/* No place for an answer. */
		virtio_pci_fail(&b->pci, queue);
		virtio_pci_done(&b->pci, queue, &req->chain, 0);
		return 0;
	}
	req->op = check(b, req);
	return 1;
}

u32 virtio_blk_piece(const struct virtio_blk_req *req, u64 offset, u64 *gpa)
{
	u32 len = virtq_piece(&req->chain, req->op == VIRTIO_BLK_READ,
			      req->data + offset, gpa);

	return min_t(u64, len, req->len - offset);
}

void virtio_blk_done(struct virtio_blk *b, const struct virtio_blk_req *req, u8 status)
{
	struct virtio_pci *v = &b->pci;
	u32 len = status == VIRTIO_BLK_OK ? req->written : 0;

	/* After a reset or without bus mastering the memory may have another owner. */
	if (virtio_pci_may_write(v))
		virtq_copy_in(&v->queue[req->queue], &req->chain,
			      req->chain.in_len - 1, &status, 1);
	virtio_pci_done(v, req->queue, &req->chain, len + 1);
}
