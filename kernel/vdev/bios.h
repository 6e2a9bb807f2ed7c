/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/bios.h - the last 64 KiB below 1 MiB, a PC's firmware area: code at the reset
 * vector. The SMBIOS tables are at its beginning (vdev/smbios.h).
 *
 * L0. The caller copies the result to guest-physical LAYOUT_BIOS.
 */
#ifndef LPAR_VDEV_BIOS_H
#define LPAR_VDEV_BIOS_H

#include "pure.h"
#include "vdev/layout.h"

/**
 * bios_build() - fill the area
 * @buf: LAYOUT_BIOS_SIZE bytes
 *
 * Context: any.
 */
void bios_build(void *buf);

#endif /* LPAR_VDEV_BIOS_H */
