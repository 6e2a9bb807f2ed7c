/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/layout.h - addresses, ports and interrupt inputs of the guest's machine, and the
 * registers of the Generic Event Device.
 *
 * L0. The upper part is included by dsdt.asl.in through the C preprocessor, so
 * everything outside the __ASSEMBLER__ guard is a plain number: no suffix and
 * no operator.
 */
#ifndef LPAR_VDEV_LAYOUT_H
#define LPAR_VDEV_LAYOUT_H

/* Below 1 MiB: data of the boot loader and firmware. */
#define LAYOUT_ZERO_PAGE	0x7000		/* struct boot_params */
#define LAYOUT_BOOT_GDT		0x8000
#define LAYOUT_BOOT_PML4	0x9000
#define LAYOUT_BOOT_PDPT	0xa000
#define LAYOUT_BOOT_PD		0xb000		/* 4 pages: 4 GiB by 2 MiB */
#define LAYOUT_BOOT_PD_PAGES	4
#define LAYOUT_BOOT_STACK_TOP	0x10000		/* page 0xf000, grows down */
#define LAYOUT_CMDLINE		0x20000
#define LAYOUT_CMDLINE_SIZE	0x10000		/* the ending NUL included */
#define LAYOUT_LOWRAM_END	0x9fc00		/* end of RAM below 640 KiB */
#define LAYOUT_ACPI		0xe0000		/* RSDP here, tables behind it */
#define LAYOUT_ACPI_SIZE	0x10000
#define LAYOUT_BIOS		0xf0000		/* a PC's firmware area */
#define LAYOUT_BIOS_SIZE	0x10000
#define LAYOUT_RESET_VECTOR	0xffff0		/* F000:FFF0 and FFFF:0000 */
#define LAYOUT_HIGHRAM		0x100000	/* RAM goes on at 1 MiB */

/* Hole below 4 GiB: MMIO only, no RAM. */
#define LAYOUT_HOLE_START	0xc0000000
#define LAYOUT_HOLE_END		0x100000000	/* exclusive */
#define LAYOUT_HOLE_SIZE	0x40000000

/* PCI bus 0: one function in each slot; slot 0 is the host bridge. */
#define LAYOUT_PCI_SLOTS	32
#define LAYOUT_PCI_MMIO		0xc0000000	/* where BARs are placed */
#define LAYOUT_PCI_MMIO_SIZE	0x20000000
#define LAYOUT_PCI_MMIO_LAST	0xdfffffff
#define LAYOUT_PCI_ECAM		0xe0000000
#define LAYOUT_PCI_ECAM_SIZE	0x100000	/* of one bus */
#define LAYOUT_PCI_ECAM_LAST	0xe00fffff
#define LAYOUT_PCI_PORT		0xcf8		/* CONFIG_ADDRESS, CONFIG_DATA */
#define LAYOUT_PCI_PORTS	8

#define LAYOUT_IOAPIC_BASE	0xfec00000
#define LAYOUT_IOAPIC_SIZE	0x1000
#define LAYOUT_IOAPIC_PINS	24
#define LAYOUT_IOAPIC_ID	0xfe		/* no LIP may have this id */
#define LAYOUT_LAPIC_BASE	0xfee00000
#define LAYOUT_LAPIC_SIZE	0x1000

/* Ports and global system interrupts. */
#define LAYOUT_PORTB		0x61		/* system control port B */
#define LAYOUT_KBC_PORT		0x64		/* status and command of an 8042 */
#define LAYOUT_UART_PORT	0x3f8
#define LAYOUT_UART_PORTS	8
#define LAYOUT_UART_GSI		4
#define LAYOUT_PVPANIC_PORT	0x505		/* events of the guest's kernel: panic */
#define LAYOUT_PVPANIC_PORTS	1
#define LAYOUT_GED_PORT		0x600
#define LAYOUT_GED_PORTS	0x100
#define LAYOUT_GED_GSI		5		/* edge, active high */
#define LAYOUT_PM_TIMER_PORT	0x700		/* ACPI PM timer */
#define LAYOUT_PM_TIMER_PORTS	4

/* Limits of hot plug. */
#define LAYOUT_GED_LIPS		64		/* == LPAR_MAX_LIPS */
#define LAYOUT_GED_MEM_SLOTS	32

/*
 * Registers of the GED, as offsets from LAYOUT_GED_PORT; 32 bits wide unless
 * said otherwise. A partial or unaligned access reads all ones and writes
 * nothing.
 */
#define GED_EVENT		0x00	/* GED_EVENT_* bits, cleared by a read */

#define GED_CPU_SELECT		0x10	/* RW: LIP number */
#define GED_CPU_STATUS		0x14	/* RO: GED_STA_* of the selected LIP */
#define GED_CPU_NEXT		0x18	/* RO: takes the next pending event */
#define GED_CPU_OST_EVENT	0x1c	/* WO: _OST Arg0 of the selected LIP */
#define GED_CPU_OST_STATUS	0x20	/* WO: _OST Arg1, completes the answer */

#define GED_MEM_SELECT		0x40	/* RW: slot number */
#define GED_MEM_STATUS		0x44	/* RO: GED_STA_* of the selected slot */
#define GED_MEM_NEXT		0x48	/* RO: takes the next pending event */
#define GED_MEM_OST_EVENT	0x4c	/* WO: as for a LIP */
#define GED_MEM_OST_STATUS	0x50	/* WO: as for a LIP */
#define GED_MEM_BASE_LO		0x54	/* RO: guest-physical base of the slot */
#define GED_MEM_BASE_HI		0x58
#define GED_MEM_LEN_LO		0x5c	/* RO: length of the slot in bytes */
#define GED_MEM_LEN_HI		0x60

#define GED_PCI_SELECT		0x80	/* RW: PCI slot number */
#define GED_PCI_STATUS		0x84	/* RO: GED_STA_* of the selected slot */
#define GED_PCI_NEXT		0x88	/* RO: takes the next pending event */
#define GED_PCI_OST_EVENT	0x8c	/* WO: as for a LIP */
#define GED_PCI_OST_STATUS	0x90	/* WO: as for a LIP */
#define GED_PCI_EJECT		0x94	/* WO: any value: _EJ0 of the selected slot */

#define GED_SLEEP_CONTROL	0xe0	/* 8 bits: SLP_TYP bits 2-4, SLP_EN bit 5 */
#define GED_SLEEP_STATUS	0xe1	/* 8 bits: WAK_STS bit 7, write 1 to clear */
#define GED_RESET		0xe4	/* 8 bits: GED_RESET_VALUE resets the LPAR */
#define GED_RESET_VALUE		0x42
#define GED_SLP_TYP_S5		5

/* Bits of GED_EVENT */
#define GED_EVENT_CPU		0x1	/* GED_CPU_NEXT has something */
#define GED_EVENT_MEM		0x2	/* GED_MEM_NEXT has something */
#define GED_EVENT_POWER		0x4	/* power button was pressed */
#define GED_EVENT_PCI		0x8	/* GED_PCI_NEXT has something */

/* Bits of GED_CPU_STATUS, GED_MEM_STATUS and GED_PCI_STATUS */
#define GED_STA_PRESENT		0x1

/*
 * GED_*_NEXT: number in bits 0-15, ACPI notification value in
 * bits 16-31, or GED_NEXT_NONE.
 */
#define GED_NEXT_NONE		0xffffffff
#define GED_NOTIFY_CHECK	1	/* ACPI: Device Check */
#define GED_NOTIFY_EJECT	3	/* ACPI: Eject Request */

#ifndef __ASSEMBLER__

#include "pure.h"
#include "lpar.h"

/** struct layout_range - a piece of guest-physical storage, [start, start+len) */
struct layout_range {
	u64 start;
	u64 len;
};

/** enum layout_limits - the number of pieces into which the hole can split a range */
enum layout_limits {
	LAYOUT_MAX_SPLIT = 2,
};

/**
 * layout_gpa_of_ms() - guest-physical address of a byte of an LPAR's MS
 * @offset: bytes from the LPAR's MS origin
 *
 * RAM starts at 0, omits the hole below 4 GiB and continues above it. The expansion
 * follows the RAM.
 *
 * Context: any.
 * Return: the guest-physical address.
 */
static inline u64 layout_gpa_of_ms(u64 offset)
{
	return offset < LAYOUT_HOLE_START ? offset : offset + LAYOUT_HOLE_SIZE;
}

/**
 * layout_ms_of_gpa() - MS offset of a guest-physical address
 * @gpa: guest-physical address
 * @offset: where the MS offset goes
 *
 * Context: any.
 * Return: true, or false where @gpa lies in the hole.
 */
static inline bool layout_ms_of_gpa(u64 gpa, u64 *offset)
{
	if (gpa >= LAYOUT_HOLE_START && gpa < LAYOUT_HOLE_END)
		return false;
	*offset = gpa < LAYOUT_HOLE_START ? gpa : gpa - LAYOUT_HOLE_SIZE;
	return true;
}

/**
 * layout_split() - guest-physical pieces of a range of an LPAR's MS
 * @offset: start, bytes from the LPAR's MS origin
 * @len: length in bytes
 * @out: up to LAYOUT_MAX_SPLIT pieces, in ascending order
 *
 * Context: any.
 * Return: number of pieces: 0 when @len is 0, 2 when the range crosses the hole.
 */
static inline int layout_split(u64 offset, u64 len,
			       struct layout_range out[LAYOUT_MAX_SPLIT])
{
	u64 low = 0;
	int n = 0;

	if (offset < LAYOUT_HOLE_START) {
		low = LAYOUT_HOLE_START - offset;
		if (low > len)
			low = len;
	}
	if (low) {
		out[n].start = offset;
		out[n++].len = low;
	}
	if (len > low) {
		out[n].start = layout_gpa_of_ms(offset + low);
		out[n++].len = len - low;
	}
	return n;
}

static_assert(LAYOUT_GED_LIPS == LPAR_MAX_LIPS);

#endif /* !__ASSEMBLER__ */
#endif /* LPAR_VDEV_LAYOUT_H */
