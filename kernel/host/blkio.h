/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/blkio.h - the source of a block channel: a block device or a file of the host.
 * Layer L1: ordinary kernel APIs only.
 *
 * Data is stable when blkio_flush() has returned 0. Reads and writes of pages bypass
 * the host's page cache if the source is a block device or was opened with @direct;
 * everything else uses the page cache, and the host keeps both coherent.
 * Context: all functions sleep, for as long as the source takes.
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
 * @ref: held by its channel and by each device that uses it
 * @file: the source
 * @bdev: its block device, or NULL
 * @size: bytes, whole blocks
 * @cut: bytes at its end that do not fill a block and cannot be accessed
 * @block_size: smallest unit that can be written
 * @unit: best unit, @block_size or a larger power of 2; smaller writes may be slow
 * @readonly: opened read-only
 * @direct: bypass the page cache
 * @can_discard: may support discard
 * @errors: number of failed operations
 * @owed: error of blkio_settle() that the next flush or stable write returns
 */
struct blkio {
	struct kref ref;
	struct file *file;
	struct block_device *bdev;
	u64 size;
	u32 cut;
	u32 block_size;
	u32 unit;
	bool readonly;
	bool direct;
	bool can_discard;
	atomic64_t errors;
	atomic_t owed;
};

/**
 * struct blkio_req - a read or write of pages; valid until @done is called
 * @io: the source
 * @done: called once, in any context, possibly from within the function that starts it
 * @vec: the pages
 * @nr: entries of @vec
 * @len: bytes in @vec
 * @write: write, else read
 * @stable: a write must be stable when it completes
 * @err: result, valid in @done
 * @iocb: private
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
 * @readonly: it will not be written
 * @direct: bypass the page cache of a file; always set for a block device
 *
 * Return: the source, or ERR_PTR: -EINVAL: neither a block device nor a regular file,
 * -EBUSY: the block device is in use, -ENODATA: it is empty, -EOPNOTSUPP: its file
 * system does not support @direct, or an error of the host.
 */
struct blkio *blkio_open(const char *path, bool readonly, bool direct);
void blkio_get(struct blkio *io);
void blkio_put(struct blkio *io);
/* Do both refer to the same device or file? */
bool blkio_same(const struct blkio *a, const struct blkio *b);

/*
 * Start a read or write at @pos, as direct I/O. May complete it before returning. False:
 * the source cannot do that, or not with this alignment, and nothing was done.
 */
bool blkio_start_direct(struct blkio *io, struct blkio_req *r, u64 pos);
/*
 * Read at @pos, if all of it is in the page cache, and complete the request. False: that
 * would block, and the request is not complete.
 */
bool blkio_read_cached(struct blkio *io, struct blkio_req *r, u64 pos);
/* Start a read or write at @pos through the page cache: it may block. */
void blkio_start(struct blkio *io, struct blkio_req *r, u64 pos);

/* Through the page cache, for memory without pages or not aligned. */
int blkio_read(struct blkio *io, u64 pos, void *to, size_t len);
int blkio_write(struct blkio *io, u64 pos, const void *from, size_t len);
int blkio_flush(struct blkio *io);
/*
 * Flush on lpar's own account. The host reports a write error once only: keep it, so
 * that the guest's next flush still returns it.
 */
int blkio_settle(struct blkio *io);
int blkio_discard(struct blkio *io, u64 pos, u64 len);
/* @unmap: may deallocate the space. */
int blkio_zero(struct blkio *io, u64 pos, u64 len, bool unmap);

#endif
