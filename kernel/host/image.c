// SPDX-License-Identifier: GPL-2.0
/*
 * Image files: opened with writes denied, read in pieces so that a signal can
 * interrupt it. Layer L1: may call L0 only.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "host/image.h"
#include "host/open.h"

#define PIECE	SZ_256K

static int file_check(struct file *file, u64 *size)
{
	struct inode *inode = file_inode(file);
	loff_t len = i_size_read(inode);

	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	if (len <= 0)
		return -ENODATA;
	*size = len;
	return deny_write_access(file);
}

int host_image_open(const struct host_view *view, const char *path,
		    struct host_image *image)
{
	struct file *file;
	int err;

	memset(image, 0, sizeof(*image));
	/* O_NONBLOCK: do not wait in the open of a FIFO, which is refused below. */
	file = host_open(view, path, O_RDONLY | O_LARGEFILE | O_NONBLOCK);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = file_check(file, &image->size);
	if (err) {
		fput(file);
		return err;
	}
	image->file = file;
	return 0;
}

void host_image_close(struct host_image *image)
{
	if (!image->file)
		return;
	allow_write_access(image->file);
	fput(image->file);
	image->file = NULL;
}

int host_image_pread(const struct host_image *image, u64 offset, void *to,
		     size_t len)
{
	loff_t pos = offset;
	ssize_t n;

	while (len) {
		if (!image->no_signal && signal_pending(current))
			return -EINTR;
		n = kernel_read(image->file, to, len, &pos);
		if (n < 0)
			return n;
		if (!n)
			return -ENODATA;
		to += n;
		len -= n;
		cond_resched();
	}
	return 0;
}

int host_image_stream(const struct host_image *image, u64 from, u64 bytes,
		      int (*sink)(void *ctx, u64 offset, const void *data,
				  size_t len), void *ctx)
{
	void *piece __free(vfree) = vmalloc(PIECE);
	size_t len;
	u64 done;
	int err;

	if (!piece)
		return -ENOMEM;
	for (done = 0; done < bytes; done += len) {
		len = min_t(u64, PIECE, bytes - done);
		err = host_image_pread(image, from + done, piece, len);
		if (!err && sink)
			err = sink(ctx, done, piece, len);
		if (err)
			return err;
	}
	return 0;
}
