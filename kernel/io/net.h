/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/net.h - a net channel as a device of a machine. Threads between the
 * model and the host's interface, one for each pair of queues, move the frames.
 * Layer L2.
 */
#ifndef LPAR_IO_NET_H
#define LPAR_IO_NET_H

#include <linux/types.h>

struct slot_dev;
struct machine;
struct netio;

/**
 * io_net_create() - a network device that no slot has yet, and that is quiet
 * @m: whose
 * @io: the host's interface; stays there for as long as the device does. It is
 *	used from slot_dev_resume() on
 * @id: of the channel, for the threads' names
 * @mac: the guest's address
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct slot_dev *io_net_create(struct machine *m, struct netio *io, u32 id,
			       const u8 *mac);

#endif
