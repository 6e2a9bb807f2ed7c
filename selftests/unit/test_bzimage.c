// SPDX-License-Identifier: GPL-2.0
/* sources: boot/bzimage.c boot/elf.c boot/image.c boot/plan.c model/reason.c model/state.c */

/* bzImage: the distribution's kernel, a minimal image, and thousands of broken ones. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "pure.h"
#include <asm/bootparam.h>
#include "tap.h"
#include "boot/bzimage.h"
#include "boot/setup_header.h"
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

#define SMALL_LEN	(2 * 512 + 0x1000)

/* The smallest valid image: one setup sector, 4 KiB of kernel. */
static void make_small(u8 *buf)
{
	struct setup_header h = {
		.setup_sects = 1,
		.syssize = 0x1000 / 16,
		.boot_flag = SETUP_BOOT_FLAG,
		.jump = 0x6aeb,
		.header = SETUP_HEADER_MAGIC,
		.version = 0x20f,
		.loadflags = LOADED_HIGH,
		.initrd_addr_max = 0x7fffffff,
		.kernel_alignment = SZ_2M,
		.relocatable_kernel = 1,
		.xloadflags = XLF_KERNEL_64,
		.cmdline_size = 2047,
		.pref_address = SZ_16M,
		.init_size = SZ_4M,
	};

	memset(buf, 0, SMALL_LEN);
	memcpy(buf + SETUP_HEADER_OFFSET, &h, sizeof(h));
}

static struct setup_header *header_in(u8 *buf)
{
	return (struct setup_header *)(buf + SETUP_HEADER_OFFSET);
}

/* Invariants of every image that is accepted. */
static void check_accepted(const struct boot_image *im, size_t len)
{
	const struct boot_segment *s = &im->seg[0];

	CHECK_EQ(im->nr_segments, 1);
	CHECK(s->offset <= len && s->filesz <= len - s->offset);
	CHECK(s->memsz >= s->filesz);
	CHECK(im->size >= s->memsz);
	CHECK_EQ(s->gpa, im->start);
	CHECK(im->start >= LAYOUT_HIGHRAM && im->start < LAYOUT_HOLE_START);
	CHECK(im->entry > im->start && im->entry < im->start + s->filesz);
	CHECK(im->header_len <= sizeof(im->header));
}

TEST(smallest_image_is_accepted)
{
	struct boot_image im;
	static u8 buf[SMALL_LEN];

	make_small(buf);
	CHECK_EQ(parse(buf, sizeof(buf), &im, NULL), 0);
	check_accepted(&im, sizeof(buf));
	CHECK_EQ(im.kind, BOOT_BZIMAGE);
	CHECK_EQ(im.entry, SZ_16M + 0x200);
	CHECK_EQ(im.size, SZ_4M);
	CHECK_EQ(im.seg[0].offset, 1024);
	CHECK_EQ(im.cmdline_max, 2047);
	CHECK_EQ(im.header_len, sizeof(struct setup_header));
	header_in(buf)->cmdline_size = 0;
	header_in(buf)->init_size = 1;
	CHECK_EQ(parse(buf, sizeof(buf), &im, NULL), 0);
	CHECK_EQ(im.cmdline_max, 255);
	CHECK_EQ(im.size, 0x1000);
}

static void check_refused(const u8 *buf, size_t len, enum lpar_reason_code code,
			  u64 a)
{
	struct lpar_reason why = { 0 };
	struct boot_image im;

	CHECK_EQ(parse(buf, len, &im, &why), -ENOEXEC);
	CHECK_EQ(why.code, code);
	CHECK_EQ(why.a, a);
}

TEST(each_flaw_is_reported_with_its_reason)
{
	static u8 buf[SMALL_LEN];
	struct setup_header *h = header_in(buf);

	check_refused(buf, 0, LPAR_REASON_IMAGE_BAD, BOOT_FLAW_MAGIC);
	make_small(buf);
	h->boot_flag = 0;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_MAGIC);
	make_small(buf);
	h->header++;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_MAGIC);
	make_small(buf);
	h->version = 0x20b;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_PROTOCOL);
	make_small(buf);
	h->loadflags = 0;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ADDRESS);
	make_small(buf);
	h->xloadflags = 2;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_32BIT);
	make_small(buf);
	h->pref_address = 0x1000;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ADDRESS);
	make_small(buf);
	h->pref_address = U64_MAX - 0xfff;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_ADDRESS);
	make_small(buf);
	h->syssize = 0x200 / 16;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_BAD, BOOT_FLAW_SIZE);
	make_small(buf);
	h->syssize = U32_MAX;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_TRUNCATED, sizeof(buf));
	make_small(buf);
	h->setup_sects = 0;
	check_refused(buf, sizeof(buf), LPAR_REASON_IMAGE_TRUNCATED, sizeof(buf));
}

/* The last 16-byte paragraph may be incomplete: memtest86+ has only 8 bytes of it. */
TEST(incomplete_last_paragraph_is_accepted)
{
	struct boot_image im;
	struct lpar_reason why;
	static u8 buf[SMALL_LEN];

	make_small(buf);
	CHECK_EQ(parse(buf, SMALL_LEN - 15, &im, NULL), 0);
	check_accepted(&im, SMALL_LEN - 15);
	CHECK_EQ(im.seg[0].filesz, SMALL_LEN - 15 - im.seg[0].offset);
	CHECK_EQ(parse(buf, SMALL_LEN - 16, &im, &why), -ENOEXEC);
	CHECK_EQ(why.code, LPAR_REASON_IMAGE_TRUNCATED);
	CHECK_EQ(why.c, 16);
}

/* Every shorter file is refused, and never read beyond its end (ASan). */
TEST(image_truncated_anywhere_is_refused)
{
	struct boot_image im;
	u8 *buf = malloc(SMALL_LEN), *cut;
	size_t len;

	make_small(buf);
	for (len = 0; len < SMALL_LEN - 15; len++) {
		cut = malloc(len ?: 1);
		memcpy(cut, buf, len);
		CHECK_EQ(parse(cut, len, &im, NULL), -ENOEXEC);
		free(cut);
	}
	free(buf);
}

TEST(mutated_headers_are_refused_or_valid)
{
	struct boot_image im;
	u8 *buf = malloc(SMALL_LEN);
	u32 i, n, accepted = 0;

	for (i = 0; i < 20000; i++) {
		make_small(buf);
		for (n = tap_below(4) + 1; n; n--)
			buf[SETUP_HEADER_OFFSET +
			    tap_below(sizeof(struct setup_header))] =
				(u8)tap_rand();
		if (parse(buf, SMALL_LEN, &im, NULL))
			continue;
		accepted++;
		check_accepted(&im, SMALL_LEN);
	}
	CHECK(accepted > 100);
	free(buf);
}

/* The plan for any accepted image stays within RAM, and its parts do not overlap. */
TEST(plans_for_mutated_headers_are_valid)
{
	struct boot_image im;
	struct boot_plan p;
	static u8 buf[SMALL_LEN];
	u64 ram, initrd;
	u32 i;

	for (i = 0; i < 20000; i++) {
		make_small(buf);
		header_in(buf)->init_size = (u32)(tap_rand() >> tap_below(40));
		header_in(buf)->initrd_addr_max = (u32)(tap_rand() >> tap_below(40));
		REQUIRE(!parse(buf, sizeof(buf), &im, NULL));
		ram = tap_below(1 << 13) * SZ_2M;
		initrd = tap_rand() >> tap_below(64);
		if (boot_plan_make(&im, ram, initrd, 0, &p, NULL))
			continue;
		CHECK(p.kernel + p.kernel_size <= min_t(u64, ram, LAYOUT_HOLE_START));
		if (!initrd)
			continue;
		CHECK(p.initrd >= p.kernel + p.kernel_size);
		CHECK(p.initrd + initrd <= min_t(u64, ram, LAYOUT_HOLE_START));
		CHECK(p.initrd + initrd - 1 <= im.initrd_max);
		CHECK(IS_ALIGNED(p.initrd, SZ_4K));
	}
}

static u8 *read_file(const char *pattern, size_t *len)
{
	glob_t g;
	FILE *f;
	u8 *buf = NULL;

	if (glob(pattern, 0, NULL, &g))
		return NULL;
	f = fopen(g.gl_pathv[0], "rb");
	globfree(&g);
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	*len = (size_t)ftell(f);
	rewind(f);
	buf = malloc(*len);
	if (fread(buf, 1, *len, f) != *len)
		*len = 0;
	fclose(f);
	return buf;
}

/* Where scripts/deps unpacks the kernel, and where the package installs it. */
#define UNPACKED	"../../build/vm/kernel/*/root/boot/vmlinuz-6.1*-amd64"
#define INSTALLED	"/boot/vmlinuz-6.1*-amd64"

TEST(distribution_kernel_is_accepted)
{
	struct lpar_reason why;
	struct boot_image im;
	struct boot_plan p;
	size_t len;
	u8 *buf = read_file(UNPACKED, &len) ?: read_file(INSTALLED, &len);

	if (!buf)
		SKIP("no stock kernel: scripts/deps fetches one");
	CHECK_EQ(parse(buf, len, &im, &why), 0);
	check_accepted(&im, len);
	CHECK_EQ(im.start, SZ_16M);
	CHECK(im.size > im.seg[0].filesz);
	CHECK(im.cmdline_max >= 2047);
	/* LPAR2, the smallest in the patent, with a small initramfs. */
	CHECK_EQ(boot_plan_make(&im, SZ_128M, SZ_4M, 100, &p, &why), 0);
	CHECK_EQ(parse(buf, len / 2, &im, &why), -ENOEXEC);
	CHECK_EQ(why.code, LPAR_REASON_IMAGE_TRUNCATED);
	free(buf);
}
