/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Constants of the Linux/x86 Boot Protocol that <asm/bootparam.h> does not have.
 * Private to boot/.
 *
 * L0.
 */
#ifndef LPAR_BOOT_SETUP_HEADER_H
#define LPAR_BOOT_SETUP_HEADER_H

#define SETUP_HEADER_OFFSET	0x1f1		/* in a bzImage and in the zero page */
#define SETUP_HEADER_MAGIC	0x53726448	/* "HdrS" */
#define SETUP_BOOT_FLAG		0xaa55
/* The header ends at 0x202 plus the byte at 0x201, a jump's displacement. */
#define SETUP_JUMP_OFFSET	0x201
#define SETUP_JUMP_BASE		0x202
#define SETUP_LOADER_UNDEFINED	0xff		/* type_of_loader without an assigned id */

#endif /* LPAR_BOOT_SETUP_HEADER_H */
