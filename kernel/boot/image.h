/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two image parsers have in common, and the plan that says where
 * kernel, initrd, command line and zero page go in a guest's memory.
 *
 * L0. The image is untrusted: it comes from whoever may write "kernel".
 */
#ifndef LPAR_BOOT_IMAGE_H
#define LPAR_BOOT_IMAGE_H

#include "pure.h"
#include "lpar.h"

#define BOOT_MAX_SEGMENTS	16
#define BOOT_MAX_HEADER		0x90	/* setup header as copied, 0x1f1.. */

/**
 * enum boot_kind - what sort of kernel image it is
 * @BOOT_BZIMAGE: Linux bzImage with a 64-bit entry
 * @BOOT_ELF: uncompressed ELF64 vmlinux
 */
enum boot_kind {
	BOOT_BZIMAGE,
	BOOT_ELF,
};

/** enum boot_flaw - what LPAR_REASON_IMAGE_BAD has in a */
enum boot_flaw {
	BOOT_FLAW_NONE,
	BOOT_FLAW_MAGIC,
	BOOT_FLAW_PROTOCOL,	/* b = its version, 0x020c = 2.12 */
	BOOT_FLAW_32BIT,
	BOOT_FLAW_MACHINE,
	BOOT_FLAW_ADDRESS,
	BOOT_FLAW_SIZE,
	BOOT_FLAW_SEGMENTS,
	BOOT_FLAW_MANY_SEGMENTS,
	BOOT_FLAW_ENTRY,
};

/**
 * struct boot_file - an image file, which may be larger than the host's memory
 * @size: its length in bytes
 * @read: get all @len bytes at @offset; never called beyond @size. 0 or -errno
 * @ctx: first argument of @read
 */
struct boot_file {
	u64 size;
	int (*read)(void *ctx, u64 offset, void *to, size_t len);
	void *ctx;
};

/**
 * struct boot_segment - bytes of the image that become guest memory
 * @offset: where they stand in the image
 * @gpa: guest-physical address
 * @filesz: bytes in the image
 * @memsz: bytes in memory, >= @filesz; the rest is zero
 */
struct boot_segment {
	u64 offset;
	u64 gpa;
	u64 filesz;
	u64 memsz;
};

/**
 * struct boot_image - a kernel image that was checked
 * @kind: which parser took it
 * @nr_segments: entries of @seg in use
 * @header_len: bytes of @header in use
 * @protocol: boot protocol version, 0x020c = 2.12
 * @cmdline_max: longest command line, the ending NUL not counted
 * @start: guest-physical start. Where the image says that it may stand
 *	elsewhere this is its preferred place; lower would not help, since the
 *	kernel's own stub then decompresses to there all the same
 * @size: memory from @start that the kernel needs before it reads its map
 * @entry: 64-bit entry point
 * @pvh_entry: 32-bit entry by the PVH note, 0 when there is none
 * @initrd_max: highest address that a byte of the initrd may have
 * @seg: what to load
 * @header: setup header for the zero page, from offset 0x1f1 on
 */
struct boot_image {
	enum boot_kind kind;
	u32 nr_segments;
	u32 header_len;
	u32 protocol;
	u32 cmdline_max;
	u64 start;
	u64 size;
	u64 entry;
	u64 pvh_entry;
	u64 initrd_max;
	struct boot_segment seg[BOOT_MAX_SEGMENTS];
	u8 header[BOOT_MAX_HEADER];
};

/**
 * boot_image_parse() - find out what a kernel image is and check it
 * @file: the file; only its headers and notes are read, less than 200 KB
 * @image: the result
 * @why: reason of a refusal
 *
 * Context: that of @file->read. Writes nothing but @image and @why.
 * Return: 0, -ENOEXEC with @why filled, or what @file->read said.
 */
int boot_image_parse(const struct boot_file *file, struct boot_image *image,
		     struct lpar_reason *why);

/**
 * struct boot_plan - where things go
 * @kernel: guest-physical start of the kernel
 * @kernel_size: memory that is taken from there
 * @entry: 64-bit entry point
 * @initrd: guest-physical start, page aligned; 0 when there is none
 * @initrd_size: bytes, 0 when there is none
 * @ram_size: bytes of RAM of the LPAR
 * @cmdline: guest-physical start of the command line
 * @cmdline_len: its length, the ending NUL not counted
 */
struct boot_plan {
	u64 kernel;
	u64 kernel_size;
	u64 entry;
	u64 initrd;
	u64 initrd_size;
	u64 ram_size;
	u64 cmdline;
	u64 cmdline_len;
};

/**
 * boot_plan_make() - decide where everything goes
 * @image: a parsed image
 * @ram_size: bytes of RAM of the LPAR
 * @initrd_size: bytes of the initrd, 0 for none
 * @cmdline_len: length of the command line, the ending NUL not counted
 * @plan: the result
 * @why: reason of a refusal
 *
 * Context: any.
 * Return: 0; -ENOSPC when something does not fit into the RAM, -E2BIG when the
 * command line is too long; @why filled.
 */
int boot_plan_make(const struct boot_image *image, u64 ram_size,
		   u64 initrd_size, u64 cmdline_len, struct boot_plan *plan,
		   struct lpar_reason *why);

#endif /* LPAR_BOOT_IMAGE_H */
