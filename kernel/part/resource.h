/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/resource.h - a kind of thing that an LPAR can own, as everything that concerns
 * all of them sees it: activation, IPL, integrate, notify. Layer L3.
 *
 * Each kind is one file, res_<kind>.c, with one struct part_resource. Who owns how
 * much of it is in the inventory; what it keeps beside that is its own: of an LPAR in
 * lpar->own[], of an integration in ig->own[].
 */
#ifndef LPAR_PART_RESOURCE_H
#define LPAR_PART_RESOURCE_H

#include "model/plan.h"
#include "part/part.h"

struct acpi_config;
struct integrate;
struct inventory_want;

/**
 * struct part_room - what of a machine is limited, where the inventory does not know
 * @slots: PCI slots
 * @memory: memory devices of its guest's firmware
 */
struct part_room {
	u32 slots;
	u32 memory;
};

/**
 * struct part_resource - a kind of resource
 * @lpar_size: bytes that it keeps of each LPAR, zeroed: lpar->own[]
 * @integrate_size: bytes that it keeps of each integration, likewise: ig->own[]
 * @moves: bits of enum plan_kind: the moves of a plan that are its own
 *
 * An LPAR; its lock is held. All that give something back take what is not there, too.
 *
 * @wish: change what is about to be claimed, as of what the machine has; part.lock
 * @claim: the inventory says that it is the LPAR's: what belongs to that, all of it or
 *	nothing. part.lock is held
 * @clean: no machine has it any more: nothing of the guest's is left in it. Sleeps;
 *	part.lock is not held, unless the LPAR owns nothing of it by the inventory
 * @give_back: the reverse of @claim, before the inventory forgets it; where that has
 *	forgotten it already it belongs to another. Likewise
 * @slots: PCI slots that what it owns takes. part.lock is held
 * @attach: into the LPAR's machine, which is stopped and which nobody sees. On error
 *	some of it may be there
 * @detach: out of it again. The machine is stopped
 * @build: what the guest's firmware shows of it at IPL
 * @wipe: the guest is another one from now on: it finds nothing of the one before
 * @look: the guest has given some of it back, or begins anew and has all of it
 * @announce: tell the guest what it was not told of. 0 or -errno, and it is told the
 *	rest
 * @forget: there is nothing that it would have to be told of
 *
 * An integration; both LPARs' locks are held, and part.lock from @reserve to @commit.
 *
 * @room: what the plan's moves take of the receiver's machine is added. part.lock is
 *	held, the locks of LPARs are not
 * @quiesce: what takes long in making it quiet, before anything is stopped. Waits for
 *	the host, never for a guest. What fails is told by @apply. part.lock is not held
 * @resume: the reverse, where nothing came of the integration; likewise
 * @reserve: all that can fail
 * @unreserve: what was reserved and not used, and at the end what is of no use any
 *	more; part.lock is not needed for that
 * @apply: one of its moves, which the inventory has made. -errno with a line in
 *	ig->text and nothing changed. Takes no longer for more of it
 * @undo: the reverse; cannot fail
 * @settle: all moves of a step have been applied, or undone
 * @commit: 201 to 208 are done, for good
 * @deliver: 209: the donor has ended, and what it had is clean: it comes into the reach
 *	of the receiver's guest, which has not been told. 0 or -errno
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
	int (*deliver)(struct integrate *ig);
};

extern const struct part_resource res_ms, res_lips, res_channels, res_es;

/* By enum part_resource_id. */
extern const struct part_resource *const part_resources[PART_NR_RESOURCES];

/* Of each one, in the order of the table, and in reverse. */
#define for_each_resource(r, i)						\
	for ((i) = 0; (i) < PART_NR_RESOURCES && ((r) = part_resources[i]); (i)++)
#define for_each_resource_reverse(r, i)					\
	for ((i) = PART_NR_RESOURCES; (i) > 0 && ((r) = part_resources[(i) - 1]); (i)--)

/* Whose move it is. */
const struct part_resource *part_resource_of(u16 kind);

/* lpar->own[] and ig->own[]; -ENOMEM: none of it. */
int part_own_alloc(void *own[PART_NR_RESOURCES], bool integrate);

/* Loops over the table; as the function of the same name. */
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
