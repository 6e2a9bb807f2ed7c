// SPDX-License-Identifier: GPL-2.0
/*
 * hw/fpu.c - save and restore a guest's FPU and vector state.
 *
 * The kernel exports its guest FPU helpers to KVM only, so use XSAVE and XRSTOR
 * within kernel_fpu_begin() and kernel_fpu_end(). XCR0 is switched as well.
 * SDM: "Managing State Using the XSAVE Feature Set". Layer L1.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/fpu/xcr.h>
#include <asm/fpu/types.h>
#include <asm/processor.h>

#include "compat.h"
#include "hw/hw.h"

#define FPU_FCW_RESET	0x37f
#define FPU_MXCSR_RESET	0x1f80
#define FPU_XCR0_RESET	XFEATURE_MASK_FP

/* State components offered to guests: no PKRU, no supervisor states, no AMX. */
#define FPU_KNOWN (XFEATURE_MASK_FPSSE | XFEATURE_MASK_YMM | XFEATURE_MASK_AVX512)

static u64 fpu_mask __read_mostly;	/* 0: the CPU has FXSAVE only */
static u64 fpu_host_xcr0 __read_mostly;
static size_t fpu_size __read_mostly;

/* Module load. */
void hw_fpu_init(void)
{
	u32 eax, ebx, ecx, edx;

	fpu_size = sizeof(struct fxregs_state);
	if (!boot_cpu_has(X86_FEATURE_OSXSAVE))
		return;
	cpuid_count(0xd, 0, &eax, &ebx, &ecx, &edx);
	fpu_size = ebx;		/* for the current XCR0: the host's */
	fpu_host_xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
	fpu_mask = fpu_host_xcr0 & FPU_KNOWN;
}

/* XCR0 bits that a guest may set. */
u64 hw_fpu_mask(void)
{
	return fpu_mask ?: XFEATURE_MASK_FPSSE;
}

/* Whole pages, hence 64-byte aligned. May sleep; NULL: no memory. */
void *hw_fpu_alloc(void)
{
	return alloc_pages_exact(fpu_size, GFP_KERNEL | __GFP_ZERO);
}

void hw_fpu_free(void *fpu)
{
	if (fpu)
		free_pages_exact(memset(fpu, 0, fpu_size), fpu_size);
}

/* Reset to power-on state. The LIP is not loaded. */
void hw_fpu_reset(struct hw_lip *hl)
{
	struct fxregs_state *fx = hl->fpu;

	memset(hl->fpu, 0, fpu_size);
	fx->cwd = FPU_FCW_RESET;
	fx->mxcsr = FPU_MXCSR_RESET;
	hl->xcr0 = FPU_XCR0_RESET;
}

static void fpu_set_xcr0(u64 from, u64 to)
{
	if (from != to)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, to);
}

/*
 * AMD before Zen restores the FPU instruction and data pointers only if an exception
 * is pending; clear those of the previous user. Linux: restore_fpregs_from_fpstate().
 */
static void fpu_clear_pointers(void)
{
	static const u32 anything;

	asm volatile("fnclex\n\temms\n\tfildl %0" : : "m" (anything));
}

/* Between kernel_fpu_begin() and kernel_fpu_end(); likewise the next two functions. */
void hw_fpu_load(struct hw_lip *hl)
{
	if (hw_barriers & BARRIER_FXSAVE)
		fpu_clear_pointers();
	if (!fpu_mask) {
		asm volatile("fxrstor64 %0" : : "m" (*(u8 *)hl->fpu));
		return;
	}
	asm volatile("xrstor64 %0"
		     : : "m" (*(u8 *)hl->fpu), "a" ((u32)fpu_mask),
			 "d" ((u32)(fpu_mask >> 32)) : "memory");
	fpu_set_xcr0(fpu_host_xcr0, hl->xcr0);
}

void hw_fpu_put(struct hw_lip *hl)
{
	if (!fpu_mask) {
		asm volatile("fxsave64 %0" : "=m" (*(u8 *)hl->fpu));
		return;
	}
	fpu_set_xcr0(hl->xcr0, fpu_host_xcr0);
	asm volatile("xsave64 %0"
		     : : "m" (*(u8 *)hl->fpu), "a" ((u32)fpu_mask),
			 "d" ((u32)(fpu_mask >> 32)) : "memory");
}

/* Emulate XSETBV; @xcr0 has been checked. */
void hw_fpu_xsetbv(struct hw_lip *hl, u64 xcr0)
{
	fpu_set_xcr0(hl->xcr0, xcr0);
	hl->xcr0 = xcr0;
}

/* Execute a move between memory at @data and vector register @reg (0-15). */
#define FPU_IF(n, reg, move, data) do {					\
	if ((reg) == (n))						\
		asm volatile(move(n) : : "r" (data) : "memory");	\
} while (0)
#define FPU_MOVE(reg, move, data) do {					\
	FPU_IF(0, reg, move, data);					\
	FPU_IF(1, reg, move, data);					\
	FPU_IF(2, reg, move, data);					\
	FPU_IF(3, reg, move, data);					\
	FPU_IF(4, reg, move, data);					\
	FPU_IF(5, reg, move, data);					\
	FPU_IF(6, reg, move, data);					\
	FPU_IF(7, reg, move, data);					\
	FPU_IF(8, reg, move, data);					\
	FPU_IF(9, reg, move, data);					\
	FPU_IF(10, reg, move, data);					\
	FPU_IF(11, reg, move, data);					\
	FPU_IF(12, reg, move, data);					\
	FPU_IF(13, reg, move, data);					\
	FPU_IF(14, reg, move, data);					\
	FPU_IF(15, reg, move, data);					\
} while (0)
#define FPU_STORE_XMM(n)	"movups %%xmm" #n ", (%0)"
#define FPU_STORE_YMM(n)	"vmovups %%ymm" #n ", (%0)"
#define FPU_LOAD_XMM(n)		"movups (%0), %%xmm" #n
#define FPU_LOAD_XMM_CLEAR(n)	"vmovups (%0), %%xmm" #n
#define FPU_LOAD_YMM(n)		"vmovups (%0), %%ymm" #n

static bool fpu_has_avx(const struct hw_lip *hl)
{
	return fpu_mask && hl->xcr0 & XFEATURE_MASK_YMM;
}

/**
 * hw_fpu_read_vector() - read the guest's XMM or YMM register
 * @hl: the LIP; its registers are loaded
 * @reg: register number
 * @size: 16 or 32 bytes
 * @data: output
 *
 * Return: false if the guest does not have the register.
 */
bool hw_fpu_read_vector(const struct hw_lip *hl, u8 reg, unsigned int size, void *data)
{
	if (size == 16) {
		FPU_MOVE(reg, FPU_STORE_XMM, data);
		return true;
	}
	if (fpu_has_avx(hl)) {
		FPU_MOVE(reg, FPU_STORE_YMM, data);
		return true;
	}
	return false;
}

/* Write it. @clear: zero the bits above @size bytes, as AVX instructions do. */
bool hw_fpu_write_vector(const struct hw_lip *hl, u8 reg, unsigned int size, bool clear,
			 const void *data)
{
	if (size == 16 && !clear) {
		FPU_MOVE(reg, FPU_LOAD_XMM, data);
		return true;
	}
	if (!fpu_has_avx(hl))
		return false;
	if (size == 16)
		FPU_MOVE(reg, FPU_LOAD_XMM_CLEAR, data);
	else
		FPU_MOVE(reg, FPU_LOAD_YMM, data);
	return true;
}
