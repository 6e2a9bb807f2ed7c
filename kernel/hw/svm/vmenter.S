/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/svm/vmenter.S - VM entry and exit.
 *
 * Switches what VMRUN does not and C code cannot: the general registers, and by
 * VMLOAD and VMSAVE the segments and MSRs that the host needs to take an interrupt.
 * GIF is clear meanwhile, which blocks all interrupts and NMIs. Registers are
 * stored in the order of enum lip_gpr. APM: "VMRUN Instruction", "VMSAVE and
 * VMLOAD", "Global Interrupt Flag". For speculation barriers see barriers.c.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>

#include "compat.h"
#include "hw/spec_ctrl.S"

#define GPR(n)		(8 * (n))

	.section .rodata
.Lkernel_ds:
	.word	__KERNEL_DS

	.text

/*
 * unsigned long svm_enter(u64 *regs, u64 vmcb_pa, u64 host_pa, struct hw_spec *spec)
 * The guest's RAX and RSP are in its VMCB. Interrupts are off.
 */
SYM_FUNC_START(svm_enter)
	push	%rbp
	mov	%rsp, %rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx
	push	%rcx
	push	%rdi
	push	%rdx

.Lclgi:
	clgi

	mov	%rcx, %rbx
	SPEC_CTRL_GUEST %rbx

	mov	%rsi, %rax
	vmload	%rax

	mov	GPR(1)(%rdi), %rcx
	mov	GPR(2)(%rdi), %rdx
	mov	GPR(3)(%rdi), %rbx
	mov	GPR(5)(%rdi), %rbp
	mov	GPR(6)(%rdi), %rsi
	mov	GPR(8)(%rdi), %r8
	mov	GPR(9)(%rdi), %r9
	mov	GPR(10)(%rdi), %r10
	mov	GPR(11)(%rdi), %r11
	mov	GPR(12)(%rdi), %r12
	mov	GPR(13)(%rdi), %r13
	mov	GPR(14)(%rdi), %r14
	mov	GPR(15)(%rdi), %r15
	mov	GPR(7)(%rdi), %rdi

	/* Clear CPU buffers (TSA). */
	ALTERNATIVE "jmp .Lno_verw", "", X86_FEATURE_CLEAR_CPU_BUF_VM
	verw	.Lkernel_ds(%rip)
.Lno_verw:

	/*
	 * With the host's IF set, interrupts cause exits. The shadow of STI must
	 * end before VMRUN: processors would carry it into the guest, which then
	 * could take an interrupt between its own STI and HLT. No interrupt is
	 * taken at the NOP, since GIF is clear.
	 */
	sti
	nop
	vmrun	%rax
	cli

	/* VMRUN has restored the host's RAX and RSP. */
	vmsave	%rax

	push	%rdi
	mov	16(%rsp), %rdi
	mov	%rcx, GPR(1)(%rdi)
	mov	%rdx, GPR(2)(%rdi)
	mov	%rbx, GPR(3)(%rdi)
	mov	%rbp, GPR(5)(%rdi)
	mov	%rsi, GPR(6)(%rdi)
	pop	GPR(7)(%rdi)
	mov	%r8, GPR(8)(%rdi)
	mov	%r9, GPR(9)(%rdi)
	mov	%r10, GPR(10)(%rdi)
	mov	%r11, GPR(11)(%rdi)
	mov	%r12, GPR(12)(%rdi)
	mov	%r13, GPR(13)(%rdi)
	mov	%r14, GPR(14)(%rdi)
	mov	%r15, GPR(15)(%rdi)

	pop	%rax
	vmload	%rax
	pop	%rdi
	pop	%rbx

	/* Before the first return: do not use predictions of the guest. */
	FILL_RETURN_BUFFER %rcx, RSB_CLEAR_LOOPS, X86_FEATURE_RSB_VMEXIT
	SPEC_CTRL_HOST %rbx
	UNTRAIN_RET
	ALTERNATIVE "", "call entry_ibpb", X86_FEATURE_IBPB_ON_VMEXIT

	stgi
	xor	%eax, %eax

.Lclear:
	/* Keep the guest's values from speculatively executed host code. */
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d

	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET

.Loff:
	/* #UD: SVM was disabled by a crashing host. */
	_ASM_EXTABLE(.Lclgi, .Loff)
	pop	%rdx
	pop	%rdi
	pop	%rbx
	mov	$1, %eax
	jmp	.Lclear
SYM_FUNC_END(svm_enter)
