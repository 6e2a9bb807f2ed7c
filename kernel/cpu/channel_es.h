/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpu/channel_es.h - expanded storage as a device of a machine: a disk of storage
 * that grows while it runs. Layer L2.
 *
 * As any channel (cpu/channel.h) to the machine, but it is no channel: it is made of
 * what the LPAR owns of expanded storage, and its id is CHANNEL_DEV_ES.
 */
#ifndef LPAR_CPU_CHANNEL_ES_H
#define LPAR_CPU_CHANNEL_ES_H

#include <linux/types.h>

#include "cpu/channel.h"

struct machine;

/**
 * channel_es_create() - not plugged, and quiet
 * @m: whose
 * @pfn: host frames of its blocks, which stay the caller's and stay there
 * @nr: blocks; 0: it has none yet
 *
 * Context: sleeps.
 * Return: it, or ERR_PTR.
 */
struct channel_dev *channel_es_create(struct machine *m, const u64 *pfn, u64 nr);

/*
 * It has more blocks from now on: @pfn begins with those that it had. The old list
 * is not looked at any more on return. The guest sees no more than before until
 * channel_es_tell(), or its next IPL. Sleeps.
 */
void channel_es_set(struct channel_dev *dev, const u64 *pfn, u64 nr);
void channel_es_tell(struct channel_dev *dev);

#endif
