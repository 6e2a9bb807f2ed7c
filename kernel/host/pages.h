/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pages.h - host memory: blocks for the pools of main and expanded storage, and
 * pages for stage-2 tables. Layer L1: ordinary kernel APIs only.
 *
 * Invariant: a block that no LPAR owns is all zero. It is cleared when the pool gets
 * it, and with host_clear() when an LPAR releases it, so that the next owner, an
 * LPAR or the host, cannot read old data.
 *
 * Context: all functions sleep unless noted; the caller serialises host_pool_*() and
 * host_clear().
 */
#ifndef LPAR_HOST_PAGES_H
#define LPAR_HOST_PAGES_H

#include <linux/sizes.h>
#include <linux/types.h>

#include "lpar.h"
#include "stage2/s2.h"

struct page;

#define HOST_BLOCK_SIZE	SZ_2M

/**
 * host_pool_resize() - set the size of the pool, taking single blocks from the host
 * @blocks: number of blocks of HOST_BLOCK_SIZE
 *
 * Grows and shrinks at the end; other blocks are kept. Replaces a pool in a reserved
 * range.
 *
 * Context: sleeps, long. Blocks that will be freed must not be in use.
 * Return: 0; or -ENOMEM or -EINTR, and the pool is unchanged.
 */
int host_pool_resize(u64 blocks);

/* Bytes to keep for the host, and bytes available for pools beyond that. */
u64 host_margin(void);
u64 host_available(void);

/**
 * host_pool_check_range() - can this physical range be the pool?
 * @addr: physical start, block aligned
 * @blocks: its length
 *
 * Context: sleeps.
 * Return: 0; -EINVAL: not aligned, or used by the host as RAM; -ENXIO: not all RAM in
 * the firmware's memory map.
 */
int host_pool_check_range(u64 addr, u64 blocks);

/**
 * host_pool_reserve() - use a reserved physical range as the pool
 * @addr: physical start, block aligned
 * @blocks: its length
 *
 * Context: sleeps, long. No block of the pool may be in use.
 * Return: 0; or an error of host_pool_check_range(), -EBUSY (a driver uses the range)
 * or -ENOMEM, and the pool is unchanged.
 */
int host_pool_reserve(u64 addr, u64 blocks);

/* Return all memory of the pool to the host. */
void host_pool_release(void);

u64 host_pool_blocks(void);
/* Start of the reserved range; 0 if the pool consists of single blocks. */
u64 host_pool_addr(void);
/* Host-physical address of block @n. */
hpa_t host_pool_frame(u64 n);

/* The same for the pool of expanded storage, which is never a reserved range. */
int host_es_resize(u64 blocks);
hpa_t host_es_frame(u64 n);

/* Clear [hpa, hpa + len), page aligned. */
void host_clear(hpa_t hpa, u64 len);

/*
 * Virtual address of an address in the pool (valid to the end of the block) or in a
 * stage-2 table. Any context.
 */
void *host_va(hpa_t hpa);
/*
 * struct page of an address in the pool, for the host's I/O. NULL in a range that was
 * reserved at boot. Any context.
 */
struct page *host_page(hpa_t hpa);

/* Pages for stage-2 tables; ctx is not used. Allocation sleeps. */
extern const struct s2_pages host_s2_pages;

#endif
