/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic Event Device: the register model through which a guest learns of
 * new memory, new LIPs and the power button, answers with _OST, and powers
 * off or resets itself. Its AML half is dsdt.asl.in.
 *
 * L0. The caller serialises all calls on one struct ged; env callbacks are
 * made from within them.
 */
#ifndef LPAR_VDEV_GED_H
#define LPAR_VDEV_GED_H

#include "pure.h"
#include "lpar.h"
#include "vdev/layout.h"

/** enum ged_kind - kinds of units that can be hot-plugged */
enum ged_kind {
	GED_LIP,	/* index is the LIP number */
	GED_MEMORY,	/* index is the memory slot */
	GED_PCI,	/* index is the PCI slot */
	GED_NR_KINDS,
};

/**
 * enum ged_answer - state of a notification
 * @GED_NONE: none was sent for this index
 * @GED_PENDING: announced, no final _OST yet
 * @GED_ADDED: the guest uses it
 * @GED_FAILED: the guest refused it or failed; see the raw status
 * @GED_EJECTED: the guest released it
 */
enum ged_answer {
	GED_NONE,
	GED_PENDING,
	GED_ADDED,
	GED_FAILED,
	GED_EJECTED,
	GED_NR_ANSWERS,
};

/**
 * struct ged_env - effects on the machine around the GED
 * @irq: one edge on LAYOUT_GED_GSI
 * @sleep: the guest requested sleep state S@state; always 5
 * @reset: the guest wrote the reset register
 * @ost: the guest called _OST; @answer is the unit's new state
 * @eject: the guest released a PCI slot (_EJ0), which is not present any more
 */
struct ged_env {
	void (*irq)(void *ctx);
	void (*sleep)(void *ctx, u32 state);
	void (*reset)(void *ctx);
	void (*ost)(void *ctx, enum ged_kind kind, u32 index,
		    enum ged_answer answer, u32 status);
	void (*eject)(void *ctx, u32 slot);
};

/**
 * struct ged_unit - one LIP, memory slot or PCI slot as the guest sees it
 * @present: reported by _STA. Set at IPL, or when the guest reads the event: a guest
 *	that is still booting does not find the unit before that, and every
 *	addition is answered by one _OST
 * @notify: pending GED_NOTIFY_*, or 0
 * @answer: enum ged_answer
 * @ost_event: last _OST Arg0 (ACPI, "_OST")
 * @ost_status: last _OST Arg1
 * @taken: the guest has read the event
 */
struct ged_unit {
	bool present;
	bool taken;
	u8 notify;
	u8 answer;
	u32 ost_event;
	u32 ost_status;
};

struct ged {
	const struct ged_env *env;
	void *ctx;
	u32 events;			/* GED_EVENT_* */
	u32 select[GED_NR_KINDS];
	u8 sleep_status;
	struct ged_unit lip[LAYOUT_GED_LIPS];
	struct ged_unit mem[LAYOUT_GED_MEM_SLOTS];
	struct ged_unit pci[LAYOUT_PCI_SLOTS];
	struct layout_range range[LAYOUT_GED_MEM_SLOTS];
	u32 nr_mem;			/* slots in use: the first ones */
};

/**
 * ged_init() - power-on state; also at every IPL
 * @g: the device
 * @env: effects; all callbacks are required
 * @ctx: first argument of the callbacks
 * @present_lips: bit n set: LIP n is present from the start
 *
 * Memory that was added before is RAM at the next IPL, so all slots are free.
 *
 * Context: caller serialises. Calls nothing in @env.
 */
void ged_init(struct ged *g, const struct ged_env *env, void *ctx,
	      u64 present_lips);

/**
 * ged_set_slots() - set the PCI slots that are present at IPL
 * @g: the device, just after ged_init()
 * @slots: bit n: slot n
 *
 * Context: caller serialises.
 */
void ged_set_slots(struct ged *g, u32 slots);

/**
 * ged_port_read() - the guest reads a register
 * @g: the device
 * @offset: from LAYOUT_GED_PORT
 * @size: 1, 2 or 4
 *
 * Context: caller serialises.
 * Return: the value; all ones where there is no such register.
 */
u32 ged_port_read(struct ged *g, u32 offset, u32 size);

/**
 * ged_port_write() - the guest writes a register
 * @g: the device
 * @offset: from LAYOUT_GED_PORT
 * @size: 1, 2 or 4
 * @val: the value
 *
 * Context: caller serialises. May call env->sleep, env->reset, env->ost,
 * env->eject.
 */
void ged_port_write(struct ged *g, u32 offset, u32 size, u32 val);

/**
 * ged_free_slots() - how many more ranges can be announced
 * @g: the device
 *
 * Context: caller serialises.
 * Return: number of free memory slots.
 */
u32 ged_free_slots(const struct ged *g);

/**
 * ged_add_memory() - announce a guest-physical range
 * @g: the device
 * @base: guest-physical start
 * @len: bytes; a range that crosses the hole is two, see layout_split()
 *
 * Context: caller serialises. Calls env->irq.
 * Return: the slot; -ENOSPC when none is free, -EINVAL for an empty range, one
 * that touches the hole, wraps or overlaps one announced before.
 */
int ged_add_memory(struct ged *g, u64 base, u64 len);

/**
 * ged_add_cpu() - announce a LIP
 * @g: the device
 * @lip: its number
 *
 * Context: caller serialises. Calls env->irq.
 * Return: 0; -EINVAL for a number out of range, -EEXIST when it is present.
 */
int ged_add_cpu(struct ged *g, u32 lip);

/**
 * ged_add_pci() - announce the function in a PCI slot
 * @g: the device
 * @slot: its number
 *
 * Context: caller serialises. Calls env->irq.
 * Return: 0; -EINVAL for a number out of range or the host bridge's, -EEXIST when
 * it is present.
 */
int ged_add_pci(struct ged *g, u32 slot);

/**
 * ged_eject_pci() - request the release of a PCI slot
 * @g: the device
 * @slot: its number
 *
 * The guest answers by _OST, and env->eject is called when it has released the slot. A
 * guest that has not read the slot's announcement yet cannot release it.
 *
 * Context: caller serialises. Calls env->irq.
 * Return: 0; -ENOENT when the slot is not present in the guest.
 */
int ged_eject_pci(struct ged *g, u32 slot);

/* Withdraw an eject request that the guest has not read yet. */
void ged_cancel_eject(struct ged *g, u32 slot);

/* The slot is empty: forget its state. */
void ged_drop_pci(struct ged *g, u32 slot);

/**
 * ged_power_button() - press it
 * @g: the device
 *
 * Context: caller serialises. Calls env->irq.
 */
void ged_power_button(struct ged *g);

/**
 * ged_kick() - repeat the interrupt if the guest has not read all events
 * @g: the device
 *
 * An edge while the guest's interrupt input is masked is lost. Call this periodically
 * while an answer is pending.
 *
 * Context: caller serialises. May call env->irq.
 */
void ged_kick(struct ged *g);

/**
 * ged_announce_again() - repeat announcements that the guest answered with a failure
 * @g: the device
 *
 * Units whose eject the guest refused are skipped: they are still in use.
 *
 * Context: caller serialises. May call env->irq.
 * Return: number of units that were announced.
 */
u32 ged_announce_again(struct ged *g);

/**
 * ged_memory_answers() - how much memory the guest has answered what about
 * @g: the device
 * @sum: bytes by enum ged_answer; added to
 *
 * Context: caller serialises.
 */
void ged_memory_answers(const struct ged *g, u64 sum[GED_NR_ANSWERS]);

/**
 * ged_unit() - state of a LIP or slot
 * @g: the device
 * @kind: its kind
 * @index: LIP number or slot
 *
 * Context: caller serialises.
 * Return: the unit, NULL when @index is out of range.
 */
const struct ged_unit *ged_unit(const struct ged *g, enum ged_kind kind,
				u32 index);

/**
 * ged_answer_name() - the word for an answer
 * @answer: enum ged_answer
 *
 * Return: "none", "pending", "added", "failed" or "ejected".
 */
const char *ged_answer_name(enum ged_answer answer);

#endif /* LPAR_VDEV_GED_H */
