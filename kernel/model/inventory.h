/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: all resources and their owners (the table of the patent's resource manager).
 * Calls model/ms, model/es, model/share, model/channel and model/state only.
 *
 * It holds present ownership only: an LPAR that is merely defined owns nothing, and
 * what the admin wants for it is kept elsewhere. About 20 KB: not for the stack.
 * Plain data: it can be copied by assignment.
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
	char name[LPAR_NAME_LEN];	/* "": slot is free; padded with NULs */
	enum lpar_state state;
};

struct inventory {
	struct ms_map ms;
	struct es_map es;
	struct share_matrix shares;
	struct channel_table channels;
	struct inventory_lpar lpar[LPAR_MAX_PARTS];	/* by slot */
	u64 pcpus[LPAR_MAX_PCPUS / 64];	/* pCPUs that belong to the monitor */
};

/* What an LPAR will own when activated. */
struct inventory_want {
	struct ms_area ms;
	u64 es;		/* bytes of expanded storage */
	struct share_set shares;
	u64 channels[LPAR_MAX_CHANNELS / 64];	/* bit = id */
};

/* No LPAR, no pool, no pCPU. */
void inventory_init(struct inventory *inv);

/* Set the pools of main and of expanded storage; -EBUSY while an LPAR owns a part. */
int inventory_set_pool(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why);
int inventory_set_es(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why);

/* Give a pCPU to the monitor or take it back; -EBUSY while a LIP has a share of it. */
int inventory_set_pcpu(struct inventory *inv, unsigned int pcpu, bool ours,
		       struct lpar_reason *why);
bool inventory_has_pcpu(const struct inventory *inv, unsigned int pcpu);
/* Has it all CPUs of @set? 0 or -EINVAL. */
int inventory_check_pcpus(const struct inventory *inv, const struct share_set *set,
			  struct lpar_reason *why);

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

/* Slot of the LPAR of that name (a final newline is allowed), or -ENOENT. */
int inventory_find(const struct inventory *inv, const char *name, struct lpar_reason *why);

/**
 * inventory_check() - can an LPAR be activated with these resources?
 * @inv: the inventory
 * @slot: the LPAR
 * @want: the resources
 * @why: reason of a refusal, or NULL
 *
 * Context: the caller's lock on the inventory.
 * Return: 0 or -errno.
 */
int inventory_check(const struct inventory *inv, unsigned int slot,
		    const struct inventory_want *want, struct lpar_reason *why);

/* Check, then assign the resources and set the state: all or nothing. */
int inventory_activate(struct inventory *inv, unsigned int slot,
		       const struct inventory_want *want, struct lpar_reason *why);

/* Free all resources of an LPAR and set its state. */
int inventory_deactivate(struct inventory *inv, unsigned int slot, struct lpar_reason *why);

/* Check any other verb, set and return the next state; or -errno. */
int inventory_verb(struct inventory *inv, unsigned int slot, enum lpar_verb v,
		   struct lpar_reason *why);

/**
 * inventory_verify() - check the invariants
 * @inv: the inventory
 *
 * Every block, percent and channel has at most one owner; an LPAR in a state without
 * resources owns none; no pCPU is assigned to more than 100 percent.
 *
 * Context: the caller's lock on the inventory.
 * Return: NULL if all hold, else a description of the violation.
 */
const char *inventory_verify(const struct inventory *inv);

#endif /* MODEL_INVENTORY_H */
