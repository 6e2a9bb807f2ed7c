/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parser of the setup header of a Linux bzImage (the Linux/x86 Boot Protocol).
 *
 * L0. Input is untrusted.
 */
#ifndef LPAR_BOOT_BZIMAGE_H
#define LPAR_BOOT_BZIMAGE_H

#include "boot/image.h"

/* True if the file has a bzImage's magic numbers. */
bool bzimage_probe(const void *data, size_t len);

/* Bytes at the start of the file that include the setup header of any protocol. */
#define BZIMAGE_HEAD	0x2f8

/*
 * 0, or -ENOEXEC with @why filled. @head: the first @len bytes of the file, at
 * most BZIMAGE_HEAD; @size: of the file. For callers see boot_image_parse().
 */
int bzimage_parse(const void *head, size_t len, u64 size, struct boot_image *image,
		  struct lpar_reason *why);

#endif /* LPAR_BOOT_BZIMAGE_H */
