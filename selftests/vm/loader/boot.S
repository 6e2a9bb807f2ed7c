/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Boot sector of the test machine's disk. It reads the directory (sector 1) and the
 * following 32-bit loader with one BIOS call, gets the memory map from the BIOS, and
 * enters the loader in flat protected mode without paging.
 * lib/image.py writes the loader's size into boot_sectors.
 */
#define DIR_SEG		0x7e0		/* directory at 0x7e00, loader at 0x8000 */
#define LOADER		0x8000
#define E820_COUNT	0x6000
#define E820_TABLE	0x6004
#define E820_MAX	128
#define SMAP		0x534d4150

	.code16
	.globl	_start
_start:
	ljmp	$0, $1f
1:	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7c00, %sp
	movw	$dap, %si
	movb	$0x42, %ah
	int	$0x13
	jc	fail

	xorl	%ebx, %ebx
	movl	%ebx, E820_COUNT
	movw	$E820_TABLE, %di
e820:	movl	$0xe820, %eax
	movl	$SMAP, %edx
	movl	$20, %ecx
	int	$0x15
	jc	e820_end
	cmpl	$SMAP, %eax
	jne	fail
	addw	$20, %di
	incl	E820_COUNT
	cmpl	$E820_MAX, E820_COUNT
	jae	e820_end
	testl	%ebx, %ebx
	jnz	e820
e820_end:
	cli
	inb	$0x92, %al			/* fast A20 */
	orb	$2, %al
	andb	$0xfe, %al
	outb	%al, $0x92
	lgdt	gdt_ptr
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmp	$0x10, $flat

	/* Report the failure on the debug port, which the harness reads. */
fail:	movw	$msg, %si
2:	lodsb
	testb	%al, %al
	jz	3f
	outb	%al, $0xe9
	jmp	2b
3:	hlt
	jmp	3b

	.code32
flat:	movw	$0x18, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	movl	$0x7c00, %esp
	movl	$LOADER, %eax
	jmp	*%eax

msg:	.asciz	"@LOADER boot sector: no disk or memory map\n"

	.balign	8
gdt:	.quad	0
	.quad	0x00af9b000000ffff		/* 0x08: 64-bit code for load.S */
	.quad	0x00cf9b000000ffff		/* 0x10: flat 32-bit code */
	.quad	0x00cf93000000ffff		/* 0x18: flat data */
gdt_ptr:
	.word	gdt_ptr - gdt - 1
	.long	gdt

	.balign	4
dap:	.byte	16, 0
boot_sectors:
	.word	1				/* patched: directory + loader */
	.word	0, DIR_SEG
	.quad	1
	.org	510
	.word	0xaa55
	.globl	boot_sectors
