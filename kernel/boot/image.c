// SPDX-License-Identifier: GPL-2.0
/*
 * Choose the parser for an image.
 *
 * L0: includes L0 headers only.
 */
#include "pure.h"
#include "boot/bzimage.h"
#include "boot/elf.h"
#include "boot/image.h"

int boot_image_parse(const struct boot_file *file, struct boot_image *image,
		     struct lpar_reason *why)
{
	u8 head[BZIMAGE_HEAD];
	size_t len = min_t(u64, file->size, sizeof(head));
	int err = len ? file->read(file->ctx, 0, head, len) : 0;

	if (err)
		return err;
	if (elf_probe(head, len))
		return elf_parse(file, image, why);
	return bzimage_parse(head, len, file->size, image, why);
}
