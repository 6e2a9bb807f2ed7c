/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interface of the image parsers, and the placement of kernel, initrd, command
 * line and zero page in a guest's memory.
 *
 * L0. The image is untrusted.
 */
#ifndef LPAR_BOOT_IMAGE_H
#define LPAR_BOOT_IMAGE_H

#include "pure.h"
#include "lpar.h"

#define BOOT_MAX_SEGMENTS	16
#define BOOT_MAX_HEADER		0x90	/* bytes of setup header, from 0x1f1 on */

/**
 * enum boot_kind - kind of kernel image
 * @BOOT_BZIMAGE: Linux bzImage with a 64-bit entry
 * @BOOT_ELF: uncompressed ELF64 vmlinux
 */
enum boot_kind {
	BOOT_BZIMAGE,
	BOOT_ELF,
};

/** enum boot_flaw - a of LPAR_REASON_IMAGE_BAD */
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
 * @size: in bytes
 * @read: read exactly @len bytes at @offset; never called beyond @size. 0 or -errno
 * @ctx: first argument of @read
 */
struct boot_file {
	u64 size;
	int (*read)(void *ctx, u64 offset, void *to, size_t len);
	void *ctx;
};

/**
 * struct boot_segment - part of the image to be loaded into guest memory
 * @offset: in the image
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
 * struct boot_image - a checked kernel image
 * @kind: its kind
 * @nr_segments: entries of @seg in use
 * @header_len: bytes of @header in use
 * @protocol: boot protocol version, 0x020c = 2.12
 * @cmdline_max: maximum length of the command line without the final NUL
 * @start: guest-physical start. For a relocatable image the preferred address; a
 *	lower one would not help, since the kernel then decompresses to the preferred
 *	address anyway
 * @size: memory from @start that the kernel needs before it reads its memory map
 * @entry: 64-bit entry point
 * @pvh_entry: 32-bit entry of the PVH note, 0 if there is none
 * @initrd_max: highest address of the initrd's last byte
 * @seg: segments to load
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
 * boot_image_parse() - determine the kind of a kernel image and check it
 * @file: the file; only its headers and notes are read, less than 200 KB
 * @image: output
 * @why: reason of a refusal
 *
 * Context: that of @file->read. Writes nothing but @image and @why.
 * Return: 0, -ENOEXEC with @why filled, or the error of @file->read.
 */
int boot_image_parse(const struct boot_file *file, struct boot_image *image,
		     struct lpar_reason *why);

/**
 * struct boot_plan - placement of a kernel and its data
 * @kernel: guest-physical start of the kernel
 * @kernel_size: size of the memory that it needs
 * @entry: 64-bit entry point
 * @initrd: guest-physical start, page aligned; 0 if there is none
 * @initrd_size: bytes, 0 if there is none
 * @ram_size: bytes of RAM of the LPAR
 * @cmdline: guest-physical start of the command line
 * @cmdline_len: its length without the final NUL
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
 * boot_plan_make() - place a kernel and its data
 * @image: a parsed image
 * @ram_size: bytes of RAM of the LPAR
 * @initrd_size: bytes of the initrd, 0 for none
 * @cmdline_len: length of the command line without the final NUL
 * @plan: output
 * @why: reason of a refusal
 *
 * Context: any.
 * Return: 0; -ENOSPC if it does not fit into the RAM, -E2BIG if the command line
 * is too long; @why filled.
 */
int boot_plan_make(const struct boot_image *image, u64 ram_size,
		   u64 initrd_size, u64 cmdline_len, struct boot_plan *plan,
		   struct lpar_reason *why);

#endif /* LPAR_BOOT_IMAGE_H */
