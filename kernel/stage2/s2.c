// SPDX-License-Identifier: GPL-2.0
/*
 * L0: second-level address translation. Calls only struct s2_pages and struct
 * s2_format.
 *
 * Every change first allocates missing tables (may fail, changes no translation),
 * then writes the entries (cannot fail). An empty table stays linked until
 * s2_destroy(), because other CPUs may be walking it.
 */
#include "pure.h"
#include "stage2/s2.h"

#define S2_ENTRIES	512
#define S2_HPA_BITS	52
/* In a table entry: the table belongs to another struct s2. Ignored by both formats. */
#define S2_LENT		BIT_ULL(52)

static u64 *entry_in(u64 *table, gpa_t gpa, unsigned int level)
{
	return &table[(gpa >> (12 + 9 * (level - 1))) % S2_ENTRIES];
}

static bool is_table(const struct s2 *s2, u64 e, unsigned int level)
{
	return s2->fmt->present(e) && !s2->fmt->is_leaf(e, level);
}

static u64 *table_of(const struct s2 *s2, u64 e, unsigned int level)
{
	return s2->pages->virt(s2->ctx, s2->fmt->hpa(e, level, false));
}

/* End of the entry of @level that contains @gpa, or @end if that is lower. */
static gpa_t next_gpa(gpa_t gpa, gpa_t end, unsigned int level)
{
	return min(end, ALIGN_DOWN(gpa, s2_size(level)) + s2_size(level));
}

/* The entry that translates @gpa: the first one that does not refer to a table. */
static u64 *s2_find(const struct s2 *s2, gpa_t gpa, unsigned int *level)
{
	u64 *e = entry_in(s2->top, gpa, S2_TOP);

	for (*level = S2_TOP; is_table(s2, *e, *level); (*level)--)
		e = entry_in(table_of(s2, *e, *level), gpa, *level - 1);
	return e;
}

/* Largest leaf that both addresses and the length allow. */
static unsigned int leaf_level(const struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len)
{
	unsigned int level = s2->max_leaf;

	while (level > S2_4K && (!IS_ALIGNED(gpa | hpa, s2_size(level)) || len < s2_size(level)))
		level--;
	return level;
}

/*
 * Replace an entry by a table: empty if the entry is not present, else with the same
 * mapping in smaller leaves.
 */
static int make_table(struct s2 *s2, u64 *e, unsigned int level)
{
	unsigned int i, prot;
	hpa_t hpa, table_hpa;
	u64 *table = s2->pages->alloc(s2->ctx, &table_hpa);

	if (!table)
		return -ENOMEM;
	s2->nr_pages++;
	if (s2->fmt->present(*e)) {
		hpa = s2->fmt->hpa(*e, level, true);
		prot = s2->fmt->prot(*e);
		for (i = 0; i < S2_ENTRIES; i++)
			table[i] = s2->fmt->leaf(hpa + i * s2_size(level - 1), level - 1, prot);
	}
	/* x86 does not reorder stores: a compiler barrier suffices. */
	barrier();
	WRITE_ONCE(*e, s2->fmt->table(table_hpa));
	return 0;
}

/* Allocate the tables down to the entry of @level for @gpa. */
static int make_path(struct s2 *s2, gpa_t gpa, unsigned int level)
{
	u64 *table = s2->top;
	unsigned int l;
	int ret = 0;
	u64 *e;

	for (l = S2_TOP; l > level; l--) {
		e = entry_in(table, gpa, l);
		if (!is_table(s2, *e, l))
			ret = make_table(s2, e, l);
		if (ret)
			return ret;
		table = table_of(s2, *e, l);
	}
	return 0;
}

static int check_range(gpa_t gpa, u64 len)
{
	if (!len || !IS_ALIGNED(gpa | len, S2_PAGE_SIZE))
		return -EINVAL;
	if (len > BIT_ULL(S2_GPA_BITS) || gpa > BIT_ULL(S2_GPA_BITS) - len)
		return -EINVAL;
	return 0;
}

static int check_target(hpa_t hpa, u64 len)
{
	if (!IS_ALIGNED(hpa, S2_PAGE_SIZE) || hpa > BIT_ULL(S2_HPA_BITS) - len)
		return -EINVAL;
	return 0;
}

int s2_init(struct s2 *s2, const struct s2_format *fmt, const struct s2_pages *pages, void *ctx,
	    unsigned int max_leaf)
{
	if (max_leaf < S2_4K || max_leaf > S2_1G)
		return -EINVAL;
	*s2 = (struct s2){ .fmt = fmt, .pages = pages, .ctx = ctx, .max_leaf = max_leaf };
	s2->top = pages->alloc(ctx, &s2->top_hpa);
	if (!s2->top)
		return -ENOMEM;
	s2->nr_pages = 1;
	return 0;
}

/* Depth first, without recursion. */
void s2_destroy(struct s2 *s2)
{
	u64 *table[S2_TOP + 1] = { [S2_TOP] = s2->top };
	hpa_t hpa[S2_TOP + 1] = { [S2_TOP] = s2->top_hpa };
	unsigned int at[S2_TOP + 1] = { 0 };
	unsigned int level = S2_TOP;
	u64 e;

	while (s2->top && level <= S2_TOP) {
		if (level == S2_4K || at[level] == S2_ENTRIES) {
			s2->pages->free(s2->ctx, table[level], hpa[level]);
			level++;
			continue;
		}
		e = table[level][at[level]++];
		if (!is_table(s2, e, level) || e & S2_LENT)
			continue;
		level--;
		hpa[level] = s2->fmt->hpa(e, level + 1, false);
		table[level] = table_of(s2, e, level + 1);
		at[level] = 0;
	}
	s2->top = NULL;
	s2->nr_pages = 0;
}

u64 s2_root(const struct s2 *s2, bool accessed_dirty)
{
	return s2->fmt->root(s2->top_hpa, accessed_dirty);
}

int s2_reserve(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len)
{
	gpa_t end = gpa + len;
	unsigned int level;
	gpa_t next;
	int ret = check_range(gpa, len) ?: check_target(hpa, len);

	while (!ret && gpa < end) {
		level = leaf_level(s2, gpa, hpa, end - gpa);
		ret = make_path(s2, gpa, level);
		/* A table has all of its 4 KiB entries. */
		next = next_gpa(gpa, end, level == S2_4K ? S2_2M : level);
		hpa += next - gpa;
		gpa = next;
	}
	return ret;
}

static bool anything_mapped(const struct s2 *s2, gpa_t gpa, gpa_t end)
{
	unsigned int level;

	while (gpa < end) {
		if (s2->fmt->present(*s2_find(s2, gpa, &level)))
			return true;
		gpa = next_gpa(gpa, end, level);
	}
	return false;
}

/* Write an entry by one store. True if a translation was present and has changed. */
static bool s2_change(const struct s2 *s2, u64 *e, u64 new)
{
	u64 old = *e;

	if (old != new)
		WRITE_ONCE(*e, new);
	return s2->fmt->present(old) && old != new;
}

/*
 * The entry for a leaf of @level, after s2_reserve(); one of a lower level if there is
 * a table in its place.
 */
static u64 *leaf_entry(const struct s2 *s2, gpa_t gpa, unsigned int *level)
{
	u64 *e = entry_in(s2->top, gpa, S2_TOP);
	unsigned int l;

	for (l = S2_TOP; l > *level || is_table(s2, *e, l); l--)
		e = entry_in(table_of(s2, *e, l), gpa, l - 1);
	*level = l;
	return e;
}

int s2_map(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len, unsigned int prot, bool *flush)
{
	gpa_t end = gpa + len;
	unsigned int level;
	u64 *e;
	int ret;

	if (!(prot & S2_READ))
		return -EINVAL;
	ret = check_range(gpa, len) ?: check_target(hpa, len);
	if (ret)
		return ret;
	if (!(prot & S2_REPLACE) && anything_mapped(s2, gpa, end))
		return -EEXIST;
	ret = s2_reserve(s2, gpa, hpa, len);
	if (ret)
		return ret;
	while (gpa < end) {
		level = leaf_level(s2, gpa, hpa, end - gpa);
		e = leaf_entry(s2, gpa, &level);
		if (s2_change(s2, e, s2->fmt->leaf(hpa, level, prot)))
			*flush = true;
		gpa += s2_size(level);
		hpa += s2_size(level);
	}
	return 0;
}

/* Split a leaf that contains @gpa, so that a leaf begins there. */
static int split_at(struct s2 *s2, gpa_t gpa)
{
	unsigned int level;
	u64 *e;
	int ret;

	if (gpa == BIT_ULL(S2_GPA_BITS))
		return 0;
	for (;;) {
		e = s2_find(s2, gpa, &level);
		if (!s2->fmt->present(*e) || IS_ALIGNED(gpa, s2_size(level)))
			return 0;
		ret = make_table(s2, e, level);
		if (ret)
			return ret;
	}
}

int s2_reserve_unmap(struct s2 *s2, gpa_t gpa, u64 len)
{
	int ret = check_range(gpa, len);

	if (!ret)
		ret = split_at(s2, gpa);
	return ret ?: split_at(s2, gpa + len);
}

/* The entry for @gpa to clear, at most up to @end: a lent table as a whole. */
static u64 *unmap_entry(const struct s2 *s2, gpa_t gpa, gpa_t end, unsigned int *level)
{
	u64 *e = entry_in(s2->top, gpa, S2_TOP);

	for (*level = S2_TOP; is_table(s2, *e, *level); (*level)--) {
		if (*e & S2_LENT && IS_ALIGNED(gpa, s2_size(*level)) &&
		    end - gpa >= s2_size(*level))
			break;
		e = entry_in(table_of(s2, *e, *level), gpa, *level - 1);
	}
	return e;
}

int s2_unmap(struct s2 *s2, gpa_t gpa, u64 len, bool *flush)
{
	gpa_t end = gpa + len;
	int ret = s2_reserve_unmap(s2, gpa, len);
	unsigned int level;

	while (!ret && gpa < end) {
		if (s2_change(s2, unmap_entry(s2, gpa, end, &level), 0))
			*flush = true;
		gpa = next_gpa(gpa, end, level);
	}
	return ret;
}

int s2_walk(const struct s2 *s2, gpa_t gpa, struct s2_leaf *leaf)
{
	unsigned int level = S2_TOP;
	u64 e;

	if (gpa >= BIT_ULL(S2_GPA_BITS))
		return -ENOENT;
	/* Read each entry once: a writer may replace it by a table. */
	e = READ_ONCE(*entry_in(s2->top, gpa, level));
	while (is_table(s2, e, level)) {
		e = READ_ONCE(*entry_in(table_of(s2, e, level), gpa, level - 1));
		level--;
	}
	if (!s2->fmt->present(e))
		return -ENOENT;
	leaf->hpa = s2->fmt->hpa(e, level, true) + gpa % s2_size(level);
	leaf->level = level;
	leaf->prot = s2->fmt->prot(e);
	return 0;
}

/* The entry of @level for @gpa; NULL if the tables do not reach that level. */
static u64 *entry_at(const struct s2 *s2, gpa_t gpa, unsigned int level)
{
	u64 *e = entry_in(s2->top, gpa, S2_TOP);
	unsigned int l;

	for (l = S2_TOP; l > level; l--) {
		u64 old = READ_ONCE(*e);

		if (!is_table(s2, old, l))
			return NULL;
		e = entry_in(table_of(s2, old, l), gpa, l - 1);
	}
	return e;
}

int s2_lend(struct s2 *s2, const struct s2 *fine, gpa_t gpa)
{
	struct s2_leaf leaf;
	u64 *e, *small;

	if (s2_walk(s2, gpa, &leaf))
		return -ENOENT;
	/* Another CPU has done it already. */
	if (leaf.level == S2_4K)
		return leaf.prot & S2_EXEC ? 0 : -ENOENT;
	e = entry_at(s2, gpa, S2_2M);
	small = entry_at(fine, gpa, S2_2M);
	if (leaf.level != S2_2M || !e || !small || !is_table(fine, *small, S2_2M))
		return -ENOENT;
	WRITE_ONCE(*e, *small | S2_LENT);
	return 0;
}
