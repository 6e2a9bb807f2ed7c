// SPDX-License-Identifier: GPL-2.0
/* sources: emul/paging.c */

/* Page tables by hand, in each of the processor's modes. */
#include "pure.h"
#include "tap.h"
#include "emul/paging.h"

#define PG	BIT_ULL(31)
#define PSE	BIT_ULL(4)
#define PAE	BIT_ULL(5)
#define LMA	BIT_ULL(10)
#define P	1
#define PS	0x80
#define PAT	0x1000	/* of a large page: no part of its address */
#define LEN	16
#define GAP	(5 * 4096)	/* a page that is not there */

static u8 memory[16 * 4096] __attribute__((aligned(8)));
static u8 got[LEN];

/* Beyond @memory each page is full of what its address is made of. */
static int read_memory(void *ctx, gpa_t gpa, void *data, size_t len)
{
	CHECK(gpa % 4096 + len <= 4096);
	if (gpa >= GAP && gpa < GAP + 4096)
		return -EFAULT;
	if (gpa < sizeof(memory))
		memcpy(data, memory + gpa, len);
	else
		memset(data, (gpa >> 12 ^ gpa >> 32) & 0xff, len);
	return 0;
}

static void put32(u64 at, u32 val) { memcpy(memory + at, &val, sizeof(val)); }
static void put64(u64 at, u64 val) { memcpy(memory + at, &val, sizeof(val)); }

static size_t fetch(const struct lip_paging *pg, u64 rip)
{
	memset(got, 0xcc, sizeof(got));
	return paging_fetch(pg, rip, read_memory, NULL, got, LEN);
}

/* All of it is of the page with this number. */
static void is_page(const struct lip_paging *pg, u64 rip, u8 page)
{
	CHECK_EQ(fetch(pg, rip), LEN);
	CHECK_EQ(got[0], page);
	CHECK_EQ(got[LEN - 1], page);
}

TEST(without_paging)
{
	struct lip_paging pg = { .cs_base = 0xffff0000 };

	/* The sum wraps at 4 GiB; a segment of 64 bits has no base. */
	is_page(&pg, 0x10000 + 0x45000, 0x45);
	is_page(&pg, 0x8010, 0xf8);
	pg.cs_long = true;
	is_page(&pg, 0x1000000045000ULL, 0x45);
}

TEST(two_levels)
{
	struct lip_paging pg = { .cr0 = PG, .cr3 = 0x1018 };

	memset(memory, 0, sizeof(memory));
	put32(0x1000 + 4 * 1, 0x2000 | P);
	put32(0x2000 + 4 * 2, 0x77000 | P);
	is_page(&pg, 0x402010, 0x77);
	CHECK_EQ(fetch(&pg, 0x403000), 0);
	CHECK_EQ(fetch(&pg, 0x802000), 0);
}

/* Without CR4.PSE the bit is one of those that mean nothing. */
TEST(four_megabytes)
{
	struct lip_paging pg = { .cr0 = PG, .cr3 = 0x1000, .cr4 = PSE };

	memset(memory, 0, sizeof(memory));
	put32(0x1000 + 4 * 1, 0x2000 | PS | P);
	put32(0x2000 + 4 * 2, 0x77000 | P);
	put32(0x1000 + 4 * 3, 0x800000 | PAT | PS | P);
	is_page(&pg, 0xc44000, 0x44);
	pg.cr4 = 0;
	is_page(&pg, 0x402010, 0x77);
}

TEST(three_levels)
{
	struct lip_paging pg = { .cr0 = PG, .cr4 = PAE, .cr3 = 0x1020 };

	memset(memory, 0, sizeof(memory));
	put64(0x1020 + 8 * 3, 0x2000 | P);
	put64(0x2000 + 8 * 4, 0x3000 | P);
	put64(0x3000 + 8 * 5, 0xab000 | P);
	put64(0x2000 + 8 * 6, 0x40000000 | PS | P);
	is_page(&pg, 0xc0000000 + 4 * SZ_2M + 5 * 4096, 0xab);
	is_page(&pg, 0xc0000000 + 6 * SZ_2M + 0x1e000, 0x1e);
	CHECK_EQ(fetch(&pg, 0x80000000), 0);
}

TEST(four_levels)
{
	struct lip_paging pg = {
		.cr0 = PG, .cr4 = PAE, .efer = LMA, .cr3 = 0x1fff, .cs_long = true,
	};
	u64 high = 0xffff800000000000ULL;	/* 256 at the top level */

	memset(memory, 0, sizeof(memory));
	put64(0x1000 + 8 * 256, 0x2000 | P);
	put64(0x2000 + 8 * 1, 0x3000 | P);
	put64(0x3000 + 8 * 2, 0x4000 | P);
	put64(0x4000 + 8 * 3, BIT_ULL(63) | 0xcd000 | P);
	put64(0x2000 + 8 * 7, 0x80000000ULL | PS | P);
	/* At the top level it is no large page. */
	put64(0x1000 + 8 * 257, 0x2000 | PS | P);
	is_page(&pg, high + SZ_1G + 2 * SZ_2M + 3 * 4096, 0xcd);
	is_page(&pg, high + 7ULL * SZ_1G + 0x5a000, 0x5a);
	is_page(&pg, high + (512ULL + 1) * SZ_1G + 2 * SZ_2M + 3 * 4096, 0xcd);
}

/* An instruction in two pages, of which the second may be missing. */
TEST(two_pages)
{
	struct lip_paging pg = { .cr0 = PG, .cr3 = 0x1000 };

	memset(memory, 0, sizeof(memory));
	put32(0x1000, 0x2000 | P);
	put32(0x2000, 0x11000 | P);
	put32(0x2004, 0x99000 | P);
	CHECK_EQ(fetch(&pg, 4096 - 3), LEN);
	CHECK_EQ(got[2], 0x11);
	CHECK_EQ(got[3], 0x99);
	put32(0x2004, 0);
	CHECK_EQ(fetch(&pg, 4096 - 3), 3);
	/* Storage that is not there, and a table in it. */
	put32(0x2004, GAP | P);
	CHECK_EQ(fetch(&pg, 4096 - 3), 3);
	pg.cr3 = GAP;
	CHECK_EQ(fetch(&pg, 0), 0);
}
