/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/image.h - kernel and initrd files in the host's file systems.
 * Layer L1: ordinary kernel APIs only. All functions sleep.
 */
#ifndef LPAR_HOST_IMAGE_H
#define LPAR_HOST_IMAGE_H

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

struct file;
struct host_view;

/**
 * struct host_image - an open image file
 * @file: the file; nobody can write to it while it is open here
 * @size: its length in bytes, not 0
 * @no_signal: a signal does not interrupt reads
 */
struct host_image {
	struct file *file;
	u64 size;
	bool no_signal;
};

/**
 * host_image_open() - open an image
 * @view: as this process sees the host's files
 * @path: absolute path
 * @image: the result, for host_image_close()
 *
 * Context: sleeps.
 * Return: 0; -EINVAL: a relative path, no regular file, or an attribute of configfs
 * or sysfs; -ENODATA: empty; -ETXTBSY: open for writing; or an error of the file
 * system (-ENOENT, -EACCES ...).
 */
int host_image_open(const struct host_view *view, const char *path,
		    struct host_image *image);
/* Does nothing for a zeroed @image. */
void host_image_close(struct host_image *image);

/**
 * host_image_pread() - read bytes of an image
 * @image: open image
 * @offset: file position
 * @to: gets all @len bytes
 * @len: number of bytes
 *
 * Context: sleeps.
 * Return: 0, -ENODATA if the file is shorter, -EINTR, or an error of the file system.
 */
int host_image_pread(const struct host_image *image, u64 offset, void *to,
		     size_t len);

/**
 * host_image_stream() - pass a range of an image to a function, in pieces
 * @image: open image
 * @from: file position
 * @bytes: length of the range
 * @sink: gets @len bytes from @offset of the range; returns 0 or -errno. NULL: only
 *	check that the range can be read
 * @ctx: first argument of @sink
 *
 * Context: sleeps.
 * Return: 0, -ENOMEM, an error of @sink or of host_image_pread().
 */
int host_image_stream(const struct host_image *image, u64 from, u64 bytes,
		      int (*sink)(void *ctx, u64 offset, const void *data,
				  size_t len), void *ctx);

DEFINE_FREE(vfree, void *, if (!IS_ERR_OR_NULL(_T)) vfree(_T))

#endif
