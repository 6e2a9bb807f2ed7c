// SPDX-License-Identifier: GPL-2.0
/*
 * Sources of block channels, opened, read and written as any file of the host is.
 * Layer L1: may call L0 only.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "host/attribute.h"
#include "host/blkio.h"

#define FILE_BLOCK	512

/* What the source really is: behind /dev/x stands an inode of its own. */
static struct inode *io_inode(const struct blkio *io)
{
	return io->file->f_mapping->host;
}

static int check_file(struct blkio *io)
{
	struct inode *inode = io_inode(io);

	if (S_ISBLK(inode->i_mode)) {
		struct block_device *bdev = I_BDEV(inode);

		io->block_size = bdev_logical_block_size(bdev);
		io->can_discard = bdev_max_discard_sectors(bdev);
	} else if (S_ISREG(inode->i_mode) && !host_is_attribute(inode)) {
		io->block_size = FILE_BLOCK;
		io->can_discard = io->file->f_op->fallocate;
	} else {
		return -EINVAL;
	}
	io->size = round_down((u64)max_t(loff_t, i_size_read(inode), 0), io->block_size);
	return io->size ? 0 : -ENODATA;
}

struct blkio *blkio_open(const char *path, bool readonly)
{
	/* O_EXCL: for a block device only, that nobody else has claimed. */
	int flags = (readonly ? O_RDONLY : O_RDWR) | O_LARGEFILE | O_NONBLOCK | O_EXCL;
	struct blkio *io;
	int err;

	if (*path != '/' || host_is_attribute_path(path))
		return ERR_PTR(-EINVAL);
	io = kzalloc(sizeof(*io), GFP_KERNEL);
	if (!io)
		return ERR_PTR(-ENOMEM);
	kref_init(&io->ref);
	io->readonly = readonly;
	io->file = filp_open(path, flags, 0);
	err = PTR_ERR_OR_ZERO(io->file);
	if (!err) {
		err = check_file(io);
		if (err)
			fput(io->file);
	}
	if (!err)
		return io;
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

int blkio_read(struct blkio *io, u64 pos, void *to, size_t len)
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

int blkio_write(struct blkio *io, u64 pos, const void *from, size_t len)
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

int blkio_flush(struct blkio *io)
{
	return io->readonly ? 0 : vfs_fsync(io->file, 1);
}

int blkio_discard(struct blkio *io, u64 pos, u64 len)
{
	int err;

	if (!len)
		return 0;
	err = vfs_fallocate(io->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, pos, len);
	/* A hint: what the source cannot do is not an error. */
	return err == -EOPNOTSUPP ? 0 : err;
}

static int write_zeroes(struct blkio *io, u64 pos, u64 len)
{
	size_t part;
	int err;

	for (; len; pos += part, len -= part) {
		part = min_t(u64, len, PAGE_SIZE);
		err = blkio_write(io, pos, page_address(ZERO_PAGE(0)), part);
		if (err)
			return err;
	}
	return 0;
}

int blkio_zero(struct blkio *io, u64 pos, u64 len, bool unmap)
{
	int mode = unmap ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE;
	int err;

	if (!len)
		return 0;
	err = vfs_fallocate(io->file, mode | FALLOC_FL_KEEP_SIZE, pos, len);
	return err == -EOPNOTSUPP ? write_zeroes(io, pos, len) : err;
}
