/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/spec_ctrl.S - switch IA32_SPEC_CTRL: macros for both vmenter.S.
 *
 * The values are in struct hw_spec of hw/hw.h. Intel: "Speculative Execution Side
 * Channel Mitigations", "Indirect Branch Restricted Speculation"; AMD: APM,
 * "Speculation Control MSRs". Layer L1.
 */
#include <asm/alternative.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>

#include "hw/spec_ctrl.h"

/*
 * No return and no indirect branch may follow before the VM entry.
 * @spec: register; changes RAX, RCX, RDX and flags.
 */
.macro SPEC_CTRL_GUEST spec:req
	ALTERNATIVE "jmp .Lspec_guest_\@", "", X86_FEATURE_MSR_SPEC_CTRL
	testb	$HW_SPEC_SWITCH, HW_SPEC_FLAGS(\spec)
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
 * Use after filling the RSB, before the first return or indirect branch. The LFENCE
 * prevents speculation past a skipped WRMSR. @spec: register other than RAX, RCX,
 * RDX, which are changed.
 */
.macro SPEC_CTRL_HOST spec:req
	ALTERNATIVE "jmp .Lspec_host_end_\@", "", X86_FEATURE_MSR_SPEC_CTRL
	testb	$HW_SPEC_SWITCH, HW_SPEC_FLAGS(\spec)
	jz	.Lspec_host_fence_\@
	mov	$MSR_IA32_SPEC_CTRL, %ecx
	testb	$HW_SPEC_READ, HW_SPEC_FLAGS(\spec)
	jz	.Lspec_host_known_\@
	rdmsr
	mov	%eax, HW_SPEC_GUEST(\spec)
.Lspec_host_known_\@:
	mov	HW_SPEC_HOST(\spec), %eax
	testb	$HW_SPEC_ALWAYS, HW_SPEC_FLAGS(\spec)
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
