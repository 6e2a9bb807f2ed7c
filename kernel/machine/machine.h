/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine/machine.h - the guest's machine: what the LIPs of one LPAR share.
 *
 * Stage-2 tables, IO-APIC, UART, GED, clock. part/ makes one for each active
 * LPAR and drives it through this header. Layer L2.
 *
 * Context: machine_*() that start, stop or change LIPs sleep: they hand work
 * to dispatchers and wait for it. Callers serialise them (lpar->lock).
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
#include "vdev/uart16550.h"
#include "vdev/vdev.h"

enum machine_event {
	MACHINE_POWEROFF,	/* the guest entered S5 */
	MACHINE_RESET,		/* the guest asked for a reset */
	MACHINE_FAILED,		/* a guest's mistake ended it; reason given */
	MACHINE_OST,		/* an answer to a notification has come */
	MACHINE_EJECT,		/* the guest gave a PCI slot back */
};

/**
 * struct machine_owner_ops - words from a machine up to its LPAR
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

struct slot_dev;
struct lip_work;
struct page;

struct machine {
	const struct machine_owner_ops *ops;
	void *owner;
	u32 number;			/* of the LPAR, for trace events */
	u32 max_lips;			/* LIP numbers the guest was told of */
	u32 tsc_khz;			/* rate of the TSC as the guest is told */
	u64 tsc_offset;			/* guest TSC = host TSC + this */
	u64 boot_wall_ns;		/* time of day at IPL: guest TSC 0 */

	/* Owned by the caller of machine_*(); entries published with release. */
	struct lip *lips[LPAR_MAX_LIPS];

	/* Any context: who is there, and how senders find it. */
	DECLARE_BITMAP(present, LPAR_MAX_LIPS);	/* take interrupts */
	struct lapic_id apic_ids[LPAR_MAX_LIPS];

	/* s2: changed only by machine_map*(), read by hardware and exits. */
	struct s2 s2;
	struct s2 fine;			/* with @nx: storage in 4 KiB pages, to lend to s2 */
	bool nx;			/* large pages of s2 are not executable */
	gpa_t storage_end;		/* of what was mapped; of machine_*()'s caller */
	bool device;			/* a PCI function's memory is or was mapped */

	/* devs_lock: everything below, interrupts off. */
	raw_spinlock_t devs_lock;
	struct vdev_table pio, mmio;
	struct ioapic ioapic;
	struct uart16550 uart;
	struct ged ged;
	struct kbc kbc;
	struct pci_bus pci;
	struct slot_dev *slots[LAYOUT_PCI_SLOTS];

	struct cpuid_policy cpuid;
	struct msr_policy msr;

	unsigned long dead;		/* bit 0: the guest has ended; the first way counts */

	/* Owned by the caller of machine_*(). */
	struct lip_work *works;		/* one for each LIP number */
	u64 shares_posted;		/* LIPs whose new share is under way */
};

/* Life: all sleep. */
int machine_init(struct machine *m, const struct machine_owner_ops *ops, void *owner,
		 u32 number, u32 max_lips);
void machine_destroy(struct machine *m);

/*
 * Storage. machine_map() gives the guest [gpa, gpa+len), 2 MiB aligned, backed
 * by the frame at hpa; the guest may run (the range was not mapped before).
 * machine_reserve_map() allocates the page-table pages for a later
 * machine_map() of the range, which then cannot fail.
 */
/* An instruction fetch from storage was refused. Any context. -ENOENT: rightly. */
int machine_allow_fetch(struct machine *m, gpa_t gpa);
int machine_reserve_map(struct machine *m, gpa_t gpa, u64 len);
int machine_map(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);
/* Calls @fn for what is mapped of storage, piece by piece, until it fails. */
int machine_each_storage(struct machine *m, int (*fn)(void *ctx, gpa_t gpa, hpa_t hpa, u64 len),
			 void *ctx);
/*
 * Memory of a physical device in the window of BARs. machine_reserve_window()
 * comes first; after it these two allocate nothing, and need no lpar->lock: its
 * tables are apart from those of storage. Callers serialise them. They sleep.
 * -EEXIST: something is there already, and then stays.
 */
int machine_reserve_window(struct machine *m);
int machine_map_device(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len);
/* On return no LIP reaches it any more. */
void machine_unmap_device(struct machine *m, gpa_t gpa, u64 len);
/* Host view of guest memory: pointer for gpa, and how many bytes follow. */
void *machine_va(struct machine *m, gpa_t gpa, size_t *len);
/* Likewise as the host's page that it is in, for I/O: NULL where it has none. */
struct page *machine_page(struct machine *m, gpa_t gpa, size_t *len);
int machine_write(struct machine *m, gpa_t gpa, const void *data, size_t len);
int machine_read(struct machine *m, gpa_t gpa, void *data, size_t len);

/*
 * Processors. machine_prepare_lip() does all that can fail (reserve phase): the
 * LIP is there, stopped, without a share, and nobody can send it anything.
 * machine_add_lip() gives it @percent and cannot fail; it waits for the guest to
 * start it (LIP_MODE_WAITING). machine_drop_lip() undoes either: only while the
 * machine is stopped, since senders look at lips[] without a lock.
 */
int machine_prepare_lip(struct machine *m, u32 id, int pcpu);
void machine_add_lip(struct machine *m, u32 id, u32 percent, bool capped);
void machine_drop_lip(struct machine *m, u32 id);
void machine_set_share(struct machine *m, u32 id, u32 percent, bool capped);
/* Shares hold when this returns; several are under way at once till then. */
void machine_sync_shares(struct machine *m);

/* IPL: devices and every LIP to their state at power-on; LIP 0 gets @boot. */
void machine_reset(struct machine *m, const struct boot_cpu_state *boot);
/*
 * Stop every LIP (201, 204) and return when all have acknowledged: no LIP is
 * in the guest or will enter it. Start (208) lets them go on where they stood.
 * The wait is for the monitor's own threads, never for the guest.
 */
void machine_stop(struct machine *m);
void machine_start(struct machine *m);

/* Hotplug and power button; any context but NMI. -ENOSPC: no slot is left. */
int machine_notify_memory(struct machine *m, gpa_t gpa, u64 len);
int machine_notify_lip(struct machine *m, u32 id);
int machine_notify_slot(struct machine *m, u32 slot);
/*
 * Ask the guest for a slot back, and take that back if it has not heard of it. -ENOENT:
 * the guest does not have it. Whether it has given it back: slot_dev_ejected().
 */
int machine_eject_slot(struct machine *m, u32 slot);
void machine_keep_slot(struct machine *m, u32 slot);
/* Does the guest have what is in the slot? What did it answer last (_OST)? */
bool machine_slot_present(struct machine *m, u32 slot);
enum ged_answer machine_slot_answer(struct machine *m, u32 slot, u32 *status);

/**
 * struct machine_answer - what the guest last said about a unit (_OST)
 * @id: LIP, memory device, or the id of what stands in the slot
 * @answer: enum ged_answer, never GED_NONE
 * @status: of _OST
 */
struct machine_answer {
	int id;
	enum ged_answer answer;
	u32 status;
};

/* False: it has said nothing, or there is nothing. Any context. */
bool machine_get_answer(struct machine *m, enum ged_kind kind, u32 unit,
			struct machine_answer *out);
/* How many more memory devices machine_notify_memory() can tell of. Any context. */
u32 machine_free_memory(struct machine *m);
void machine_power_button(struct machine *m);
/* Give the edge again while an answer is pending: the first may be lost. */
void machine_notify_again(struct machine *m);
/* Announce again what the guest answered with a failure. Returns the number of such units. */
u32 machine_announce_again(struct machine *m);

/* Console input; returns the bytes that the UART took. Any context. */
size_t machine_console_input(struct machine *m, const u8 *bytes, size_t len);
size_t machine_console_room(struct machine *m);

/* What is: for sysfs. Any context. */
u64 machine_lip_used_ns(struct machine *m, u32 id);
u64 machine_lip_steal_ns(struct machine *m, u32 id);
const char *machine_lip_state(struct machine *m, u32 id);
void machine_exit_counts(struct machine *m, u64 counts[LIP_NR_EXITS]);
void machine_lip_exit_counts(struct machine *m, u32 id, u64 counts[LIP_NR_EXITS]);
const char *lip_exit_name(enum lip_exit_kind kind);

/* Within L2. devices.c: the devices' wiring */
extern const struct lapic_env machine_lapic_env;
void machine_devices_init(struct machine *m);
void machine_devices_reset(struct machine *m);
void machine_fail(struct machine *m, struct lpar_reason *why);
u64 machine_pio_read(struct machine *m, u16 port, unsigned int size);
void machine_pio_write(struct machine *m, u16 port, unsigned int size, u64 val);
u64 machine_mmio_read(struct machine *m, gpa_t gpa, unsigned int size);
void machine_mmio_write(struct machine *m, gpa_t gpa, unsigned int size, u64 val);

#endif
