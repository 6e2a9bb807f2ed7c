// SPDX-License-Identifier: GPL-2.0
/*
 * machine/access.c - MMIO: accesses to the LIP's local APIC and the machine's devices.
 *
 * Devices are in a hole below 4 GiB. Reads of unused addresses there give all ones.
 * Layer L2.
 */
#include <linux/mm.h>

#include "machine/exit.h"
#include "machine/machine.h"
#include "vdev/layout.h"

static bool access_is_apic(struct lip *lip, gpa_t gpa)
{
	return lapic_mmio_active(&lip->lapic, gpa);
}

bool lip_mmio_is_device(struct lip *lip, gpa_t gpa)
{
	return access_is_apic(lip, gpa) || (gpa >= LAYOUT_HOLE_START && gpa < LAYOUT_HOLE_END);
}

u64 lip_mmio_read(struct lip *lip, gpa_t gpa, unsigned int size)
{
	if (access_is_apic(lip, gpa))
		return lapic_mmio_read(&lip->lapic, offset_in_page(gpa), lip_guest_tsc(lip));
	return machine_mmio_read(lip->machine, gpa, size);
}

void lip_mmio_write(struct lip *lip, gpa_t gpa, unsigned int size, u64 val)
{
	if (!access_is_apic(lip, gpa)) {
		machine_mmio_write(lip->machine, gpa, size, val);
		return;
	}
	lapic_mmio_write(&lip->lapic, offset_in_page(gpa), val, lip_guest_tsc(lip));
	lip->recheck = true;
}
