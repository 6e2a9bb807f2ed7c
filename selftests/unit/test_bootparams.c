// SPDX-License-Identifier: GPL-2.0
/* sources: boot/bootparams.c boot/e820.c boot/plan.c model/reason.c model/state.c */

/* The contents of a guest's memory and registers at its first instruction. */
#include <stdlib.h>

#include "pure.h"
#include "tap.h"
#include "boot/bootparams.h"
#include "boot/setup_header.h"
#include "vdev/layout.h"

#define GUEST_SIZE	SZ_4M

static u8 guest[GUEST_SIZE];
static u32 writes_left;

static int store(void *ctx, u64 gpa, const void *src, u64 len)
{
	if (!writes_left)
		return -EFAULT;
	writes_left--;
	if (gpa > GUEST_SIZE || len > GUEST_SIZE - gpa)
		return -EFAULT;
	if (src)
		memcpy(guest + gpa, src, len);
	else
		memset(guest + gpa, 0, len);
	return 0;
}

static int copy(void *ctx, u64 gpa, u64 offset, u64 len)
{
	return store(ctx, gpa, "abcdef" + offset, len);
}

static const struct boot_mem mem = { .write = store, .copy = copy };

static u64 read64(u64 gpa)
{
	u64 v;

	memcpy(&v, guest + gpa, sizeof(v));
	return v;
}

static void make_image(struct boot_image *image, enum boot_kind kind)
{
	struct setup_header h = {
		.boot_flag = SETUP_BOOT_FLAG,
		.header = SETUP_HEADER_MAGIC,
		.version = 0x20f,
		.setup_data = 0xdead0000,
		.kernel_alignment = SZ_16M,
	};

	*image = (struct boot_image) {
		.kind = kind,
		.protocol = 0x20f,
		.header_len = sizeof(h),
		.cmdline_max = 2047,
		.start = SZ_16M,
		.size = SZ_16M,
		.entry = SZ_16M + 0x200,
		.initrd_max = 0x7fffffff,
		.nr_segments = 1,
		.seg[0] = { .offset = 0x1000, .gpa = SZ_16M,
			    .filesz = 0x2000, .memsz = 0x2000 },
	};
	if (kind == BOOT_BZIMAGE)
		memcpy(image->header, &h, sizeof(h));
}

static struct setup_header header_of(const struct boot_params *zp)
{
	struct setup_header h;

	memcpy(&h, &zp->hdr, sizeof(h));
	return h;
}

static void check_zero_page(enum boot_kind kind)
{
	static struct boot_params zp;
	struct setup_header h;
	struct boot_image image;
	struct boot_plan plan;

	make_image(&image, kind);
	CHECK_EQ(boot_plan_make(&image, SZ_256M, 0x12345, 7, &plan, NULL), 0);
	memset(&zp, 0xa5, sizeof(zp));
	CHECK_EQ(boot_zero_page_build(&zp, &image, &plan, LAYOUT_ACPI), 0);
	h = header_of(&zp);
	CHECK_EQ(zp.acpi_rsdp_addr, LAYOUT_ACPI);
	CHECK_EQ(zp.sentinel, 0);
	CHECK(zp.e820_entries > 0);
	CHECK_EQ(h.boot_flag, SETUP_BOOT_FLAG);
	CHECK_EQ(h.header, SETUP_HEADER_MAGIC);
	CHECK_EQ(h.version, 0x20f);
	CHECK_EQ(h.type_of_loader, 0xff);
	CHECK_EQ(h.cmd_line_ptr, LAYOUT_CMDLINE);
	CHECK_EQ(h.ramdisk_image, plan.initrd);
	CHECK_EQ(h.ramdisk_size, 0x12345);
	CHECK_EQ(h.setup_data, 0);
	CHECK_EQ(h.kernel_alignment, kind == BOOT_ELF ? SZ_2M : SZ_16M);
}

TEST(zero_page_of_bzimage)
{
	check_zero_page(BOOT_BZIMAGE);
}

TEST(zero_page_of_elf)
{
	check_zero_page(BOOT_ELF);
}

TEST(initrd_is_placed_at_the_top_of_low_ram)
{
	struct boot_image image;
	struct boot_plan plan;

	make_image(&image, BOOT_BZIMAGE);
	CHECK_EQ(boot_plan_make(&image, SZ_256M, SZ_1M + 1, 0, &plan, NULL), 0);
	CHECK_EQ(plan.initrd, SZ_256M - SZ_1M - SZ_4K);
	CHECK_EQ(plan.initrd_size, SZ_1M + 1);
	/* Below the kernel's own limit even if there is more RAM. */
	CHECK_EQ(boot_plan_make(&image, 8ULL << 30, SZ_4K, 0, &plan, NULL), 0);
	CHECK_EQ(plan.initrd, 0x80000000 - SZ_4K);
	/* Never in or above the hole. */
	image.initrd_max = U64_MAX;
	CHECK_EQ(boot_plan_make(&image, 8ULL << 30, SZ_4K, 0, &plan, NULL), 0);
	CHECK_EQ(plan.initrd, LAYOUT_HOLE_START - SZ_4K);
	CHECK_EQ(boot_plan_make(&image, 8ULL << 30, 0, 0, &plan, NULL), 0);
	CHECK_EQ(plan.initrd, 0);
}

TEST(image_initrd_or_cmdline_that_does_not_fit_is_refused)
{
	struct lpar_reason why;
	struct boot_image image;
	struct boot_plan plan;

	make_image(&image, BOOT_BZIMAGE);
	CHECK_EQ(boot_plan_make(&image, 2 * SZ_16M, 0, 0, &plan, &why), 0);
	CHECK_EQ(boot_plan_make(&image, 2 * SZ_16M - 1, 0, 0, &plan, &why),
		 -ENOSPC);
	CHECK_EQ(why.code, LPAR_REASON_IMAGE_SIZE);
	CHECK_EQ(why.a, 2 * SZ_16M);
	CHECK_EQ(boot_plan_make(&image, 2 * SZ_16M, 1, 0, &plan, &why),
		 -ENOSPC);
	CHECK_EQ(boot_plan_make(&image, SZ_128M, U64_MAX, 0, &plan, &why),
		 -ENOSPC);
	CHECK_EQ(boot_plan_make(&image, SZ_128M, 0, 2047, &plan, &why), 0);
	CHECK_EQ(boot_plan_make(&image, SZ_128M, 0, 2048, &plan, &why), -E2BIG);
	CHECK_EQ(why.code, LPAR_REASON_CMDLINE);
	CHECK_EQ(why.b, 2047);
	image.cmdline_max = U32_MAX;
	CHECK_EQ(boot_plan_make(&image, SZ_128M, 0, LAYOUT_CMDLINE_SIZE, &plan,
				&why), -E2BIG);
}

/* Walk the boot page tables as the processor does. */
static u64 walk(u64 va)
{
	u64 e = read64(LAYOUT_BOOT_PML4 + 8 * (va >> 39 & 511));

	if (!(e & 1))
		return U64_MAX;
	e = read64((e & ~0xfffULL) + 8 * (va >> 30 & 511));
	if (!(e & 1))
		return U64_MAX;
	e = read64((e & ~0xfffULL) + 8 * (va >> 21 & 511));
	if ((e & 0x83) != 0x83)
		return U64_MAX;
	return (e & ~0x1fffffULL) | (va & 0x1fffff);
}

static void load(struct boot_plan *plan, struct boot_params *zp)
{
	struct boot_image image;

	make_image(&image, BOOT_BZIMAGE);
	boot_plan_make(&image, SZ_256M, 0, 7, plan, NULL);
	boot_zero_page_build(zp, &image, plan, LAYOUT_ACPI);
	memset(guest, 0x5a, sizeof(guest));
	writes_left = U32_MAX;
	CHECK_EQ(boot_load_tables(&mem, zp, plan, "quiet a"), 0);
}

TEST(page_tables_identity_map_4g)
{
	static struct boot_params zp;
	struct boot_plan plan;
	int i;

	load(&plan, &zp);
	CHECK(!memcmp(guest + LAYOUT_ZERO_PAGE, &zp, sizeof(zp)));
	CHECK_STR((char *)guest + LAYOUT_CMDLINE, "quiet a");
	for (i = 0; i < 2000; i++) {
		u64 va = tap_below(SZ_4G);

		CHECK_EQ(walk(va), va);
	}
	CHECK_EQ(walk(SZ_4G - 1), SZ_4G - 1);
	CHECK_EQ(walk(SZ_4G), U64_MAX);
	CHECK_EQ(walk(1ULL << 39), U64_MAX);
}

TEST(initial_registers_match_the_gdt)
{
	static struct boot_params zp;
	struct boot_cpu_state st;
	struct boot_plan plan;
	u64 cs, ds;

	load(&plan, &zp);
	boot_cpu_state(&plan, &st);
	CHECK_EQ(st.rip, SZ_16M + 0x200);
	CHECK_EQ(st.rsi, LAYOUT_ZERO_PAGE);
	CHECK_EQ(st.rflags, 2);
	CHECK_EQ(st.cr3, LAYOUT_BOOT_PML4);
	CHECK_EQ(st.efer, 0x500);
	CHECK_EQ(st.cr0, 0x80000031);
	CHECK_EQ(st.cs.selector, 0x10);
	CHECK_EQ(st.ds.selector, 0x18);
	CHECK(st.gdt_limit >= st.tr.selector + 15);
	cs = read64(st.gdt_base + st.cs.selector);
	ds = read64(st.gdt_base + st.ds.selector);
	CHECK_EQ(cs, 0x00af9b000000ffffULL);
	CHECK_EQ(ds, 0x00cf93000000ffffULL);
	CHECK_EQ(read64(st.gdt_base + st.tr.selector), 0x00008b0000000067ULL);
	CHECK_EQ(cs >> 40 & 0xf0ff, st.cs.attr);
	CHECK_EQ(ds >> 40 & 0xf0ff, st.ds.attr);
}

TEST(failure_of_any_write_is_reported)
{
	static struct boot_params zp;
	struct boot_plan plan;
	u32 i, need;

	load(&plan, &zp);
	need = U32_MAX - writes_left;
	for (i = 0; i < need; i++) {
		writes_left = i;
		CHECK_EQ(boot_load_tables(&mem, &zp, &plan, "quiet a"), -EFAULT);
	}
}

TEST(segments_are_loaded_and_bss_is_cleared)
{
	struct boot_image image = {
		.nr_segments = 2,
		.seg[0] = { .offset = 1, .gpa = SZ_1M, .filesz = 3, .memsz = 5 },
		.seg[1] = { .offset = 4, .gpa = SZ_2M, .filesz = 2, .memsz = 2 },
	};

	memset(guest, 0x5a, sizeof(guest));
	writes_left = U32_MAX;
	CHECK_EQ(boot_load_kernel(&mem, &image), 0);
	CHECK(!memcmp(guest + SZ_1M, "bcd\0\0\x5a", 6));
	CHECK(!memcmp(guest + SZ_2M, "ef\x5a", 3));
	writes_left = 1;
	CHECK_EQ(boot_load_kernel(&mem, &image), -EFAULT);
}
