// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_blk.c - configuration and requests of a block device. L0: calls only
 * callbacks.
 */
#include "pure.h"
#include "vdev/virtio_blk.h"

#define BLK_F(name)	BIT_ULL(VIRTIO_BLK_F_##name)

/* The part of the configuration that goes with these features */
#define BLK_CONFIG_LEN	offsetofend(struct virtio_blk_config, unused1)

static_assert(BLK_CONFIG_LEN == 60);

static const struct virtio_kind blk_kind = {
	.type = VIRTIO_ID_BLOCK,
	.class = 0x018000,	/* mass storage, other */
	.config_len = BLK_CONFIG_LEN,
};

static struct virtio_blk *blk_of(struct virtio_pci *v)
{
	return container_of(v, struct virtio_blk, pci);
}

static u32 blk_config_read(struct virtio_pci *v, u32 offset, u32 size)
{
	const struct virtio_blk_setup *cfg = &blk_of(v)->cfg;
	const struct virtio_blk_config c = {
		.capacity = (__force __virtio64)cpu_to_le64(cfg->sectors),
		.size_max = (__force __virtio32)cpu_to_le32(VIRTIO_BLK_SEG_LEN),
		.seg_max = (__force __virtio32)cpu_to_le32(VIRTIO_BLK_SEGS),
		.blk_size = (__force __virtio32)cpu_to_le32(cfg->block_size),
		.physical_block_exp = ilog2(cfg->unit / cfg->block_size),
		.num_queues = (__force __virtio16)cpu_to_le16(cfg->queues),
		.max_discard_sectors = (__force __virtio32)cpu_to_le32(VIRTIO_BLK_MAX_DISCARD),
		.max_discard_seg = (__force __virtio32)cpu_to_le32(1),
		.discard_sector_alignment =
			(__force __virtio32)cpu_to_le32(cfg->block_size / VIRTIO_BLK_SECTOR),
		.max_write_zeroes_sectors =
			(__force __virtio32)cpu_to_le32(VIRTIO_BLK_MAX_DISCARD),
		.max_write_zeroes_seg = (__force __virtio32)cpu_to_le32(1),
		.write_zeroes_may_unmap = cfg->can_discard,
	};
	__le32 val = 0;

	memcpy(&val, (const u8 *)&c + offset, size);
	return le32_to_cpu(val);
}

static void blk_kick(struct virtio_pci *v, u32 q)
{
	struct virtio_blk *b = blk_of(v);

	b->env->kick(b->ctx, q);
}

static const struct virtio_ops blk_ops = {
	.config_read = blk_config_read,
	.kick = blk_kick,
};

static u64 blk_features(const struct virtio_blk_setup *cfg)
{
	u64 f = BLK_F(SIZE_MAX) | BLK_F(SEG_MAX) | BLK_F(BLK_SIZE) |
		BLK_F(TOPOLOGY) | BLK_F(FLUSH) | BLK_F(MQ);

	if (cfg->readonly)
		return f | BLK_F(RO);
	return f | BLK_F(WRITE_ZEROES) | (cfg->can_discard ? BLK_F(DISCARD) : 0);
}

void virtio_blk_init(struct virtio_blk *b, const struct virtio_blk_setup *cfg,
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
 * Validation: each returns the operation, or VIRTIO_BLK_NONE with a final status.
 */
static enum virtio_blk_op blk_finish(struct virtio_blk_req *req, u8 status)
{
	req->status = status;
	return VIRTIO_BLK_NONE;
}

/* Is [sector, sector + len) within the device, and whole blocks of it? */
static bool blk_range_ok(const struct virtio_blk *b, u64 sector, u64 len)
{
	u64 sectors = len / VIRTIO_BLK_SECTOR;

	return sectors <= b->cfg.sectors && sector <= b->cfg.sectors - sectors &&
	       !(len % b->cfg.block_size) &&
	       !(sector % (b->cfg.block_size / VIRTIO_BLK_SECTOR));
}

static enum virtio_blk_op blk_check_rw(const struct virtio_blk *b, struct virtio_blk_req *req,
				       u64 sector, bool write)
{
	req->len = write ? req->chain.out_len - sizeof(struct virtio_blk_outhdr) :
			   req->chain.in_len - 1;
	req->data = write ? sizeof(struct virtio_blk_outhdr) : 0;
	if (req->len > VIRTIO_BLK_MAX_LEN || !blk_range_ok(b, sector, req->len) ||
	    (write && b->cfg.readonly))
		return blk_finish(req, VIRTIO_BLK_S_IOERR);
	req->pos = sector * VIRTIO_BLK_SECTOR;
	req->written = write ? 0 : (u32)req->len;
	return write ? VIRTIO_BLK_WRITE : VIRTIO_BLK_READ;
}

static enum virtio_blk_op blk_check_range(const struct virtio_blk *b, struct virtio_blk_req *req,
					  bool zero)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	struct virtio_blk_discard_write_zeroes r;
	u64 sectors;

	if (b->cfg.readonly || (!zero && !b->cfg.can_discard))
		return blk_finish(req, VIRTIO_BLK_S_UNSUPP);
	if (req->chain.out_len != sizeof(struct virtio_blk_outhdr) + sizeof(r) ||
	    !virtq_copy_out(q, &req->chain, sizeof(struct virtio_blk_outhdr), &r, sizeof(r)))
		return blk_finish(req, VIRTIO_BLK_S_IOERR);
	if (le32_to_cpu(r.flags) & ~(zero ? VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP : 0U))
		return blk_finish(req, VIRTIO_BLK_S_UNSUPP);
	sectors = le32_to_cpu(r.num_sectors);
	req->len = sectors * VIRTIO_BLK_SECTOR;
	if (sectors > VIRTIO_BLK_MAX_DISCARD || !blk_range_ok(b, le64_to_cpu(r.sector), req->len))
		return blk_finish(req, VIRTIO_BLK_S_IOERR);
	req->pos = le64_to_cpu(r.sector) * VIRTIO_BLK_SECTOR;
	req->unmap = b->cfg.can_discard &&
		     le32_to_cpu(r.flags) & VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP;
	return zero ? VIRTIO_BLK_ZERO : VIRTIO_BLK_DISCARD;
}

static enum virtio_blk_op blk_get_id(const struct virtio_blk *b, struct virtio_blk_req *req)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	u32 len = min_t(u64, req->chain.in_len - 1, VIRTIO_BLK_ID_BYTES);

	if (!virtq_copy_in(q, &req->chain, 0, b->cfg.serial, len))
		return blk_finish(req, VIRTIO_BLK_S_IOERR);
	req->written = len;
	return blk_finish(req, VIRTIO_BLK_S_OK);
}

static enum virtio_blk_op blk_check(const struct virtio_blk *b, struct virtio_blk_req *req)
{
	const struct virtq *q = &b->pci.queue[req->queue];
	struct virtio_blk_outhdr h;

	if (!virtq_copy_out(q, &req->chain, 0, &h, sizeof(h)))
		return blk_finish(req, VIRTIO_BLK_S_IOERR);
	req->stable = !virtio_pci_has(&b->pci, BLK_F(FLUSH));
	switch (le32_to_cpu((__force __le32)h.type)) {
	case VIRTIO_BLK_T_IN:
		return blk_check_rw(b, req, le64_to_cpu((__force __le64)h.sector), false);
	case VIRTIO_BLK_T_OUT:
		return blk_check_rw(b, req, le64_to_cpu((__force __le64)h.sector), true);
	case VIRTIO_BLK_T_FLUSH:
		return VIRTIO_BLK_FLUSH;
	case VIRTIO_BLK_T_GET_ID:
		return blk_get_id(b, req);
	case VIRTIO_BLK_T_DISCARD:
		return blk_check_range(b, req, false);
	case VIRTIO_BLK_T_WRITE_ZEROES:
		return blk_check_range(b, req, true);
	default:
		return blk_finish(req, VIRTIO_BLK_S_UNSUPP);
	}
}

int virtio_blk_next(struct virtio_blk *b, u32 queue, struct virtio_blk_req *req)
{
	int ret = virtio_pci_next(&b->pci, queue, &req->chain);

	if (ret <= 0)
		return 0;
	req->queue = queue;
	req->status = VIRTIO_BLK_S_OK;
	req->unmap = false;
	req->pos = 0;
	req->len = 0;
	req->data = 0;
	req->written = 0;
	if (req->chain.out_len < sizeof(struct virtio_blk_outhdr) || !req->chain.in_len) {
		/* There is no room for the status byte. */
		virtio_pci_fail(&b->pci, queue);
		virtio_pci_done(&b->pci, queue, &req->chain, 0);
		return 0;
	}
	req->op = blk_check(b, req);
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
	u32 len = status == VIRTIO_BLK_S_OK ? req->written : 0;

	/* After a reset or without bus mastering the memory may have another owner. */
	if (virtio_pci_may_write(v))
		virtq_copy_in(&v->queue[req->queue], &req->chain,
			      req->chain.in_len - 1, &status, 1);
	virtio_pci_done(v, req->queue, &req->chain, len + 1);
}
