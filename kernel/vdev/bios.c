// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/bios.c - contents of the guest's firmware area.
 *
 * L0: includes L0 headers only; writes nothing but the caller's buffer.
 */
#include "pure.h"
#include "vdev/bios.h"

#define BIOS_RESET_REG	(LAYOUT_GED_PORT + GED_RESET)

/*
 * Real-mode code for guests that jump to F000:FFF0 to reset the machine: Linux with
 * reboot=bios, and without EFI also with reboot=efi. There is room for 16 bytes.
 */
static const u8 bios_reset_code[] = {
	0xfa,					/* cli */
	0xba, BIOS_RESET_REG & 0xff, BIOS_RESET_REG >> 8,	/* mov $BIOS_RESET_REG, %dx */
	0xb0, GED_RESET_VALUE,			/* mov $GED_RESET_VALUE, %al */
	0xee,					/* out %al, (%dx) */
	0xf4,					/* 1: hlt */
	0xeb, 0xfd,				/* jmp 1b */
};

static_assert(LAYOUT_RESET_VECTOR + sizeof(bios_reset_code) <= LAYOUT_BIOS + LAYOUT_BIOS_SIZE);

void bios_build(void *buf)
{
	memset(buf, 0, LAYOUT_BIOS_SIZE);
	memcpy((u8 *)buf + (LAYOUT_RESET_VECTOR - LAYOUT_BIOS), bios_reset_code,
	       sizeof(bios_reset_code));
}
