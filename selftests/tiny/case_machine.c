// SPDX-License-Identifier: GPL-2.0
/* Cases: unassigned addresses and ports, PCI config space, forbidden instructions. */
#include "tiny.h"

#define UD 6
#define GP 13

static const char *hole_at(u64 at)
{
	volatile u8 *b = (volatile u8 *)at;
	volatile u16 *w = (volatile u16 *)at;
	volatile u32 *l = (volatile u32 *)at;
	volatile u64 *q = (volatile u64 *)at;
	int i;

	for (i = 0; i < 2; i++) {
		if (*b != 0xff || *w != 0xffff || *l != ~0u || *q != ~0ull)
			return why("0x%llx reads 0x%llx", at, *q);
		*b = 0x12;
		*w = 0x1234;
		*l = 0x12345678;
		*q = 0x123456789abcdef0;
	}
	return NULL;
}

/* Unassigned memory reads all ones, and writes are ignored. */
CASE(hole)
{
	static const u64 at[] = {
		0xc0000000, 0xd0000004, 0xe0100000, 0xfec01000, 0xfed00000,
		0xfee01000, 0xfffffff8,
	};
	const char *fault = NULL;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(at) && !fault; i++)
		fault = hole_at(at[i]);
	return fault;
}

CASE(ports)
{
	static const u16 port[] = {
		0x20, 0x40, 0x60, 0x70, 0x80, 0xa0, 0x2f8, 0x3d4, 0xcf0,
		0xcfc, 0x5fc, 0x6fc, 0x710, 0xfff0, 0xfffc,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(port); i++) {
		outb(port[i], 0);
		outw(port[i], 0);
		outl(port[i], 0);
		if (inb(port[i]) != 0xff || inw(port[i]) != 0xffff ||
		    inl(port[i]) != ~0u)
			return why("port 0x%x reads 0x%x", port[i], inl(port[i]));
	}
	return NULL;
}

#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define PCI_ECAM	0xe0000000UL
#define PCI_BRIDGE	0x0600		/* class of a host bridge */

static u32 config_by_port(u32 slot, u32 reg)
{
	outl(PCI_ADDRESS, 0x80000000 | slot << 11 | reg);
	return inl(PCI_DATA);
}

/* Bus 0 without channels: only a host bridge; ports and ECAM read the same. */
CASE(pci)
{
	volatile u32 *ecam;
	u32 slot, reg, val;

	for (slot = 0; slot < 32; slot++) {
		ecam = (volatile u32 *)(PCI_ECAM + (slot << 15));
		for (reg = 0; reg < 64; reg += 4) {
			val = config_by_port(slot, reg);
			if (val != ecam[reg / 4])
				return why("slot %u, register 0x%x differs", slot, reg);
			if (slot && val != ~0u)
				return why("slot %u is not empty", slot);
		}
	}
	val = config_by_port(0, 8);
	if (val >> 16 != PCI_BRIDGE)
		return why("class 0x%x is not a host bridge", val >> 16);
	outl(PCI_ADDRESS, 0);
	return inl(PCI_DATA) == ~0u ? NULL : "config space is accessible without the enable bit";
}

struct try {
	const char *what;
	int got, want;
};

static const char *check_exceptions(const struct try *t, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (t[i].got != t[i].want)
			return why("%s: exception %d, not %d", t[i].what, t[i].got,
				   t[i].want);
	return NULL;
}

/* QEMU (TCG) does not check these. */
static const char *check_exceptions_unless_tcg(const struct try *t, int n)
{
	const char *fault = NULL;
	int i;

	for (i = 0; i < n && !fault; i++) {
		if (option("tcg") && t[i].got == -1)
			say("TINY traps not checked: %s", t[i].what);
		else
			fault = check_exceptions(&t[i], 1);
	}
	return fault;
}

static u64 scratch;

static int try_rdmsr(u32 msr)
{
	trap_vector = -1;
	asm volatile("movq $1f, trap_resume\n\trdmsr\n1:\n\tmovq $0, trap_resume"
		     : : "c" (msr) : "rax", "rdx", "memory");
	return trap_vector;
}

static int try_wrmsr(u32 msr, u64 val)
{
	return TRY("wrmsr", "c" (msr), "a" ((u32)val), "d" ((u32)(val >> 32)));
}

static int try_xsetbv(u32 reg, u64 val)
{
	return TRY("xsetbv", "c" (reg), "a" ((u32)val), "d" ((u32)(val >> 32)));
}

static u64 get_cr4(void)
{
	u64 v;

	asm volatile("mov %%cr4, %0" : "=r" (v));
	return v;
}

static u64 get_cr0(void)
{
	u64 v;

	asm volatile("mov %%cr0, %0" : "=r" (v));
	return v;
}

#define TRY_CR(n, v)	TRY("mov %0, %%cr" #n, "r" ((u64)(v)))
#define CR4_VMXE	BIT_ULL(13)
#define CR4_OSXSAVE	BIT_ULL(18)
#define CR0_PG		BIT_ULL(31)
#define CR0_PE		1ull
#define EFER		0xc0000080u
#define FS_BASE		0xc0000100u

static const char *traps_of_virtualisation(void)
{
	const struct try t[] = {
		{ "vmxon", TRY("vmxon %0", "m" (scratch)), UD },
		{ "vmclear", TRY("vmclear %0", "m" (scratch)), UD },
		{ "vmptrld", TRY("vmptrld %0", "m" (scratch)), UD },
		{ "vmlaunch", TRY("vmlaunch", "i" (0)), UD },
		{ "vmresume", TRY("vmresume", "i" (0)), UD },
		{ "vmxoff", TRY("vmxoff", "i" (0)), UD },
		{ "vmread", TRY("vmread %%rax, %%rcx", "i" (0)), UD },
		{ "vmfunc", TRY("vmfunc", "a" (0), "c" (0)), UD },
		{ "invept", TRY("invept %0, %%rax", "m" (scratch)), UD },
		{ "ud2", TRY("ud2", "i" (0)), UD },
		{ "cr4.vmxe", TRY_CR(4, get_cr4() | CR4_VMXE), GP },
	};

	return check_exceptions(t, ARRAY_SIZE(t));
}

static const char *traps_of_registers(void)
{
	const struct try t[] = {
		{ "rdmsr of an unknown msr", try_rdmsr(0xdeadbeef), GP },
		{ "wrmsr of an unknown msr", try_wrmsr(0xdeadbeef, 0), GP },
		{ "rdmsr 0x480 (VMX)", try_rdmsr(0x480), GP },
		{ "efer, reserved bits", try_wrmsr(EFER, ~0ull), GP },
		{ "cr0, pg without pe", TRY_CR(0, (get_cr0() | CR0_PG) & ~CR0_PE), GP },
		{ "cr4, reserved bits", TRY_CR(4, get_cr4() | 1ull << 40), GP },
		{ "cr8 of 16", TRY_CR(8, 16), GP },
		{ "rdmsr tsc", try_rdmsr(0x10), -1 },
		{ "cr4 unchanged", TRY_CR(4, get_cr4()), -1 },
	};

	return check_exceptions(t, ARRAY_SIZE(t));
}

static const char *traps_of_upper_bits(void)
{
	const struct try t[] = {
		{ "fs base, not canonical", try_wrmsr(FS_BASE, 1ull << 60), GP },
		{ "cr0, upper half", TRY_CR(0, get_cr0() | 1ull << 40), GP },
	};

	return check_exceptions_unless_tcg(t, ARRAY_SIZE(t));
}

static const char *traps_of_xsetbv(void)
{
	u32 r[4];

	cpuid(1, 0, r);
	if (!(r[2] & 1u << 26))
		return NULL;
	if (TRY("xsetbv", "a" (1), "c" (0), "d" (0)) != UD)
		return "xsetbv without cr4.osxsave does not raise #UD";
	asm volatile("mov %0, %%cr4" : : "r" (get_cr4() | CR4_OSXSAVE));
	const struct try t[] = {
		{ "xcr0 of 3", try_xsetbv(0, 3), -1 },
		{ "xcr0 of 0", try_xsetbv(0, 0), GP },
		{ "xcr0 of 5", try_xsetbv(0, 5), GP },
		{ "xcr0, reserved bits", try_xsetbv(0, 1ull << 62 | 3), GP },
		{ "xcr 7", try_xsetbv(7, 3), GP },
	};

	return check_exceptions(t, ARRAY_SIZE(t));
}

/* Forbidden instructions raise an exception, and the guest goes on. */
CASE(traps)
{
	const char *fault = traps_of_virtualisation();

	if (!fault)
		fault = traps_of_registers();
	if (!fault)
		fault = traps_of_upper_bits();
	if (!fault)
		fault = traps_of_xsetbv();
	return fault;
}
