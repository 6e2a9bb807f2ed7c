/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/spec_ctrl.S - IA32_SPEC_CTRL around a guest: macros for both vmenter.S.
 *
 * struct hw_spec in hw/hw.h has the values. Intel: "Speculative Execution Side
 * Channel Mitigations", "Indirect Branch Restricted Speculation"; AMD: APM,
 * "Speculation Control MSRs". Layer L1.
 */
#include <asm/alternative.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>

#include "hw/spec_ctrl.h"

/*
 * Neither a return nor an indirect branch may stand between this and the entry.
 * @spec: register; changes RAX, RCX, RDX and flags.
 */
.macro SPEC_CTRL_GUEST spec:req
	ALTERNATIVE "jmp .Lspec_guest_\@", "", X86_FEATURE_MSR_SPEC_CTRL
	testb	$HW_SPEC_SWITCH, HW_SPEC_HOW(\spec)
	jz	.Lspec_guest_\@
	mov	HW_SPEC_GUEST(\spec), %eax
	cmp	HW_SPEC_HOST(\spec), %eax
	je	.Lspec_guest_\@
	mov	$MSR_IA32_SPEC_CTRL, %ecx
	xor	%edx, %edx
	wrmsr
.Lspec_guest_\@:
.endm

/*
 * After the return stack is filled, before the first return and the first indirect
 * branch. LFENCE: no way around WRMSR is taken speculatively. @spec: register that
 * is not RAX, RCX, RDX, which it changes.
 */
.macro SPEC_CTRL_HOST spec:req
	ALTERNATIVE "jmp .Lspec_host_end_\@", "", X86_FEATURE_MSR_SPEC_CTRL
	testb	$HW_SPEC_SWITCH, HW_SPEC_HOW(\spec)
	jz	.Lspec_host_fence_\@
	mov	$MSR_IA32_SPEC_CTRL, %ecx
	testb	$HW_SPEC_READ, HW_SPEC_HOW(\spec)
	jz	.Lspec_host_known_\@
	rdmsr
	mov	%eax, HW_SPEC_GUEST(\spec)
.Lspec_host_known_\@:
	mov	HW_SPEC_HOST(\spec), %eax
	testb	$HW_SPEC_AGAIN, HW_SPEC_HOW(\spec)
	jnz	.Lspec_host_write_\@
	cmp	HW_SPEC_GUEST(\spec), %eax
	je	.Lspec_host_fence_\@
.Lspec_host_write_\@:
	xor	%edx, %edx
	wrmsr
.Lspec_host_fence_\@:
	lfence
.Lspec_host_end_\@:
.endm
