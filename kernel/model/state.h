/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: which verb is allowed in which state, of LPARs and of LIPs, and the words
 * for both. One table each; everybody asks here. Calls nothing.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "lpar.h"

enum lpar_state {
	LPAR_DEFINED,	/* owns nothing; its attributes can be written */
	LPAR_ACTIVE,	/* owns its resources; nothing runs in it */
	LPAR_OPERATING,	/* its guest runs */
	LPAR_STOPPED,	/* its guest stands still and can go on */
	LPAR_RELEASED,	/* dissolved into another; owns nothing */
	LPAR_FAILED,	/* ended by a mistake; owns its resources */
	LPAR_NR_STATES
};

enum lpar_verb {
	/* written by the admin to `power` */
	LPAR_ACTIVATE,
	LPAR_LOAD,		/* IPL: load the image and start */
	LPAR_STOP,
	LPAR_START,
	LPAR_SHUTDOWN,		/* ask the guest; it answers with LPAR_POWEROFF */
	LPAR_RESET,
	LPAR_DEACTIVATE,
	/* other requests of the admin; the state stays */
	LPAR_SET_RESOURCE,	/* write a resource attribute */
	LPAR_SET_IMAGE,		/* write kernel, initrd, cmdline */
	LPAR_REMOVE,		/* rmdir */
	LPAR_DONATE,		/* be an integration's donor */
	LPAR_RECEIVE,		/* be its receiver */
	/* events */
	LPAR_POWEROFF,		/* the guest switched itself off */
	LPAR_FAIL,		/* the guest made a mistake */
	LPAR_RELEASE,		/* integration done: the donor owns nothing */
	LPAR_NR_VERBS
};

enum lip_state {
	LIP_WAITING,	/* defined; not started by the guest: no task */
	LIP_RUNNING,	/* has a task; runs or halts in the guest */
	LIP_STOPPED,	/* its LPAR was stopped */
	LIP_NR_STATES
};

enum lip_verb {
	LIP_START,	/* IPL of LIP 0, SIPI of the others */
	LIP_INIT,	/* INIT: waits for SIPI again */
	LIP_STOP,
	LIP_RESUME,
	LIP_OFF,	/* reset, power off */
	LIP_NR_VERBS
};

/**
 * state_next() - what a verb makes of a state
 * @s: now
 * @v: verb
 *
 * Context: any; the caller's lock on the LPAR, or the answer is stale.
 * Return: the next enum lpar_state, -EBUSY (an attribute or rmdir of an LPAR that
 * lives) or -EINVAL (a verb that has no meaning in this state).
 */
int state_next(enum lpar_state s, enum lpar_verb v);

/* As state_next(), with the reason. */
int state_check(enum lpar_state s, enum lpar_verb v, const char *who, struct lpar_reason *why);

/* The next enum lip_state or -EINVAL. */
int state_lip_next(enum lip_state s, enum lip_verb v);

/* Does an LPAR in this state own its resources? */
bool state_owns(enum lpar_state s);

/* Words for sysfs, trace and messages; "?" out of range. */
const char *state_name(enum lpar_state s);
const char *state_verb_name(enum lpar_verb v);
const char *state_lip_name(enum lip_state s);

/* Word of `power` (up to a final newline) to verb, or -EINVAL. */
int state_verb_parse(const char *word);

#endif /* MODEL_STATE_H */
