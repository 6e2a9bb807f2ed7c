// SPDX-License-Identifier: GPL-2.0
/*
 * Which parser takes an image, and words for what is wrong with one.
 *
 * L0: includes L0 headers only.
 */
#include "pure.h"
#include "boot/bzimage.h"
#include "boot/elf.h"
#include "boot/image.h"

int boot_image_parse(const void *data, size_t len, struct boot_image *image,
		     struct lpar_reason *why)
{
	if (elf_probe(data, len))
		return elf_parse(data, len, image, why);
	return bzimage_parse(data, len, image, why);
}

const char *boot_flaw_text(enum boot_flaw flaw)
{
	static const char * const text[] = {
		[BOOT_FLAW_NONE] = "no flaw",
		[BOOT_FLAW_MAGIC] = "neither a bzImage nor an ELF file",
		[BOOT_FLAW_PROTOCOL] = "boot protocol older than 2.12",
		[BOOT_FLAW_NOT_64BIT] = "no 64-bit x86 kernel",
		[BOOT_FLAW_ADDRESS] = "load address out of range",
		[BOOT_FLAW_SIZE] = "kernel size out of range",
		[BOOT_FLAW_SEGMENTS] = "program headers make no sense",
		[BOOT_FLAW_ENTRY] = "entry point outside the kernel",
	};

	return (u32)flaw < ARRAY_SIZE(text) ? text[flaw] : "unknown flaw";
}
