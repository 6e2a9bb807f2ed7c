// SPDX-License-Identifier: GPL-2.0
/*
 * Channels of type "block": a disk on top of host/blkio. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/err.h>

#include "io/block.h"
#include "host/blkio.h"
#include "part/channel.h"
#include "part/channels.h"

static const char *block_error(int err)
{
	switch (err) {
	case -EINVAL:
		return "is neither a block device nor a file";
	case -EBUSY:
		return "is in use";
	case -ENODATA:
		return "is empty";
	case -EOPNOTSUPP:
		return "is on a file system without direct I/O";
	case -ENOENT:
		return "does not exist";
	default:
		return "cannot be opened";
	}
}

static struct blkio *open_or_refuse(struct lpar_channel *ch, const char *source)
{
	struct blkio *io = blkio_open(source, ch->readonly, ch->direct);

	if (IS_ERR(io))
		lpar_channel_refuse(ch, PTR_ERR(io), "%.160s %s (errno %ld)", source,
				    block_error(PTR_ERR(io)), -PTR_ERR(io));
	else if (io->cut)
		pr_warn("channel %u: the last %u bytes of %s do not fill a block of %u and cannot be accessed\n",
			ch->id, io->cut, source, io->block_size);
	return io;
}

static int block_probe(struct lpar_channel *ch, const char *source)
{
	struct blkio *io = open_or_refuse(ch, source);

	if (IS_ERR(io))
		return PTR_ERR(io);
	blkio_put(io);
	return 0;
}

static int block_open(struct lpar_channel *ch)
{
	struct blkio *io = open_or_refuse(ch, ch->source);

	if (IS_ERR(io))
		return PTR_ERR(io);
	ch->io = io;
	return 0;
}

static void block_close(struct lpar_channel *ch)
{
	blkio_put(ch->io);
	ch->io = NULL;
}

static int block_flush(struct lpar_channel *ch)
{
	return blkio_flush(ch->io);
}

static struct slot_dev *block_device(struct lpar_channel *ch, struct machine *m)
{
	return io_block_create(m, ch->io, ch->id, ch->serial);
}

static u64 block_errors(const struct lpar_channel *ch)
{
	return atomic64_read(&ch->io->errors);
}

/* Two read-only channels can share a source. */
static bool block_same(const struct lpar_channel *a, const struct lpar_channel *b)
{
	return blkio_same(a->io, b->io) && !(a->io->readonly && b->io->readonly);
}

const struct channel_type channel_block = {
	.name = "block",
	.settable = CHANNEL_HAS_READONLY | CHANNEL_HAS_SERIAL | CHANNEL_HAS_DIRECT,
	.probe = block_probe,
	.open = block_open,
	.close = block_close,
	.flush = block_flush,
	.slow = true,
	.device = block_device,
	.errors = block_errors,
	.same = block_same,
};
