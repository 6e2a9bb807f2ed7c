/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the plan of an integration, or of moving a part of an LPAR: an ordered list of
 * moves computed from the inventory, or the reason why there is none. Calls
 * model/inventory and below.
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
	/* 202: the donor releases its resources; slot = donor */
	PLAN_RELEASE_CHANNEL,	/* id: OFFLINE, still the donor's */
	PLAN_RELEASE_LIP,	/* lip, pcpu, before = percent, after = what it keeps */
	PLAN_RELEASE_MS,	/* from, len, expansion */
	PLAN_RELEASE_ES,	/* from = its ES, len = how much it releases */
	/* 203: make room directly behind the receiver. With `contiguous` placement the
	 * place that an area leaves still holds its data: clear it before 205.
	 */
	PLAN_RELOCATE,		/* slot: area [from, len] moves to `to` */
	PLAN_FRAMES,		/* block table only: a segment of the donor's frames, which
				 * are free now, at [from, len] moves to `to`, behind the
				 * receiver. `contiguous` skips it.
				 */
	/* 205 to 207: the receiver grows; slot = receiver */
	PLAN_GROW,		/* append [from, len] to the area, expansion -= len */
	PLAN_GROW_ES,		/* from = its ES, len = how much is added */
	PLAN_CHANNEL,		/* id: from the donor to the receiver, online as before */
	PLAN_SHARE,		/* lip on pcpu: before -> after percent */
	PLAN_NEW_LIP,		/* lip on pcpu: 0 -> after percent */
	/* 202, instead of PLAN_RELEASE_MS, if the donor keeps a part; slot = donor */
	PLAN_SHRINK,		/* cut [from, len] off the end of its area, expansion = that
				 * of what it keeps: len more than before
				 */
};

struct plan_move {
	u16 step;	/* enum plan_step */
	u16 kind;	/* enum plan_kind */
	u16 slot;
	u16 id;		/* channel */
	u16 lip;
	u16 pcpu;
	u16 before;	/* percent, or whether the channel is online */
	u16 after;
	u64 from;	/* MS addresses and bytes */
	u64 to;
	u64 len;
	u64 expansion;
};

#define PLAN_MAX_SEGS	64
#define PLAN_NO_DONOR	LPAR_MAX_PARTS	/* what is free is given */
#define PLAN_MAX_MOVES	(2 * LPAR_MAX_CHANNELS + 2 * LPAR_MAX_LIPS + LPAR_MAX_PARTS + \
			 PLAN_MAX_SEGS + 4)

/* A segment of the donor's frames while the plan is made. */
struct plan_seg {
	u64 at;		/* its present MS address */
	u64 off;	/* offset in the donor's storage */
	u64 len;
};

/* About 50 KB: not for the stack. */
struct plan {
	u16 donor;	/* or PLAN_NO_DONOR */
	u16 receiver;
	u8 donor_state;		/* enum lpar_state before */
	u8 receiver_moves;	/* the receiver itself is relocated */
	u8 part;		/* plan_part(): the donor keeps the rest */
	u64 bytes_relocated;	/* bytes that `contiguous` placement has to copy */
	u64 ms_start;		/* MS range that the receiver gets */
	u64 ms_len;
	u32 nr;
	struct plan_move move[PLAN_MAX_MOVES];	/* in ascending order of steps */
	struct inventory after;	/* the inventory after all moves */
	u32 nr_segs;		/* scratch of plan_integrate() */
	struct plan_seg seg[PLAN_MAX_SEGS];
};

/**
 * plan_integrate() - plan how the donor's resources become the receiver's
 * @before: the inventory
 * @donor: slot
 * @receiver: slot
 * @out: gets the plan; undefined on error
 * @why: reason of a refusal, or NULL
 *
 * Makes room behind the receiver with the fewest bytes relocated: nothing moves if
 * enough is free there after the donor's release; otherwise the LPARs in the way
 * move up or to other holes; if they cannot, the receiver moves. One of these is
 * always possible.
 *
 * Context: the caller's lock on the inventory. O(LPARs^2).
 * Return: 0, -ENOENT (no such LPAR), -EINVAL (donor is receiver, or state),
 * -ENOSPC (expansion or LIP limit too small), -ERANGE (sum of shares).
 */
int plan_integrate(const struct inventory *before, unsigned int donor, unsigned int receiver,
		   struct plan *out, struct lpar_reason *why);

/**
 * plan_part() - plan how a part of the donor's resources becomes the receiver's
 * @before: the inventory
 * @donor: slot
 * @receiver: slot
 * @part: what moves: ms.size bytes from the end of the donor's area, es bytes, of each
 *	CPU in shares the percentage of all its entries, and channels
 * @out: gets the plan; undefined on error
 * @why: reason of a refusal, or NULL
 *
 * Shares are taken from the donor's LIPs on that CPU, the one with the highest number
 * first; it keeps LIP 0 and at least one block of storage. What the donor gives is
 * added to its expansion, so it can become as large as before. Room is made as in
 * plan_integrate(); the donor's rest may be relocated as well.
 *
 * A running donor can only lower shares of LIPs that it keeps. The guest of a stopped
 * one ends if it gives anything else: @out->after then has it in state "active".
 *
 * Context: the caller's lock on the inventory. O(LPARs^2).
 * Return: 0, -ENOENT (no such LPAR, or the donor has not that channel), -EINVAL (donor is
 * receiver, state, nothing named, not in whole blocks), -EBUSY (the donor runs), -ENOSPC
 * (more than it has or can give; expansion or LIP limit of the receiver too small),
 * -ERANGE (sum of shares).
 */
int plan_part(const struct inventory *before, unsigned int donor, unsigned int receiver,
	      const struct inventory_want *part, struct plan *out, struct lpar_reason *why);

/**
 * plan_resize() - plan how an LPAR that owns resources gets more of what is free
 * @before: the inventory
 * @slot: the LPAR, the plan's receiver
 * @size: main storage that it is to have; 0: as before
 * @shares: its LIPs in the order of their numbers, or NULL: as before. Its present ones
 *	are on the same CPUs, with any share; new ones follow
 * @out: gets the plan, which has no moves if nothing changes; undefined on error
 * @why: reason of a refusal, or NULL
 *
 * Room is made as in plan_integrate(), on both sides of the LPAR if necessary.
 *
 * Context: the caller's lock on the inventory. O(LPARs^2).
 * Return: 0, -EINVAL (not in whole blocks, no such CPU), -EBUSY (less storage or fewer
 * LIPs than now, LIP on another CPU, state), -ENOSPC (not free; expansion or LIP limit too
 * small).
 */
int plan_resize(const struct inventory *before, unsigned int slot, u64 size,
		const struct share_set *shares, struct plan *out, struct lpar_reason *why);

/* Does the plan end the guest of a donor that is stopped? */
bool plan_ends_guest(const struct plan *p);

/**
 * plan_move_apply() - apply one move to the inventory
 * @inv: the inventory, with the preceding moves applied
 * @p: the plan
 * @i: index of the move
 *
 * Does not change the states of LPARs.
 *
 * Context: the caller's lock on the inventory.
 * Return: 0, or -ESTALE and nothing changed if the inventory is not the one that the
 * plan was made for.
 */
int plan_move_apply(struct inventory *inv, const struct plan *p, u32 i);

/* The reverse of plan_move_apply(). */
int plan_move_undo(struct inventory *inv, const struct plan *p, u32 i);

/* Apply a move to the block table; most kinds do not change it. 0 or -EINVAL. */
int plan_blocks_apply(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i);
int plan_blocks_undo(struct ms_blocks *blocks, u64 block_size, const struct plan *p, u32 i);

/**
 * plan_print() - describe a move in one line, for integrate_check
 * @p: the plan
 * @i: index of the move
 * @buf: gets one line without a newline: "203 relocate LPAR3: 256 MB, from 256 MB to 384 MB"
 * @size: of @buf
 *
 * Context: any.
 * Return: length of the text in @buf.
 */
int plan_print(const struct plan *p, u32 i, char *buf, size_t size);

/* Name of a step, as "stop-donor"; "?" if it is none. */
const char *plan_step_name(enum plan_step step);

#endif /* MODEL_PLAN_H */
