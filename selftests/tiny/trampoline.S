/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of a LIP after SIPI: from real mode directly into 64-bit mode, with the loader's
 * GDT and page tables. Copied below 1 MiB before use. DS equals CS, so its data is
 * addressed relative to its start.
 */
#include "vdev/layout.h"

#define SEL_CODE	0x10
#define EFER		0xc0000080

	.section .rodata
	.globl trampoline, trampoline_end
	.balign 16
	.code16
trampoline:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	lgdtl	(gdtr - trampoline)
	mov	$0x20, %eax		/* PAE */
	mov	%eax, %cr4
	mov	$LAYOUT_BOOT_PML4, %eax
	mov	%eax, %cr3
	mov	$EFER, %ecx
	rdmsr
	or	$0x100, %eax		/* LME */
	wrmsr
	mov	%cr0, %eax
	and	$0x9fffffff, %eax	/* caches on */
	or	$0x80000001, %eax	/* PG, PE */
	mov	%eax, %cr0
	ljmpl	$SEL_CODE, $start_lip
	.balign 8
gdtr:
	.word	47
	.long	LAYOUT_BOOT_GDT
trampoline_end:

	.section .note.GNU-stack, "", @progbits
