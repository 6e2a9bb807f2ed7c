// SPDX-License-Identifier: GPL-2.0
/*
 * Does a disk reach storage that came while the guest ran? The same file as process 1
 * of a guest:
 *
 *	init dma FILE ADDRESS
 *
 * reads FILE's first bytes past the guest's cache into pages that are all at physical
 * ADDRESS or above, writes them back from there, and compares with what FILE says by
 * way of the cache. Prints where the pages are, or what is wrong, and fails.
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
#define PERCENT		60			/* of what is free may be taken to find some */

static uint64_t address_of(int pagemap, const char *page)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)page / PAGE * sizeof(entry)) !=
	    sizeof(entry))
		return 0;
	return (entry & PFN_MASK) * PAGE;
}

/* The first run of PAGES pages that are all there. */
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

static int wrong(const char *what)
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
		return wrong("finds no storage there");
	if (pread(slow, cached, sizeof(cached), 0) != sizeof(cached))
		return wrong("cannot read by the cache");
	if (pread(direct, pages, sizeof(cached), 0) != sizeof(cached))
		return wrong("cannot read");
	if (memcmp(pages, cached, sizeof(cached)))
		return wrong("reads something else");
	if (pwrite(direct, pages, sizeof(cached), 0) != sizeof(cached))
		return wrong("cannot write");
	/* Past the cache, that drops what it has of it. */
	memset(pages, 0, sizeof(cached));
	if (pread(slow, pages, sizeof(cached), 0) != sizeof(cached) ||
	    memcmp(pages, cached, sizeof(cached)))
		return wrong("wrote something else");
	return 0;
}
