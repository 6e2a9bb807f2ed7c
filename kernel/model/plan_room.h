/* SPDX-License-Identifier: GPL-2.0 */
/* L0: parts of plan_integrate() and plan_part(); for model/plan*.c only. */
#ifndef MODEL_PLAN_ROOM_H
#define MODEL_PLAN_ROOM_H

#include "model/plan.h"

/* Do both LPARs exist, and allow their states what they are to do? */
int plan_check_pair(const struct inventory *inv, unsigned int donor, unsigned int receiver,
		    enum lpar_verb give, enum lpar_verb take, struct lpar_reason *why);

/* May the receiver grow by @need bytes? */
int plan_check_expansion(const struct inventory *inv, unsigned int receiver, u64 need,
			 struct lpar_reason *why);

/* An empty plan. */
void plan_init(struct plan *p, const struct inventory *before, unsigned int donor,
	       unsigned int receiver);

/*
 * 203 to 207: assign to the receiver what the plan has released: @len bytes that were at
 * @from, 0 if none, and what its moves of expanded storage, channels and LIPs say.
 */
int plan_assign(struct plan *p, u64 from, u64 len, struct lpar_reason *why);

/* 202 for one channel of the donor, and for @len bytes of its expanded storage. */
int plan_release_channel(struct plan *p, unsigned int id);
int plan_release_es(struct plan *p, u64 len);

/* Add a move and apply it to p->after; -E2BIG (the plan is full) or -ESTALE. */
int plan_add(struct plan *p, const struct plan_move *m);

/* Undo and drop all moves from index @nr on. */
void plan_cut(struct plan *p, u32 nr);

/* Add the moves (step 203) that free @need bytes directly behind the receiver. */
int plan_make_room(struct plan *p, u64 need);

/* Add the block-table moves that bring the donor's frames [from, len] there. */
void plan_frames(struct plan *p, u64 from, u64 len);

#endif /* MODEL_PLAN_ROOM_H */
