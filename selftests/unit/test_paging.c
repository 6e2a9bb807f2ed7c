// SPDX-License-Identifier: GPL-2.0
/* sources: emul/paging.c */

/* Hand-made page tables in each paging mode. */
#include "pure.h"
#include "tap.h"
#include "emul/paging.h"

#define PG	BIT_ULL(31)
#define PSE	BIT_ULL(4)
#define PAE	BIT_ULL(5)
#define LMA	BIT_ULL(10)
#define P	1
#define PS	0x80
#define PAT	0x1000	/* of a large page: not an address bit */
#define LEN	16
#define GAP	(5 * 4096)	/* a page that does not exist */

static u8 memory[16 * 4096] __attribute__((aligned(8)));
static u8 got[LEN];

/* Beyond @memory each page is filled with a byte made from its address. */
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

/* The fetched bytes must come from the page filled with @page. */
static void check_page(const struct lip_paging *pg, u64 rip, u8 page)
{
	CHECK_EQ(fetch(pg, rip), LEN);
	CHECK_EQ(got[0], page);
	CHECK_EQ(got[LEN - 1], page);
}

TEST(linear_address_without_paging)
{
	struct lip_paging pg = { .cs_base = 0xffff0000 };

	/* The sum wraps at 4 GiB; a 64-bit code segment has no base. */
	check_page(&pg, 0x10000 + 0x45000, 0x45);
	check_page(&pg, 0x8010, 0xf8);
	pg.cs_long = true;
	check_page(&pg, 0x1000000045000ULL, 0x45);
}

/* Found by the fuzzer: the next page was that at 4 GiB. */
TEST(instruction_across_4_gib_goes_on_at_0)
{
	struct lip_paging pg = { .cs_base = 0xffff0000 };

	memset(memory, 0x5a, sizeof(memory));
	CHECK_EQ(fetch(&pg, 0xfff8), LEN);
	CHECK_EQ(got[7], 0xff);
	CHECK_EQ(got[8], 0x5a);
	pg.cs_base = 0;
	CHECK_EQ(fetch(&pg, 0xfffffff8), LEN);
	CHECK_EQ(got[LEN - 1], 0x5a);
}

TEST(two_levels)
{
	struct lip_paging pg = { .cr0 = PG, .cr3 = 0x1018 };

	memset(memory, 0, sizeof(memory));
	put32(0x1000 + 4 * 1, 0x2000 | P);
	put32(0x2000 + 4 * 2, 0x77000 | P);
	check_page(&pg, 0x402010, 0x77);
	CHECK_EQ(fetch(&pg, 0x403000), 0);
	CHECK_EQ(fetch(&pg, 0x802000), 0);
}

/* Without CR4.PSE the PS bit is ignored. */
TEST(four_megabyte_pages_need_pse)
{
	struct lip_paging pg = { .cr0 = PG, .cr3 = 0x1000, .cr4 = PSE };

	memset(memory, 0, sizeof(memory));
	put32(0x1000 + 4 * 1, 0x2000 | PS | P);
	put32(0x2000 + 4 * 2, 0x77000 | P);
	put32(0x1000 + 4 * 3, 0x800000 | PAT | PS | P);
	check_page(&pg, 0xc44000, 0x44);
	/* PSE-36: bits 20:13 hold address bits 39:32. */
	put32(0x1000 + 4 * 4, 0xa5u << 13 | 0x800000 | PAT | PS | P);
	check_page(&pg, 0x1044000, 0x44 ^ 0xa5);
	pg.cr4 = 0;
	check_page(&pg, 0x402010, 0x77);
}

TEST(three_levels)
{
	struct lip_paging pg = { .cr0 = PG, .cr4 = PAE, .cr3 = 0x1020 };

	memset(memory, 0, sizeof(memory));
	put64(0x1020 + 8 * 3, 0x2000 | P);
	put64(0x2000 + 8 * 4, 0x3000 | P);
	put64(0x3000 + 8 * 5, 0xab000 | P);
	put64(0x2000 + 8 * 6, 0x40000000 | PS | P);
	check_page(&pg, 0xc0000000 + 4 * SZ_2M + 5 * 4096, 0xab);
	check_page(&pg, 0xc0000000 + 6 * SZ_2M + 0x1e000, 0x1e);
	CHECK_EQ(fetch(&pg, 0x80000000), 0);
	/* PAE has no 1 GiB pages: PS is ignored. */
	put64(0x1020 + 8 * 3, 0x2000 | PS | P);
	check_page(&pg, 0xc0000000 + 4 * SZ_2M + 5 * 4096, 0xab);
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
	/* PS is ignored in the PML4. */
	put64(0x1000 + 8 * 257, 0x2000 | PS | P);
	check_page(&pg, high + SZ_1G + 2 * SZ_2M + 3 * 4096, 0xcd);
	check_page(&pg, high + 7ULL * SZ_1G + 0x5a000, 0x5a);
	check_page(&pg, high + (512ULL + 1) * SZ_1G + 2 * SZ_2M + 3 * 4096, 0xcd);
}

/* An instruction that crosses into a page which may be missing. */
TEST(instruction_across_two_pages)
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
	/* A page and a page table outside the guest's memory. */
	put32(0x2004, GAP | P);
	CHECK_EQ(fetch(&pg, 4096 - 3), 3);
	pg.cr3 = GAP;
	CHECK_EQ(fetch(&pg, 0), 0);
}

/* ---- accesses with permission checks ---- */

static unsigned int updates;
static bool racing;

static int update_memory(void *ctx, gpa_t gpa, unsigned int size, u64 from, u64 to)
{
	CHECK(gpa % size == 0 && gpa + size <= sizeof(memory));
	if (racing)
		return -EAGAIN;
	CHECK(!memcmp(memory + gpa, &from, size));
	memcpy(memory + gpa, &to, size);
	updates++;
	return 0;
}

static u64 get64(u64 at)
{
	u64 val;

	memcpy(&val, memory + at, 8);
	return val;
}

static const struct paging_memory mem = { .read = read_memory, .update = update_memory };
static u32 error;
static gpa_t gpa;

static int access_at(const struct lip_paging *pg, u64 gva, bool write)
{
	error = 0xdead;
	gpa = 0;
	updates = 0;
	return paging_access(pg, gva, write, &mem, &gpa, &error);
}

#define W	2
#define U	4
#define A	0x20
#define D	0x40
#define WP	BIT_ULL(16)
#define SMAP	BIT_ULL(21)

static void make_tables(u64 rights3, u64 rights1)
{
	memset(memory, 0, sizeof(memory));
	put64(0x1000, 0x2000 | U | W | P);
	put64(0x2000, 0x3000 | rights3 | P);
	put64(0x3000, 0x4000 | U | W | P);
	put64(0x4000 + 8 * 7, 0xab000 | rights1 | P);
}

TEST(permissions_are_checked_as_by_the_processor)
{
	static const struct {
		u64 rights3, rights1, cr0, cr4;
		u8 cpl, ac, write, fault;
	} t[] = {
		{ U | W, U | W, 0, 0, 3, 0, 1, 0 },
		{ U, U | W, 0, 0, 3, 0, 1, 1 },		/* read-only at one level */
		{ U | W, U, 0, 0, 3, 0, 1, 1 },
		{ U | W, U, 0, 0, 3, 0, 0, 0 },
		{ W, U | W, 0, 0, 3, 0, 0, 1 },
		{ U | W, W, 0, 0, 3, 0, 0, 1 },
		{ 0, 0, 0, 0, 0, 0, 1, 0 },		/* no WP: supervisor may write */
		{ 0, 0, WP, 0, 0, 0, 1, 1 },
		{ 0, 0, WP, 0, 0, 0, 0, 0 },
		{ W, W, WP, 0, 2, 0, 1, 0 },
		{ U | W, U | W, WP, SMAP, 0, 0, 0, 1 },
		{ U | W, U | W, WP, SMAP, 0, 1, 1, 0 },
		{ U | W, W, WP, SMAP, 0, 0, 1, 0 },	/* supervisor page */
		{ U | W, U | W, WP, SMAP, 3, 0, 1, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct lip_paging pg = {
			.cr0 = PG | t[i].cr0, .cr4 = PAE | t[i].cr4, .efer = LMA,
			.cr3 = 0x1000, .cs_long = true, .cpl = t[i].cpl, .ac = t[i].ac,
		};
		int err;

		make_tables(t[i].rights3, t[i].rights1);
		err = access_at(&pg, 0x7123, t[i].write);
		if (err != (t[i].fault ? -EFAULT : 0))
			tap_fail(__FILE__, __LINE__, "%zu: %d", i, err);
		if (err) {
			CHECK_EQ(error, 1 | t[i].write << 1 | (t[i].cpl == 3 ? 4 : 0));
			CHECK_EQ(updates, 0);
			continue;
		}
		CHECK_EQ(gpa, 0xab123);
		CHECK(get64(0x1000) & A && get64(0x2000) & A && get64(0x3000) & A);
		CHECK(!(get64(0x3000) & D));
		CHECK_EQ(get64(0x4000 + 8 * 7) & (A | D), A | (t[i].write ? D : 0));
		/* The accessed and dirty bits are set already. */
		CHECK_EQ(access_at(&pg, 0x7123, t[i].write), 0);
		CHECK_EQ(updates, 0);
		CHECK_EQ(access_at(&pg, 0x8000, t[i].write), -EFAULT);
		CHECK_EQ(error, t[i].write << 1 | (t[i].cpl == 3 ? 4 : 0));
	}
}

TEST(entry_that_changes_concurrently_gives_eagain)
{
	struct lip_paging pg = { .cr0 = PG, .cr4 = PAE, .efer = LMA, .cr3 = 0x1000 };

	make_tables(U | W, U | W);
	racing = true;
	CHECK_EQ(access_at(&pg, 0x7000, true), -EAGAIN);
	racing = false;
	CHECK_EQ(access_at(&pg, 0x7000, true), 0);
	pg.cr0 = 0;
	CHECK_EQ(access_at(&pg, 0x1234567, true), 0);
	CHECK_EQ(gpa, 0x1234567);
}

/* PDPTEs have neither permissions nor an accessed bit. */
TEST(pdpte_is_not_checked_or_updated)
{
	struct lip_paging pg = { .cr0 = PG, .cr4 = PAE, .cr3 = 0x1020, .cpl = 3 };

	memset(memory, 0, sizeof(memory));
	put64(0x1020 + 8 * 3, 0x2000 | P);
	put64(0x2000 + 8 * 6, 0x40000000 | PS | U | W | P);
	CHECK_EQ(access_at(&pg, 0xc0000000 + 6 * SZ_2M + 0x1e000, true), 0);
	CHECK_EQ(gpa, 0x4001e000);
	CHECK_EQ(updates, 1);
	CHECK_EQ(get64(0x1020 + 8 * 3), 0x2000 | P);
}
