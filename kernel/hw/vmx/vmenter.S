/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/vmx/vmenter.S - VM entry and exit.
 *
 * Switches what VM entry and exit do not and C code cannot: the general registers,
 * stored in the order of enum lip_gpr. SDM: "VM Entries", "VM Exits". For
 * speculation barriers see barriers.c.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/cpufeatures.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#include "hw/spec_ctrl.S"
#include "hw/vmx/vmcs.h"

#define GPR(n)		(8 * (n))
#define VMCS_HOST_RSP	0x6c14

	.section .rodata
.Lkernel_ds:
	.word	__KERNEL_DS

	.text

/*
 * unsigned long vmx_enter(u64 *regs, unsigned int flags, struct hw_spec *spec)
 * The VMCS is current and complete but for HOST_RSP; HOST_RIP is
 * vmx_exit_entry. Interrupts are off.
 */
SYM_FUNC_START(vmx_enter)
	push	%rbp
	mov	%rsp, %rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx
	push	%rdx
	push	%rdi

	mov	$VMCS_HOST_RSP, %eax
	vmwrite	%rsp, %rax

	mov	%rdx, %rbx
	SPEC_CTRL_GUEST %rbx

	UNWIND_HINT_SAVE

	/*
	 * ZF and CF survive the loads below; BT leaves ZF alone, and VERW changes
	 * nothing else.
	 */
	test	$VMX_ENTER_VERW, %esi
	bt	$VMX_ENTER_RESUME_BIT, %esi

	mov	GPR(0)(%rdi), %rax
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

	/* Clear CPU buffers (MDS etc.), after everything else. */
	jz	.Lno_verw
	verw	.Lkernel_ds(%rip)
.Lno_verw:
	jnc	.Llaunch
.Lresume:
	vmresume
	jmp	.Lvmfail
.Llaunch:
	vmlaunch
.Lvmfail:
	/* #UD: VMX was disabled by a crashing host. */
	_ASM_EXTABLE(.Lresume, .Lvmfail)
	_ASM_EXTABLE(.Llaunch, .Lvmfail)
	pop	%rdi
	mov	$1, %eax
	jmp	.Lclear

SYM_INNER_LABEL(vmx_exit_entry, SYM_L_GLOBAL)
	/* RSP is as before the entry: the saved pointer is on top. */
	UNWIND_HINT_RESTORE
	ANNOTATE_NOENDBR
	push	%rdi
	mov	8(%rsp), %rdi
	mov	%rax, GPR(0)(%rdi)
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
	pop	%rdi
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
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	xor	%ebx, %ebx
	xor	%ebp, %ebp

	/*
	 * Before the first return: do not use return predictions of the guest.
	 * Unrolled, because a loop takes more than 1.5 times as long.
	 */
	ALTERNATIVE "jmp .Lrsb_full", "", X86_FEATURE_RSB_VMEXIT
	.rept RSB_CLEAR_LOOPS
	__FILL_RETURN_SLOT
	.endr
	add	$(8 * RSB_CLEAR_LOOPS), %rsp
	lfence
.Lrsb_full:
	ALTERNATIVE "jmp .Lrsb_one", "", X86_FEATURE_RSB_VMEXIT_LITE
	__FILL_ONE_RETURN
.Lrsb_one:
	/* Save the result: the macros below change RAX. */
	mov	%eax, %ebp
	pop	%rbx
	SPEC_CTRL_HOST %rbx
	CLEAR_BRANCH_HISTORY_VMEXIT
	mov	%ebp, %eax

	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET
SYM_FUNC_END(vmx_enter)
