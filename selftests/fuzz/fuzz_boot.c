// SPDX-License-Identifier: GPL-2.0
/* sources: boot/image.c boot/bzimage.c boot/elf.c boot/plan.c boot/e820.c boot/bootparams.c */
/* sources: model/reason.c model/state.c */

/*
 * Kernel images of any content: what is accepted can be loaded into storage without touching
 * anything else, wherever that is possible; what is refused has a reason.
 *
 * Input: choices, then the first bytes of the file; what follows them is 0.
 */
#include "pure.h"
#include "fuzz.h"

#include <linux/elf.h>

#include "boot/bootparams.h"
#include "boot/setup_header.h"
#include "vdev/layout.h"

#define HEAD	2048

static u8 head[HEAD];
static u64 file_size, ram;
static u32 reads;
static struct boot_image image;
static struct boot_plan plan;
static struct boot_params zp;

static int file_read(void *ctx, u64 offset, void *to, size_t len)
{
	size_t i;

	FUZZ_CHECK(offset <= file_size && len <= file_size - offset, "%zu bytes at %llx", len,
		   offset);
	FUZZ_CHECK(++reads < 20000, "too many reads");
	for (i = 0; i < len; i++)
		((u8 *)to)[i] = offset + i < HEAD ? head[offset + i] : 0;
	return 0;
}

static void put(u32 at, u64 val, u32 size)
{
	memcpy(head + at, &val, size);
}

static u64 or_any(u64 val)
{
	return fuzz_rarely(8) ? fuzz_number() : val;
}

static void make_bzimage(void)
{
	put(0x1f1, or_any(4), 1);			/* setup_sects */
	put(0x1f4, or_any(0x1000), 4);			/* syssize */
	put(0x1fe, 0xaa55, 2);
	put(0x201, or_any(0x66), 1);			/* jump: end of the header */
	put(0x202, SETUP_HEADER_MAGIC, 4);
	put(0x206, or_any(0x20f), 2);			/* version */
	put(0x211, or_any(1), 1);			/* loadflags */
	put(0x22c, or_any(0x7fffffff), 4);		/* initrd_addr_max */
	put(0x236, or_any(1), 2);			/* xloadflags */
	put(0x238, or_any(2047), 4);			/* cmdline_size */
	put(0x258, or_any(0x1000000), 8);		/* pref_address */
	put(0x260, or_any(0x2000000), 4);		/* init_size */
}

static void make_note(u32 at)
{
	put(at, or_any(4), 4);
	put(at + 4, or_any(4), 4);
	put(at + 8, or_any(18), 4);
	memcpy(head + at + 12, "Xen", 4);
	put(at + 16, or_any(0x1000010), 4);
}

static void make_elf(void)
{
	struct elf64_hdr h = { .e_ident = ELFMAG };
	u32 n = 1 + fuzz_below(6), i;

	h.e_ident[EI_CLASS] = or_any(ELFCLASS64);
	h.e_ident[EI_DATA] = or_any(ELFDATA2LSB);
	h.e_type = or_any(ET_EXEC);
	h.e_machine = or_any(EM_X86_64);
	h.e_phentsize = or_any(sizeof(struct elf64_phdr));
	h.e_phnum = or_any(n);
	h.e_phoff = or_any(64);
	h.e_entry = or_any(0x1000000 + fuzz_byte());
	memcpy(head, &h, sizeof(h));
	for (i = 0; i < n; i++) {
		struct elf64_phdr p = {
			.p_type = fuzz_rarely(4) ? PT_NOTE : PT_LOAD,
			.p_offset = or_any(1024 + 64 * fuzz_below(8)),
			.p_paddr = or_any(0x1000000 + 0x1000 * fuzz_below(8)),
			.p_filesz = or_any(0x40 * fuzz_below(64)),
		};

		p.p_memsz = or_any(p.p_filesz + 16 * fuzz_below(2));
		memcpy(head + 64 + i * sizeof(p), &p, sizeof(p));
	}
	for (i = 0; i < 4; i++)
		make_note(1024 + 64 * i);
}

/* No segment leaves the file or the storage below the hole; none overlaps another. */
static void check_image(void)
{
	u64 start = U64_MAX, end = 0;
	u32 i, j;

	FUZZ_CHECK(image.nr_segments && image.nr_segments <= BOOT_MAX_SEGMENTS, "segments");
	for (i = 0; i < image.nr_segments; i++) {
		const struct boot_segment *s = &image.seg[i];

		FUZZ_CHECK(s->offset <= file_size && s->filesz <= file_size - s->offset,
			   "segment %u leaves the file", i);
		FUZZ_CHECK(s->filesz <= s->memsz && s->memsz, "segment %u", i);
		FUZZ_CHECK(s->gpa >= LAYOUT_HIGHRAM && s->gpa < LAYOUT_HOLE_START,
			   "segment %u at %llx", i, s->gpa);
		for (j = 0; j < i; j++)
			FUZZ_CHECK(s->gpa >= image.seg[j].gpa + image.seg[j].memsz ||
				   image.seg[j].gpa >= s->gpa + s->memsz, "%u and %u", i, j);
		start = min(start, s->gpa);
		end = max(end, s->gpa + s->memsz);
	}
	FUZZ_CHECK(image.start <= start && image.start + image.size >= end, "extent");
	FUZZ_CHECK(image.entry >= start && image.entry < end, "entry %llx", image.entry);
	FUZZ_CHECK(!image.pvh_entry || (image.pvh_entry >= start && image.pvh_entry < end),
		   "PVH entry %llx", image.pvh_entry);
	FUZZ_CHECK(image.header_len <= BOOT_MAX_HEADER, "header %u", image.header_len);
	FUZZ_CHECK(image.kind != BOOT_BZIMAGE || image.protocol >= 0x20c, "protocol");
}

static void check_why(const struct lpar_reason *why)
{
	char buf[256];

	FUZZ_CHECK(why->code != LPAR_REASON_NONE, "no reason");
	lpar_reason_text(why, buf, sizeof(buf));
	FUZZ_CHECK(strlen(buf) < sizeof(buf) - 1, "%s", buf);
}

/* Is there a place for the initrd: pages between the kernel's end and both limits? */
static bool initrd_fits(u64 initrd)
{
	u64 top = min_t(u64, min_t(u64, ram, LAYOUT_HOLE_START), image.initrd_max + 1);
	u64 low = ALIGN(image.start + image.size, 4096);

	return !initrd || (top >= low && initrd <= top - low);
}

static bool check_plan(u64 initrd, u64 cmdline)
{
	struct lpar_reason why = { 0 };
	int ret = boot_plan_make(&image, ram, initrd, cmdline, &plan, &why), want = 0;

	if (cmdline > min_t(u64, image.cmdline_max, LAYOUT_CMDLINE_SIZE - 1))
		want = -E2BIG;
	else if (image.start + image.size > min_t(u64, ram, LAYOUT_HOLE_START) ||
		 !initrd_fits(initrd))
		want = -ENOSPC;
	FUZZ_EQ(ret, want, "whether it fits");
	if (ret) {
		check_why(&why);
		return false;
	}
	FUZZ_EQ(plan.initrd_size, initrd, "size of the initrd");
	if (initrd) {
		FUZZ_CHECK(plan.initrd >= image.start + image.size && plan.initrd % 4096 == 0,
			   "initrd at %llx", plan.initrd);
		FUZZ_CHECK(plan.initrd + initrd <= min_t(u64, ram, LAYOUT_HOLE_START) &&
			   plan.initrd + initrd - 1 <= image.initrd_max, "initrd at %llx",
			   plan.initrd);
	}
	return true;
}

static void check_e820(void)
{
	u64 at = 0, sum = 0, end;
	u32 i;

	for (i = 0; i < zp.e820_entries; i++) {
		FUZZ_CHECK(zp.e820_table[i].size && zp.e820_table[i].addr >= at, "entry %u", i);
		at = zp.e820_table[i].addr + zp.e820_table[i].size;
		if (zp.e820_table[i].type != BOOT_E820_RAM)
			continue;
		FUZZ_CHECK(at <= LAYOUT_HOLE_START || zp.e820_table[i].addr >= LAYOUT_HOLE_END,
			   "RAM in the hole");
		sum += zp.e820_table[i].size;
	}
	FUZZ_EQ(sum, ram - (LAYOUT_HIGHRAM - LAYOUT_LOWRAM_END), "sum of RAM");
	end = ram <= LAYOUT_HOLE_START ? ram : ram + LAYOUT_HOLE_SIZE;
	FUZZ_EQ(at, end, "end of RAM");
}

/* What was written: the kernel first, then data that must not touch it. */
static u64 low_end;

static int mem_write(void *ctx, u64 gpa, const void *src, u64 len)
{
	u64 end = gpa + len;
	bool kernel = gpa >= image.start && end <= image.start + image.size;

	FUZZ_CHECK(len && end <= min_t(u64, ram, LAYOUT_HOLE_START), "%llx bytes at %llx", len,
		   gpa);
	FUZZ_CHECK(low_end ? end <= low_end : kernel, "%llx bytes at %llx", len, gpa);
	return 0;
}

static int mem_copy(void *ctx, u64 gpa, u64 offset, u64 len)
{
	FUZZ_CHECK(offset <= file_size && len <= file_size - offset, "copy from %llx", offset);
	return mem_write(ctx, gpa, NULL, len);
}

static void check_load(u64 cmdline)
{
	static const char text[LAYOUT_CMDLINE_SIZE];
	const struct boot_mem mem = { .write = mem_write, .copy = mem_copy };
	struct boot_cpu_state cpu;
	int ret = boot_zero_page_build(&zp, &image, &plan, LAYOUT_ACPI);

	FUZZ_EQ(ret, ram > LAYOUT_HIGHRAM ? 0 : -EINVAL, "zero page");
	if (ret)
		return;
	check_e820();
	FUZZ_EQ(zp.hdr.setup_data, 0, "setup_data");
	FUZZ_EQ(zp.hdr.ramdisk_size, plan.initrd_size, "ramdisk_size");
	FUZZ_EQ(zp.hdr.ramdisk_image, plan.initrd, "ramdisk_image");
	low_end = 0;
	FUZZ_EQ(boot_load_kernel(&mem, &image), 0, "kernel");
	low_end = LAYOUT_LOWRAM_END;
	FUZZ_EQ(boot_load_tables(&mem, &zp, &plan, text), 0, "tables");
	FUZZ_CHECK(plan.cmdline + cmdline < LAYOUT_LOWRAM_END, "command line");
	boot_cpu_state(&plan, &cpu);
	FUZZ_EQ(cpu.rip, image.entry, "RIP");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct boot_file file = { .size = 0, .read = file_read };
	struct boot_file f = file;
	struct lpar_reason why = { 0 };
	u64 initrd, cmdline;
	u8 how;
	int ret;

	fuzz_start(data, size);
	memset(head, 0, sizeof(head));
	how = fuzz_byte();
	ram = fuzz_flip() ? (u64)fuzz_bytes(2) * SZ_2M : fuzz_number() % (1ULL << 46);
	initrd = fuzz_flip() ? fuzz_bytes(2) * SZ_4K + fuzz_below(3) : fuzz_number();
	cmdline = fuzz_flip() ? fuzz_byte() : fuzz_number();
	file_size = fuzz_flip() ? fuzz_bytes(3) : fuzz_number();
	if (how & 1)
		make_bzimage();
	else if (how & 2)
		make_elf();
	for (ret = 0; how & 4 && fuzz_more() && ret < 64; ret++)
		head[fuzz_below(HEAD)] = fuzz_byte();
	if (!(how & 7))
		memcpy(head, fuzz_input.at, min_t(size_t, fuzz_input.left, HEAD));
	reads = 0;
	f.size = file_size;
	memset(&image, 0xa5, sizeof(image));
	ret = boot_image_parse(&f, &image, &why);
	FUZZ_CHECK(!ret || ret == -ENOEXEC, "%d", ret);
	if (ret) {
		check_why(&why);
		return 0;
	}
	check_image();
	if (check_plan(initrd, cmdline))
		check_load(cmdline);
	return 0;
}
