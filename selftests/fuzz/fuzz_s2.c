// SPDX-License-Identifier: GPL-2.0
/* sources: stage2/s2.c stage2/ept.c stage2/npt.c */
/* max_len: 256 */

/*
 * Second-level tables compared with the list of the changes that succeeded: the last one
 * that covers an address determines its translation. Allocations fail at random.
 */
#include "pure.h"
#include "fuzz.h"

#include "stage2/s2.h"

#define CHANGES	24

struct change {
	u64 gpa, len, hpa;
	u32 prot;	/* 0: unmapped */
};

static struct change change[CHANGES];
static u32 nr, pages_out, pages_left;

static void *page_alloc(void *ctx, hpa_t *hpa)
{
	void *page;

	if (!pages_left)
		return NULL;
	page = aligned_alloc(4096, 4096);
	memset(page, 0, 4096);
	*hpa = (u64)(uintptr_t)page;
	pages_left--;
	pages_out++;
	return page;
}

static void page_free(void *ctx, void *page, hpa_t hpa)
{
	FUZZ_EQ((u64)(uintptr_t)page, hpa, "address of a page");
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

static const struct change *change_at(u64 gpa)
{
	u32 i;

	for (i = nr; i--;)
		if (gpa >= change[i].gpa && gpa - change[i].gpa < change[i].len)
			return change[i].prot ? &change[i] : NULL;
	return NULL;
}

static bool change_leads_to(const struct change *c, u64 gpa, u64 hpa, u32 prot)
{
	return c && c->hpa + (gpa - c->gpa) == hpa && c->prot == prot;
}

static void check_at(const struct s2 *s2, u64 gpa)
{
	const struct change *c = change_at(gpa);
	struct s2_leaf leaf;
	int ret = s2_walk(s2, gpa, &leaf);

	FUZZ_EQ(ret, c ? 0 : -ENOENT, "translation");
	if (!c)
		return;
	FUZZ_EQ(leaf.hpa, c->hpa + (gpa - c->gpa), "address");
	FUZZ_EQ(leaf.prot, c->prot, "rights");
	FUZZ_CHECK(leaf.level >= S2_4K && leaf.level <= s2->max_leaf, "level %u", leaf.level);
}

/* At the edges of all changes, where anything can differ from its neighbour. */
static void check_all(const struct s2 *s2)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		check_at(s2, change[i].gpa);
		check_at(s2, change[i].gpa - 1);
		check_at(s2, change[i].gpa + change[i].len - 1);
		check_at(s2, change[i].gpa + change[i].len);
		check_at(s2, change[i].gpa + ALIGN_DOWN(change[i].len / 2, 4096));
	}
}

/* What was mapped in a range before it is changed */
struct found {
	bool any;	/* something */
	bool differs;	/* and not to the same address with the same rights */
};

static struct found look_at(u64 gpa, const struct change *new)
{
	const struct change *c = change_at(gpa);

	if (!c)
		return (struct found){ 0 };
	return (struct found){ true, !new->prot ||
		!change_leads_to(c, gpa, new->hpa + (gpa - new->gpa), new->prot) };
}

static struct found look(const struct change *new)
{
	struct found all = look_at(new->gpa, new), one;
	u64 edge[2];
	u32 i, j;

	for (i = 0; i < nr; i++) {
		edge[0] = change[i].gpa;
		edge[1] = change[i].gpa + change[i].len;
		for (j = 0; j < 2; j++) {
			if (edge[j] < new->gpa || edge[j] - new->gpa >= new->len)
				continue;
			one = look_at(edge[j], new);
			all.any |= one.any;
			all.differs |= one.differs;
		}
	}
	return all;
}

static struct change any_change(u32 max_leaf)
{
	static const u64 base[] = { 0, SZ_1G - 16 * SZ_4K, (1ULL << 39) - SZ_1G,
				    (1ULL << 48) - 2ULL * SZ_1G };
	u32 unit = 1 + fuzz_below(max_leaf);
	u64 size = s2_size(unit);
	struct change c = {
		.gpa = base[fuzz_below(ARRAY_SIZE(base))] + fuzz_below(4) * size,
		.hpa = (fuzz_flip() ? 7 * (u64)SZ_1G : 0) + fuzz_below(4) * size,
		.len = (1 + fuzz_below(3)) * size,
		.prot = S2_READ | fuzz_below(16),
	};

	/* Alignments that differ; then only small leaves fit, so not too many. */
	if (unit < S2_1G) {
		c.gpa += fuzz_below(4) * (u64)SZ_4K;
		c.hpa += fuzz_below(4) * (u64)SZ_4K;
		c.len += fuzz_below(4) * (u64)SZ_4K;
	}
	if (fuzz_rarely(32))
		c.gpa ^= fuzz_number();
	if (fuzz_rarely(64))
		c.hpa ^= fuzz_number();
	return c;
}

static bool range_ok(const struct change *c, bool target)
{
	u64 end = c->gpa + c->len;

	if (!c->len || c->gpa % 4096 || c->len % 4096 || end < c->gpa || end > 1ULL << 48)
		return false;
	return !target || (c->hpa % 4096 == 0 && c->hpa + c->len >= c->hpa &&
			   c->hpa + c->len <= 1ULL << 52);
}

static void try_map(struct s2 *s2, const struct change *c, bool replace)
{
	struct found f = look(c);
	bool flush = false;
	int ret = s2_map(s2, c->gpa, c->hpa, c->len, c->prot | (replace ? S2_REPLACE : 0),
			 &flush);

	if (!range_ok(c, true)) {
		FUZZ_EQ(ret, -EINVAL, "an invalid range");
	} else if (f.any && !replace) {
		FUZZ_EQ(ret, -EEXIST, "mapped already");
	} else if (ret) {
		FUZZ_EQ(ret, -ENOMEM, "map");
		FUZZ_EQ(pages_left, 0, "pages left");
	}
	if (ret) {
		FUZZ_CHECK(!flush, "nothing changed");
		return;
	}
	FUZZ_CHECK(flush || !f.differs, "a translation changed");
	FUZZ_CHECK(!flush || f.any, "nothing was mapped");
	change[nr++] = *c;
}

static void try_unmap(struct s2 *s2, struct change *c)
{
	bool flush = false;
	struct found f;
	int ret;

	c->prot = 0;
	f = look(c);
	ret = s2_unmap(s2, c->gpa, c->len, &flush);
	if (!range_ok(c, false))
		FUZZ_EQ(ret, -EINVAL, "an invalid range");
	else if (ret)
		FUZZ_EQ(ret, -ENOMEM, "unmap");
	FUZZ_EQ(flush, !ret && f.any, "flush");
	if (!ret)
		change[nr++] = *c;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 max_leaf;
	struct change c;
	struct s2 s2;

	fuzz_start(data, size);
	max_leaf = 1 + fuzz_below(3);
	nr = 0;
	pages_left = 1;
	FUZZ_EQ(s2_init(&s2, fuzz_flip() ? &s2_npt : &s2_ept, &pages, NULL, max_leaf), 0, "init");
	while (fuzz_more() && nr < CHANGES) {
		u8 how = fuzz_byte();

		pages_left = how & 3 ? 100 : how >> 4;
		c = any_change(max_leaf);
		if (how & 4)
			try_unmap(&s2, &c);
		else
			try_map(&s2, &c, how & 8);
		check_all(&s2);
		FUZZ_EQ(s2.nr_pages, pages_out, "number of pages");
	}
	s2_destroy(&s2);
	FUZZ_EQ(pages_out, 0, "pages that were not freed");
	return 0;
}
