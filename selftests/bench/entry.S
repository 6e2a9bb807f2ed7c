/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark's guest: entry point, exceptions, and the only interrupt handler, which
 * reads the TSC first.
 */
#define MSR_X2_EOI	0x80b

	.globl	_start, exceptions, irq_entry, irq_tsc

	.text
_start:
	lea	stack_top(%rip), %rsp
	mov	%rsi, %rdi
	call	guest_main
1:	hlt
	jmp	1b

irq_entry:
	push	%rax
	push	%rcx
	push	%rdx
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, irq_tsc(%rip)
	xor	%eax, %eax
	xor	%edx, %edx
	mov	$MSR_X2_EOI, %ecx
	wrmsr
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq

	/* EXCEPTION_SIZE bytes for each vector */
	.balign	16
exceptions:
	.set	vector, 0
	.rept	32
	.balign	16
	mov	$vector, %edi
	jmp	guest_exception
	.set	vector, vector + 1
	.endr

	.bss
	.balign	16
irq_tsc:
	.skip	8
	.balign	16
	.skip	8192
stack_top:

	.section .note.GNU-stack, "", @progbits
