// SPDX-License-Identifier: GPL-2.0
/*
 * machine/devices.c - connect the pure device models of a machine.
 *
 * Interrupts go from a device through the IO-APIC to the LIPs' posted vectors. All
 * shared state is protected by devs_lock, a raw spinlock because exits are handled
 * with interrupts off. Layer L2.
 */
#include <linux/cleanup.h>
#include <linux/spinlock.h>

#include "cpu/lip.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "machine/slot.h"
#include "vdev/layout.h"
#include "vdev/portb.h"

/* Deliver a message to one LIP. */
static void devices_message(struct lip *lip, const struct apic_msg *msg)
{
	switch (msg->delivery) {
	case APIC_FIXED:
	case APIC_LOWEST:
		lip_post_vector(lip, msg->vector, msg->level);
		break;
	case APIC_NMI:
		lip_post_nmi(lip);
		break;
	case APIC_INIT:
		if (msg->assert)
			lip_request(lip, LIP_REQ_INIT);
		break;
	case APIC_STARTUP:
		WRITE_ONCE(lip->sipi_vector, msg->vector);
		lip_request(lip, LIP_REQ_SIPI);
		break;
	}
}

static bool devices_deliver(struct machine *m, const struct apic_msg *msg, u32 sender)
{
	u64 present = READ_ONCE(m->present[0]);
	u64 to = lapic_route(m->apic_ids, m->max_lips, present, msg, sender);
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (to >> id & 1)
			devices_message(m->lips[id], msg);
	return to;
}

static void lapic_send_ipi(void *ctx, const struct apic_msg *msg)
{
	struct lip *lip = ctx;

	devices_deliver(lip->machine, msg, lip->id);
}

static void lapic_send_eoi(void *ctx, u8 vector)
{
	struct machine *m = ((struct lip *)ctx)->machine;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ioapic_eoi(&m->ioapic, vector);
}

static void lapic_changed_id(void *ctx)
{
	struct lip *lip = ctx;

	WRITE_ONCE(lip->machine->apic_ids[lip->id].word, lapic_id(&lip->lapic).word);
}

const struct lapic_env machine_lapic_env = {
	.ipi = lapic_send_ipi,
	.eoi = lapic_send_eoi,
	.id_changed = lapic_changed_id,
};

static bool ioapic_deliver_msg(void *ctx, const struct apic_msg *msg)
{
	return devices_deliver(ctx, msg, LPAR_MAX_LIPS);
}

static const struct ioapic_env machine_ioapic_env = { .deliver = ioapic_deliver_msg };

static void uart_irq(void *ctx, bool level)
{
	struct machine *m = ctx;

	ioapic_set_line(&m->ioapic, LAYOUT_UART_GSI, level);
}

static void uart_tx_byte(void *ctx, u8 byte)
{
	struct machine *m = ctx;

	m->ops->console(m->owner, &byte, 1);
}

static const struct uart_env machine_uart_env = {
	.set_irq = uart_irq,
	.tx = uart_tx_byte,
};

static void ged_irq(void *ctx)
{
	struct machine *m = ctx;

	ioapic_set_line(&m->ioapic, LAYOUT_GED_GSI, true);
	ioapic_set_line(&m->ioapic, LAYOUT_GED_GSI, false);
}

/* Report the guest's end; only the first event counts. Any context but NMI. */
static void machine_end(struct machine *m, enum machine_event event,
			const struct lpar_reason *why)
{
	if (!test_and_set_bit(0, &m->dead))
		m->ops->event(m->owner, event, why);
}

/**
 * machine_fail() - report a guest error that ends the machine
 * @m: the machine
 * @why: the reason; the owner fills in its name
 *
 * Ignored if the guest has ended already.
 *
 * Context: any but NMI.
 */
void machine_fail(struct machine *m, struct lpar_reason *why)
{
	machine_end(m, MACHINE_FAILED, why);
}

static void ged_enter_sleep(void *ctx, u32 state)
{
	struct machine *m = ctx;

	machine_end(m, MACHINE_POWEROFF, NULL);
}

/* Reset by ACPI's reset register, the keyboard controller, or the chipset. */
static void machine_request_reset(void *ctx)
{
	struct machine *m = ctx;

	machine_end(m, MACHINE_RESET, NULL);
}

static void ged_report_ost(void *ctx, enum ged_kind kind, u32 index,
			   enum ged_answer answer, u32 status)
{
	struct machine *m = ctx;

	m->ops->event(m->owner, MACHINE_OST, NULL);
}

static void ged_report_eject(void *ctx, u32 slot)
{
	struct machine *m = ctx;

	machine_slot_ejected(m, slot);
	m->ops->event(m->owner, MACHINE_EJECT, NULL);
}

static const struct ged_env machine_ged_env = {
	.irq = ged_irq,
	.sleep = ged_enter_sleep,
	.reset = machine_request_reset,
	.ost = ged_report_ost,
	.eject = ged_report_eject,
};

static u64 ged_vdev_read(void *dev, u64 offset, unsigned int size)
{
	return ged_port_read(dev, offset, size);
}

static void ged_vdev_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	ged_port_write(dev, offset, size, val);
}

static const struct vdev_ops ged_vdev_ops = {
	.read = ged_vdev_read,
	.write = ged_vdev_write,
};

static void pci_msi(void *ctx, u64 addr, u32 data)
{
	struct apic_msg msg;

	if (apic_msg_from_msi(&msg, addr, data))
		devices_deliver(ctx, &msg, LPAR_MAX_LIPS);
}

static bool pci_present(void *ctx, u32 slot)
{
	struct machine *m = ctx;

	return ged_unit(&m->ged, GED_PCI, slot)->present;
}

static const struct pci_env machine_pci_env = {
	.msi = pci_msi,
	.present = pci_present,
	.reset = machine_request_reset,
};

static const struct kbc_env machine_kbc_env = { .reset = machine_request_reset };

static void pvpanic_report(void *ctx)
{
	struct machine *m = ctx;

	machine_end(m, MACHINE_PANIC, NULL);
}

/* Once for each IPL, so that a guest cannot flood the host with reports. */
static void pvpanic_report_crash(void *ctx)
{
	struct machine *m = ctx;

	if (!test_and_set_bit(0, &m->crashed))
		m->ops->event(m->owner, MACHINE_CRASH, NULL);
}

static const struct pvpanic_env machine_pvpanic_env = {
	.panicked = pvpanic_report,
	.crash_loaded = pvpanic_report_crash,
};

static u64 machine_cycles(void *ctx)
{
	struct machine *m = ctx;

	return rdtsc() + m->tsc_offset;
}

static const struct pm_timer_env machine_timer_env = { .cycles = machine_cycles };

/* vdev_add() cannot fail: the tables have room for sixteen ranges. */
void machine_devices_init(struct machine *m)
{
	ioapic_init(&m->ioapic, &machine_ioapic_env, m);
	uart_init(&m->uart, &machine_uart_env, m);
	ged_init(&m->ged, &machine_ged_env, m, 0);
	pci_bus_init(&m->pci, &machine_pci_env, m);
	kbc_init(&m->kbc, &machine_kbc_env, m);
	pvpanic_init(&m->pvpanic, &machine_pvpanic_env, m);
	pm_timer_init(&m->pm_timer, &machine_timer_env, m, m->tsc_khz);
	vdev_add(&m->mmio, LAYOUT_IOAPIC_BASE, LAYOUT_IOAPIC_SIZE, &ioapic_vdev_ops, &m->ioapic);
	vdev_add(&m->pio, LAYOUT_UART_PORT, LAYOUT_UART_PORTS, &uart_vdev_ops, &m->uart);
	vdev_add(&m->pio, LAYOUT_GED_PORT, LAYOUT_GED_PORTS, &ged_vdev_ops, &m->ged);
	vdev_add(&m->pio, LAYOUT_PM_TIMER_PORT, LAYOUT_PM_TIMER_PORTS, &pm_timer_vdev_ops,
		 &m->pm_timer);
	vdev_add(&m->pio, LAYOUT_PORTB, 1, &portb_vdev_ops, NULL);
	vdev_add(&m->pio, LAYOUT_KBC_PORT, 1, &kbc_vdev_ops, &m->kbc);
	vdev_add(&m->pio, LAYOUT_PVPANIC_PORT, LAYOUT_PVPANIC_PORTS, &pvpanic_vdev_ops,
		 &m->pvpanic);
	vdev_add(&m->pio, LAYOUT_PCI_PORT, LAYOUT_PCI_PORTS, &pci_port_ops, &m->pci);
	vdev_add(&m->mmio, LAYOUT_PCI_ECAM, LAYOUT_PCI_ECAM_SIZE, &pci_ecam_ops, &m->pci);
	vdev_add(&m->mmio, LAYOUT_PCI_MMIO, LAYOUT_PCI_MMIO_SIZE, &pci_mmio_ops, &m->pci);
}

void machine_devices_reset(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ioapic_reset(&m->ioapic);
	uart_reset(&m->uart);
	ged_init(&m->ged, &machine_ged_env, m, m->present[0]);
	ged_set_slots(&m->ged, machine_slots_reset(m));
	pci_bus_reset(&m->pci);
}

u64 machine_pio_read(struct machine *m, u16 port, unsigned int size)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return vdev_read(&m->pio, port, size);
}

void machine_pio_write(struct machine *m, u16 port, unsigned int size, u64 val)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	vdev_write(&m->pio, port, size, val);
}

u64 machine_mmio_read(struct machine *m, gpa_t gpa, unsigned int size)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return vdev_read(&m->mmio, gpa, size);
}

void machine_mmio_write(struct machine *m, gpa_t gpa, unsigned int size, u64 val)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	vdev_write(&m->mmio, gpa, size, val);
}

/**
 * lip_fault() - report a guest error that ends its LPAR
 * @lip: the LIP on which it happened
 * @code: the reason; a is the LIP's number
 * @b: see enum lpar_reason_code
 * @c: see enum lpar_reason_code
 *
 * Context: dispatcher's thread. The first reason of an LPAR is kept.
 */
void lip_fault(struct lip *lip, enum lpar_reason_code code, u64 b, u64 c)
{
	struct lpar_reason why = {
		.code = code, .a = lip->id, .b = b, .c = c,
	};

	lip_set_mode(lip, LIP_MODE_DEAD);
	machine_fail(lip->machine, &why);
}

int machine_notify_memory(struct machine *m, gpa_t gpa, u64 len)
{
	int slot;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	slot = ged_add_memory(&m->ged, gpa, len);
	return slot < 0 ? slot : 0;
}

int machine_notify_lip(struct machine *m, u32 id)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return ged_add_cpu(&m->ged, id);
}

int machine_notify_slot(struct machine *m, u32 slot)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return ged_add_pci(&m->ged, slot);
}

int machine_eject_slot(struct machine *m, u32 slot)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return ged_eject_pci(&m->ged, slot);
}

void machine_keep_slot(struct machine *m, u32 slot)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ged_cancel_eject(&m->ged, slot);
}

bool machine_slot_present(struct machine *m, u32 slot)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return pci_present(m, slot);
}

enum ged_answer machine_slot_answer(struct machine *m, u32 slot, u32 *status)
{
	const struct ged_unit *unit;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	unit = ged_unit(&m->ged, GED_PCI, slot);
	*status = unit->ost_status;
	return unit->answer;
}

bool machine_get_answer(struct machine *m, enum ged_kind kind, u32 unit,
			struct machine_answer *out)
{
	const struct ged_unit *u;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	u = ged_unit(&m->ged, kind, unit);
	if (!u || u->answer == GED_NONE)
		return false;
	out->id = kind == GED_PCI ? machine_slot_id(m, unit) : (int)unit;
	out->answer = u->answer;
	out->status = u->ost_status;
	return out->id >= 0;
}

u32 machine_free_memory(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return ged_free_slots(&m->ged);
}

void machine_notify_again(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ged_kick(&m->ged);
}

u32 machine_announce_again(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return ged_announce_again(&m->ged);
}

void machine_memory_answers(struct machine *m, u64 sum[GED_NR_ANSWERS])
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ged_memory_answers(&m->ged, sum);
}

void machine_power_button(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	ged_power_button(&m->ged);
}

void machine_nmi(struct machine *m)
{
	lip_post_nmi(m->lips[0]);
}

size_t machine_console_input(struct machine *m, const u8 *bytes, size_t len)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return uart_rx(&m->uart, bytes, len);
}

bool machine_console_break(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return uart_rx_break(&m->uart);
}

size_t machine_console_room(struct machine *m)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return uart_rx_room(&m->uart);
}
