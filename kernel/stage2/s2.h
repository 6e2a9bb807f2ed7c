/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: second-level translation (EPT, NPT): a 4-level table from guest-physical
 * to host-physical, over a source of table pages that the caller gives. Calls
 * nothing else.
 *
 * Other CPUs may walk the table at any time: an entry is written with one
 * 64-bit store, a table page is filled before it is linked in, and table pages
 * are freed by s2_destroy() only. A function that reports "flush" wants a TLB
 * invalidation on every CPU that runs this LPAR before the old translation
 * can be taken for gone. The caller serialises writers.
 */
#ifndef STAGE2_S2_H
#define STAGE2_S2_H

#include "lpar.h"

#define S2_READ		BIT(0)
#define S2_WRITE	BIT(1)
#define S2_EXEC		BIT(2)
#define S2_UC		BIT(3)	/* uncached (device); default is write-back RAM */
#define S2_REPLACE	BIT(4)	/* s2_map(): what is mapped there may change */
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

/* Encoding of entries: one const table per vendor. */
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

/* Where table pages come from. */
struct s2_pages {
	void *(*alloc)(void *ctx, hpa_t *hpa);	/* zeroed 4 KiB page, or NULL */
	void (*free)(void *ctx, void *page, hpa_t hpa);
	void *(*virt)(void *ctx, hpa_t hpa);	/* of a page that alloc gave */
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
	hpa_t hpa;		/* of the gpa asked for, not of the leaf */
	unsigned int level;
	unsigned int prot;
};

/**
 * s2_init() - an empty table
 * @s2: to fill in
 * @fmt: s2_ept or s2_npt
 * @pages: source of table pages
 * @ctx: passed to @pages
 * @max_leaf: largest leaf to be used: S2_4K, S2_2M or S2_1G
 *
 * Context: as @pages->alloc.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int s2_init(struct s2 *s2, const struct s2_format *fmt, const struct s2_pages *pages, void *ctx,
	    unsigned int max_leaf);

/* Free all table pages. No CPU may walk the table any more. */
void s2_destroy(struct s2 *s2);

/* The value for the hardware's root register or VMCS field. */
u64 s2_root(const struct s2 *s2, bool accessed_dirty);

/**
 * s2_reserve() - make sure that s2_map() of this range needs no page
 * @s2: the table
 * @gpa: start
 * @hpa: what will be mapped there (decides which leaves can be large)
 * @len: bytes
 *
 * Visible to nobody: no translation changes.
 *
 * Context: as @pages->alloc. The caller is the only writer.
 * Return: 0, -EINVAL or -ENOMEM (what was got so far stays, and is freed by
 * s2_destroy()).
 */
int s2_reserve(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len);

/**
 * s2_map() - map [gpa, gpa + len) to [hpa, hpa + len)
 * @s2: the table
 * @gpa: start, 4 KiB aligned
 * @hpa: start, 4 KiB aligned
 * @len: bytes, multiple of 4 KiB
 * @prot: S2_READ ..., S2_UC, S2_REPLACE
 * @flush: set to true when a translation changed; else left alone
 *
 * Takes the largest leaves that alignment, @max_leaf and tables already there
 * allow. Page-table pages are got first: on error nothing has changed.
 *
 * Context: as @pages->alloc. The caller is the only writer.
 * Return: 0, -EINVAL, -ENOMEM or -EEXIST (mapped already, without S2_REPLACE).
 */
int s2_map(struct s2 *s2, gpa_t gpa, hpa_t hpa, u64 len, unsigned int prot, bool *flush);

/* Take a range away; holes in it are fine; a large leaf is split at the edges. */
int s2_unmap(struct s2 *s2, gpa_t gpa, u64 len, bool *flush);

/* Change the rights (S2_READ | S2_WRITE | S2_EXEC) of what is mapped in a range. */
int s2_protect(struct s2 *s2, gpa_t gpa, u64 len, unsigned int prot, bool *flush);

/**
 * s2_lend() - put another table's small leaves in the place of a large one
 * @s2: has a 2 MiB leaf at @gpa
 * @fine: maps the same frames there in 4 KiB leaves; outlives @s2, and keeps the page
 * @gpa: any address in it
 *
 * One store, nothing is allocated. The caller sees to it that the leaf is not taken
 * away meanwhile; others may change other entries, or do the same. Translations of
 * the large leaf may stay in use until they are flushed.
 *
 * Context: any.
 * Return: 0, also where a small leaf allows execution by now; -ENOENT.
 */
int s2_lend(struct s2 *s2, const struct s2 *fine, gpa_t gpa);

/* Find the leaf of one address. Return: 0 or -ENOENT. */
int s2_walk(const struct s2 *s2, gpa_t gpa, struct s2_leaf *leaf);

#endif /* STAGE2_S2_H */
