/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/resource.h - the operations of a kind of resource, for activation, IPL,
 * integrate, move and notify. Layer L3.
 *
 * Each kind is one file, res_<kind>.c, with one struct part_resource. Ownership is in
 * the inventory; further data of a kind is private: lpar->own[] for an LPAR, ig->own[]
 * for an integration.
 */
#ifndef LPAR_PART_RESOURCE_H
#define LPAR_PART_RESOURCE_H

#include "model/plan.h"
#include "part/part.h"

struct acpi_config;
struct integrate;
struct inventory_want;

/**
 * struct part_room - limited parts of a machine that the inventory does not know
 * @slots: PCI slots
 * @memory: memory devices of its guest's firmware
 */
struct part_room {
	u32 slots;
	u32 memory;
};

/**
 * struct part_resource - a kind of resource
 * @lpar_size: size of its data for each LPAR, zeroed: lpar->own[]
 * @integrate_size: size of its data for each integration, zeroed: ig->own[]
 * @moves: bits of enum plan_kind: the moves of a plan that it applies
 *
 * Operations on an LPAR, whose lock is held. Those that release something accept that
 * it does not exist.
 *
 * @wish: adapt what will be claimed to the present machine. part.lock is held
 * @claim: the inventory has assigned it to the LPAR: set up the rest, all or nothing.
 *	part.lock is held
 * @clean: no machine uses it any more: remove all of the guest's data from it. Sleeps;
 *	part.lock is not held, unless the LPAR owns none of it in the inventory
 * @give_back: undo @claim, before the inventory frees it; what it has freed already
 *	belongs to another LPAR. Locks as for @clean
 * @slots: number of PCI slots that it needs. part.lock is held
 * @attach: add it to the LPAR's machine, which is stopped and not published yet. May
 *	leave some of it there on error
 * @detach: remove it from the machine, which is stopped
 * @build: describe it in the guest's firmware at IPL
 * @wipe: clear it for a new guest, which must not see data of the previous one
 * @look: handle that the guest has ejected some of it, or starts anew and has all of it
 * @announce: announce to the guest what it was not told of. 0 or -errno; announces the
 *	rest in either case
 * @forget: nothing is to be announced any more
 *
 * Operations of an integration, or of the move of a part. Both LPARs' locks are held, and
 * part.lock from @reserve to @commit.
 *
 * @room: add what the plan's moves need of the receiver's machine. part.lock is held,
 *	the locks of LPARs are not
 * @quiesce: quiesce what may take long, before anything is stopped. Waits for the host,
 *	never for a guest. @apply reports errors. part.lock is not held
 * @resume: undo @quiesce after a failed integration. part.lock is not held
 * @reserve: do all that can fail
 * @unreserve: free what was reserved and not used, and finally what is not needed any
 *	more; does not need part.lock
 * @apply: apply one of its moves, which the inventory has made. -errno with a line in
 *	ig->text and nothing changed. Its time does not depend on the amount
 * @undo: undo @apply; cannot fail
 * @settle: all moves of a step have been applied, or undone
 * @commit: 201 to 208 are done and will not be undone
 * @shed: the donor keeps a part: remove from its machine, which does not run, what it has
 *	given, and clear that. In reverse order of the table. Sleeps; cannot fail
 * @deliver: 209: the donor has ended, or has shed what it gave, and that is clean: make it
 *	accessible to the receiver's guest, before it is told. 0 or -errno
 */
struct part_resource {
	size_t lpar_size;
	size_t integrate_size;
	u32 moves;

	void (*wish)(const struct lpar *lpar, struct inventory_want *want);
	int (*claim)(struct lpar *lpar, struct lpar_reason *why);
	void (*clean)(struct lpar *lpar);
	void (*give_back)(struct lpar *lpar);
	u32 (*slots)(const struct lpar *lpar);
	int (*attach)(struct lpar *lpar, struct lpar_reason *why);
	void (*detach)(struct lpar *lpar);
	void (*build)(struct lpar *lpar, struct acpi_config *config);
	void (*wipe)(struct lpar *lpar);
	void (*look)(struct lpar *lpar);
	int (*announce)(struct lpar *lpar);
	void (*forget)(struct lpar *lpar);

	void (*room)(const struct integrate *ig, struct part_room *need);
	void (*quiesce)(struct integrate *ig);
	void (*resume)(struct integrate *ig);
	int (*reserve)(struct integrate *ig);
	void (*unreserve)(struct integrate *ig);
	int (*apply)(struct integrate *ig, const struct plan_move *m);
	void (*undo)(struct integrate *ig, const struct plan_move *m);
	void (*settle)(struct integrate *ig, enum plan_step step);
	void (*commit)(struct integrate *ig);
	void (*shed)(struct integrate *ig);
	int (*deliver)(struct integrate *ig);
};

extern const struct part_resource res_ms, res_lips, res_channels, res_es;

/* By enum part_resource_id. */
extern const struct part_resource *const part_resources[PART_NR_RESOURCES];

/* In the order of the table, and in reverse. */
#define for_each_resource(r, i)						\
	for ((i) = 0; (i) < PART_NR_RESOURCES && ((r) = part_resources[i]); (i)++)
#define for_each_resource_reverse(r, i)					\
	for ((i) = PART_NR_RESOURCES; (i) > 0 && ((r) = part_resources[(i) - 1]); (i)--)

/* The resource that applies moves of this kind. */
const struct part_resource *part_resource_of(u16 kind);

/* Allocate lpar->own[] or ig->own[]; all or -ENOMEM. */
int part_own_alloc(void *own[PART_NR_RESOURCES], bool integrate);

/* Call the operation of that name of each resource. */
void part_wish(const struct lpar *lpar, struct inventory_want *want);
int part_claim(struct lpar *lpar, struct lpar_reason *why);
void part_clean(struct lpar *lpar);
void part_give_back(struct lpar *lpar);
int part_attach(struct lpar *lpar, struct lpar_reason *why);
void part_detach(struct lpar *lpar);
void part_build(struct lpar *lpar, struct acpi_config *config);
void part_wipe(struct lpar *lpar);
void part_look(struct lpar *lpar);
void part_forget(struct lpar *lpar);
int part_announce(struct lpar *lpar);

#endif
