/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the plan of an integration - a pure function from (who owns what, donor,
 * receiver) to an ordered list of moves, or a reason why not. Calls
 * model/inventory and what is below it.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "lpar.h"
#include "model/inventory.h"

/* The patent's steps, by its numbers. */
enum plan_step {
	PLAN_STEP_STOP_DONOR = 201,
	PLAN_STEP_RELEASE = 202,
	PLAN_STEP_REASSIGN = 203,
	PLAN_STEP_STOP_RECEIVER = 204,
	PLAN_STEP_STORAGE = 205,
	PLAN_STEP_CHANNELS = 206,
	PLAN_STEP_PROCESSORS = 207,
	PLAN_STEP_RESTART = 208,
	PLAN_STEP_REPORT = 209,
};

enum plan_kind {
	/* 202: the donor gives up what it has; slot = donor */
	PLAN_RELEASE_CHANNEL,	/* id: OFFLINE, still the donor's */
	PLAN_RELEASE_LIP,	/* lip, pcpu, before = percent, after = 0 */
	PLAN_RELEASE_MS,	/* from, len, expansion */
	PLAN_RELEASE_ES,	/* from = what it has, len = what goes: all of it */
	/* 203: room directly behind the receiver. With `contiguous` placement what an
	 * area leaves behind still holds its bytes: to be cleared before 205.
	 */
	PLAN_RELOCATE,		/* slot: area [from, len] moves to `to` */
	PLAN_FRAMES,		/* block table only: a piece of the donor's frames, free
				 * now, at [from, len] moves to `to` = behind the
				 * receiver; no area moves. `contiguous` skips it.
				 */
	/* 205 to 207: the receiver grows; slot = receiver */
	PLAN_GROW,		/* area gets [from, len] at its end, expansion -= len */
	PLAN_GROW_ES,		/* from = what it has, len = what comes */
	PLAN_CHANNEL,		/* id: from slot `donor` to the receiver, ONLINE as before */
	PLAN_SHARE,		/* lip on pcpu: before -> after percent */
	PLAN_NEW_LIP,		/* lip on pcpu: 0 -> after percent */
};

struct plan_move {
	u16 step;	/* enum plan_step */
	u16 kind;	/* enum plan_kind */
	u16 slot;
	u16 id;		/* channel */
	u16 lip;
	u16 pcpu;
	u16 before;	/* percent, or ONLINE of a channel */
	u16 after;
	u64 from;	/* MS addresses and bytes */
	u64 to;
	u64 len;
	u64 expansion;
};

#define PLAN_MAX_SEGS	64
#define PLAN_MAX_MOVES	(2 * LPAR_MAX_CHANNELS + 2 * LPAR_MAX_LIPS + LPAR_MAX_PARTS + \
			 PLAN_MAX_SEGS + 4)

/* A piece of the donor's frames while the plan is made. */
struct plan_seg {
	u64 at;		/* MS address where it stands */
	u64 off;	/* offset in the donor's storage */
	u64 len;
};

/* About 50 KB: not on a stack. */
struct plan {
	u16 donor;
	u16 receiver;
	u8 donor_state;		/* enum lpar_state before */
	u8 receiver_moves;	/* the receiver itself is among the relocated */
	u64 bytes_relocated;	/* what `contiguous` placement has to copy */
	u64 ms_start;		/* MS range that the receiver gets */
	u64 ms_len;
	u32 nr;
	struct plan_move move[PLAN_MAX_MOVES];	/* in order; steps ascend */
	struct inventory after;	/* what will be */
	u32 nr_segs;		/* scratch of plan_integrate() */
	struct plan_seg seg[PLAN_MAX_SEGS];
};

/**
 * plan_integrate() - how the donor's resources become the receiver's
 * @before: who owns what; not changed
 * @donor: slot
 * @receiver: slot
 * @out: gets the plan; contents undefined on error
 * @why: reason of a refusal, or NULL
 *
 * Room behind the receiver is made in the cheapest way (fewest bytes relocated):
 * nobody moves if storage enough is free there once the donor is gone; else the
 * LPARs in the way slide up or go to other holes; only where they cannot, the
 * receiver itself moves. There always is a way.
 *
 * Context: the caller's lock on the inventory. Bounded by LPARs squared.
 * Return: 0, -ENOENT (no such LPAR), -EINVAL (donor is receiver, or state),
 * -ENOSPC (expansion or LIP numbers do not suffice), -ERANGE (share sum).
 */
int plan_integrate(const struct inventory *before, unsigned int donor, unsigned int receiver,
		   struct plan *out, struct lpar_reason *why);

/**
 * plan_move_apply() - do one move in the inventory
 * @inv: the inventory, as the moves before it left it
 * @p: the plan
 * @i: index of the move
 *
 * Cannot fail on an inventory that is what the plan was made for; else changes
 * nothing. States of LPARs are not touched: see plan_apply().
 *
 * Context: the caller's lock on the inventory.
 * Return: 0, or -ESTALE when the inventory is another one.
 */
int plan_move_apply(struct inventory *inv, const struct plan *p, u32 i);

/* The reverse of plan_move_apply(). */
int plan_move_undo(struct inventory *inv, const struct plan *p, u32 i);

/* The block table's part of one move; nothing for most kinds. 0 or -EINVAL. */
int plan_blocks_apply(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i);
int plan_blocks_undo(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i);

/* All moves, and the donor's state becomes `released`; or nothing and -ESTALE. */
int plan_apply(struct inventory *inv, const struct plan *p);

/* All moves back, and the donor's state of before. */
int plan_undo(struct inventory *inv, const struct plan *p);

/**
 * plan_print() - one move in words, for integrate_check
 * @p: the plan
 * @i: index of the move
 * @buf: gets one line without a newline: "203 relocate LPAR3: 256 MB, from 256 MB to 384 MB"
 * @size: of @buf
 *
 * Context: any.
 * Return: length of the text in @buf.
 */
int plan_print(const struct plan *p, u32 i, char *buf, size_t size);

/* "stop-donor" and so on; "?" for no step. */
const char *plan_step_name(enum plan_step step);

#endif /* MODEL_PLAN_H */
