/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/block.h - a block channel as a device of a machine. A thread between
 * the model and the source does what can block. Layer L2.
 */
#ifndef LPAR_IO_BLOCK_H
#define LPAR_IO_BLOCK_H

#include <linux/types.h>

struct blkio;
struct slot_dev;
struct machine;

/**
 * io_block_create() - a disk that no slot has yet, and that is quiet
 * @m: whose
 * @io: its source; takes a reference
 * @id: of the channel, for the thread's name
 * @serial: what the guest reads as its serial number
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct slot_dev *io_block_create(struct machine *m, struct blkio *io, u32 id,
				 const char *serial);

#endif
