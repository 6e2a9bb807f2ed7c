/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's E820 memory map. It does not include the expansion, which is added
 * by ACPI memory hotplug.
 *
 * L0.
 */
#ifndef LPAR_BOOT_E820_H
#define LPAR_BOOT_E820_H

#include <asm/bootparam.h>

#include "pure.h"
#include "lpar.h"

/* boot_e820_entry.type: the kernel's names for these are not in its UAPI. */
enum boot_e820_type {
	BOOT_E820_RAM = 1,
	BOOT_E820_RESERVED = 2,
	BOOT_E820_ACPI = 3,
};

#define BOOT_E820_NEEDED	8	/* maximum number of entries by e820_build() */

/**
 * e820_build() - make a guest's memory map
 * @ram_size: bytes of RAM, without the hole below 4 GiB
 * @out: BOOT_E820_NEEDED entries
 *
 * Context: any.
 * Return: number of entries, ascending and without overlap; -EINVAL if @ram_size
 * is not more than 1 MiB.
 */
int e820_build(u64 ram_size, struct boot_e820_entry out[BOOT_E820_NEEDED]);

#endif /* LPAR_BOOT_E820_H */
