/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/acpi.h - ACPI tables of the guest: RSDP, XSDT, FADT, MADT, SRAT, MCFG, DSDT (ACPI 6.3,
 * hardware-reduced).
 *
 * L0. The caller copies the result to guest-physical LAYOUT_ACPI.
 */
#ifndef LPAR_VDEV_ACPI_H
#define LPAR_VDEV_ACPI_H

#include "pure.h"
#include "lpar.h"
#include "vdev/layout.h"

/**
 * struct acpi_config - properties of an LPAR that the tables describe
 * @ram_size: bytes of RAM at IPL
 * @hotplug_size: bytes that may be added directly behind the RAM
 * @present_lips: bit n set: LIP n is defined at IPL; bit 0 must be set
 * @max_lips: LIPs 0..@max_lips-1 may be added
 */
struct acpi_config {
	u64 ram_size;
	u64 hotplug_size;
	u64 present_lips;
	u32 max_lips;
};

/** enum acpi_table - the tables */
enum acpi_table {
	ACPI_RSDP,
	ACPI_XSDT,
	ACPI_FADT,
	ACPI_MADT,
	ACPI_SRAT,
	ACPI_MCFG,
	ACPI_DSDT,
	ACPI_NR_TABLES,
};

/**
 * struct acpi_image - location of the tables in the buffer
 * @offset: from the buffer's start
 * @len: bytes
 * @used: bytes of the buffer up to the end of the last table
 */
struct acpi_image {
	u32 offset[ACPI_NR_TABLES];
	u32 len[ACPI_NR_TABLES];
	u32 used;
};

/**
 * acpi_build() - build all tables
 * @cfg: the LPAR
 * @buf: the output, for guest-physical LAYOUT_ACPI
 * @size: bytes of @buf; LAYOUT_ACPI_SIZE is enough for every @cfg
 * @image: gets the location of each table; the RSDP is at offset 0
 *
 * Context: any.
 * Return: 0, -EINVAL for a @cfg without LIP 0 or with LIPs beyond @max_lips,
 * -ENOSPC when @size is too small.
 */
int acpi_build(const struct acpi_config *cfg, void *buf, u32 size,
	       struct acpi_image *image);

#endif /* LPAR_VDEV_ACPI_H */
