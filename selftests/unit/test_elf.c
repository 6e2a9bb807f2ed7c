// SPDX-License-Identifier: GPL-2.0
/* sources: boot/elf.c boot/bzimage.c boot/image.c model/reason.c model/state.c */

/* ELF vmlinux: a small one made here, broken ones, and a real one if available. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "pure.h"
#include "tap.h"
#include "boot/elf.h"
#include "vdev/layout.h"

static int mem_read(void *ctx, u64 offset, void *to, size_t len)
{
	memcpy(to, (const u8 *)ctx + offset, len);
	return 0;
}

/* ASan catches reads beyond the end. */
static int parse(const void *data, size_t len, struct boot_image *image,
		 struct lpar_reason *why)
{
	struct boot_file file = { len, mem_read, (void *)data };

	return boot_image_parse(&file, image, why);
}

struct small_elf {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, phoff, shoff;
	u32 flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
	struct {
		u32 type, flags;
		u64 offset, vaddr, paddr, filesz, memsz, align;
	} __packed ph[3];
	struct {
		u32 namesz, descsz, type;
		char name[8];
		u32 desc;
	} __packed other;
	struct {
		u32 namesz, descsz, type;
		char name[4];
		u64 desc;
	} __packed pvh;
	u8 text[0x100];
	u8 data[0x80];
} __packed;

static void make_small(struct small_elf *e)
{
	*e = (struct small_elf) {
		.ident = "\177ELF\2\1\1",
		.type = 2,
		.machine = 62,
		.version = 1,
		.entry = SZ_16M,
		.phoff = offsetof(struct small_elf, ph),
		.ehsize = 64,
		.phentsize = 56,
		.phnum = 3,
		.ph[0] = { .type = 1, .offset = offsetof(struct small_elf, text),
			   .paddr = SZ_16M, .filesz = 0x100, .memsz = 0x100 },
		.ph[1] = { .type = 1, .offset = offsetof(struct small_elf, data),
			   .paddr = SZ_16M + SZ_2M, .filesz = 0x80, .memsz = 0x4000 },
		.ph[2] = { .type = 4, .offset = offsetof(struct small_elf, other),
			   .filesz = sizeof(e->other) + sizeof(e->pvh) },
		.other = { 5, 4, 7, "GNU?", 1 },
		.pvh = { 4, 8, 18, "Xen", SZ_16M + 0x40 },
	};
}

/* Invariants of every image that is accepted. */
static void check_accepted(const struct boot_image *im, size_t len)
{
	const struct boot_segment *s;
	bool entry = false;
	u32 i;

	CHECK(im->nr_segments >= 1 && im->nr_segments <= BOOT_MAX_SEGMENTS);
	for (i = 0; i < im->nr_segments; i++) {
		s = &im->seg[i];
		CHECK(s->offset <= len && s->filesz <= len - s->offset);
		CHECK(s->memsz >= s->filesz);
		CHECK(s->gpa >= im->start && s->memsz <= im->size);
		CHECK(s->gpa + s->memsz <= im->start + im->size);
		entry |= im->entry >= s->gpa && im->entry < s->gpa + s->filesz;
	}
	CHECK(entry);
	CHECK(im->start >= LAYOUT_HIGHRAM);
	CHECK(im->start + im->size <= LAYOUT_HOLE_START);
}

TEST(smallest_image_is_accepted)
{
	struct boot_image im;
	struct small_elf e;

	make_small(&e);
	CHECK_EQ(parse(&e, sizeof(e), &im, NULL), 0);
	check_accepted(&im, sizeof(e));
	CHECK_EQ(im.kind, BOOT_ELF);
	CHECK_EQ(im.nr_segments, 2);
	CHECK_EQ(im.entry, SZ_16M);
	CHECK_EQ(im.start, SZ_16M);
	CHECK_EQ(im.size, SZ_2M + 0x4000);
	CHECK_EQ(im.pvh_entry, SZ_16M + 0x40);
}

static void check_refused(const struct small_elf *e, size_t len,
			  enum lpar_reason_code code, u64 a)
{
	struct lpar_reason why = { 0 };
	struct boot_image im;

	CHECK_EQ(parse(e, len, &im, &why), -ENOEXEC);
	CHECK_EQ(why.code, code);
	CHECK_EQ(why.a, a);
}

TEST(each_flaw_is_reported_with_its_reason)
{
	struct small_elf e;
	size_t len = sizeof(e);

	make_small(&e);
	e.ident[4] = 1;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_32BIT);
	make_small(&e);
	e.machine = 3;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_MACHINE);
	make_small(&e);
	e.type = 1;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.phoff = U64_MAX - 8;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.phnum = 0xffff;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_MANY_SEGMENTS);
	make_small(&e);
	e.phnum = 128;
	check_refused(&e, len, LPAR_REASON_IMAGE_TRUNCATED, len);
	make_small(&e);
	e.ph[0].filesz = e.ph[0].memsz + 1;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.ph[1].offset = U64_MAX;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.ph[1].offset = len;
	check_refused(&e, len, LPAR_REASON_IMAGE_TRUNCATED, len);
	make_small(&e);
	e.ph[1].paddr = 0x8000;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ADDRESS);
	make_small(&e);
	e.ph[1].memsz = U64_MAX;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ADDRESS);
	make_small(&e);
	e.ph[1].paddr = SZ_16M + 0xff;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.ph[0].type = 0;
	e.ph[1].type = 0;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SEGMENTS);
	make_small(&e);
	e.entry = 0xffffffff81000000ULL;
	check_refused(&e, len, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ENTRY);
}

TEST(pvh_entry_outside_the_kernel_is_ignored)
{
	struct boot_image im;
	struct small_elf e;

	make_small(&e);
	e.pvh.desc = 0x1000;
	CHECK_EQ(parse(&e, sizeof(e), &im, NULL), 0);
	CHECK_EQ(im.pvh_entry, 0);
	make_small(&e);
	e.other.descsz = U32_MAX;
	CHECK_EQ(parse(&e, sizeof(e), &im, NULL), 0);
	CHECK_EQ(im.pvh_entry, 0);
}

/* Only a bounded number of notes is examined, however many there are. */
static u64 reads;

static int count_read(void *ctx, u64 offset, void *to, size_t len)
{
	reads++;
	return mem_read(ctx, offset, to, len);
}

TEST(number_of_notes_examined_is_bounded)
{
	size_t len = sizeof(struct small_elf) + SZ_1M;
	struct small_elf *e = calloc(1, len);
	struct boot_file file = { len, count_read, e };
	struct boot_image im;

	make_small(e);
	e->ph[2].offset = sizeof(*e);
	e->ph[2].filesz = SZ_1M;	/* of empty notes */
	CHECK_EQ(boot_image_parse(&file, &im, NULL), 0);
	CHECK(reads > 4000 && reads < 5000);
	CHECK_EQ(im.pvh_entry, 0);
	free(e);
}

static int bad_read(void *ctx, u64 offset, void *to, size_t len)
{
	return reads-- ? mem_read(ctx, offset, to, len) : -EIO;
}

TEST(read_error_is_returned)
{
	struct lpar_reason why = { 0 };
	struct boot_image im;
	struct small_elf e;
	struct boot_file file = { sizeof(e), bad_read, &e };
	u32 n;

	make_small(&e);
	for (n = 0; n < 9; n++) {
		reads = n;
		CHECK_EQ(boot_image_parse(&file, &im, &why), -EIO);
		CHECK_EQ(why.code, LPAR_REASON_NONE);
	}
	reads = n;
	CHECK_EQ(boot_image_parse(&file, &im, &why), 0);
}

TEST(image_truncated_anywhere_is_refused)
{
	struct boot_image im;
	struct small_elf e;
	size_t len;
	void *cut;

	make_small(&e);
	for (len = 0; len < sizeof(e); len++) {
		cut = malloc(len ?: 1);
		memcpy(cut, &e, len);
		CHECK_EQ(parse(cut, len, &im, NULL), -ENOEXEC);
		free(cut);
	}
}

TEST(mutated_headers_are_refused_or_valid)
{
	struct small_elf *e = malloc(sizeof(*e));
	u32 i, n, accepted = 0;
	struct boot_image im;

	for (i = 0; i < 50000; i++) {
		make_small(e);
		for (n = tap_below(4) + 1; n; n--)
			((u8 *)e)[tap_below(offsetof(struct small_elf, text))] =
				(u8)(tap_rand() >> tap_below(64));
		if (parse(e, sizeof(*e), &im, NULL))
			continue;
		accepted++;
		check_accepted(&im, sizeof(*e));
	}
	CHECK(accepted > 1000);
	free(e);
}

/* The kernel that LPAR_VMLINUX names, else the one that the VM tests unpacked. */
static FILE *open_vmlinux(void)
{
	const char *name = getenv("LPAR_VMLINUX");
	FILE *f = NULL;
	glob_t g;

	if (name)
		return fopen(name, "rb");
	if (glob("../../build/vm/kernel/*/vmlinux", 0, NULL, &g))
		return NULL;
	f = fopen(g.gl_pathv[0], "rb");
	globfree(&g);
	return f;
}

TEST(real_vmlinux_is_accepted)
{
	FILE *f = open_vmlinux();
	struct boot_image im;
	size_t len;
	u8 *buf;

	if (!f)
		SKIP("no unpacked kernel (LPAR_VMLINUX)");
	fseek(f, 0, SEEK_END);
	len = (size_t)ftell(f);
	rewind(f);
	buf = malloc(len);
	CHECK_EQ(fread(buf, 1, len, f), len);
	fclose(f);
	CHECK_EQ(parse(buf, len, &im, NULL), 0);
	check_accepted(&im, len);
	CHECK_EQ(im.start, SZ_16M);
	CHECK(im.pvh_entry);
	free(buf);
}
