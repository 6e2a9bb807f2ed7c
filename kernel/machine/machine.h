/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/machine.h - the guest's machine: the state shared by an LPAR's LIPs.
 *
 * Stage-2 tables, IO-APIC, UART, GED, clock. part/ creates one for each active LPAR
 * and uses it through this header. Layer L2.
 *
 * Context: functions that start, stop or change LIPs sleep: they post work to
 * dispatchers and wait for it. Callers serialise them (lpar->lock).
 */
#ifndef LPAR_MACHINE_MACHINE_H
#define LPAR_MACHINE_MACHINE_H

#include <linux/cpumask.h>
#include <linux/spinlock.h>

#include "cpu/lip.h"
#include "lpar.h"
#include "emul/cpuid.h"
#include "emul/msr.h"
#include "stage2/s2.h"
#include "vdev/ged.h"
#include "vdev/ioapic.h"
#include "vdev/kbc.h"
#include "vdev/pci.h"
#include "vdev/pm_timer.h"
#include "vdev/pvpanic.h"
#include "vdev/uart16550.h"
#include "vdev/vdev.h"

enum machine_event {
	MACHINE_POWEROFF,	/* the guest entered S5 */
	MACHINE_RESET,		/* the guest requested a reset */
	MACHINE_FAILED,		/* a guest error ended it, with a reason */
	MACHINE_PANIC,		/* the guest's kernel panicked */
	MACHINE_CRASH,		/* it panicked, and its crash kernel takes over */
	MACHINE_OST,		/* the guest answered a notification (_OST) */
	MACHINE_EJECT,		/* the guest ejected a PCI slot */
};

/**
 * struct machine_owner_ops - callbacks from a machine to its LPAR
 * @event: called in atomic context, interrupts may be off; must not sleep and
 *	must not call back into the machine. For MACHINE_FAILED @why is the
 *	first reason.
 * @console: bytes from the guest's UART; atomic context
 */
struct machine_owner_ops {
	void (*event)(void *owner, enum machine_event event,
		      const struct lpar_reason *why);
	void (*console)(void *owner, const u8 *bytes, size_t len);
};

struct core_cpu;
struct slot_dev;
struct lip_work;
struct page;

struct machine {
	const struct machine_owner_ops *ops;
	void *owner;
	u32 number;			/* of the LPAR, for trace events */
	u32 max_lips;			/* LIPs in the guest's MADT and CPUID */
	u32 tsc_khz;			/* TSC rate reported to the guest */
	u64 tsc_offset;			/* guest TSC = host TSC + this */
	u64 boot_wall_ns;		/* time of day at IPL: guest TSC 0 */

	/* Owned by the caller of machine_*(); entries published with release. */
	struct lip *lips[LPAR_MAX_LIPS];

	/* Any context: used by senders of interrupts. */
	DECLARE_BITMAP(present, LPAR_MAX_LIPS);	/* LIPs that take interrupts */
	struct lapic_id apic_ids[LPAR_MAX_LIPS];

	/* s2: changed only by machine_map*(), read by hardware and exits. */
	struct s2 s2;
	struct s2 fine;			/* with @nx: storage in 4 KiB pages, see s2_lend() */
	bool nx;			/* large pages of s2 are not executable */
	gpa_t storage_end;		/* end of mapped storage; lpar->lock */
	bool device;			/* a PCI function's memory is or was mapped */

	/* devs_lock: everything below, interrupts off. */
	raw_spinlock_t devs_lock;
	struct vdev_table pio, mmio;
	struct ioapic ioapic;
	struct uart16550 uart;
	struct ged ged;
	struct kbc kbc;
	struct pm_timer pm_timer;
	struct pvpanic pvpanic;
	struct pci_bus pci;
	struct slot_dev *slots[LAYOUT_PCI_SLOTS];

	struct cpuid_policy cpuid;
	struct msr_policy msr;

	unsigned long dead;		/* the guest has ended */
	unsigned long crashed;		/* MACHINE_CRASH was reported */

	/* Owned by the caller of machine_*(). */
	struct lip_work *works;		/* one per LIP number */
	u64 shares_posted;		/* LIPs whose share is being changed */
};

/* Creation and destruction. Sleep. */
int machine_init(struct machine *m, const struct machine_owner_ops *ops, void *owner,
		 u32 number, u32 max_lips);
void machine_destroy(struct machine *m);

/*
 * Storage. machine_map() maps [gpa, gpa+len), 2 MiB aligned, to the frames at hpa;
 * the range was not mapped before, and the guest may run. machine_reserve_map()
 * allocates the page tables for a later machine_map() of the range, which then cannot
 * fail. machine_unmap() unmaps such a range while the guest does not run and no device
 * accesses storage, as after machine_quiet_slots(), and none has an IOMMU domain; after
 * machine_reserve_unmap() it cannot fail. On return no CPU has a translation of it.
 */
/* Make a 2 MiB page executable after a fetch. Any context. -ENOENT: no storage there. */
int machine_allow_fetch(struct machine *m, gpa_t gpa);
int machine_reserve_map(struct machine *m, gpa_t gpa, u64 len);
int machine_map(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);
int machine_reserve_unmap(struct machine *m, gpa_t gpa, u64 len);
int machine_unmap(struct machine *m, gpa_t gpa, u64 len);
/* Call @fn for each mapped block of storage until it fails. */
int machine_each_storage(struct machine *m, int (*fn)(void *ctx, gpa_t gpa, hpa_t hpa, u64 len),
			 void *ctx);
/*
 * MMIO of a physical device in the BAR window. machine_reserve_window() comes first;
 * after it machine_map_device() and machine_unmap_device() allocate nothing and do
 * not need lpar->lock, because the window's tables are separate from those of
 * storage. Callers serialise them. They sleep. -EEXIST: mapped already, not changed.
 */
int machine_reserve_window(struct machine *m);
int machine_map_device(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);
/* On return no LIP can access it. */
void machine_unmap_device(struct machine *m, gpa_t gpa, u64 len);
/* Host mapping of guest memory at gpa; len: contiguous bytes from there. */
void *machine_va(struct machine *m, gpa_t gpa, size_t *len);
/* The host's page of guest memory, for I/O; NULL if it has no struct page. */
struct page *machine_page(struct machine *m, gpa_t gpa, size_t *len);
int machine_write(struct machine *m, gpa_t gpa, const void *data, size_t len);
int machine_read(struct machine *m, gpa_t gpa, void *data, size_t len);

/*
 * Processors. machine_prepare_lip() does all that can fail (reserve phase): creates
 * the LIP, stopped, without a share and not reachable by interrupts.
 * machine_add_lip() sets its share and cannot fail; the LIP waits for the guest to
 * start it (LIP_MODE_WAITING). machine_drop_lip() undoes both, and requires a stopped
 * machine, because senders access lips[] without a lock.
 */
int machine_prepare_lip(struct machine *m, u32 id, int pcpu);
void machine_add_lip(struct machine *m, u32 id, u32 percent, bool capped);
void machine_drop_lip(struct machine *m, u32 id);
void machine_set_share(struct machine *m, u32 id, u32 percent, bool capped);
/* Wait until all changed shares are in effect. */
void machine_sync_shares(struct machine *m);

/* IPL: reset devices and LIPs to power-on state; LIP 0 gets @boot. */
void machine_reset(struct machine *m, const struct boot_cpu_state *boot);
/*
 * machine_stop() stops all LIPs (201, 204); on return no LIP is in the guest or will
 * enter it. machine_start() (208) continues them. Waits for the monitor's threads
 * only, never for the guest.
 */
void machine_stop(struct machine *m);
void machine_start(struct machine *m);

/* Hotplug and power button; any context but NMI. -ENOSPC: no free slot. */
int machine_notify_memory(struct machine *m, gpa_t gpa, u64 len);
int machine_notify_lip(struct machine *m, u32 id);
int machine_notify_slot(struct machine *m, u32 slot);
/*
 * machine_eject_slot() asks the guest to eject a slot; -ENOENT: it does not have it.
 * machine_keep_slot() withdraws a request that the guest has not read yet. See
 * slot_dev_ejected() for the result.
 */
int machine_eject_slot(struct machine *m, u32 slot);
void machine_keep_slot(struct machine *m, u32 slot);
/* Whether the slot is present for the guest; the guest's last answer (_OST). */
bool machine_slot_present(struct machine *m, u32 slot);
enum ged_answer machine_slot_answer(struct machine *m, u32 slot, u32 *status);

/**
 * struct machine_answer - the guest's last answer about a unit (_OST)
 * @id: LIP, memory device, or id of the device in the slot
 * @answer: enum ged_answer, never GED_NONE
 * @status: of _OST
 */
struct machine_answer {
	int id;
	enum ged_answer answer;
	u32 status;
};

/* False: no answer, or no such unit. Any context. */
bool machine_get_answer(struct machine *m, enum ged_kind kind, u32 unit,
			struct machine_answer *out);
/* Number of free memory devices for machine_notify_memory(). Any context. */
u32 machine_free_memory(struct machine *m);
/* Bytes of the announced memory devices by the guest's last answer. Any context. */
void machine_memory_answers(struct machine *m, u64 sum[GED_NR_ANSWERS]);
void machine_power_button(struct machine *m);
/* Send an NMI to LIP 0. Any context. */
void machine_nmi(struct machine *m);
/* Raise the GED's interrupt again while an answer is pending: it may have been lost. */
void machine_notify_again(struct machine *m);
/* Announce again the units for which the guest reported a failure. Return: their number. */
u32 machine_announce_again(struct machine *m);

/* Registers of a LIP of a stopped or ended machine. False: there is no such LIP. Sleeps. */
bool machine_lip_registers(struct machine *m, u32 id, struct core_cpu *out);

/* Console input; returns the number of bytes accepted. Any context. */
size_t machine_console_input(struct machine *m, const u8 *bytes, size_t len);
size_t machine_console_room(struct machine *m);
/* A break on the console's line. False: the UART has no room for it. Any context. */
bool machine_console_break(struct machine *m);

/* Statistics for sysfs. Any context. */
u64 machine_lip_used_ns(struct machine *m, u32 id);
u64 machine_lip_steal_ns(struct machine *m, u32 id);
const char *machine_lip_state(struct machine *m, u32 id);
void machine_exit_counts(struct machine *m, u64 counts[LIP_NR_EXITS]);
void machine_lip_exit_counts(struct machine *m, u32 id, u64 counts[LIP_NR_EXITS]);
const char *lip_exit_name(enum lip_exit_kind kind);

/* For L2 only. devices.c */
extern const struct lapic_env machine_lapic_env;
void machine_devices_init(struct machine *m);
void machine_devices_reset(struct machine *m);
void machine_fail(struct machine *m, struct lpar_reason *why);
u64 machine_pio_read(struct machine *m, u16 port, unsigned int size);
void machine_pio_write(struct machine *m, u16 port, unsigned int size, u64 val);
u64 machine_mmio_read(struct machine *m, gpa_t gpa, unsigned int size);
void machine_mmio_write(struct machine *m, gpa_t gpa, unsigned int size, u64 val);

#endif
