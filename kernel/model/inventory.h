/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: all that there is and who owns it - the patent's resource manager's
 * table. Facade over model/ms, model/es, model/share, model/channel and model/state; calls
 * those only.
 *
 * It holds what *is*: an LPAR that is only defined owns nothing here, and what
 * the admin wants for it is the caller's to keep. About 20 KB: not on a stack.
 * Plain data: a copy of the struct is a copy of the inventory.
 */
#ifndef MODEL_INVENTORY_H
#define MODEL_INVENTORY_H

#include "lpar.h"
#include "model/channel.h"
#include "model/es.h"
#include "model/ms.h"
#include "model/share.h"
#include "model/state.h"

struct inventory_lpar {
	char name[LPAR_NAME_LEN];	/* "": slot not in use; padded with NULs */
	enum lpar_state state;
};

struct inventory {
	struct ms_map ms;
	struct es_map es;
	struct share_matrix shares;
	struct channel_table channels;
	struct inventory_lpar lpar[LPAR_MAX_PARTS];	/* by slot */
	u64 pcpus[LPAR_MAX_PCPUS / 64];	/* pCPUs that are the monitor's */
};

/* What an LPAR is to own when it is activated. */
struct inventory_want {
	struct ms_area ms;
	u64 es;		/* bytes of expanded storage */
	struct share_set shares;
	u64 channels[LPAR_MAX_CHANNELS / 64];	/* bit = id */
};

/* Empty: no LPAR, no pool, no pCPU. */
void inventory_init(struct inventory *inv);

/* The pool; -EBUSY while anybody owns a part of it. */
int inventory_set_pool(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why);

/* The pool of expanded storage; likewise. */
int inventory_set_es(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why);

/* A pCPU becomes the monitor's or leaves it; -EBUSY while a LIP has a share of it. */
int inventory_set_pcpu(struct inventory *inv, unsigned int pcpu, bool ours,
		       struct lpar_reason *why);
bool inventory_has_pcpu(const struct inventory *inv, unsigned int pcpu);

/**
 * inventory_add() - define an LPAR
 * @inv: the inventory
 * @name: 1 to LPAR_NAME_LEN - 1 of letters, digits, '-', '_', '.'
 * @why: reason of a refusal, or NULL
 *
 * Context: the caller's lock on the inventory.
 * Return: its slot (the lowest free one), -EINVAL, -EEXIST or -ENOSPC.
 */
int inventory_add(struct inventory *inv, const char *name, struct lpar_reason *why);

/* Remove a defined or released LPAR; -ENOENT or -EBUSY. */
int inventory_remove(struct inventory *inv, unsigned int slot, struct lpar_reason *why);

/* Slot of a name (up to a final newline), or -ENOENT. */
int inventory_find(const struct inventory *inv, const char *name, struct lpar_reason *why);

/**
 * inventory_check() - could this LPAR be activated with this?
 * @inv: the inventory; not changed
 * @slot: the LPAR
 * @want: what it would own
 * @why: reason of a refusal, or NULL
 *
 * Context: the caller's lock on the inventory.
 * Return: 0 or -errno.
 */
int inventory_check(const struct inventory *inv, unsigned int slot,
		    const struct inventory_want *want, struct lpar_reason *why);

/* Check, then claim all of it and set the state: all or nothing. */
int inventory_activate(struct inventory *inv, unsigned int slot,
		       const struct inventory_want *want, struct lpar_reason *why);

/* Give all of it back and set the state. */
int inventory_deactivate(struct inventory *inv, unsigned int slot, struct lpar_reason *why);

/* Any other verb: check it and set the next state, which is returned; or -errno. */
int inventory_verb(struct inventory *inv, unsigned int slot, enum lpar_verb v,
		   struct lpar_reason *why);

/**
 * inventory_verify() - single ownership and conservation
 * @inv: the inventory
 *
 * Every block, percent and channel has one owner or is free; an LPAR that owns
 * nothing by its state owns nothing; no pCPU is over 100 percent.
 *
 * Context: the caller's lock on the inventory.
 * Return: NULL when all is well, else what is wrong, in English.
 */
const char *inventory_verify(const struct inventory *inv);

#endif /* MODEL_INVENTORY_H */
