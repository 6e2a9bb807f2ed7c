/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parser of an ELF64 vmlinux: PT_LOAD segments by physical address, physical
 * entry point, PVH note.
 *
 * L0. Input is untrusted.
 */
#ifndef LPAR_BOOT_ELF_H
#define LPAR_BOOT_ELF_H

#include "boot/image.h"

/* True if the file begins with the ELF magic. */
bool elf_probe(const void *data, size_t len);

/* 0, or -ENOEXEC with @why filled. For callers see boot_image_parse(). */
int elf_parse(const struct boot_file *file, struct boot_image *image,
	      struct lpar_reason *why);

#endif /* LPAR_BOOT_ELF_H */
