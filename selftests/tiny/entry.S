/* SPDX-License-Identifier: GPL-2.0 */
/*
 * First instructions of each LIP, and the 256 interrupt entries.
 *
 * LIP 0 enters through the 64-bit entry point of the Linux boot protocol (RSI = zero
 * page), the others through the trampoline.
 */
#define STACK_SIZE 8192

	.section .text.start, "ax"
	.globl start
start:
	cli
	cld
	lea	stacks + STACK_SIZE(%rip), %rsp
	mov	%rsi, %rdi
	xor	%ebp, %ebp
	call	tiny_main
1:	cli
	hlt
	jmp	1b

	.text
	.globl start_lip
start_lip:
	mov	$0x18, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$1, %eax
	cpuid
	shr	$24, %ebx
	mov	%rbx, %rdi
	inc	%ebx
	shl	$13, %ebx
	lea	stacks(%rbx), %rsp
	xor	%ebp, %ebp
	call	lip_main
1:	cli
	hlt
	jmp	1b

/* The processor pushes an error code for vectors 8, 10-14, 17, 21. */
	.balign 16
	.globl idt_stubs
idt_stubs:
vector = 0
	.rept	256
	.balign 16
	.if !((vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21))
	push	$0
	.endif
	push	$vector
	jmp	idt_common
vector = vector + 1
	.endr

/* Pushes the rest of struct frame. */
idt_common:
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%r11
	push	%r10
	push	%r9
	push	%r8
	push	%rbp
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%rbx
	push	%rax
	mov	%rsp, %rdi
	mov	%rsp, %rbp
	and	$-16, %rsp
	cld
	call	idt_handle
	mov	%rbp, %rsp
	pop	%rax
	pop	%rbx
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
	pop	%rbp
	pop	%r8
	pop	%r9
	pop	%r10
	pop	%r11
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	add	$16, %rsp
	iretq

	.bss
	.balign 4096
	.globl stacks
stacks:	.skip	64 * STACK_SIZE

	.section .note.GNU-stack, "", @progbits
