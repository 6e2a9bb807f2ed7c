/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The headers of an ELF core of a guest: registers of its LIPs as notes, and its storage by
 * guest-physical address. Read by gdb and crash; the notes are those of QEMU's
 * dump-guest-memory, which crash finds the kernel's base address by.
 *
 * L0.
 */
#ifndef LPAR_BOOT_CORE_H
#define LPAR_BOOT_CORE_H

#include "pure.h"

#include "emul/insn.h"
#include "emul/segment.h"
#include "vdev/layout.h"

/**
 * struct core_table - GDTR or IDTR
 * @base: linear address
 * @limit: offset of the last byte
 */
struct core_table {
	u64 base;
	u32 limit;
};

/**
 * struct core_cpu - registers of a LIP
 * @gpr: general registers, by enum lip_gpr
 * @rip: instruction pointer
 * @rflags: RFLAGS
 * @seg: segment registers in encoding order, then LDTR, TR
 * @gdt: GDTR
 * @idt: IDTR
 * @cr0: CR0, as are the following
 * @kernel_gs_base: what SWAPGS exchanges with the base of GS
 */
struct core_cpu {
	u64 gpr[LIP_NR_GPRS];
	u64 rip;
	u64 rflags;
	struct lip_segment seg[SEGMENT_COUNT];
	struct core_table gdt, idt;
	u64 cr0, cr2, cr3, cr4;
	u64 kernel_gs_base;
};

/**
 * struct core_file - contents of the file
 * @range: the guest's storage, ascending
 * @nr_ranges: their number, at most LAYOUT_MAX_SPLIT
 * @nr_cpus: number of LIPs, at most LPAR_MAX_LIPS
 */
struct core_file {
	struct layout_range range[LAYOUT_MAX_SPLIT];
	u32 nr_ranges;
	u32 nr_cpus;
};

/* Bytes in front of the storage, a multiple of 4096. */
size_t core_header_size(const struct core_file *file);

/**
 * core_header() - build the part in front of the storage
 * @file: contents
 * @cpu: registers, @file->nr_cpus of them
 * @buf: output, core_header_size() bytes, zeroed
 *
 * Context: any.
 */
void core_header(const struct core_file *file, const struct core_cpu *cpu, void *buf);

/**
 * core_find() - find the storage at a position of the file
 * @file: contents
 * @pos: position, not in front of the storage
 * @gpa: output: guest-physical address
 *
 * Context: any.
 * Return: contiguous bytes from there on; 0 at the end of the file.
 */
u64 core_find(const struct core_file *file, u64 pos, u64 *gpa);

#endif /* LPAR_BOOT_CORE_H */
