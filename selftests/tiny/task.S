/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hardware task switches in 32-bit protected mode, executed by a LIP after SIPI. The code
 * is copied to TASK_CODE; case_task.c reads its results from the words at its end.
 *
 * The main task tests: CALL of a 32-bit task and its IRET, JMP to a 16-bit task and back,
 * an interrupt and a #GP through task gates, a double fault through a task gate. Each task
 * increments a counter of its own, so that the main task sees that it ran exactly once.
 */
#define TASK_CODE	0x14000
#define SEL_MAIN	0x08
#define SEL_CALLED	0x10
#define SEL_SMALL	0x18	/* 16 bits */
#define SEL_FAULT	0x20
#define SEL_DOUBLE	0x28
#define SEL_FLAT	0x30
#define SEL_DATA	0x38
#define SEL_LOW		0x40	/* code, base 0x10000: for an IP of 16 bits */
#define AT(label)	(label - task_code + TASK_CODE)
#define LOW(label)	(AT(label) - 0x10000)
#define NT		0x4000

	.section .rodata
	.globl task_code, task_code_end, task_result, task_gdt, task_idt, task_tss
	.globl task_cr3, task_cr4, task_found
	.balign 4096
	.code16
task_code:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	lgdtl	(task_gdtr - task_code)
	lidtl	(task_idtr - task_code)
	mov	(task_cr4 - task_code), %eax
	mov	%eax, %cr4
	mov	(task_cr3 - task_code), %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	and	$0x9ffffff7, %eax	/* caches on, TS off */
	or	$1, %eax
	mov	%eax, %cr0
	ljmpl	$SEL_FLAT, $AT(task_flat)

	.code32
task_flat:
	mov	$SEL_DATA, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	xor	%ax, %ax
	mov	%ax, %fs
	mov	%ax, %gs
	mov	$AT(task_stack_main), %esp
	cmpl	$0, AT(task_cr3)
	je	1f
	mov	%cr0, %eax
	or	$0x80000000, %eax
	mov	%eax, %cr0
1:	mov	$SEL_MAIN, %ax
	ltr	%ax

	/* 1: CALL and IRET. Registers are restored, TS is set, NT is not. */
	movl	$1, AT(task_result)
	mov	$0x12345678, %ecx
	mov	$0x9abcdef0, %edi
	lcall	$SEL_CALLED, $0
	cmp	$0x12345678, %ecx
	jne	task_bad
	cmp	$0x9abcdef0, %edi
	jne	task_bad
	cmp	$AT(task_stack_main), %esp
	jne	task_bad
	mov	%cr0, %eax
	test	$8, %al
	jz	task_bad
	clts
	pushf
	pop	%eax
	test	$NT, %eax
	jnz	task_bad
	cmpl	$1, AT(task_ran_called)
	jne	task_bad
	/* The task is not busy any more, and can be called again. */
	lcall	$SEL_CALLED, $0
	cmpl	$2, AT(task_ran_called)
	jne	task_bad

	/* 2: JMP to a 16-bit task, which jumps back. */
	movl	$2, AT(task_result)
	mov	$0x55aa55aa, %esi
	ljmp	$SEL_SMALL, $0
	cmp	$0x55aa55aa, %esi
	jne	task_bad
	cmpl	$1, AT(task_ran_small)
	jne	task_bad

	/* 3: INT n through a task gate: no error code, saved EIP is after the INT. */
	movl	$3, AT(task_result)
	int	$0x30
	cmpl	$1, AT(task_ran_called_by_int)
	jne	task_bad

	/* 4: #GP through a task gate, twice: the error code is on the new stack. */
	movl	$4, AT(task_result)
	movl	$AT(2f), AT(task_goes_on)
	mov	$0xfff8, %ax
	mov	%ax, %fs
2:	cmpl	$1, AT(task_ran_fault)
	jne	task_bad
	cmpl	$0xfff8, AT(task_error)
	jne	task_bad
	movl	$AT(2f), AT(task_goes_on)
	mov	$0xfff0, %ax
	mov	%ax, %fs
2:	cmpl	$2, AT(task_ran_fault)
	jne	task_bad
	cmpl	$0xfff0, AT(task_error)
	jne	task_bad

	/* 5: TSS not present: #NP(selector) in the main task, and nothing has changed. */
	movl	$5, AT(task_result)
	andb	$0x7f, AT(task_gdt) + SEL_CALLED + 5
	movl	$AT(2f), AT(task_goes_on)
	lcall	$SEL_CALLED, $0
2:	cmpl	$1, AT(task_ran_missing)
	jne	task_bad
	cmpl	$SEL_CALLED, AT(task_error)
	jne	task_bad
	orb	$0x80, AT(task_gdt) + SEL_CALLED + 5

	/* 6: a fault during delivery of a fault: #DF through a task gate. */
	movl	$6, AT(task_result)
	movl	$0, AT(task_idt) + 13 * 8 + 4
	movl	$0, AT(task_idt) + 11 * 8 + 4
	movl	$AT(2f), AT(task_goes_on)
	mov	$0xfff8, %ax
	mov	%ax, %fs
2:	cmpl	$1, AT(task_ran_double)
	jne	task_bad
	movl	$100, AT(task_result)
task_ends:
	cli
	hlt
	jmp	task_ends

task_bad:
	movl	$1, AT(task_found)
	jmp	task_ends

/* The called task, by CALL and by INT: NT is set, and the next call resumes after IRET. */
task_called:
	pushf
	pop	%eax
	test	$NT, %eax
	jz	task_bad
	mov	$0xdead, %ecx
	mov	$0xdead, %edi
	cmpl	$3, AT(task_result)
	je	3f
	incl	AT(task_ran_called)
	iret
	jmp	task_called
3:	incl	AT(task_ran_called_by_int)
	iret
	jmp	task_called

task_small:
	incl	AT(task_ran_small)
	ljmp	$SEL_MAIN, $0

/* #GP: the error code is on the stack; the main task continues at task_goes_on. */
task_fault:
	pop	AT(task_error)
	incl	AT(task_ran_fault)
	mov	AT(task_goes_on), %eax
	mov	%eax, AT(task_tss) + 0x20
	iret
	jmp	task_fault

task_double:
	pop	AT(task_error)
	incl	AT(task_ran_double)
	mov	AT(task_goes_on), %eax
	mov	%eax, AT(task_tss) + 0x20
	iret

/* #NP through an interrupt gate. */
task_missing:
	pop	AT(task_error)
	incl	AT(task_ran_missing)
	push	AT(task_goes_on)
	pop	(%esp)
	iret

	.balign 8
task_gdtr:
	.word	9 * 8 - 1
	.long	AT(task_gdt)
task_idtr:
	.word	0x31 * 8 - 1
	.long	AT(task_idt)
	.balign 8
task_cr3:	.long	0
task_cr4:	.long	0
task_result:	.long	0
task_found:	.long	0
task_goes_on:	.long	0
task_error:	.long	0
task_ran_called:	.long	0
task_ran_called_by_int:	.long	0
task_ran_small:	.long	0
task_ran_fault:	.long	0
task_ran_missing:	.long	0
task_ran_double:	.long	0

#define CODE32(base)	.word 0xffff, (base) & 0xffff; .byte (base) >> 16, 0x9a, 0xcf, 0
#define TSS(n, type, size) \
	.word (size) - 1, TASK_CODE + 0x800 + (n) * 0x80 - (0x10000); \
	.byte 1, type, 0, 0
	.balign 8
task_gdt:
	.quad	0
	TSS(0, 0x89, 0x68)
	TSS(1, 0x89, 0x68)
	TSS(2, 0x81, 0x2c)
	TSS(3, 0x89, 0x68)
	TSS(4, 0x89, 0x68)
	CODE32(0)
	.word	0xffff, 0
	.byte	0, 0x92, 0xcf, 0
	CODE32(0x10000)

#define TSS32(entry, stack)						\
	.fill	7, 4, 0;						\
	.long	0, AT(entry), 2, 0, 0, 0, 0, AT(stack), 0, 0, 0;	\
	.long	SEL_DATA, SEL_FLAT, SEL_DATA, SEL_DATA, 0, 0, 0, 0x680000; \
	.fill	6, 4, 0
	.org	task_code + 0x800
task_tss:
	TSS32(task_flat, task_stack_main)
	TSS32(task_called, task_stack_called)
	.fill	7, 2, 0
	.word	LOW(task_small), 2, 0, 0, 0, 0, 0x8000, 0, 0, 0
	.word	SEL_DATA, SEL_LOW, SEL_DATA, SEL_DATA, 0
	.org	task_tss + 3 * 0x80
	TSS32(task_fault, task_stack_fault)
	TSS32(task_double, task_stack_double)

#define GATE_TASK(sel)	.word 0, sel, 0x8500, 0
#define GATE_INT(label)	.word LOW(label), SEL_FLAT, 0x8e00, 1
	.org	task_code + 0xb00
task_idt:
	.fill	8, 8, 0
	GATE_TASK(SEL_DOUBLE)
	.quad	0
	.quad	0
	GATE_INT(task_missing)		/* 11 */
	.quad	0
	GATE_TASK(SEL_FAULT)
	.fill	0x30 - 14, 8, 0
	GATE_TASK(SEL_CALLED)
	.org	task_code + 0xd00
task_stack_main:
	.org	task_code + 0xe00
task_stack_called:
	.org	task_code + 0xf00
task_stack_fault:
	.org	task_code + 0xff0
task_stack_double:
	.org	task_code + 0x1000
task_code_end:

	.section .note.GNU-stack, "", @progbits
