/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pages.h - host memory for the pools of main and of expanded storage, block
 * by block, and single pages for stage-2 tables. Layer L1: ordinary kernel APIs only.
 *
 * Invariant: a block that no LPAR owns holds zeroes. It is cleared when it is
 * claimed, and by whoever takes it from an LPAR (host_clear()); so nothing is
 * readable by the next owner, be that an LPAR or the host.
 *
 * Context: everything sleeps, unless it says otherwise; the caller serialises
 * host_pool_*() and host_clear().
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
 * host_pool_resize() - make the pool @blocks blocks large, piecemeal
 * @blocks: how many blocks of HOST_BLOCK_SIZE
 *
 * Grows at the end and shrinks at the end; the others stay. A pool in a
 * reserved range is given back first.
 *
 * Context: sleeps, long. No block that would go may be in use.
 * Return: 0; -ENOMEM, -EINTR: as it was before.
 */
int host_pool_resize(u64 blocks);

/* What stays with the host when a store is taken, and what it could give beside. */
u64 host_margin(void);
u64 host_available(void);

/**
 * host_pool_check_range() - could this physical range be the pool?
 * @addr: physical start, block aligned
 * @blocks: its length
 *
 * Context: sleeps.
 * Return: 0; -EINVAL for a range that is not aligned or is the host's RAM, -ENXIO
 * for one that is not all RAM in the firmware's memory map.
 */
int host_pool_check_range(u64 addr, u64 blocks);

/**
 * host_pool_reserve() - make a reserved physical range the pool
 * @addr: physical start, block aligned; no RAM that the host uses
 * @blocks: its length
 *
 * Context: sleeps, long. No block of the pool may be in use.
 * Return: 0; an error of host_pool_check_range(), -EBUSY when a driver has it,
 * -ENOMEM: the pool is as it was before.
 */
int host_pool_reserve(u64 addr, u64 blocks);

/* Give everything back to the host. */
void host_pool_release(void);

u64 host_pool_blocks(void);
/* Start of the reserved range; 0 for a pool taken piecemeal. */
u64 host_pool_addr(void);
/* Host frame of block @n. */
hpa_t host_pool_frame(u64 n);

/*
 * Expanded storage: as host_pool_resize(), and a pool of its own; always piecemeal.
 * host_es_frame() is the host frame of its block @n.
 */
int host_es_resize(u64 blocks);
hpa_t host_es_frame(u64 n);

/* Zeroes into [hpa, hpa + len), page aligned. */
void host_clear(hpa_t hpa, u64 len);

/*
 * Where the monitor itself reaches host-physical address @hpa: of the pool (up
 * to the end of the block) or of a stage-2 table. Any context.
 */
void *host_va(hpa_t hpa);
/*
 * The page of an address of the pool, for the host's I/O. NULL: a range that was
 * reserved at boot has none. Any context.
 */
struct page *host_page(hpa_t hpa);

/* Pages for stage-2 tables; their ctx is not used. Allocation sleeps. */
extern const struct s2_pages host_s2_pages;

#endif
