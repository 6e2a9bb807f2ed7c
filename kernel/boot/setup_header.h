/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The setup header of the Linux/x86 Boot Protocol, up to version 2.15: at 0x1f1
 * of a bzImage and of the zero page. Private to boot/.
 *
 * L0.
 */
#ifndef LPAR_BOOT_SETUP_HEADER_H
#define LPAR_BOOT_SETUP_HEADER_H

#include "pure.h"

#define SETUP_HEADER_OFFSET	0x1f1
#define SETUP_HEADER_MAGIC	0x53726448	/* "HdrS" */
#define SETUP_BOOT_FLAG		0xaa55
/* The header ends at 0x202 plus the byte at 0x201, a jump's displacement. */
#define SETUP_JUMP_OFFSET	0x201
#define SETUP_JUMP_BASE		0x202

struct boot_setup_header {
	u8 setup_sects;
	u16 root_flags;
	u32 syssize;			/* in 16-byte units */
	u16 ram_size;
	u16 vid_mode;
	u16 root_dev;
	u16 boot_flag;
	u16 jump;			/* 0x200 */
	u32 header;
	u16 version;
	u32 realmode_swtch;
	u16 start_sys_seg;
	u16 kernel_version;
	u8 type_of_loader;		/* 0x210 */
	u8 loadflags;
	u16 setup_move_size;
	u32 code32_start;
	u32 ramdisk_image;
	u32 ramdisk_size;
	u32 bootsect_kludge;		/* 0x220 */
	u16 heap_end_ptr;
	u8 ext_loader_ver;
	u8 ext_loader_type;
	u32 cmd_line_ptr;
	u32 initrd_addr_max;
	u32 kernel_alignment;		/* 0x230 */
	u8 relocatable_kernel;
	u8 min_alignment;
	u16 xloadflags;
	u32 cmdline_size;
	u32 hardware_subarch;
	u64 hardware_subarch_data;	/* 0x240 */
	u32 payload_offset;
	u32 payload_length;
	u64 setup_data;			/* 0x250 */
	u64 pref_address;
	u32 init_size;			/* 0x260 */
	u32 handover_offset;
	u32 kernel_info_offset;
} __packed;

static_assert(sizeof(struct boot_setup_header) == 0x26c - SETUP_HEADER_OFFSET);

#define SETUP_LOADED_HIGH	BIT(0)	/* loadflags */
#define SETUP_XLF_KERNEL_64	BIT(0)	/* xloadflags */
#define SETUP_LOADER_UNDEFINED	0xff	/* type_of_loader without a number */

#endif /* LPAR_BOOT_SETUP_HEADER_H */
