/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's initial state: zero page, command line, boot GDT and page tables,
 * registers of its first LIP.
 *
 * L0. Guest memory is written through struct boot_mem only.
 */
#ifndef LPAR_BOOT_BOOTPARAMS_H
#define LPAR_BOOT_BOOTPARAMS_H

#include <asm/bootparam.h>

#include "boot/e820.h"
#include "boot/image.h"

/**
 * struct boot_mem - the loader's access to guest memory
 * @write: store @len bytes at @gpa, zeroes if @src is NULL. 0 or -errno.
 * @copy: store @len bytes from @offset of the kernel's file at @gpa. 0 or -errno.
 *	Used by boot_load_kernel() only.
 * @ctx: first argument of both
 */
struct boot_mem {
	int (*write)(void *ctx, u64 gpa, const void *src, u64 len);
	int (*copy)(void *ctx, u64 gpa, u64 offset, u64 len);
	void *ctx;
};

/*
 * A segment register. @attr: descriptor bits 40-47 in bits 0-7, descriptor bits
 * 52-55 in bits 12-15, as in a VMCS. Without the present bit (0x80) the register is
 * unusable.
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
 * 64-bit mode, identity mapping of the first 4 GiB, interrupts off; all other
 * registers are 0.
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
 * @plan: the plan
 * @rsdp: guest-physical address of the ACPI RSDP
 *
 * Context: any.
 * Return: 0 or -EINVAL if the RAM is too small for an E820 map.
 */
int boot_zero_page_build(struct boot_params *zp, const struct boot_image *image,
			 const struct boot_plan *plan, u64 rsdp);

/**
 * boot_load_kernel() - load the image's segments
 * @mem: guest memory
 * @image: parsed image of the file that @mem->copy reads
 *
 * Context: that of @mem's functions.
 * Return: 0 or the error of @mem's functions.
 */
int boot_load_kernel(const struct boot_mem *mem, const struct boot_image *image);

/**
 * boot_load_tables() - write zero page, command line, GDT and page tables
 * @mem: guest memory
 * @zp: result of boot_zero_page_build()
 * @plan: the same plan
 * @cmdline: @plan->cmdline_len bytes
 *
 * Context: that of @mem->write.
 * Return: 0 or the error of @mem->write.
 */
int boot_load_tables(const struct boot_mem *mem, const struct boot_params *zp,
		     const struct boot_plan *plan, const char *cmdline);

/**
 * boot_cpu_state() - registers for the image's 64-bit entry
 * @plan: a plan
 * @state: output
 *
 * Context: any.
 */
void boot_cpu_state(const struct boot_plan *plan, struct boot_cpu_state *state);

#endif /* LPAR_BOOT_BOOTPARAMS_H */
