// SPDX-License-Identifier: GPL-2.0
/*
 * The pools of main storage and of expanded storage, taken from the running host.
 *
 * Blocks come from the buddy allocator, which is cheapest, then from ranges whose
 * contents the host migrates (alloc_contig_range()). They are kept in ascending
 * order, so that adjacent blocks are physically adjacent where possible.
 * Layer L1: may call L0 only.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>
#include <asm/e820/api.h>

#include "host/pages.h"

#define BLOCK_ORDER	(ilog2(HOST_BLOCK_SIZE) - PAGE_SHIFT)
#define BLOCK_PAGES	BIT(BLOCK_ORDER)

/* An entry is the block's address; bit 0 says how to free it. */
#define BLOCK_CONTIG	BIT_ULL(0)
#define BLOCK_FRAME	(~(u64)(HOST_BLOCK_SIZE - 1))

/*
 * Memory to keep for the host when a pool is filled: a sixteenth of its total, within
 * these limits.
 */
#define HOST_MARGIN_MIN	SZ_64M
#define HOST_MARGIN_MAX	(2ULL * SZ_1G)

/* Blocks of one pool, in ascending order. */
struct block_list {
	u64 *blocks;		/* vmalloc, nr entries */
	u64 nr;
};

static struct block_list pool, es;
static u64 pool_addr;		/* main storage in a reserved range: its start, else 0 */
static void *pool_va;		/* mapping of that range */

u64 host_pool_blocks(void)
{
	return pool.nr;
}

u64 host_pool_addr(void)
{
	return pool_addr;
}

hpa_t host_pool_frame(u64 n)
{
	return pool.blocks[n] & BLOCK_FRAME;
}

/* A range reserved at boot is not in the direct map and has no struct pages. */
static bool in_reserved_range(hpa_t hpa)
{
	return pool_addr && hpa - pool_addr < pool.nr * HOST_BLOCK_SIZE;
}

void *host_va(hpa_t hpa)
{
	if (in_reserved_range(hpa))
		return pool_va + (hpa - pool_addr);
	return __va(hpa);
}

struct page *host_page(hpa_t hpa)
{
	return in_reserved_range(hpa) ? NULL : pfn_to_page(PHYS_PFN(hpa));
}

void host_clear(hpa_t hpa, u64 len)
{
	u64 done;

	for (done = 0; done < len; done += PAGE_SIZE) {
		clear_page(host_va(hpa + done));
		if (!((done + PAGE_SIZE) & (HOST_BLOCK_SIZE - 1)))
			cond_resched();
	}
}

static void block_return(u64 block)
{
	unsigned long pfn = PHYS_PFN(block & BLOCK_FRAME);

	if (block & BLOCK_CONTIG)
		free_contig_range(pfn, BLOCK_PAGES);
	else
		__free_pages(pfn_to_page(pfn), BLOCK_ORDER);
	cond_resched();
}

static void blocks_return(const u64 *blocks, u64 nr)
{
	while (nr--)
		block_return(blocks[nr]);
}

/* Claim blocks from the buddy allocator; returns how many. */
static u64 claim_buddy(u64 *blocks, u64 nr)
{
	struct page *page;
	u64 n;

	for (n = 0; n < nr && !signal_pending(current); n++) {
		/* compound, so that a reference for I/O to one page holds the block */
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | __GFP_COMP |
				   __GFP_RETRY_MAYFAIL, BLOCK_ORDER);
		if (!page)
			break;
		blocks[n] = page_to_phys(page);
		cond_resched();
	}
	return n;
}

/* Claim one aligned range of the host's RAM by migrating its contents. */
static bool claim_range(unsigned long pfn, u64 *block)
{
	struct page *page = pfn_to_online_page(pfn);

	if (!page || PageReserved(page) || PageCompound(page))
		return false;
	if (alloc_contig_range(pfn, pfn + BLOCK_PAGES, MIGRATE_MOVABLE,
			       GFP_KERNEL | __GFP_NOWARN))
		return false;
	*block = PFN_PHYS(pfn) | BLOCK_CONTIG;
	host_clear(PFN_PHYS(pfn), HOST_BLOCK_SIZE);
	return true;
}

/* Claim ranges from the top of each node, where unmovable pages are rarest. */
static u64 claim_contig(u64 *blocks, u64 nr)
{
	unsigned long pfn, start;
	u64 n = 0;
	int nid;

	for_each_online_node(nid) {
		start = ALIGN(node_start_pfn(nid), BLOCK_PAGES);
		pfn = ALIGN_DOWN(node_end_pfn(nid), BLOCK_PAGES);
		while (n < nr && pfn > start && !signal_pending(current)) {
			pfn -= BLOCK_PAGES;
			n += claim_range(pfn, &blocks[n]);
			cond_resched();
		}
	}
	return n;
}

static int block_compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Claim @nr blocks or none. */
static int blocks_claim(u64 *blocks, u64 nr)
{
	u64 n;

	if (!nr)
		return 0;
	n = claim_buddy(blocks, nr);
	n += claim_contig(blocks + n, nr - n);
	if (n < nr) {
		blocks_return(blocks, n);
		return signal_pending(current) ? -EINTR : -ENOMEM;
	}
	sort(blocks, nr, sizeof(*blocks), block_compare, NULL);
	return 0;
}

static void list_release(struct block_list *list)
{
	blocks_return(list->blocks, list->nr);
	vfree(list->blocks);
	memset(list, 0, sizeof(*list));
}

u64 host_margin(void)
{
	return clamp_t(u64, (u64)totalram_pages() * PAGE_SIZE / 16, HOST_MARGIN_MIN,
		       HOST_MARGIN_MAX);
}

u64 host_available(void)
{
	long pages = si_mem_available();
	u64 bytes = pages > 0 ? (u64)pages * PAGE_SIZE : 0;

	return bytes - min(bytes, host_margin());
}

/* Check before any allocation, so that a typo does not exhaust the host. */
static bool host_has(u64 nr)
{
	return nr <= host_available() / (HOST_BLOCK_SIZE + sizeof(u64));
}

/* Grow or shrink at the end. Unchanged on error. */
static int list_resize(struct block_list *list, u64 nr)
{
	u64 keep = min(list->nr, nr);
	u64 *blocks;
	int err;

	if (!nr) {
		list_release(list);
		return 0;
	}
	if (!host_has(nr - keep))
		return -ENOMEM;
	blocks = vmalloc(array_size(nr, sizeof(*blocks)));
	if (!blocks)
		return -ENOMEM;
	err = blocks_claim(blocks + keep, nr - keep);
	if (err) {
		vfree(blocks);
		return err;
	}

	/* no failure from here on */
	memcpy(blocks, list->blocks, keep * sizeof(*blocks));
	blocks_return(list->blocks + keep, list->nr - keep);
	vfree(list->blocks);
	list->blocks = blocks;
	list->nr = nr;
	return 0;
}

void host_pool_release(void)
{
	if (!pool_addr) {
		list_release(&pool);
		return;
	}
	memunmap(pool_va);
	release_mem_region(pool_addr, pool.nr * HOST_BLOCK_SIZE);
	vfree(pool.blocks);
	memset(&pool, 0, sizeof(pool));
	pool_addr = 0;
}

int host_pool_resize(u64 nr)
{
	struct block_list fresh = {};
	int err;

	if (!pool_addr)
		return list_resize(&pool, nr);
	err = list_resize(&fresh, nr);
	if (err)
		return err;
	host_pool_release();
	pool = fresh;
	return 0;
}

int host_es_resize(u64 nr)
{
	return list_resize(&es, nr);
}

hpa_t host_es_frame(u64 n)
{
	return es.blocks[n] & BLOCK_FRAME;
}

/*
 * Is the range all RAM in the firmware's map, before memmap= changed it? Checks both
 * ends of each block, and that no other type overlaps the range.
 */
static bool range_is_ram(u64 addr, u64 size)
{
	static const enum e820_type others[] = {
		E820_TYPE_RESERVED, E820_TYPE_ACPI, E820_TYPE_NVS, E820_TYPE_UNUSABLE,
		E820_TYPE_PMEM, E820_TYPE_PRAM,
	};
	unsigned int i;
	u64 at;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (e820__mapped_raw_any(addr, addr + size, others[i]))
			return false;
	for (at = addr; at < addr + size; at += HOST_BLOCK_SIZE)
		if (!e820__mapped_raw_any(at, at + PAGE_SIZE, E820_TYPE_RAM) ||
		    !e820__mapped_raw_any(at + HOST_BLOCK_SIZE - PAGE_SIZE,
					  at + HOST_BLOCK_SIZE, E820_TYPE_RAM))
			return false;
	return true;
}

int host_pool_check_range(u64 addr, u64 nr)
{
	u64 end;

	if (!nr || !IS_ALIGNED(addr, HOST_BLOCK_SIZE) ||
	    nr > (1ULL << MAX_PHYSMEM_BITS) / HOST_BLOCK_SIZE ||
	    check_add_overflow(addr, nr * HOST_BLOCK_SIZE, &end) ||
	    end > 1ULL << boot_cpu_data.x86_phys_bits)
		return -EINVAL;
	if (region_intersects(addr, nr * HOST_BLOCK_SIZE, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -EINVAL;
	return range_is_ram(addr, nr * HOST_BLOCK_SIZE) ? 0 : -ENXIO;
}

int host_pool_reserve(u64 addr, u64 nr)
{
	u64 size = nr * HOST_BLOCK_SIZE, n;
	u64 *blocks;
	void *va;
	int err;

	err = host_pool_check_range(addr, nr);
	if (err)
		return err;
	blocks = vmalloc(array_size(nr, sizeof(*blocks)));
	if (!blocks)
		return -ENOMEM;
	err = -EBUSY;
	if (!request_mem_region(addr, size, "lpar"))
		goto free_blocks;
	err = -ENOMEM;
	va = memremap(addr, size, MEMREMAP_WB);
	if (!va)
		goto free_region;

	host_pool_release();
	for (n = 0; n < nr; n++)
		blocks[n] = addr + n * HOST_BLOCK_SIZE;
	pool.blocks = blocks;
	pool.nr = nr;
	pool_addr = addr;
	pool_va = va;
	host_clear(addr, size);
	return 0;

free_region:
	release_mem_region(addr, size);
free_blocks:
	vfree(blocks);
	return err;
}

static void *table_alloc(void *ctx, hpa_t *hpa)
{
	void *va = (void *)get_zeroed_page(GFP_KERNEL);

	if (va)
		*hpa = __pa(va);
	return va;
}

static void table_free(void *ctx, void *page, hpa_t hpa)
{
	free_page((unsigned long)page);
}

static void *table_va(void *ctx, hpa_t hpa)
{
	return __va(hpa);
}

const struct s2_pages host_s2_pages = {
	.alloc = table_alloc,
	.free = table_free,
	.virt = table_va,
};
