/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/checksum.h - checksum of firmware tables (ACPI, "System Description Table Header";
 * SMBIOS, "SMBIOS structure table entry point"). L0.
 */
#ifndef LPAR_VDEV_CHECKSUM_H
#define LPAR_VDEV_CHECKSUM_H

#include "pure.h"

/**
 * firmware_checksum() - what makes all bytes of a table add up to 0
 * @table: the table; the byte for its checksum is 0
 * @len: its length in bytes
 *
 * Context: any.
 * Return: the checksum.
 */
static inline u8 firmware_checksum(const void *table, size_t len)
{
	const u8 *byte = table;
	u8 sum = 0;

	while (len--)
		sum += *byte++;
	return -sum;
}

#endif /* LPAR_VDEV_CHECKSUM_H */
