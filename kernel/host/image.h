/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/image.h - kernel and initrd image files of the host's file systems.
 * Layer L1: ordinary kernel APIs only. Everything sleeps.
 */
#ifndef LPAR_HOST_IMAGE_H
#define LPAR_HOST_IMAGE_H

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

struct file;

/**
 * struct host_image - an open image file
 * @file: the file; nobody can write to it as long as it is open here
 * @size: its length in bytes, not 0
 * @deaf: a signal does not end a read
 */
struct host_image {
	struct file *file;
	u64 size;
	bool deaf;
};

/**
 * host_image_open() - open an image
 * @path: absolute path
 * @image: the result; host_image_close() it
 *
 * Context: sleeps.
 * Return: 0; -EINVAL for a relative path and for what is no regular file or an
 * attribute (configfs, sysfs), -ENODATA for an empty one, -ETXTBSY while
 * somebody has it open for writing, and what the file system says (-ENOENT,
 * -EACCES ...).
 */
int host_image_open(const char *path, struct host_image *image);
/* Also for one that was zeroed and never opened. */
void host_image_close(struct host_image *image);

/**
 * host_image_pread() - some bytes of an image
 * @image: open image
 * @offset: where
 * @to: gets @len bytes, all of them
 * @len: how many
 *
 * Context: sleeps.
 * Return: 0, -ENODATA when the file ends early, -EINTR, what the file system says.
 */
int host_image_pread(const struct host_image *image, u64 offset, void *to,
		     size_t len);

/**
 * host_image_stream() - hand over a part of an image in pieces
 * @image: open image
 * @from: where the part starts in the file
 * @bytes: its length
 * @sink: takes @len bytes that stand at @offset of the part; 0 or -errno. NULL:
 *	only look whether it can be read
 * @ctx: first argument of @sink
 *
 * Context: sleeps.
 * Return: 0, -ENOMEM, what @sink said, or an error as of host_image_pread().
 */
int host_image_stream(const struct host_image *image, u64 from, u64 bytes,
		      int (*sink)(void *ctx, u64 offset, const void *data,
				  size_t len), void *ctx);

DEFINE_FREE(vfree, void *, if (!IS_ERR_OR_NULL(_T)) vfree(_T))

#endif
