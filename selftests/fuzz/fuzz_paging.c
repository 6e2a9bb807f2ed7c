// SPDX-License-Identifier: GPL-2.0
/* sources: emul/paging.c */

/*
 * The walker of the guest's page tables compared with a second one, written from the
 * figures of SDM volume 3, "Paging", one function for each mode. Compared are the address,
 * the error code, and the accessed and dirty bits in memory.
 */
#include "pure.h"
#include "fuzz.h"

#include <asm/processor-flags.h>

#include "emul/paging.h"

#define PAGES	16
#define SIZE	(PAGES * 4096)

enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80 };

static u8 mem[SIZE], expected[SIZE];
static bool update_fails;

static int mem_read(void *ctx, gpa_t gpa, void *data, size_t len)
{
	FUZZ_CHECK(gpa % 4096 + len <= 4096, "read of %zu bytes at %llx", len, gpa);
	if (gpa >= SIZE)
		return -EFAULT;
	memcpy(data, mem + gpa, len);
	return 0;
}

static int mem_update(void *ctx, gpa_t gpa, unsigned int size, u64 from, u64 to)
{
	u64 now = 0;

	FUZZ_CHECK(gpa + size <= SIZE && gpa % size == 0, "update at %llx", gpa);
	memcpy(&now, mem + gpa, size);
	/* Two levels may use the same entry. */
	if (now != from || update_fails)
		return -EAGAIN;
	memcpy(mem + gpa, &to, size);
	return 0;
}

/* The second walker. */
struct walk {
	bool mapped;
	u64 gpa;
	bool write, user;
	u32 nr;			/* entries with an accessed bit */
	u64 at[4];
	u32 size;		/* bytes of an entry */
};

static bool walk_entry(struct walk *w, u64 at, bool rights, u64 *e)
{
	*e = 0;
	if (at >= SIZE)
		return false;
	memcpy(e, mem + at, w->size);
	if (!(*e & P))
		return false;
	if (rights) {
		w->write = w->write && *e & W;
		w->user = w->user && *e & U;
		w->at[w->nr++] = at;
	}
	return true;
}

static void walk_maps(struct walk *w, u64 frame, u64 gva, u64 page)
{
	w->gpa = (frame & ~(page - 1)) | (gva & (page - 1));
	w->mapped = true;
}

static u64 walk_frame(u64 e)
{
	return e & 0x000ffffffffff000;
}

/* From a page directory on: the same in PAE paging and in long mode */
static void walk_directory(struct walk *w, u64 pd, u64 gva)
{
	u64 e;

	if (!walk_entry(w, pd + (gva >> 21 & 0x1ff) * 8, true, &e))
		return;
	if (e & PS) {
		walk_maps(w, walk_frame(e), gva, SZ_2M);
		return;
	}
	if (walk_entry(w, walk_frame(e) + (gva >> 12 & 0x1ff) * 8, true, &e))
		walk_maps(w, walk_frame(e), gva, SZ_4K);
}

static void walk_long(struct walk *w, u64 cr3, u64 gva)
{
	u64 e;

	w->size = 8;
	if (!walk_entry(w, walk_frame(cr3) + (gva >> 39 & 0x1ff) * 8, true, &e) ||
	    !walk_entry(w, walk_frame(e) + (gva >> 30 & 0x1ff) * 8, true, &e))
		return;
	if (e & PS)
		walk_maps(w, walk_frame(e), gva, SZ_1G);
	else
		walk_directory(w, walk_frame(e), gva);
}

static void walk_pae(struct walk *w, u64 cr3, u32 gva)
{
	u64 e;

	w->size = 8;
	if (walk_entry(w, (u32)cr3 / 32 * 32 + (gva >> 30) * 8, false, &e))
		walk_directory(w, walk_frame(e), gva);
}

static void walk_32(struct walk *w, u64 cr3, u32 gva, bool pse)
{
	u64 e;

	w->size = 4;
	if (!walk_entry(w, ((u32)cr3 & 0xfffff000) + (gva >> 22) * 4, true, &e))
		return;
	if (pse && e & PS) {
		walk_maps(w, (e & 0xffc00000) | (e >> 13 & 0xff) << 32, gva, SZ_4M);
		return;
	}
	if (walk_entry(w, (e & 0xfffff000) + (gva >> 12 & 0x3ff) * 4, true, &e))
		walk_maps(w, e & 0xfffff000, gva, SZ_4K);
}

static struct walk walk(const struct lip_paging *pg, u64 gva)
{
	struct walk w = { .write = true, .user = true };

	if (!(pg->cr0 & X86_CR0_PG))
		walk_maps(&w, gva, gva, 1);
	else if (pg->efer & 0x400)
		walk_long(&w, pg->cr3, gva);
	else if (pg->cr4 & X86_CR4_PAE)
		walk_pae(&w, pg->cr3, gva);
	else
		walk_32(&w, pg->cr3, gva, pg->cr4 & X86_CR4_PSE);
	return w;
}

/* SDM, "Determination of Access Rights" */
static bool walk_allows(const struct lip_paging *pg, const struct walk *w, bool write)
{
	if (pg->cpl == 3)
		return w->user && (w->write || !write);
	if (w->user && pg->cr4 & X86_CR4_SMAP && !pg->ac)
		return false;
	return w->write || !write || !(pg->cr0 & X86_CR0_WP);
}

/* Set the bits in @expected; false: nothing had to be set. */
static bool walk_mark(const struct walk *w, bool write)
{
	bool any = false;
	u32 i;

	for (i = 0; i < w->nr; i++) {
		u8 bits = A | (write && i == w->nr - 1 ? D : 0);

		any = any || (expected[w->at[i]] & bits) != bits;
		expected[w->at[i]] |= bits;
	}
	return any;
}

/* Entries on the way of @gva, mostly ones that lead somewhere. */
static void make_tables(const struct lip_paging *pg, u64 gva)
{
	static const u8 shifts[3][4] = { { 22, 12 }, { 30, 21, 12 }, { 39, 30, 21, 12 } };
	u32 kind = pg->efer & 0x400 ? 2 : pg->cr4 & X86_CR4_PAE ? 1 : 0;
	u32 level, bits = kind ? 9 : 10, size = kind ? 8 : 4;
	u64 table = pg->cr3 & (kind == 1 ? 0xffffffe0 : 0xfffff000);

	for (level = 0; level < kind + 2; level++) {
		u64 at = table + (gva >> shifts[kind][level] & (BIT_ULL(bits) - 1)) * size;
		u64 e = (u64)fuzz_below(PAGES + 1) << 12 | (fuzz_byte() ^ (P | W | U));

		if (fuzz_rarely(16))
			e ^= fuzz_number();
		if (at > SIZE - size)
			return;
		memcpy(mem + at, &e, size);
		table = walk_frame(e);
	}
}

static void check_access(const struct lip_paging *pg, u64 gva, bool write)
{
	const struct paging_memory m = { .read = mem_read, .update = mem_update };
	struct walk w = walk(pg, gva);
	bool paging = pg->cr0 & X86_CR0_PG, marked = false;
	bool allowed = !paging || (w.mapped && walk_allows(pg, &w, write));
	u32 i, j, error = 0;
	u64 gpa = 0;
	int ret;

	/* An entry that is used on two levels: the second update finds it changed. */
	for (i = 0; i < w.nr; i++)
		for (j = 0; j < i; j++)
			if (w.at[i] == w.at[j])
				return;
	memcpy(expected, mem, SIZE);
	if (allowed)
		marked = walk_mark(&w, write);
	update_fails = fuzz_rarely(8);
	ret = paging_access(pg, gva, write, &m, &gpa, &error);
	if (!allowed) {
		FUZZ_EQ(ret, -EFAULT, "a fault");
		FUZZ_EQ(error, (w.mapped ? 1 : 0) | (write ? 2 : 0) | (pg->cpl == 3 ? 4 : 0),
			"error code");
	} else {
		FUZZ_EQ(ret, update_fails && marked ? -EAGAIN : 0, "allowed");
		FUZZ_EQ(gpa, w.gpa, "address");
	}
	if (ret != -EAGAIN)
		FUZZ_CHECK(!memcmp(mem, expected, SIZE), "accessed and dirty bits");
}

/* Byte by byte, each with a walk of its own */
static void check_fetch(const struct lip_paging *pg, u64 rip, size_t len)
{
	u8 data[32];
	size_t i, got = paging_fetch(pg, rip, mem_read, NULL, data, len);

	for (i = 0; i < len; i++) {
		u64 gva = pg->cs_long ? rip + i : (u32)(rip + pg->cs_base + i);
		struct walk w = walk(pg, gva);

		if (!w.mapped || w.gpa >= SIZE)
			break;
		FUZZ_CHECK(i >= got || data[i] == mem[w.gpa], "byte %zu at %llx", i, gva);
	}
	FUZZ_EQ(got, i, "bytes fetched");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct lip_paging pg = { 0 };
	u64 gva;
	u8 mode;

	fuzz_start(data, size);
	memset(mem, 0, sizeof(mem));
	mode = fuzz_byte();
	pg.cr0 = (mode & 1 ? 0 : X86_CR0_PG) | (mode & 2 ? X86_CR0_WP : 0);
	pg.cr4 = (mode & 4 ? X86_CR4_PAE : 0) | (mode & 8 ? X86_CR4_PSE : 0) |
		 (mode & 16 ? X86_CR4_SMAP : 0);
	pg.efer = mode & 32 ? 0x400 : 0;
	pg.cpl = mode & 64 ? 3 : 0;
	pg.ac = mode & 128;
	pg.cs_long = pg.efer && fuzz_flip();
	pg.cr3 = (u64)fuzz_below(PAGES) << 12 | (fuzz_byte() & 0xe0);
	pg.cs_base = fuzz_flip() ? (u32)fuzz_number() : 0;
	while (fuzz_more()) {
		gva = fuzz_number();
		if (!pg.efer)
			gva = (u32)gva;
		make_tables(&pg, gva);
		if (fuzz_flip())
			make_tables(&pg, gva + 4096);
		check_access(&pg, gva, fuzz_flip());
		check_fetch(&pg, gva - (pg.cs_long ? 0 : pg.cs_base), fuzz_below(16));
	}
	return 0;
}
