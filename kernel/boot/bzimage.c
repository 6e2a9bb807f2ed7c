// SPDX-License-Identifier: GPL-2.0
/*
 * Parser of a bzImage's setup header (Linux/x86 Boot Protocol).
 *
 * L0: includes L0 headers only. The image is untrusted: sums must not overflow, and
 * offsets must be within the file.
 */
#include "pure.h"
#include <asm/bootparam.h>

#include "boot/bzimage.h"
#include "boot/setup_header.h"
#include "vdev/layout.h"

#define SECTOR			512
#define DEFAULT_SETUP_SECTS	4	/* if setup_sects is 0 */
#define PROTOCOL_XLOADFLAGS	0x020c	/* 2.12: first with xloadflags */
#define ENTRY_64		0x200	/* offset of the 64-bit entry */
#define DEFAULT_CMDLINE_MAX	255

#define HEADER_END	(SETUP_HEADER_OFFSET + sizeof(struct setup_header))

static int bzimage_refuse(struct lpar_reason *why, enum boot_flaw flaw, u64 detail)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_BAD, NULL, flaw, detail, 0);
	return -ENOEXEC;
}

static int bzimage_truncated(struct lpar_reason *why, u64 have, u64 want)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_TRUNCATED, NULL, have, want, want - have);
	return -ENOEXEC;
}

bool bzimage_probe(const void *data, size_t len)
{
	struct setup_header h;

	if (len < HEADER_END)
		return false;
	memcpy(&h, (const u8 *)data + SETUP_HEADER_OFFSET, sizeof(h));
	return h.boot_flag == SETUP_BOOT_FLAG && h.header == SETUP_HEADER_MAGIC;
}

static int check_header(const struct setup_header *h,
			struct lpar_reason *why)
{
	if (h->version < PROTOCOL_XLOADFLAGS)
		return bzimage_refuse(why, BOOT_FLAW_PROTOCOL, h->version);
	if (!(h->loadflags & LOADED_HIGH))
		return bzimage_refuse(why, BOOT_FLAW_ADDRESS, 0);
	if (!(h->xloadflags & XLF_KERNEL_64))
		return bzimage_refuse(why, BOOT_FLAW_32BIT, 0);
	if (h->pref_address < LAYOUT_HIGHRAM ||
	    h->pref_address >= LAYOUT_HOLE_START ||
	    !IS_ALIGNED(h->pref_address, SZ_4K))
		return bzimage_refuse(why, BOOT_FLAW_ADDRESS, 0);
	return 0;
}

/* The header contains its own end; fields of later protocols are not copied. */
static u32 copy_header(const u8 *data, u8 *to)
{
	u32 end = SETUP_JUMP_BASE + data[SETUP_JUMP_OFFSET];
	u32 n = sizeof(struct setup_header);

	if (end >= SETUP_JUMP_BASE + 0x10)
		n = min_t(u32, n, end - SETUP_HEADER_OFFSET);
	memcpy(to, data + SETUP_HEADER_OFFSET, n);
	return n;
}

/*
 * Size of the kernel after the setup sectors: syssize is in units of 16 bytes, and
 * the last one may be incomplete.
 */
static u64 kernel_size(const struct setup_header *h, u64 offset, u64 file)
{
	u64 size = (u64)h->syssize * 16;

	if (offset + size > file && offset + size - file < 16)
		return file - offset;
	return size;
}

int bzimage_parse(const void *head, size_t len, u64 file, struct boot_image *image,
		  struct lpar_reason *why)
{
	struct setup_header h;
	u64 offset, size;
	int err;

	if (!bzimage_probe(head, len))
		return bzimage_refuse(why, BOOT_FLAW_MAGIC, 0);
	memcpy(&h, (const u8 *)head + SETUP_HEADER_OFFSET, sizeof(h));
	err = check_header(&h, why);
	if (err)
		return err;
	offset = ((h.setup_sects ?: DEFAULT_SETUP_SECTS) + 1) * SECTOR;
	size = kernel_size(&h, offset, file);
	if (size <= ENTRY_64)
		return bzimage_refuse(why, BOOT_FLAW_SIZE, 0);
	if (offset + size > file)
		return bzimage_truncated(why, file, offset + size);

	memset(image, 0, sizeof(*image));
	image->kind = BOOT_BZIMAGE;
	image->protocol = h.version;
	image->cmdline_max = h.cmdline_size ?: DEFAULT_CMDLINE_MAX;
	image->initrd_max = h.initrd_addr_max;
	image->start = h.pref_address;
	image->size = max_t(u64, h.init_size, size);
	image->entry = h.pref_address + ENTRY_64;
	image->nr_segments = 1;
	image->seg[0].offset = offset;
	image->seg[0].gpa = h.pref_address;
	image->seg[0].filesz = size;
	image->seg[0].memsz = size;
	image->header_len = copy_header(head, image->header);
	return 0;
}
