// SPDX-License-Identifier: GPL-2.0
/* sources: stage2/s2.c stage2/ept.c stage2/npt.c */

#include "pure.h"
#include <stdlib.h>
#include "tap.h"
#include "stage2/s2.h"

/* An allocator of table pages that can run out; "hpa" is the pointer. */
static u64 pages_out, pages_left;

static void *page_alloc(void *ctx, hpa_t *hpa)
{
	void *page;

	if (!pages_left)
		return NULL;
	page = aligned_alloc(4096, 4096);
	if (!page)
		return NULL;
	memset(page, 0, 4096);
	*hpa = (u64)(uintptr_t)page;
	pages_left--;
	pages_out++;
	return page;
}

static void page_free(void *ctx, void *page, hpa_t hpa)
{
	CHECK_EQ((u64)(uintptr_t)page, hpa);
	pages_out--;
	free(page);
}

static void *page_virt(void *ctx, hpa_t hpa)
{
	return (void *)(uintptr_t)hpa;
}

static const struct s2_pages pages = {
	.alloc = page_alloc, .free = page_free, .virt = page_virt,
};

static const struct s2_format *const formats[] = { &s2_ept, &s2_npt };
static struct s2 s2;
static bool flush;

static void start(const struct s2_format *fmt, unsigned int max_leaf)
{
	pages_left = 1000;
	flush = false;
	CHECK_EQ(s2_init(&s2, fmt, &pages, NULL, max_leaf), 0);
}

static void stop(void)
{
	s2_destroy(&s2);
	CHECK_EQ(pages_out, 0);
	s2_destroy(&s2);
}

static void stop_with_shared_table(struct s2 *fine)
{
	s2_destroy(&s2);
	CHECK(pages_out > 0);
	s2_destroy(fine);
	CHECK_EQ(pages_out, 0);
}

static void check_leaf(gpa_t gpa, hpa_t hpa, unsigned int level, unsigned int prot)
{
	struct s2_leaf leaf = { 0 };

	CHECK_EQ(s2_walk(&s2, gpa, &leaf), 0);
	CHECK_EQ(leaf.hpa, hpa);
	CHECK_EQ(leaf.level, level);
	CHECK_EQ(leaf.prot, prot);
}

static void check_unmapped(gpa_t gpa)
{
	struct s2_leaf leaf;

	CHECK_EQ(s2_walk(&s2, gpa, &leaf), -ENOENT);
}

TEST(ept_entry_bits)
{
	/* SDM vol. 3, tables "Format of an EPT ... Entry" */
	CHECK_EQ(s2_ept.root(0x1234000, true), 0x123405e);
	CHECK_EQ(s2_ept.root(0x1234000, false), 0x123401e);
	CHECK_EQ(s2_ept.table(0x1234000), 0x1234107);
	CHECK_EQ(s2_ept.leaf(0x200000, S2_2M, S2_RWX), 0x2003f7);
	CHECK_EQ(s2_ept.leaf(0x201000, S2_4K, S2_READ | S2_EXEC), 0x201375);
	CHECK_EQ(s2_ept.leaf(0xfee00000, S2_2M, S2_READ | S2_WRITE | S2_UC), 0xfee00383);
	CHECK(!s2_ept.present(0x200000));
	CHECK(s2_ept.is_leaf(0x80, S2_1G) && !s2_ept.is_leaf(0x80, S2_TOP));
}

TEST(npt_entry_bits)
{
	/* APM vol. 2, long-mode page translation; bit 63 is NX */
	CHECK_EQ(s2_npt.root(0x1234000, true), 0x1234000);
	CHECK_EQ(s2_npt.table(0x1234000), 0x1234027);
	CHECK_EQ(s2_npt.leaf(0x200000, S2_2M, S2_RWX), 0x2000e7);
	CHECK_EQ(s2_npt.leaf(0x201000, S2_4K, S2_READ | S2_EXEC), 0x201065);
	CHECK_EQ(s2_npt.leaf(0x201000, S2_4K, S2_READ | S2_WRITE | S2_UC),
		 0x8000000000201000ULL | 0x7f);
}

TEST(map_uses_the_largest_leaves)
{
	unsigned int f;

	for (f = 0; f < 2; f++) {
		start(formats[f], S2_1G);
		/* from 1 GiB - 2 MiB to 3 GiB: leaves of 2M, 1G, 1G */
		CHECK_EQ(s2_map(&s2, SZ_1G - SZ_2M, 5ULL * SZ_1G - SZ_2M,
				2ULL * SZ_1G + SZ_2M, S2_RWX, &flush), 0);
		CHECK(!flush);
		check_leaf(SZ_1G - 1, 5ULL * SZ_1G - 1, S2_2M, S2_RWX);
		check_leaf(SZ_1G + 0x12345, 5ULL * SZ_1G + 0x12345, S2_1G, S2_RWX);
		check_leaf(3ULL * SZ_1G - 1, 7ULL * SZ_1G - 1, S2_1G, S2_RWX);
		check_unmapped(3ULL * SZ_1G);
		check_unmapped(SZ_1G - SZ_2M - 1);
		check_unmapped(BIT_ULL(48));
		CHECK_EQ(s2.nr_pages, 3);
		CHECK_EQ(s2_map(&s2, 0, SZ_4K, SZ_2M, S2_READ, &flush), 0);	/* misaligned hpa */
		check_leaf(SZ_2M - 1, SZ_2M + SZ_4K - 1, S2_4K, S2_READ);
		stop();
		start(formats[f], S2_2M);
		CHECK_EQ(s2_map(&s2, 0, 0, SZ_1G, S2_RWX, &flush), 0);
		check_leaf(SZ_1G - 1, SZ_1G - 1, S2_2M, S2_RWX);
		stop();
	}
}

TEST(bad_arguments_are_refused)
{
	start(&s2_ept, S2_1G);
	CHECK_EQ(s2_map(&s2, 1, 0, SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, 0, 1, SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, 0, 0, 0, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, 0, 0, SZ_4K, S2_WRITE, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, BIT_ULL(48) - SZ_4K, 0, 2 * SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, 0, BIT_ULL(52) - SZ_4K, 2 * SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, 0, U64_MAX << 12, 2 * SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, U64_MAX << 12, 0, 2 * SZ_4K, S2_RWX, &flush), -EINVAL);
	CHECK_EQ(s2_unmap(&s2, 0, 1, &flush), -EINVAL);
	CHECK_EQ(s2_map(&s2, BIT_ULL(48) - SZ_4K, 0, SZ_4K, S2_RWX, &flush), 0);
	CHECK_EQ(s2_unmap(&s2, BIT_ULL(48) - SZ_4K, SZ_4K, &flush), 0);
	CHECK(flush);
	stop();
	CHECK_EQ(s2_init(&s2, &s2_ept, &pages, NULL, S2_TOP), -EINVAL);
	pages_left = 0;
	CHECK_EQ(s2_init(&s2, &s2_ept, &pages, NULL, S2_2M), -ENOMEM);
	s2_destroy(&s2);
}

TEST(mapping_twice_needs_replace)
{
	start(&s2_ept, S2_1G);
	CHECK_EQ(s2_map(&s2, SZ_2M, 0, SZ_2M, S2_RWX, &flush), 0);
	CHECK_EQ(s2_map(&s2, 0, 0, SZ_4M, S2_RWX, &flush), -EEXIST);
	CHECK_EQ(s2_map(&s2, SZ_4M - SZ_4K, 0, SZ_4K, S2_RWX, &flush), -EEXIST);
	check_unmapped(0);
	CHECK(!flush);
	CHECK_EQ(s2_map(&s2, 0, SZ_1G, SZ_4M, S2_RWX | S2_REPLACE, &flush), 0);
	CHECK(flush);
	check_leaf(SZ_2M, SZ_1G + SZ_2M, S2_2M, S2_RWX);
	flush = false;
	CHECK_EQ(s2_map(&s2, 0, SZ_1G, SZ_4M, S2_RWX | S2_REPLACE, &flush), 0);
	CHECK(!flush);	/* nothing changed */
	stop();
}

TEST(unmap_splits_at_the_edges)
{
	unsigned int f;

	for (f = 0; f < 2; f++) {
		start(formats[f], S2_1G);
		CHECK_EQ(s2_map(&s2, 0, SZ_4G, SZ_1G, S2_RWX, &flush), 0);
		CHECK_EQ(s2_unmap(&s2, SZ_2M, SZ_2M + SZ_4K, &flush), 0);
		CHECK(flush);
		check_leaf(0, SZ_4G, S2_2M, S2_RWX);
		check_unmapped(SZ_2M);
		check_unmapped(SZ_4M + SZ_4K - 1);
		check_leaf(SZ_4M + SZ_4K, SZ_4G + SZ_4M + SZ_4K, S2_4K, S2_RWX);
		check_leaf(SZ_1G - 1, SZ_4G + SZ_1G - 1, S2_2M, S2_RWX);
		flush = false;
		CHECK_EQ(s2_unmap(&s2, SZ_2M, SZ_2M, &flush), 0);
		CHECK(!flush);
		CHECK_EQ(s2_unmap(&s2, SZ_1G - SZ_4K, SZ_4K, &flush), 0);
		CHECK(flush);
		check_unmapped(SZ_1G - 1);
		check_leaf(SZ_1G - SZ_4K - 1, SZ_4G + SZ_1G - SZ_4K - 1, S2_4K, S2_RWX);
		stop();
	}
}

TEST(split_keeps_rights_and_memory_type)
{
	unsigned int f;

	for (f = 0; f < 2; f++) {
		start(formats[f], S2_2M);
		CHECK_EQ(s2_map(&s2, 0, 0, SZ_4M, S2_READ | S2_WRITE | S2_UC, &flush), 0);
		CHECK_EQ(s2_unmap(&s2, 0, SZ_4K, &flush), 0);
		check_unmapped(0);
		check_leaf(SZ_4K, SZ_4K, S2_4K, S2_READ | S2_WRITE | S2_UC);
		check_leaf(SZ_2M, SZ_2M, S2_2M, S2_READ | S2_WRITE | S2_UC);
		stop();
	}
}

/* A reserved range can be mapped without allocation; otherwise -ENOMEM changes nothing. */
TEST(reserved_range_maps_without_allocation)
{
	u64 n;

	start(&s2_ept, S2_2M);
	CHECK_EQ(s2_reserve(&s2, 3ULL * SZ_1G - SZ_2M, 0, SZ_1G + SZ_4K), 0);
	check_unmapped(3ULL * SZ_1G);
	pages_left = 0;
	CHECK_EQ(s2_map(&s2, 3ULL * SZ_1G - SZ_2M, 0, SZ_1G + SZ_4K, S2_RWX, &flush), 0);
	CHECK_EQ(s2_map(&s2, 0, 0, SZ_2M, S2_RWX, &flush), -ENOMEM);
	CHECK_EQ(s2_unmap(&s2, 3ULL * SZ_1G, SZ_4K, &flush), -ENOMEM);
	CHECK(!flush);
	check_leaf(3ULL * SZ_1G, SZ_2M, S2_2M, S2_RWX);
	stop();
	for (n = 0; n < 6; n++) {
		start(&s2_ept, S2_2M);
		pages_left = n;
		if (s2_map(&s2, SZ_1G - SZ_4K, SZ_4K, SZ_4M, S2_RWX, &flush)) {
			CHECK(n < 6);
			check_unmapped(SZ_1G - SZ_4K);
			check_unmapped(SZ_1G);
		}
		stop();
	}
}

/*
 * Random operations on 8 regions of 2 MiB around a 1 GiB boundary, compared page by
 * page with a plain array.
 */
#define PAGES (8 * 512)
#define BASE (SZ_1G - SZ_4M * 2)

static struct s2_leaf model[PAGES];	/* level 0: not mapped */

static bool page_agrees(u64 page)
{
	struct s2_leaf leaf = { 0 };
	const struct s2_leaf *m = &model[page];
	u64 off = tap_below(SZ_4K);

	if (s2_walk(&s2, BASE + page * SZ_4K + off, &leaf))
		return !m->level;
	return m->level && leaf.hpa == m->hpa + off && leaf.prot == m->prot;
}

static void set_model(u64 first, u64 n, hpa_t hpa, unsigned int prot, bool mapped)
{
	u64 i;

	for (i = first; i < first + n; i++)
		model[i] = (struct s2_leaf){ .hpa = hpa + (i - first) * SZ_4K, .prot = prot,
					     .level = mapped };
}

static bool map_changes(u64 first, u64 n, hpa_t hpa, unsigned int prot)
{
	u64 i;

	for (i = first; i < first + n; i++)
		if (model[i].level && (model[i].prot != prot ||
				       model[i].hpa != hpa + (i - first) * SZ_4K))
			return true;
	return false;
}

static bool any_mapped(u64 first, u64 n)
{
	u64 i;

	for (i = first; i < first + n; i++)
		if (model[i].level)
			return true;
	return false;
}

static void random_op(void)
{
	u64 align = tap_below(2) ? 512 : 1;
	u64 first = tap_below(PAGES) / align * align;
	u64 n = min(PAGES - first, 1 + tap_below(align * (1 + tap_below(4))));
	unsigned int prot = S2_READ | (tap_below(2) ? S2_WRITE : 0) | (tap_below(2) ? S2_EXEC : 0);
	hpa_t hpa = tap_below(3) ? BASE + first * SZ_4K + SZ_2M * tap_below(9) :
		    tap_below(1 << 20) * SZ_4K;
	gpa_t gpa = BASE + first * SZ_4K;
	bool want_flush = false;

	flush = false;
	switch (tap_below(3)) {
	case 0:
		want_flush = any_mapped(first, n);
		REQUIRE(!s2_unmap(&s2, gpa, n * SZ_4K, &flush));
		set_model(first, n, 0, 0, false);
		break;
	case 1:
		if (any_mapped(first, n)) {
			REQUIRE(s2_map(&s2, gpa, hpa, n * SZ_4K, prot, &flush) == -EEXIST);
		} else {
			REQUIRE(!s2_map(&s2, gpa, hpa, n * SZ_4K, prot, &flush));
			set_model(first, n, hpa, prot, true);
		}
		break;
	default:
		want_flush = map_changes(first, n, hpa, prot);
		REQUIRE(!s2_map(&s2, gpa, hpa, n * SZ_4K, prot | S2_REPLACE, &flush));
		set_model(first, n, hpa, prot, true);
	}
	REQUIRE(flush == want_flush);
}

TEST(random_operations_match_an_array)
{
	unsigned int f, n, round;
	u64 i;

	for (round = 0; round < 60; round++) {
		f = round % 2;
		start(formats[f], round % 3 + 1);
		memset(model, 0, sizeof(model));
		for (n = 0; n < 40; n++) {
			random_op();
			for (i = 0; i < PAGES; i++)
				REQUIRE(page_agrees(i));
		}
		REQUIRE(s2.nr_pages == pages_out);
		stop();
	}
}

/* Two large pages at 0, and the same in @fine, from which small ones are lent. */
static void start_to_lend(const struct s2_format *fmt, struct s2 *fine)
{
	start(fmt, S2_2M);
	CHECK_EQ(s2_init(fine, fmt, &pages, NULL, S2_4K), 0);
	CHECK_EQ(s2_map(&s2, 0, SZ_1G, 2 * SZ_2M, S2_READ | S2_WRITE, &flush), 0);
	CHECK_EQ(s2_map(fine, 0, SZ_1G, 2 * SZ_2M, S2_RWX, &flush), 0);
}

/* Unmapping drops a shared table; the place can be mapped again, and lent again. */
TEST(unmap_drops_a_shared_table)
{
	struct s2 fine;
	unsigned int f;
	u64 before;

	for (f = 0; f < 2; f++) {
		start_to_lend(formats[f], &fine);
		CHECK_EQ(s2_lend(&s2, &fine, SZ_2M), 0);
		CHECK_EQ(s2_reserve_unmap(&s2, SZ_2M, SZ_2M), 0);
		before = pages_out;
		CHECK(!flush);
		CHECK_EQ(s2_unmap(&s2, SZ_2M, SZ_2M, &flush), 0);
		CHECK(flush);
		CHECK_EQ(pages_out, before);
		check_unmapped(SZ_2M);
		check_leaf(0, SZ_1G, S2_2M, S2_READ | S2_WRITE);
		CHECK_EQ(s2_unmap(&fine, SZ_2M, SZ_2M, &flush), 0);
		CHECK_EQ(s2_map(&fine, SZ_2M, 4 * SZ_2M, SZ_2M, S2_RWX, &flush), 0);
		CHECK_EQ(s2_map(&s2, SZ_2M, 4 * SZ_2M, SZ_2M, S2_READ | S2_WRITE, &flush), 0);
		check_leaf(SZ_2M, 4 * SZ_2M, S2_2M, S2_READ | S2_WRITE);
		CHECK_EQ(s2_lend(&s2, &fine, SZ_2M), 0);
		check_leaf(SZ_2M, 4 * SZ_2M, S2_4K, S2_RWX);
		stop_with_shared_table(&fine);
	}
}

/* Large leaves without execute permission, small executable ones from a shared table. */
TEST(lend_replaces_a_large_leaf_by_a_shared_table)
{
	struct s2 fine;
	unsigned int f;
	u64 before;

	for (f = 0; f < 2; f++) {
		start_to_lend(formats[f], &fine);
		before = pages_out;
		CHECK_EQ(s2_lend(&s2, &fine, SZ_2M + 0x3456), 0);
		CHECK_EQ(pages_out, before);
		check_leaf(SZ_2M + 0x3000, SZ_1G + SZ_2M + 0x3000, S2_4K, S2_RWX);
		check_leaf(0, SZ_1G, S2_2M, S2_READ | S2_WRITE);
		/* again, as if another CPU was first */
		CHECK_EQ(s2_lend(&s2, &fine, SZ_2M), 0);
		CHECK_EQ(s2_lend(&s2, &fine, 2 * SZ_2M), -ENOENT);
		CHECK_EQ(s2_lend(&s2, &fine, SZ_1G), -ENOENT);
		/* small leaves that are not storage, and a large one without a shared table */
		CHECK_EQ(s2_map(&s2, SZ_1G, SZ_4K, SZ_4K, S2_READ | S2_UC, &flush), 0);
		CHECK_EQ(s2_lend(&s2, &fine, SZ_1G), -ENOENT);
		CHECK_EQ(s2_map(&s2, 4 * SZ_2M, SZ_1G, SZ_2M, S2_READ, &flush), 0);
		CHECK_EQ(s2_lend(&s2, &fine, 4 * SZ_2M), -ENOENT);
		CHECK(!flush);
		/* each page is freed by its owner */
		stop_with_shared_table(&fine);
	}
}
