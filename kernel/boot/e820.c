// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's E820 memory map.
 *
 * L0: includes L0 headers only.
 */
#include "pure.h"
#include "boot/e820.h"
#include "vdev/layout.h"

static int e820_add(struct boot_e820_entry *out, int n, u64 start, u64 end,
		    enum boot_e820_type type)
{
	out[n].addr = start;
	out[n].size = end - start;
	out[n].type = type;
	return n + 1;
}

int e820_build(u64 ram_size, struct boot_e820_entry out[BOOT_E820_NEEDED])
{
	struct layout_range part[LAYOUT_MAX_SPLIT];
	int i, parts, n = 0;

	if (ram_size <= LAYOUT_HIGHRAM || ram_size > U64_MAX - LAYOUT_HOLE_SIZE)
		return -EINVAL;
	n = e820_add(out, n, 0, LAYOUT_LOWRAM_END, BOOT_E820_RAM);
	n = e820_add(out, n, LAYOUT_LOWRAM_END, LAYOUT_ACPI, BOOT_E820_RESERVED);
	n = e820_add(out, n, LAYOUT_ACPI, LAYOUT_ACPI + LAYOUT_ACPI_SIZE, BOOT_E820_ACPI);
	n = e820_add(out, n, LAYOUT_ACPI + LAYOUT_ACPI_SIZE, LAYOUT_HIGHRAM,
		     BOOT_E820_RESERVED);
	parts = layout_split(LAYOUT_HIGHRAM, ram_size - LAYOUT_HIGHRAM, part);
	for (i = 0; i < parts; i++)
		n = e820_add(out, n, part[i].start, part[i].start + part[i].len,
			     BOOT_E820_RAM);
	return n;
}
