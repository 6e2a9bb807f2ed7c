/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/net.h - a net channel as a device of a machine. Layer L2.
 */
#ifndef LPAR_IO_NET_H
#define LPAR_IO_NET_H

#include <linux/types.h>

struct slot_dev;
struct machine;
struct netio;

/**
 * io_net_create() - create a network device, not plugged and quiet
 * @m: its machine
 * @io: the host's interface, which outlives the device; used from slot_dev_resume() on
 * @id: of the channel, for the threads' names
 * @mac: the guest's address
 *
 * Context: sleeps.
 * Return: the device, or ERR_PTR.
 */
struct slot_dev *io_net_create(struct machine *m, struct netio *io, u32 id,
			       const u8 *mac);

#endif
