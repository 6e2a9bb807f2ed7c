/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/barriers.S - functions called by macros and inlines of <asm/nospec-branch.h>.
 *
 * Newer kernels export them to KVM only, and older ones have another name for
 * the IBPB, so the module has its own. They are weak: built into the kernel
 * (CONFIG_LPAR=y), the kernel's are used. SDM: "Indirect Branch Predictor
 * Barrier (IBPB)"; Intel, "Branch History Injection and Intra-mode Branch Target
 * Injection", "Software BHB-clearing sequence".
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/alternative.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

	.text

/* IBPB. Changes RAX, RCX, RDX. */
SYM_FUNC_START_WEAK(write_ibpb)
SYM_INNER_LABEL(entry_ibpb, SYM_L_WEAK)
	mov	$MSR_IA32_PRED_CMD, %ecx
	mov	$PRED_CMD_IBPB, %eax
	xor	%edx, %edx
	wrmsr
	/* Some processors do not flush the return predictor with it. */
	FILL_RETURN_BUFFER %rax, RSB_CLEAR_LOOPS, X86_FEATURE_ALWAYS
	RET
SYM_FUNC_END(write_ibpb)

/*
 * Overwrite the branch history: five nested calls of a loop of five. Each RET is
 * in the upper half of its cache line, which is safe from ITS. Changes RAX and RCX.
 */
SYM_FUNC_START_WEAK(clear_bhb_loop)
	push	%rbp
	mov	%rsp, %rbp
	mov	$5, %ecx
	ANNOTATE_INTRA_FUNCTION_CALL
	call	.Lbhb_call
	lfence
	pop	%rbp
	jmp	.Lbhb_ret

	.balign	64, 0xcc
	.skip	32 - 5, 0xcc
	ANNOTATE_INTRA_FUNCTION_CALL
.Lbhb_call:
	call	.Lbhb_round
.Lbhb_ret:
	RET

	.balign	64, 0xcc
	.skip	32 - 18, 0xcc
.Lbhb_round:
	mov	$5, %eax
.Lbhb_loop:
	jmp	.Lbhb_next
	nop
.Lbhb_next:
	sub	$1, %eax
	jnz	.Lbhb_loop
	sub	$1, %ecx
	jnz	.Lbhb_call
	RET
SYM_FUNC_END(clear_bhb_loop)
STACK_FRAME_NON_STANDARD(clear_bhb_loop)
