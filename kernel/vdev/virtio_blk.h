/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/virtio_blk.h - virtio block device (virtio 1.2, "Block Device"): validates
 * requests of the driver and hands them to the caller, who serves them.
 *
 * The caller serialises. L0: calls only the callbacks in struct virtio_blk_env.
 */
#ifndef LPAR_VDEV_VIRTIO_BLK_H
#define LPAR_VDEV_VIRTIO_BLK_H

#include "pure.h"
#include <linux/virtio_blk.h>

#include "vdev/virtio_pci.h"

#define VIRTIO_BLK_SECTOR	512
#define VIRTIO_BLK_SEGS		(VIRTQ_MAX_SIZE - 2)
#define VIRTIO_BLK_SEG_LEN	SZ_64K
/* Bounds the duration of one request. */
#define VIRTIO_BLK_MAX_LEN	(VIRTIO_BLK_SEGS * VIRTIO_BLK_SEG_LEN)
#define VIRTIO_BLK_MAX_DISCARD	SZ_64K	/* sectors */

/**
 * struct virtio_blk_setup - what the device is
 * @sectors: its size in units of 512 bytes
 * @block_size: logical block size, a power of 2 from 512
 * @unit: physical block size, a power of 2 from @block_size
 * @readonly: writes are refused
 * @can_discard: the source supports discards
 * @serial: padded with NULs
 * @queues: 1 to VIRTIO_MAX_QUEUES
 */
struct virtio_blk_setup {
	u64 sectors;
	u32 block_size;
	u32 unit;
	bool readonly;
	bool can_discard;
	char serial[VIRTIO_BLK_ID_BYTES];
	u32 queues;
};

/* @kick: call virtio_blk_next() for a queue soon, from another context. */
struct virtio_blk_env {
	void (*kick)(void *ctx, u32 queue);
	struct virtq_env memory;
};

struct virtio_blk {
	struct virtio_pci pci;
	struct virtio_blk_setup cfg;
	const struct virtio_blk_env *env;
	void *ctx;
};

enum virtio_blk_op {
	VIRTIO_BLK_NONE,	/* nothing: @status is final */
	VIRTIO_BLK_READ,
	VIRTIO_BLK_WRITE,
	VIRTIO_BLK_FLUSH,
	VIRTIO_BLK_DISCARD,
	VIRTIO_BLK_ZERO,
};

/**
 * struct virtio_blk_req - one validated request
 * @op: what is to be done
 * @queue: its queue
 * @stable: must be stable when it is returned: VIRTIO_BLK_F_FLUSH was not negotiated
 * @unmap: VIRTIO_BLK_ZERO: the space may be deallocated
 * @status: of VIRTIO_BLK_NONE
 * @pos: byte offset in the device
 * @len: bytes
 * @data: offset of the data in the chain's part, for virtio_blk_piece()
 * @written: bytes of guest memory that the answer fills, without the status
 * @chain: guest memory
 */
struct virtio_blk_req {
	enum virtio_blk_op op;
	u32 queue;
	bool stable;
	bool unmap;
	u8 status;
	u64 pos;
	u64 len;
	u32 data;
	u32 written;
	struct virtq_chain chain;
};

void virtio_blk_init(struct virtio_blk *b, const struct virtio_blk_setup *cfg,
		     const struct virtio_blk_env *env, void *ctx);

/* Grow the device to @sectors and notify the driver. */
void virtio_blk_grow(struct virtio_blk *b, u64 sectors);

/**
 * virtio_blk_next() - take a request
 * @b: the device
 * @queue: the queue
 * @req: gets it; valid until virtio_blk_done()
 *
 * Return: 1: to be served and returned by virtio_blk_done(); 0: none.
 */
int virtio_blk_next(struct virtio_blk *b, u32 queue, struct virtio_blk_req *req);

/* Guest memory of a read or write, as virtq_piece(); @offset from the data's start. */
u32 virtio_blk_piece(const struct virtio_blk_req *req, u64 offset, u64 *gpa);

/* Return it with @status. virtio_pci_tell() sends the interrupt. */
void virtio_blk_done(struct virtio_blk *b, const struct virtio_blk_req *req, u8 status);

#endif /* LPAR_VDEV_VIRTIO_BLK_H */
