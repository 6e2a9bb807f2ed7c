/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: second-level address translation (EPT, NPT): 4-level tables from
 * guest-physical to host-physical addresses. The caller provides table pages.
 *
 * Other CPUs may walk the tables at any time: an entry is written by one 64-bit
 * store, a table page is filled before it is linked, and table pages are freed by
 * s2_destroy() only. If a function sets "flush", the old translation may be in use
 * until the TLBs of all CPUs that run this LPAR have been flushed. The caller
 * serialises writers.
 */
#ifndef STAGE2_S2_H
#define STAGE2_S2_H

#include "lpar.h"

#define S2_READ		BIT(0)
#define S2_WRITE	BIT(1)
#define S2_EXEC		BIT(2)
#define S2_UC		BIT(3)	/* uncached (device); default is write-back RAM */
#define S2_REPLACE	BIT(4)	/* s2_map(): replace existing mappings */
#define S2_RWX		(S2_READ | S2_WRITE | S2_EXEC)

#define S2_PAGE_SIZE	SZ_4K
#define S2_GPA_BITS	48

/* Level of an entry; a leaf at level n maps s2_size(n) bytes. */
enum s2_level {
	S2_4K = 1,
	S2_2M = 2,
	S2_1G = 3,
	S2_TOP = 4,
};

static inline u64 s2_size(unsigned int level)
{
	return 1ULL << (12 + 9 * (level - 1));
}

/* Format of entries, one per vendor */
struct s2_format {
	const char *name;
	u64 (*root)(hpa_t top, bool accessed_dirty);	/* EPTP, nCR3 */
	u64 (*table)(hpa_t next);
	u64 (*leaf)(hpa_t hpa, unsigned int level, unsigned int prot);
	bool (*present)(u64 entry);
	bool (*is_leaf)(u64 entry, unsigned int level);	/* of a present entry */
	hpa_t (*hpa)(u64 entry, unsigned int level, bool leaf);
	unsigned int (*prot)(u64 entry);	/* of a leaf: S2_READ .. S2_UC */
};

extern const struct s2_format s2_ept;
extern const struct s2_format s2_npt;

/* Source of table pages */
struct s2_pages {
	void *(*alloc)(void *ctx, hpa_t *hpa);	/* zeroed 4 KiB page, or NULL */
	void (*free)(void *ctx, void *page, hpa_t hpa);
	void *(*virt)(void *ctx, hpa_t hpa);	/* of an allocated page */
};

struct s2 {
	const struct s2_format *fmt;
	const struct s2_pages *pages;
	void *ctx;
	u64 *top;
	hpa_t top_hpa;
	unsigned int max_leaf;	/* enum s2_level */
	u64 nr_pages;		/* table pages in use, the top one included */
};

struct s2_leaf {
	hpa_t hpa;		/* of the requested gpa, not of the leaf's start */
	unsigned int level;
	unsigned int prot;
};

/**
 * s2_init() - initialise an empty table
 * @s2: output
 * @fmt: s2_ept or s2_npt
 * @pages: source of table pages
 * @ctx: passed to @pages
 * @max_leaf: largest leaf to be used: S2_4K, S2_2M or S2_1G
 *
 * Context: that of @pages->alloc.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int s2_init(struct s2 *s2, const struct s2_format *fmt, const struct s2_pages *pages, void *ctx,
	    unsigned int max_leaf);

/* Free all table pages. No CPU may be walking the table. */
void s2_destroy(struct s2 *s2);

/* EPTP or nCR3 */
u64 s2_root(const struct s2 *s2, bool accessed_dirty);

/**
 * s2_reserve() - allocate the table pages for s2_map() of this range
 * @s2: the table
 * @gpa: start
 * @hpa: start of what will be mapped; its alignment determines the leaves' size
 * @len: bytes
 *
 * Does not change any translation.
 *
 * Context: that of @pages->alloc. The caller is the only writer.
 * Return: 0, -EINVAL or -ENOMEM (pages allocated so far are freed by s2_destroy()).
 */
int s2_reserve(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len);

/**
 * s2_map() - map [gpa, gpa + len) to [hpa, hpa + len)
 * @s2: the table
 * @gpa: start, 4 KiB aligned
 * @hpa: start, 4 KiB aligned
 * @len: bytes, multiple of 4 KiB
 * @prot: S2_READ ..., S2_UC, S2_REPLACE
 * @flush: set to true if a translation changed; else not written
 *
 * Uses the largest leaves allowed by alignment, @max_leaf and existing tables. Table
 * pages are allocated first: on error nothing has changed.
 *
 * Context: that of @pages->alloc. The caller is the only writer.
 * Return: 0, -EINVAL, -ENOMEM or -EEXIST (mapped already, without S2_REPLACE).
 */
int s2_map(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len, unsigned int prot, bool *flush);

/*
 * Unmap a range, which may have holes. Large leaves are split at its edges; after
 * s2_reserve_unmap(), which changes no translation, that cannot fail. What s2_lend() has
 * lent is not changed; its range is unmapped as one if it is in the range as a whole.
 */
int s2_reserve_unmap(struct s2 *s2, gpa_t gpa, u64 len);
int s2_unmap(struct s2 *s2, gpa_t gpa, u64 len, bool *flush);

/**
 * s2_lend() - replace a large leaf by another table's small leaves
 * @s2: has a 2 MiB leaf at @gpa
 * @fine: maps the same frames there by 4 KiB leaves; outlives @s2 and keeps the table
 * @gpa: any address in the leaf
 *
 * One store, no allocation. The caller ensures that the leaf is not unmapped
 * meanwhile; others may change other entries, or call this as well. Translations of
 * the large leaf may be in use until they are flushed.
 *
 * Context: any.
 * Return: 0, also if an executable small leaf is there already; -ENOENT.
 */
int s2_lend(struct s2 *s2, const struct s2 *fine, gpa_t gpa);

/* Find the leaf of one address. Return: 0 or -ENOENT. */
int s2_walk(const struct s2 *s2, gpa_t gpa, struct s2_leaf *leaf);

#endif /* STAGE2_S2_H */
