/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 32-bit entry of the loader, and entry to the kernel: long mode with the low 4 GiB
 * identity-mapped, as the 64-bit entry of the Linux boot protocol requires.
 */
#define PML4	0x70000
#define PDPT	0x71000
#define PD	0x72000				/* four of them */

	.section .entry, "ax"
	.code32
	.globl	entry
entry:
	call	load
	/* void enter_kernel(u32 entry, u32 boot_params), never returns */
	.globl	enter_kernel
enter_kernel:
	movl	4(%esp), %ebx
	movl	8(%esp), %esi

	movl	$PML4, %edi
	movl	$(6 * 1024), %ecx
	xorl	%eax, %eax
	rep	stosl
	movl	$(PDPT | 3), PML4
	movl	$4, %ecx
	movl	$PDPT, %edi
	movl	$(PD | 3), %eax
1:	movl	%eax, (%edi)
	addl	$0x1000, %eax
	addl	$8, %edi
	loop	1b
	movl	$(4 * 512), %ecx
	movl	$PD, %edi
	movl	$0x83, %eax
2:	movl	%eax, (%edi)
	addl	$0x200000, %eax
	addl	$8, %edi
	loop	2b

	movl	$PML4, %eax
	movl	%eax, %cr3
	movl	$0x20, %eax			/* CR4.PAE */
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx		/* EFER.LME */
	rdmsr
	orl	$0x100, %eax
	wrmsr
	movl	$0x80000001, %eax		/* CR0.PG | PE */
	movl	%eax, %cr0
	ljmp	$0x08, $long_mode

	.code64
long_mode:
	movl	%ebx, %eax
	movl	%esi, %esi
	jmp	*%rax
	.section .note.GNU-stack, "", @progbits
