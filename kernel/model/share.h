/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: shares of physical CPUs. Calls nothing but lpar_reason_set().
 *
 * Two parts: the share matrix (which LIP of which LPAR has how many percent of
 * which pCPU; share.c), and the scheduler of one pCPU (share_sched.c): a
 * constant-bandwidth server per LIP, earliest deadline first.
 */
#ifndef MODEL_SHARE_H
#define MODEL_SHARE_H

#include "lpar.h"

/*
 * The matrix.
 */
struct share_lip {
	u16 pcpu;
	u16 percent;	/* 0: LIP number not defined */
};

/* The LIPs of one LPAR; two of them may stand on one pCPU. */
struct share_set {
	u16 max_lips;	/* LIP numbers 0 .. max_lips - 1 can be defined; 0: no LPAR */
	struct share_lip lip[LPAR_MAX_LIPS];
};

struct share_matrix {
	struct share_set set[LPAR_MAX_PARTS];	/* by slot */
};

/* What one merge did; enough to undo it. */
struct share_merge {
	u16 lip;
	u16 pcpu;
	u16 before;	/* percent; 0: the LIP is new */
	u16 after;
};

/**
 * share_parse() - read "1:100 2:50" (pcpu:percent)
 * @text: entries split by blanks or commas; a final newline is fine
 * @set: gets one LIP per entry, numbered 0.. in order; max_lips is kept (0 =
 *	 LPAR_MAX_LIPS). Unchanged on error.
 * @why: reason of a refusal, or NULL
 *
 * Context: any.
 * Return: number of LIPs (0 for an empty text) or -EINVAL.
 */
int share_parse(const char *text, struct share_set *set, struct lpar_reason *why);

/**
 * share_print() - the text that share_parse() reads
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

/* Percent of a pCPU over all LPARs, @but (a slot, or -1) left out. */
unsigned int share_sum(const struct share_matrix *m, unsigned int pcpu, int but);

/**
 * share_check() - do these LIPs fit beside those of the others?
 * @m: who has what
 * @slot: whose LIPs; what it has now does not count
 * @want: its LIPs to be
 * @why: reason of a refusal, or NULL
 *
 * Context: any; the caller's lock on the matrix.
 * Return: 0, -EINVAL (no LIP, bad percent or pCPU) or -ENOSPC (sum over 100).
 */
int share_check(const struct share_matrix *m, unsigned int slot, const struct share_set *want,
		struct lpar_reason *why);

/**
 * share_merge() - one share passes to the receiver, patent [0023], [0024]
 * @set: the receiver's LIPs; changed
 * @pcpu: where
 * @percent: how much
 * @out: gets what was done
 *
 * A LIP on that pCPU grows; without one the lowest undefined LIP is defined.
 *
 * Context: any; the caller's lock on the matrix.
 * Return: 0, -ENOSPC (no LIP number left) or -ERANGE (over 100 percent);
 * nothing is changed then.
 */
int share_merge(struct share_set *set, unsigned int pcpu, unsigned int percent,
		struct share_merge *out);

/*
 * The scheduler of one pCPU. All times are TSC cycles, times are absolute.
 *
 * Use, on the dispatcher's thread only:
 *	share_entity_init() once; share_wake() when the LIP has something to
 *	run, share_block() when it halts or stops;
 *	loop: i = share_pick(ents, n, now, &slice_end); run it until slice_end
 *	or a kick; share_debit(ents[i], start, end);
 *	i < 0: sleep until share_next_event() or a wake.
 */
struct share_entity {
	u64 period;	/* T */
	u64 budget;	/* Q: cycles per period */
	u64 own;	/* longest overrun that is not the machine's; T / 50 at first */
	s64 left;	/* of the budget; negative: overrun, carried over */
	u64 deadline;	/* end of its server period; left is refilled then */
	u64 used;	/* cycles run since init; monotone */
	u64 blocked_at;	/* when it ceased to be runnable */
	u64 extra;	/* uncapped: cycles of idle time it got, for fairness */
	u64 extra_end;	/* end of the slice of idle time it has now, 0: none */
	u16 percent;
	bool capped;
	bool runnable;
};

/* Context of all of these: the pCPU's dispatcher, or nobody else looks yet. */

/* Not runnable, capped; @period > 0, at least 100 cycles to be of any use. */
void share_entity_init(struct share_entity *e, unsigned int percent, u64 period, u64 now);

/* A changed share holds at once: for the rest of this period in proportion. */
void share_set_percent(struct share_entity *e, unsigned int percent, u64 now);

/* Both may be called again when it is so already. */
void share_wake(struct share_entity *e, u64 now);
void share_block(struct share_entity *e, u64 now);

/**
 * share_pick() - who runs now, and until when
 * @ents: the pCPU's entities; NULL entries are skipped
 * @n: how many
 * @now: TSC
 * @slice_end: gets the absolute TSC at which to ask again at the latest
 *
 * Refills what is due. A runnable entity with budget left and the earliest
 * deadline; if there is none, an uncapped runnable one gets idle time in turn.
 *
 * Return: index, or -1: nothing is eligible, see share_next_event().
 */
int share_pick(struct share_entity *const ents[], unsigned int n, u64 now, u64 *slice_end);

/**
 * share_debit() - end of a slice
 * @e: had the pCPU
 * @start: the `now` of share_pick(): who is switched to pays for the switch, and
 *	   a slice too short for its entry still uses up what was left, so that no
 *	   one is picked for ever
 * @end: TSC; may lie behind slice_end
 * @taken: cycles of it that the host is known to have had; not charged, and yet
 *	   in @used, which is the time that it was dispatched
 *
 * An overrun longer than the monitor's own work can be (@own)
 * is the machine's, too: it leaves a debt of half a budget at most.
 */
void share_debit(struct share_entity *e, u64 start, u64 end, u64 taken);

/*
 * @cycles of work outside of a slice that @e is the cause of. It is paid back in
 * full up to 50 budgets; more could keep the server from running for ever.
 */
void share_charge(struct share_entity *e, u64 cycles);

/* Next refill of a runnable entity that has used up its budget; U64_MAX: none. */
u64 share_next_event(struct share_entity *const ents[], unsigned int n);

#endif /* MODEL_SHARE_H */
