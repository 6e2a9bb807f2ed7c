/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/blkio.h - what is behind a block channel: a block device of the host, or a
 * file. Layer L1: ordinary kernel APIs only.
 *
 * Data is stable when blkio_flush() has returned 0. Reads and writes of pages go past
 * the host's page cache where the source is a block device, or was opened so
 * (blkio_open()); everything else goes through it, and the host keeps the two
 * coherent. Context: everything sleeps, for as long as the source takes.
 */
#ifndef LPAR_HOST_BLKIO_H
#define LPAR_HOST_BLKIO_H

#include <linux/atomic.h>
#include <linux/bvec.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/types.h>

/**
 * struct blkio - an open source
 * @ref: its channel has one, and each device in front of it
 * @file: the source
 * @bdev: the block device that it is, or NULL
 * @size: bytes, whole blocks
 * @block_size: the smallest unit that it can write
 * @readonly: opened so
 * @direct: past the page cache
 * @can_discard: it may take discards
 * @errors: operations that failed
 * @owed: an error of blkio_settle(), which the next that makes stable returns
 */
struct blkio {
	struct kref ref;
	struct file *file;
	struct block_device *bdev;
	u64 size;
	u32 block_size;
	bool readonly;
	bool direct;
	bool can_discard;
	atomic64_t errors;
	atomic_t owed;
};

/**
 * struct blkio_req - a read or write of pages; memory of the caller's, which stays
 * till @done is called
 * @io: the source
 * @done: called once, in any context, perhaps from within blkio_start()
 * @vec: the pages
 * @nr: how many pieces
 * @len: bytes, all of @vec
 * @write: or read
 * @stable: a write is to be stable when it is done
 * @err: what came of it, when it is done
 * @iocb: blkio's own
 */
struct blkio_req {
	struct blkio *io;
	void (*done)(struct blkio_req *r);
	const struct bio_vec *vec;
	u32 nr;
	u32 len;
	bool write;
	bool stable;
	int err;
	struct kiocb iocb;
};

/**
 * blkio_open() - open a source
 * @path: absolute
 * @readonly: nothing will be written
 * @direct: past the page cache, for a file; a block device is always opened so
 *
 * Return: it, or ERR_PTR: -EINVAL: neither a block device nor a file, -EBUSY: a
 * block device that somebody uses, -ENODATA: it has no size, -EOPNOTSUPP: its file
 * system cannot do @direct, or what the host says.
 */
struct blkio *blkio_open(const char *path, bool readonly, bool direct);
void blkio_get(struct blkio *io);
void blkio_put(struct blkio *io);
/* Do two stand for the same bytes? */
bool blkio_same(const struct blkio *a, const struct blkio *b);

/* Begin a read or write at @pos. It may wait for the source or not, as that likes. */
void blkio_start(struct blkio *io, struct blkio_req *r, u64 pos);

/* Through the page cache: memory that has no pages, or is not aligned. */
int blkio_read(struct blkio *io, u64 pos, void *to, size_t len);
int blkio_write(struct blkio *io, u64 pos, const void *from, size_t len);
int blkio_flush(struct blkio *io);
/*
 * The same on our own account. The host tells once of what it could not write; if it
 * tells us, the guest still has to hear of it from its own next flush.
 */
int blkio_settle(struct blkio *io);
int blkio_discard(struct blkio *io, u64 pos, u64 len);
/* @unmap: the space may be given up. */
int blkio_zero(struct blkio *io, u64 pos, u64 len, bool unmap);

#endif
