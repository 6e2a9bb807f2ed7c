/* SPDX-License-Identifier: GPL-2.0 */
/* L0: parts of plan_integrate(); for model/plan*.c only. */
#ifndef MODEL_PLAN_ROOM_H
#define MODEL_PLAN_ROOM_H

#include "model/plan.h"

/* Add a move and apply it to p->after; -E2BIG (the plan is full) or -ESTALE. */
int plan_add(struct plan *p, const struct plan_move *m);

/* Undo and drop all moves from index @nr on. */
void plan_cut(struct plan *p, u32 nr);

/* Add the moves (step 203) that free @need bytes directly behind the receiver. */
int plan_make_room(struct plan *p, u64 need);

/* Add the block-table moves that bring the donor's frames [from, len] there. */
void plan_frames(struct plan *p, u64 from, u64 len);

#endif /* MODEL_PLAN_ROOM_H */
