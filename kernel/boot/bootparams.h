/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest finds when its first instruction runs: zero page, command
 * line, boot GDT and page tables, register state of its first LIP.
 *
 * L0. Guest memory is written through struct boot_mem alone.
 */
#ifndef LPAR_BOOT_BOOTPARAMS_H
#define LPAR_BOOT_BOOTPARAMS_H

#include "boot/e820.h"
#include "boot/image.h"

#define BOOT_ZERO_PAGE_E820_MAX	128

/* The zero page, as far as this loader fills it (Linux/x86 Boot Protocol). */
struct boot_zero_page {
	u8 screen_info[0x40];
	u8 apm_bios_info[0x14];
	u8 pad1[4];
	u64 tboot_addr;
	u8 ist_info[0x10];
	u64 acpi_rsdp_addr;			/* 0x070 */
	u8 pad2[8];
	u8 hd_info[0x20];
	u8 sys_desc_table[0x10];
	u8 olpc_ofw_header[0x10];
	u32 ext_ramdisk_image;			/* 0x0c0 */
	u32 ext_ramdisk_size;
	u32 ext_cmd_line_ptr;
	u8 pad3[0x13c - 0xcc];
	u32 cc_blob_address;
	u8 edid_info[0x80];
	u8 efi_info[0x20];
	u32 alt_mem_k;
	u32 scratch;
	u8 e820_entries;			/* 0x1e8 */
	u8 eddbuf_entries;
	u8 edd_mbr_sig_buf_entries;
	u8 kbd_status;
	u8 secure_boot;
	u8 pad4[2];
	u8 sentinel;				/* 0x1ef */
	u8 pad5;
	u8 header[BOOT_MAX_HEADER];		/* 0x1f1, struct boot_setup_header */
	u8 pad6[0x290 - 0x1f1 - BOOT_MAX_HEADER];
	u8 edd_mbr_sig_buffer[0x40];
	struct zero_page_e820 e820[BOOT_ZERO_PAGE_E820_MAX];	/* 0x2d0 */
	u8 rest[0x1000 - 0x2d0 - BOOT_ZERO_PAGE_E820_MAX * 20];
} __packed;

static_assert(sizeof(struct boot_zero_page) == 0x1000);

/**
 * struct boot_mem - how the loader reaches guest memory
 * @write: store @len bytes at @gpa; @src == NULL stores zeroes. 0 or -errno.
 * @copy: store @len bytes at @gpa that stand at @offset of the kernel's file.
 *	0 or -errno. For boot_load_kernel() only.
 * @ctx: first argument of both
 */
struct boot_mem {
	int (*write)(void *ctx, u64 gpa, const void *src, u64 len);
	int (*copy)(void *ctx, u64 gpa, u64 offset, u64 len);
	void *ctx;
};

/*
 * One segment register as hardware holds it. @attr: descriptor bits 40-47 in
 * bits 0-7, descriptor bits 52-55 in bits 12-15 (as a VMCS has them). Without
 * the present bit (0x80) the register is unusable.
 */
struct boot_segment_reg {
	u16 selector;
	u16 attr;
	u32 limit;
	u64 base;
};

/**
 * struct boot_cpu_state - registers of the first LIP at its first instruction
 *
 * 64-bit mode, identity mapping of the first 4 GiB, interrupts off; registers
 * that are not named here are 0.
 */
struct boot_cpu_state {
	u64 rip, rsp, rsi, rflags;
	u64 cr0, cr3, cr4, efer;
	u64 gdt_base, idt_base;
	u16 gdt_limit, idt_limit;
	struct boot_segment_reg cs, ds;		/* ds also for ES, SS, FS, GS */
	struct boot_segment_reg tr, ldt;
};

/**
 * boot_zero_page_build() - fill a zero page
 * @zp: zero page, written in full
 * @image: the image that @plan was made for
 * @plan: where things go
 * @rsdp: guest-physical address of the ACPI RSDP
 *
 * Context: any.
 * Return: 0 or -EINVAL when the RAM is too small for an E820 map.
 */
int boot_zero_page_build(struct boot_zero_page *zp,
			 const struct boot_image *image,
			 const struct boot_plan *plan, u64 rsdp);

/**
 * boot_load_kernel() - put the image's segments where they belong
 * @mem: guest memory
 * @image: parsed image of the file that @mem->copy reads
 *
 * Context: that of @mem's functions.
 * Return: 0 or what @mem's functions said.
 */
int boot_load_kernel(const struct boot_mem *mem, const struct boot_image *image);

/**
 * boot_load_tables() - put zero page, command line, GDT and page tables
 * @mem: guest memory
 * @zp: result of boot_zero_page_build()
 * @plan: the same plan
 * @cmdline: @plan->cmdline_len bytes
 *
 * Context: that of @mem->write.
 * Return: 0 or what @mem->write said.
 */
int boot_load_tables(const struct boot_mem *mem,
		     const struct boot_zero_page *zp,
		     const struct boot_plan *plan, const char *cmdline);

/**
 * boot_cpu_state() - registers for the image's 64-bit entry
 * @plan: a plan
 * @state: the result
 *
 * Context: any.
 */
void boot_cpu_state(const struct boot_plan *plan, struct boot_cpu_state *state);

#endif /* LPAR_BOOT_BOOTPARAMS_H */
