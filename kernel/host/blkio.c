// SPDX-License-Identifier: GPL-2.0
/*
 * Sources of block channels: opened, read and written like any file of the host.
 * Layer L1: may call L0 only.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "host/blkio.h"
#include "host/open.h"

#define FILE_BLOCK	512

/* The inode of the data: for a device node not the node's own. */
static struct inode *io_inode(const struct blkio *io)
{
	return io->file->f_mapping->host;
}

/*
 * Take the unit of direct I/O from the file system, if it reports one. It is not the size of
 * a block: an image does not change that with the disk on which it is. Smaller accesses
 * use the page cache.
 */
static int check_direct(struct blkio *io)
{
	struct kstat stat;
	int err;

	if (!io->direct)
		return 0;
	if (!(io->file->f_mode & FMODE_CAN_ODIRECT))
		return -EOPNOTSUPP;
	err = vfs_getattr(&io->file->f_path, &stat, STATX_DIOALIGN, 0);
	if (err || !(stat.result_mask & STATX_DIOALIGN))
		return err;
	if (!stat.dio_offset_align)
		return -EOPNOTSUPP;
	if (is_power_of_2(stat.dio_offset_align) && stat.dio_offset_align <= PAGE_SIZE)
		io->unit = max_t(u32, stat.dio_offset_align, FILE_BLOCK);
	return 0;
}

static int check_file(struct blkio *io)
{
	struct inode *inode = io_inode(io);
	loff_t size = i_size_read(inode);
	int err = 0;

	if (S_ISBLK(inode->i_mode)) {
		io->bdev = I_BDEV(inode);
		io->block_size = bdev_logical_block_size(io->bdev);
		io->unit = max_t(u32, bdev_physical_block_size(io->bdev), io->block_size);
		io->can_discard = bdev_max_discard_sectors(io->bdev);
		io->direct = true;
	} else if (S_ISREG(inode->i_mode)) {
		io->block_size = FILE_BLOCK;
		io->unit = FILE_BLOCK;
		io->can_discard = io->file->f_op->fallocate;
		err = check_direct(io);
	} else {
		return -EINVAL;
	}
	if (err || !io->file->f_op->read_iter ||
	    (!io->readonly && !io->file->f_op->write_iter))
		return err ?: -EINVAL;
	io->size = round_down((u64)max_t(loff_t, size, 0), io->block_size);
	io->cut = size - io->size;
	return io->size ? 0 : -ENODATA;
}

struct blkio *blkio_open(const char *path, bool readonly, bool direct)
{
	/* O_EXCL: refuse a block device that is in use; no effect on a file. */
	int flags = (readonly ? O_RDONLY : O_RDWR) | O_LARGEFILE | O_NONBLOCK | O_EXCL;
	struct blkio *io;
	int err;

	io = kzalloc(sizeof(*io), GFP_KERNEL);
	if (!io)
		return ERR_PTR(-ENOMEM);
	kref_init(&io->ref);
	io->readonly = readonly;
	io->direct = direct;
	io->file = host_open(NULL, path, flags);
	if (IS_ERR(io->file)) {
		err = PTR_ERR(io->file);
		goto free_io;
	}
	err = check_file(io);
	if (err)
		goto put_file;
	return io;

put_file:
	fput(io->file);
free_io:
	kfree(io);
	return ERR_PTR(err);
}

static void io_release(struct kref *ref)
{
	struct blkio *io = container_of(ref, struct blkio, ref);

	fput(io->file);
	kfree(io);
}

void blkio_get(struct blkio *io)
{
	kref_get(&io->ref);
}

void blkio_put(struct blkio *io)
{
	kref_put(&io->ref, io_release);
}

bool blkio_same(const struct blkio *a, const struct blkio *b)
{
	return io_inode(a) == io_inode(b);
}

static int count_error(struct blkio *io, int err)
{
	if (err)
		atomic64_inc(&io->errors);
	return err;
}

/*
 * Reads and writes of pages. The host's direct I/O turns them into bios without a
 * copy, and keeps the page cache coherent.
 */

/* A freeze of the file system waits for writes; block devices are not frozen. */
static bool holds_fs(const struct blkio_req *r)
{
	return r->write && !r->io->bdev;
}

static void complete_req(struct blkio_req *r, long ret)
{
	/*
	 * Here and not later in the channel's thread: its next write may wait for the
	 * thaw while the freezer waits for this one.
	 */
	if (holds_fs(r))
		kiocb_end_write(&r->iocb);
	/* a short transfer is an error */
	r->err = count_error(r->io, ret == r->len ? 0 : ret < 0 ? ret : -EIO);
	if (!r->err && r->write && r->stable)
		r->err = atomic_xchg(&r->io->owed, 0);
	r->done(r);
}

static void iocb_complete(struct kiocb *iocb, long ret)
{
	complete_req(container_of(iocb, struct blkio_req, iocb), ret);
}

static ssize_t call_file(struct blkio_req *r, u64 pos, int flags)
{
	struct file *file = r->io->file;
	struct iov_iter iter;

	r->iocb.ki_pos = pos;
	r->iocb.ki_flags = flags;
	iov_iter_bvec(&iter, r->write ? ITER_SOURCE : ITER_DEST, r->vec, r->nr, r->len);
	return r->write ? file->f_op->write_iter(&r->iocb, &iter) :
			  file->f_op->read_iter(&r->iocb, &iter);
}

static int prepare_req(struct blkio *io, struct blkio_req *r)
{
	r->io = io;
	init_sync_kiocb(&r->iocb, io->file);
	r->iocb.ki_complete = iocb_complete;
	if (!r->write)
		return r->iocb.ki_flags;
	return r->iocb.ki_flags | IOCB_WRITE | (r->stable ? IOCB_DSYNC : 0);
}

bool blkio_start_direct(struct blkio *io, struct blkio_req *r, u64 pos)
{
	int flags = prepare_req(io, r);
	ssize_t ret;

	if (!io->direct)
		return false;
	if (holds_fs(r))
		kiocb_start_write(&r->iocb);
	ret = call_file(r, pos, flags | IOCB_DIRECT);
	/* the source cannot do direct I/O with this alignment */
	if (ret == -EINVAL) {
		if (holds_fs(r))
			kiocb_end_write(&r->iocb);
		return false;
	}
	if (ret != -EIOCBQUEUED)
		complete_req(r, ret);
	return true;
}

bool blkio_read_cached(struct blkio *io, struct blkio_req *r, u64 pos)
{
	int flags = prepare_req(io, r);

	if (r->write || !(io->file->f_mode & FMODE_NOWAIT))
		return false;
	/* Without a completion: if only a part is cached, all of it is read again. */
	r->iocb.ki_complete = NULL;
	if (call_file(r, pos, flags | IOCB_NOWAIT) != r->len)
		return false;
	complete_req(r, r->len);
	return true;
}

void blkio_start(struct blkio *io, struct blkio_req *r, u64 pos)
{
	int flags = prepare_req(io, r);
	ssize_t ret;

	if (holds_fs(r))
		kiocb_start_write(&r->iocb);
	ret = call_file(r, pos, flags);
	if (ret != -EIOCBQUEUED)
		complete_req(r, ret);
}

/*
 * I/O through the page cache.
 */
static int read_all(struct blkio *io, u64 pos, void *to, size_t len)
{
	loff_t at = pos;
	ssize_t n;

	for (; len; to += n, len -= n) {
		n = kernel_read(io->file, to, len, &at);
		if (n <= 0)
			return n ?: -EIO;
	}
	return 0;
}

static int write_all(struct blkio *io, u64 pos, const void *from, size_t len)
{
	loff_t at = pos;
	ssize_t n;

	for (; len; from += n, len -= n) {
		n = kernel_write(io->file, from, len, &at);
		if (n <= 0)
			return n ?: -EIO;
	}
	return 0;
}

int blkio_read(struct blkio *io, u64 pos, void *to, size_t len)
{
	return count_error(io, read_all(io, pos, to, len));
}

int blkio_write(struct blkio *io, u64 pos, const void *from, size_t len)
{
	return count_error(io, write_all(io, pos, from, len));
}

static int sync_file(struct blkio *io)
{
	return io->readonly ? 0 : count_error(io, vfs_fsync(io->file, 1));
}

int blkio_flush(struct blkio *io)
{
	int owed = atomic_xchg(&io->owed, 0);
	int err = sync_file(io);

	return owed ?: err;
}

int blkio_settle(struct blkio *io)
{
	int err = sync_file(io);

	if (err)
		atomic_set(&io->owed, err);
	return err;
}

/* A discard is a hint: it is no error if the source does not support it. */
static int discard_range(struct blkio *io, u64 pos, u64 len)
{
	int err;

	if (io->bdev)
		err = blkdev_issue_discard(io->bdev, pos >> SECTOR_SHIFT,
					   len >> SECTOR_SHIFT, GFP_KERNEL);
	else
		err = vfs_fallocate(io->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				    pos, len);
	return err == -EOPNOTSUPP ? 0 : err;
}

int blkio_discard(struct blkio *io, u64 pos, u64 len)
{
	return len ? count_error(io, discard_range(io, pos, len)) : 0;
}

static int write_zeroes(struct blkio *io, u64 pos, u64 len)
{
	size_t part;
	int err;

	for (; len; pos += part, len -= part) {
		part = min_t(u64, len, PAGE_SIZE);
		err = write_all(io, pos, page_address(ZERO_PAGE(0)), part);
		if (err)
			return err;
	}
	return 0;
}

/* Block devices that support it get bios without data. */
static int zero_range(struct blkio *io, u64 pos, u64 len, bool unmap)
{
	int err = -EOPNOTSUPP;

	if (unmap)
		err = vfs_fallocate(io->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				    pos, len);
	if (err == -EOPNOTSUPP)
		err = vfs_fallocate(io->file, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
				    pos, len);
	return err == -EOPNOTSUPP ? write_zeroes(io, pos, len) : err;
}

int blkio_zero(struct blkio *io, u64 pos, u64 len, bool unmap)
{
	return len ? count_error(io, zero_range(io, pos, len, unmap)) : 0;
}
