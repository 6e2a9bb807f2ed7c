/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/es.h - expanded storage as a device of a machine: a disk of storage
 * that grows while it runs. Layer L2.
 *
 * As any channel (machine/slot.h) to the machine, but it is no channel: it is made of
 * what the LPAR owns of expanded storage, and its id is SLOT_DEV_ES.
 */
#ifndef LPAR_IO_ES_H
#define LPAR_IO_ES_H

#include <linux/types.h>

#include "machine/slot.h"

struct machine;

/**
 * io_es_create() - not plugged, and quiet
 * @m: whose
 * @pfn: host frames of its blocks, which stay the caller's and stay there
 * @nr: blocks; 0: it has none yet
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct slot_dev *io_es_create(struct machine *m, const u64 *pfn, u64 nr);

/*
 * It has more blocks from now on: @pfn begins with those that it had. The old list
 * is not looked at any more on return. The guest sees no more than before until
 * io_es_tell(), or its next IPL. Sleeps.
 */
void io_es_set(struct slot_dev *dev, const u64 *pfn, u64 nr);
void io_es_tell(struct slot_dev *dev);

#endif
