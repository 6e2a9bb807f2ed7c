/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's DSDT: hot plug of LIPs, memory and PCI functions by the Generic
 * Event Device, the PCI host bridge,
 * power button, UART, pvpanic, S5. The C preprocessor goes over it before iasl does
 * (dsdt.sh), for the numbers of layout.h and because ASL has no loops over
 * declarations.
 */
#include "vdev/layout.h"

#define EACH_LIP(M)						\
	EACH_16(M, 0) EACH_16(M, 1) EACH_16(M, 2) EACH_16(M, 3)
#define EACH_SLOT(M)						\
	EACH_16(M, 0) EACH_16(M, 1)
#define EACH_16(M, h)						\
	M(h##0) M(h##1) M(h##2) M(h##3) M(h##4) M(h##5) M(h##6) M(h##7) \
	M(h##8) M(h##9) M(h##A) M(h##B) M(h##C) M(h##D) M(h##E) M(h##F)

/* ACPI0007: a LIP. _UID, APIC id and LIP number are one number. */
#define LIP(n)							\
	Device (L0##n) {					\
		Name (_HID, "ACPI0007")				\
		Name (_UID, 0x##n)				\
		Method (_STA, 0, NotSerialized) {		\
			Return (LSTA (0x##n))			\
		}						\
		Method (_MAT, 0, NotSerialized) {		\
			Return (LMAT (0x##n))			\
		}						\
		Name (_PXM, 0)					\
		Method (_OST, 3, NotSerialized) {		\
			LOST (0x##n, Arg0, Arg1)		\
		}						\
	}
#define LIP_NOTIFY(n)						\
	If (Arg0 == 0x##n) { Notify (L0##n, Arg1) }

/* PNP0C80: a range of memory that was added after IPL. */
#define SLOT(n)							\
	Device (M0##n) {					\
		Name (_HID, EisaId ("PNP0C80"))			\
		Name (_UID, 0x##n)				\
		Method (_STA, 0, NotSerialized) {		\
			Return (MSTA (0x##n))			\
		}						\
		Method (_CRS, 0, NotSerialized) {		\
			Return (MCRS (0x##n))			\
		}						\
		Name (_PXM, 0)					\
		Method (_OST, 3, NotSerialized) {		\
			MOST (0x##n, Arg0, Arg1)		\
		}						\
	}
#define SLOT_NOTIFY(n)						\
	If (Arg0 == 0x##n) { Notify (M0##n, Arg1) }

/*
 * A slot of PCI bus 0. With _EJ0 it is one for hot plug; _SUN is its name for
 * people.
 */
#define PCI_SLOT(n)						\
	Device (S0##n) {					\
		Name (_ADR, 0x##n << 16)			\
		Name (_SUN, 0x##n)				\
		Method (_STA, 0, NotSerialized) {		\
			Return (PSTA (0x##n))			\
		}						\
		Method (_EJ0, 1, NotSerialized) {		\
			PEJ0 (0x##n)				\
		}						\
		Method (_OST, 3, NotSerialized) {		\
			POST (0x##n, Arg0, Arg1)		\
		}						\
	}
#define PCI_NOTIFY(n)						\
	If (Arg0 == 0x##n) { Notify (\_SB.PCI0.S0##n, Arg1) }
/* Slot 0 is the host bridge. */
#define EACH_PCI(M)						\
	M(01) M(02) M(03) M(04) M(05) M(06) M(07) M(08) M(09) M(0A) M(0B) \
	M(0C) M(0D) M(0E) M(0F) EACH_16(M, 1)

DefinitionBlock ("", "DSDT", 2, "LPAR  ", "LPARDSDT", 0x00000001)
{
	/* SLP_TYP for S5; both values, as ACPI wants them. */
	Name (\_S5, Package () {
		GED_SLP_TYP_S5, GED_SLP_TYP_S5, Zero, Zero
	})

	Scope (\_SB)
	{
		OperationRegion (GEDR, SystemIO, LAYOUT_GED_PORT, 0xA0)
		Field (GEDR, DWordAcc, Lock, Preserve)
		{
			Offset (GED_EVENT),
			EVNT, 32,
			Offset (GED_CPU_SELECT),
			LSEL, 32,
			LSTS, 32,
			LNXT, 32,
			LOSE, 32,
			LOSS, 32,
			Offset (GED_MEM_SELECT),
			MSEL, 32,
			MSTS, 32,
			MNXT, 32,
			MOSE, 32,
			MOSS, 32,
			MBLO, 32,
			MBHI, 32,
			MLLO, 32,
			MLHI, 32,
			Offset (GED_PCI_SELECT),
			PSEL, 32,
			PSTS, 32,
			PNXT, 32,
			POSE, 32,
			POSS, 32,
			PEJT, 32,
		}

		/* A selection and what is done with it belong together. */
		Mutex (GEDM, 0)

		Method (LSTA, 1, Serialized)
		{
			Local0 = Zero
			Acquire (GEDM, 0xFFFF)
			LSEL = Arg0
			If (LSTS == GED_STA_PRESENT) {
				Local0 = 0xF
			}
			Release (GEDM)
			Return (Local0)
		}

		/*
		 * MADT entry of a LIP: local APIC, enabled once it is present,
		 * online capable before.
		 */
		Method (LMAT, 1, Serialized)
		{
			Name (MBUF, Buffer (8) { 0, 8, 0, 0, 2, 0, 0, 0 })
			MBUF [2] = Arg0
			MBUF [3] = Arg0
			If (LSTA (Arg0)) {
				MBUF [4] = One
			}
			Return (MBUF)
		}

		Method (LOST, 3, Serialized)
		{
			Acquire (GEDM, 0xFFFF)
			LSEL = Arg0
			LOSE = Arg1
			LOSS = Arg2
			Release (GEDM)
		}

		Method (MSTA, 1, Serialized)
		{
			Local0 = Zero
			Acquire (GEDM, 0xFFFF)
			MSEL = Arg0
			If (MSTS == GED_STA_PRESENT) {
				Local0 = 0xF
			}
			Release (GEDM)
			Return (Local0)
		}

		Method (MCRS, 1, Serialized)
		{
			Name (RBUF, ResourceTemplate () {
				QWordMemory (ResourceConsumer, PosDecode,
					MinFixed, MaxFixed, Cacheable,
					ReadWrite,
					0x0000000000000000,
					0x0000000000000000,
					0xFFFFFFFFFFFFFFFE,
					0x0000000000000000,
					0xFFFFFFFFFFFFFFFF,
					,, RNG0, AddressRangeMemory,
					TypeStatic)
			})
			CreateQWordField (RBUF, RNG0._MIN, RMIN)
			CreateQWordField (RBUF, RNG0._MAX, RMAX)
			CreateQWordField (RBUF, RNG0._LEN, RLEN)
			Acquire (GEDM, 0xFFFF)
			MSEL = Arg0
			RMIN = (MBHI << 32) | MBLO
			RLEN = (MLHI << 32) | MLLO
			Release (GEDM)
			RMAX = RMIN + RLEN - One
			Return (RBUF)
		}

		Method (MOST, 3, Serialized)
		{
			Acquire (GEDM, 0xFFFF)
			MSEL = Arg0
			MOSE = Arg1
			MOSS = Arg2
			Release (GEDM)
		}

		Method (PSTA, 1, Serialized)
		{
			Local0 = Zero
			Acquire (GEDM, 0xFFFF)
			PSEL = Arg0
			If (PSTS == GED_STA_PRESENT) {
				Local0 = 0xF
			}
			Release (GEDM)
			Return (Local0)
		}

		Method (PEJ0, 1, Serialized)
		{
			Acquire (GEDM, 0xFFFF)
			PSEL = Arg0
			PEJT = One
			Release (GEDM)
		}

		Method (POST, 3, Serialized)
		{
			Acquire (GEDM, 0xFFFF)
			PSEL = Arg0
			POSE = Arg1
			POSS = Arg2
			Release (GEDM)
		}

		/* No interrupt lines: its functions have MSI-X. */
		Device (PCI0)
		{
			Name (_HID, EisaId ("PNP0A08"))
			Name (_CID, EisaId ("PNP0A03"))
			Name (_UID, Zero)
			Name (_SEG, Zero)
			Name (_BBN, Zero)
			Name (_CRS, ResourceTemplate () {
				WordBusNumber (ResourceProducer, MinFixed,
					MaxFixed, PosDecode, 0, 0, 0, 0, 1)
				IO (Decode16, LAYOUT_PCI_PORT, LAYOUT_PCI_PORT,
				    0x01, LAYOUT_PCI_PORTS)
				DWordMemory (ResourceProducer, PosDecode,
					MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0x00000000,
					LAYOUT_PCI_MMIO, LAYOUT_PCI_MMIO_LAST,
					0x00000000, LAYOUT_PCI_MMIO_SIZE)
			})
			/*
			 * The operating system may have the PCI Express
			 * capability of functions; hot plug is ACPI's, and
			 * nothing here signals PME or AER.
			 */
			Method (_OSC, 4, Serialized)
			{
				CreateDWordField (Arg3, 0, CDW1)
				If (Arg0 != ToUUID ("33DB4D5B-1FF7-401C-9657-7441C03DD766")) {
					CDW1 |= 0x04
					Return (Arg3)
				}
				CreateDWordField (Arg3, 8, CDW3)
				If (Arg1 != One) {
					CDW1 |= 0x08
				}
				Local0 = CDW3 & 0x10
				If (Local0 != CDW3) {
					CDW1 |= 0x10
					CDW3 = Local0
				}
				Return (Arg3)
			}
			EACH_PCI (PCI_SLOT)
		}

		Method (PTEL, 2, NotSerialized)
		{
			EACH_PCI (PCI_NOTIFY)
		}

		EACH_LIP (LIP)
		EACH_SLOT (SLOT)

		Method (LTEL, 2, NotSerialized)
		{
			EACH_LIP (LIP_NOTIFY)
		}

		Method (MTEL, 2, NotSerialized)
		{
			EACH_SLOT (SLOT_NOTIFY)
		}

		/* Take every waiting event; reading NEXT takes it. */
		Method (LSCN, 0, Serialized)
		{
			Local1 = LAYOUT_GED_LIPS
			While (Local1) {
				Local0 = LNXT
				If (Local0 == GED_NEXT_NONE) {
					Break
				}
				LTEL (Local0 & 0xFFFF, Local0 >> 16)
				Local1--
			}
		}

		Method (MSCN, 0, Serialized)
		{
			Local1 = LAYOUT_GED_MEM_SLOTS
			While (Local1) {
				Local0 = MNXT
				If (Local0 == GED_NEXT_NONE) {
					Break
				}
				MTEL (Local0 & 0xFFFF, Local0 >> 16)
				Local1--
			}
		}

		Method (PSCN, 0, Serialized)
		{
			Local1 = LAYOUT_PCI_SLOTS
			While (Local1) {
				Local0 = PNXT
				If (Local0 == GED_NEXT_NONE) {
					Break
				}
				PTEL (Local0 & 0xFFFF, Local0 >> 16)
				Local1--
			}
		}

		Device (PWRB)
		{
			Name (_HID, EisaId ("PNP0C0C"))
			Name (_UID, Zero)
		}

		Device (GED)
		{
			Name (_HID, "ACPI0013")
			Name (_UID, Zero)
			Name (_CRS, ResourceTemplate () {
				Interrupt (ResourceConsumer, Edge, ActiveHigh,
					ExclusiveAndWake,,,) { LAYOUT_GED_GSI }
			})
			Method (_EVT, 1, Serialized)
			{
				/*
				 * Memory before LIPs: a guest that takes a new
				 * LIP into use may need memory for it.
				 */
				Local0 = EVNT
				MSCN ()
				LSCN ()
				PSCN ()
				If (Local0 & GED_EVENT_POWER) {
					Notify (PWRB, 0x80)
				}
			}
		}

		Device (COM1)
		{
			Name (_HID, EisaId ("PNP0501"))
			Name (_UID, One)
			Name (_CRS, ResourceTemplate () {
				IO (Decode16, LAYOUT_UART_PORT,
				    LAYOUT_UART_PORT, 0x01, LAYOUT_UART_PORTS)
				Interrupt (ResourceConsumer, Edge, ActiveHigh,
					Exclusive,,,) { LAYOUT_UART_GSI }
			})
		}

		/* pvpanic */
		Device (PEVT)
		{
			Name (_HID, "QEMU0001")
			Name (_UID, Zero)
			Name (_CRS, ResourceTemplate () {
				IO (Decode16, LAYOUT_PVPANIC_PORT,
				    LAYOUT_PVPANIC_PORT, 0x01, LAYOUT_PVPANIC_PORTS)
			})
		}

		/* Ports of the GED and the PM timer, and ECAM, so that nobody else takes them. */
		Device (MBRD)
		{
			Name (_HID, EisaId ("PNP0C02"))
			Name (_UID, Zero)
			Name (_CRS, ResourceTemplate () {
				IO (Decode16, LAYOUT_GED_PORT, LAYOUT_GED_PORT,
				    0x01, 0xF0)
				IO (Decode16, LAYOUT_PM_TIMER_PORT,
				    LAYOUT_PM_TIMER_PORT, 0x01,
				    LAYOUT_PM_TIMER_PORTS)
				DWordMemory (ResourceConsumer, PosDecode,
					MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0x00000000,
					LAYOUT_PCI_ECAM, LAYOUT_PCI_ECAM_LAST,
					0x00000000, LAYOUT_PCI_ECAM_SIZE)
			})
		}
	}
}
