// SPDX-License-Identifier: GPL-2.0
/* Zero page (Linux/x86 Boot Protocol) and MADT (ACPI). */
#include "tiny.h"

#define ZP_RSDP		0x70
#define ZP_E820_COUNT	0x1e8
#define ZP_E820		0x2d0
#define E820_RAM	1
#define PAGE_LARGE	0x83
#define GB		BIT_ULL(30)

struct e820 {
	u64 start, len;
	u32 type;
} __attribute__((packed));

struct sdt {
	char name[4];
	u32 len;
	u8 rest[28];
} __attribute__((packed));

u64 ram_end, lips_present, lips_possible;

static void read_e820(const u8 *zp)
{
	const struct e820 *e = (const void *)(zp + ZP_E820);
	int i;

	for (i = 0; i < zp[ZP_E820_COUNT]; i++, e++)
		if (e->type == E820_RAM && e->start < LAYOUT_HOLE_START &&
		    e->start + e->len > ram_end)
			ram_end = e->start + e->len;
}

/* MADT entries 0 (local APIC) and 9 (local x2APIC). */
static void madt_entry(const u8 *p)
{
	u32 id, flags;

	if (p[0] == 0) {
		id = p[3];
		memcpy(&flags, p + 4, 4);
	} else if (p[0] == 9) {
		memcpy(&id, p + 4, 4);
		memcpy(&flags, p + 8, 4);
	} else {
		return;
	}
	if (id >= MAX_LIPS)
		return;
	lips_possible |= 1ull << id;
	if (flags & 1)
		lips_present |= 1ull << id;
}

static void read_madt(const struct sdt *t)
{
	const u8 *p = (const u8 *)t + 44, *end = (const u8 *)t + t->len;

	for (; p + 1 < end && p[1]; p += p[1])
		madt_entry(p);
}

static void read_acpi(u64 rsdp)
{
	const struct sdt *xsdt, *t;
	u64 at;
	u32 i;

	memcpy(&at, (const void *)(rsdp + 24), 8);
	xsdt = (const void *)at;
	for (i = 36; i + 8 <= xsdt->len; i += 8) {
		memcpy(&at, (const u8 *)xsdt + i, 8);
		t = (const void *)at;
		if (!memcmp(t->name, "APIC", 4))
			read_madt(t);
	}
}

void firmware_read(const u8 *zp)
{
	u64 rsdp;

	read_e820(zp);
	memcpy(&rsdp, zp + ZP_RSDP, 8);
	if (rsdp)
		read_acpi(rsdp);
}

/* The loader maps 4 GiB; one more page directory is for addresses above. */
void *map_page(u64 gpa)
{
	static u64 pd[512] __attribute__((aligned(4096)));
	u64 *pdpt = (u64 *)LAYOUT_BOOT_PDPT;
	u64 cr3;

	if (gpa < 4 * GB)
		return (void *)gpa;
	pdpt[gpa / GB & 511] = (u64)pd | 3;
	pd[gpa >> 21 & 511] = (gpa & ~0x1fffffull) | PAGE_LARGE;
	asm volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r" (cr3) : : "memory");
	return (void *)gpa;
}
