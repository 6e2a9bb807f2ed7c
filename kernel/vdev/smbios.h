/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/smbios.h - SMBIOS tables: what the guest's machine is, its name and its UUID.
 *
 * L0. They are in the firmware area, where a system without UEFI looks for them
 * (SMBIOS specification, "SMBIOS structure table entry point").
 */
#ifndef LPAR_VDEV_SMBIOS_H
#define LPAR_VDEV_SMBIOS_H

#include "lpar.h"
#include "pure.h"

/** enum smbios_size - limits of the tables */
enum smbios_size {
	SMBIOS_UUID_LEN = 16,
	SMBIOS_ALIGN = 16,	/* where a guest looks for the entry point */
	SMBIOS_MAX = 1024,	/* all structures and the entry point */
};

/**
 * struct smbios_config - what the tables say of an LPAR
 * @name: of the LPAR: serial number of the system, asset tag of the chassis
 * @uuid: the first three fields little endian, as a guid_t
 */
struct smbios_config {
	char name[LPAR_NAME_LEN];
	u8 uuid[SMBIOS_UUID_LEN];
};

/**
 * smbios_build() - write the entry point and the structures
 * @config: of the LPAR
 * @buf: SMBIOS_MAX bytes
 * @gpa: where @buf will be in the guest's storage; a multiple of SMBIOS_ALIGN
 *
 * Context: any.
 * Return: the used bytes.
 */
size_t smbios_build(const struct smbios_config *config, void *buf, u64 gpa);

#endif /* LPAR_VDEV_SMBIOS_H */
