// SPDX-License-Identifier: GPL-2.0
/*
 * Check that a disk can access storage that was added while the guest runs. A subcommand
 * of init:
 *
 *	init dma FILE ADDRESS
 *
 * reads the start of FILE with direct I/O into pages that are all at physical ADDRESS or
 * above, writes it back from there, and compares with FILE as read through the page
 * cache. Prints where the pages are, or an error.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define PAGE		4096
#define PAGES		32
#define PFN_MASK	((1ULL << 55) - 1)	/* of an entry of pagemap */
#define PERCENT		60			/* of free memory to search */

static uint64_t address_of(int pagemap, const char *page)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) !=
	    sizeof(entry))
		return 0;
	return (entry & PFN_MASK) * PAGE;
}

/* The first run of PAGES pages that are all at @least or above. */
static char *pages_above(uint64_t least)
{
	size_t n, run = 0, all = meminfo_kb("MemFree") / (PAGE / 1024) * PERCENT / 100;
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *area = mmap(NULL, all * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (area == MAP_FAILED || pagemap < 0)
		return NULL;
	for (n = 0; n < all && run < PAGES; n++) {
		area[n * PAGE] = 1;
		run = address_of(pagemap, area + n * PAGE) >= least ? run + 1 : 0;
	}
	if (run == PAGES)
		printf("DMA pages 0x%llx to 0x%llx\n", (unsigned long long)
		       address_of(pagemap, area + (n - PAGES) * PAGE), (unsigned long long)
		       address_of(pagemap, area + (n - 1) * PAGE));
	close(pagemap);
	return run == PAGES ? area + (n - PAGES) * PAGE : NULL;
}

static int dma_fail(const char *what)
{
	printf("DMA %s\n", what);
	return 1;
}

int dma_main(int argc, char **argv)
{
	static char cached[PAGES * PAGE];
	int slow, direct;
	char *pages;

	if (argc != 3)
		return 2;
	slow = open(argv[1], O_RDONLY | O_CLOEXEC);
	direct = open(argv[1], O_RDWR | O_DIRECT | O_CLOEXEC);
	pages = pages_above(strtoull(argv[2], NULL, 0));
	if (!pages)
		return dma_fail("finds no pages there");
	if (pread(slow, cached, sizeof(cached), 0) != sizeof(cached))
		return dma_fail("cannot read through the cache");
	if (pread(direct, pages, sizeof(cached), 0) != sizeof(cached))
		return dma_fail("cannot read with direct I/O");
	if (memcmp(pages, cached, sizeof(cached)))
		return dma_fail("reads other data");
	if (pwrite(direct, pages, sizeof(cached), 0) != sizeof(cached))
		return dma_fail("cannot write with direct I/O");
	/* The direct write has invalidated the page cache. */
	memset(pages, 0, sizeof(cached));
	if (pread(slow, pages, sizeof(cached), 0) != sizeof(cached) ||
	    memcmp(pages, cached, sizeof(cached)))
		return dma_fail("wrote other data");
	return 0;
}
