/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's E820 memory map. The expansion is not in it: that comes later,
 * by ACPI memory hot plug.
 *
 * L0. Names differ from the kernel's own for the same things, since L2 and
 * above see both.
 */
#ifndef LPAR_BOOT_E820_H
#define LPAR_BOOT_E820_H

#include "pure.h"
#include "lpar.h"

enum boot_e820_type {
	BOOT_E820_RAM = 1,
	BOOT_E820_RESERVED = 2,
	BOOT_E820_ACPI = 3,
};

struct zero_page_e820 {
	u64 addr;
	u64 size;
	u32 type;
} __packed;

#define BOOT_E820_NEEDED	8	/* e820_build() never makes more entries */

/**
 * e820_build() - make the map of a guest with some RAM
 * @ram_size: bytes of RAM, the hole below 4 GiB not counted
 * @out: BOOT_E820_NEEDED entries
 *
 * Context: any.
 * Return: number of entries, ascending and without overlap; -EINVAL when
 * @ram_size does not reach beyond 1 MiB.
 */
int e820_build(u64 ram_size, struct zero_page_e820 out[BOOT_E820_NEEDED]);

#endif /* LPAR_BOOT_E820_H */
