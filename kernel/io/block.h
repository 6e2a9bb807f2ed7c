/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/block.h - a block channel as a device of a machine. Layer L2.
 */
#ifndef LPAR_IO_BLOCK_H
#define LPAR_IO_BLOCK_H

#include <linux/types.h>

struct blkio;
struct slot_dev;
struct machine;

/**
 * io_block_create() - create a disk, not plugged and quiet
 * @m: its machine
 * @io: its source; takes a reference
 * @id: of the channel, for the threads' names
 * @serial: serial number reported to the guest
 *
 * Context: sleeps.
 * Return: the device, or ERR_PTR.
 */
struct slot_dev *io_block_create(struct machine *m, struct blkio *io, u32 id,
				 const char *serial);

#endif
