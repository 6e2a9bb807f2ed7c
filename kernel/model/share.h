/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: shares of physical CPUs. Calls lpar_reason_set() only.
 *
 * Two parts: the share matrix (the percentage of each pCPU that each LIP has;
 * share.c), and the scheduler of one pCPU (share_sched.c): a constant-bandwidth
 * server per LIP, earliest deadline first.
 */
#ifndef MODEL_SHARE_H
#define MODEL_SHARE_H

#include "lpar.h"

/*
 * The matrix.
 */
struct share_lip {
	u16 pcpu;
	u16 percent;	/* 0: this LIP is not defined */
};

/* The LIPs of one LPAR; several may be on one pCPU. */
struct share_set {
	u16 max_lips;	/* LIPs 0 .. max_lips - 1 can be defined; 0: no LPAR */
	struct share_lip lip[LPAR_MAX_LIPS];
};

struct share_matrix {
	struct share_set set[LPAR_MAX_PARTS];	/* by slot */
};

/* The result of share_merge(). */
struct share_merge {
	u16 lip;
	u16 pcpu;
	u16 before;	/* percent; 0: the LIP is new */
	u16 after;
};

/**
 * share_parse() - parse "1:100 2:50" (pcpu:percent)
 * @text: entries separated by white space or commas
 * @set: gets one LIP per entry, numbered from 0 in order; max_lips is kept (0 =
 *	 LPAR_MAX_LIPS). Unchanged on error.
 * @why: reason of a refusal, or NULL
 *
 * Context: any.
 * Return: number of LIPs (0 for an empty text) or -EINVAL.
 */
int share_parse(const char *text, struct share_set *set, struct lpar_reason *why);

/**
 * share_print() - format LIPs as share_parse() reads them
 * @set: the LIPs, in the order of their numbers
 * @buf: gets the text, without a newline
 * @size: of @buf
 *
 * Context: any.
 * Return: length of the text in @buf.
 */
int share_print(const struct share_set *set, char *buf, size_t size);

unsigned int share_count(const struct share_set *set);	/* LIPs defined */
unsigned int share_on(const struct share_set *set, unsigned int pcpu);	/* percent */
int share_lip_on(const struct share_set *set, unsigned int pcpu);	/* lowest LIP or -1 */
int share_free_lip(const struct share_set *set);	/* lowest undefined or -1 */

/* Percent of a pCPU assigned to all LPARs except the one in slot @except (-1: none). */
unsigned int share_sum(const struct share_matrix *m, unsigned int pcpu, int except);

/**
 * share_check() - can an LPAR have these LIPs?
 * @m: the shares of all LPARs
 * @slot: the LPAR; what it has now does not count
 * @want: the LIPs
 * @why: reason of a refusal, or NULL
 *
 * Context: any; the caller's lock on the matrix.
 * Return: 0, -EINVAL (no LIP, bad percent or pCPU) or -ENOSPC (sum over 100).
 */
int share_check(const struct share_matrix *m, unsigned int slot, const struct share_set *want,
		struct lpar_reason *why);

/**
 * share_merge() - add a share to the receiver, patent [0023], [0024]
 * @set: the receiver's LIPs
 * @pcpu: the pCPU
 * @percent: the share
 * @out: gets what was done
 *
 * Increases the share of a LIP on that pCPU; if there is none, defines the lowest
 * undefined LIP.
 *
 * Context: any; the caller's lock on the matrix.
 * Return: 0; or -ENOSPC (no LIP left) or -ERANGE (more than 100 percent), and @set is
 * unchanged.
 */
int share_merge(struct share_set *set, unsigned int pcpu, unsigned int percent,
		struct share_merge *out);

/*
 * The scheduler of one pCPU. All times are absolute, in TSC cycles.
 *
 * Usage, on the dispatcher's thread only:
 *	share_entity_init() once; share_wake() when the LIP becomes runnable,
 *	share_block() when it halts or stops;
 *	loop: i = share_pick(ents, n, now, &slice_end); run it until slice_end
 *	or a kick; share_debit(ents[i], start, end);
 *	i < 0: sleep until share_next_event() or a wake.
 */
struct share_entity {
	u64 period;	/* T */
	u64 budget;	/* Q: cycles per period */
	u64 own;	/* longest overrun that the monitor itself can cause; T / 50 at first */
	s64 left;	/* of the budget; negative: overrun, carried over */
	u64 deadline;	/* end of the server period, when left is refilled */
	u64 used;	/* cycles dispatched since init; monotonic */
	u64 blocked_at;	/* when it became not runnable */
	u64 extra;	/* uncapped: cycles of idle time it got, for fairness */
	u64 extra_end;	/* end of its present slice of idle time, 0: none */
	u16 percent;
	bool capped;
	bool runnable;
};

/* Context of all of these: the pCPU's dispatcher, or before it knows the entity. */

/* Initially capped and not runnable. @period should be at least 100 cycles. */
void share_entity_init(struct share_entity *e, unsigned int percent, u64 period, u64 now);

/*
 * Takes effect at once, for the rest of this period in proportion. A debt is limited to 50
 * budgets of the new size.
 */
void share_set_percent(struct share_entity *e, unsigned int percent, u64 now);

/* Both do nothing if the entity is in that state already. */
void share_wake(struct share_entity *e, u64 now);
void share_block(struct share_entity *e, u64 now);

/**
 * share_pick() - choose the entity to run, and its slice
 * @ents: the pCPU's entities; NULL entries are skipped
 * @n: number of entries
 * @now: TSC
 * @slice_end: gets the TSC at which to call again at the latest
 *
 * Refills budgets that are due. Picks the runnable entity with budget left and the
 * earliest deadline; if there is none, runnable uncapped entities get idle time in
 * turn.
 *
 * Return: index, or -1 if none is eligible: see share_next_event().
 */
int share_pick(struct share_entity *const ents[], unsigned int n, u64 now, u64 *slice_end);

/**
 * share_debit() - account for a slice
 * @e: the entity that ran
 * @start: the @now of share_pick(). The entity pays for the switch to it; and a slice
 *	   that is too short for an entry still uses up the budget, so that it is not
 *	   picked forever
 * @end: TSC; may be later than slice_end
 * @taken: cycles of the slice that the host is known to have used: not charged, but
 *	   counted in @used, which is dispatched time
 *
 * An overrun longer than @own was caused by the host or the machine: it leaves a debt
 * of half a budget at most.
 */
void share_debit(struct share_entity *e, u64 start, u64 end, u64 taken);

/*
 * Charge @cycles of work done for @e outside its slices. The debt is limited to 50
 * budgets, so that the entity always runs again.
 */
void share_charge(struct share_entity *e, u64 cycles);

/* Next refill of a runnable entity without budget; U64_MAX: none. */
u64 share_next_event(struct share_entity *const ents[], unsigned int n);

#endif /* MODEL_SHARE_H */
