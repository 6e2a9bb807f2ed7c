/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/blkio.h - what is behind a block channel: a block device of the host, or a
 * file. Layer L1: ordinary kernel APIs only.
 *
 * Data goes through the host's page cache; it is stable when blkio_flush() has
 * returned 0. Context: everything sleeps, for as long as the source takes.
 */
#ifndef LPAR_HOST_BLKIO_H
#define LPAR_HOST_BLKIO_H

#include <linux/kref.h>
#include <linux/types.h>

struct file;

/**
 * struct blkio - an open source
 * @ref: its channel has one, and each device in front of it
 * @file: the source
 * @size: bytes, whole blocks
 * @block_size: the smallest unit that it can write
 * @readonly: opened so
 * @can_discard: it may take discards
 */
struct blkio {
	struct kref ref;
	struct file *file;
	u64 size;
	u32 block_size;
	bool readonly;
	bool can_discard;
};

/**
 * blkio_open() - open a source
 * @path: absolute
 * @readonly: nothing will be written
 *
 * Return: it, or ERR_PTR: -EINVAL: neither a block device nor a file, -EBUSY: a
 * block device that somebody uses, -ENODATA: it has no size, or what the host says.
 */
struct blkio *blkio_open(const char *path, bool readonly);
void blkio_get(struct blkio *io);
void blkio_put(struct blkio *io);
/* Do two stand for the same bytes? */
bool blkio_same(const struct blkio *a, const struct blkio *b);

int blkio_read(struct blkio *io, u64 pos, void *to, size_t len);
int blkio_write(struct blkio *io, u64 pos, const void *from, size_t len);
int blkio_flush(struct blkio *io);
int blkio_discard(struct blkio *io, u64 pos, u64 len);
/* @unmap: the space may be given up. */
int blkio_zero(struct blkio *io, u64 pos, u64 len, bool unmap);

#endif
