/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io/es.h - expanded storage as a device of a machine: a RAM disk that can grow while
 * it runs. Layer L2.
 *
 * The machine handles it like a channel (machine/slot.h), with id SLOT_DEV_ES. It
 * consists of the expanded storage owned by the LPAR.
 */
#ifndef LPAR_IO_ES_H
#define LPAR_IO_ES_H

#include <linux/types.h>

#include "machine/slot.h"

struct machine;

/**
 * io_es_create() - create the device, not plugged and quiet
 * @m: its machine
 * @pfn: host frames of its blocks, owned by the caller; not copied
 * @nr: number of blocks; may be 0
 *
 * Context: sleeps.
 * Return: the device, or ERR_PTR.
 */
struct slot_dev *io_es_create(struct machine *m, const u64 *pfn, u64 nr);

/*
 * io_es_set() adds blocks: @pfn begins with the present ones. It removes blocks from the end
 * of a quiet device. On return the old list is no longer used. The guest sees a larger size
 * after io_es_tell(), a smaller one after its next IPL.
 * Sleeps.
 */
void io_es_set(struct slot_dev *dev, const u64 *pfn, u64 nr);
void io_es_tell(struct slot_dev *dev);

#endif
