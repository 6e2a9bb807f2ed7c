/* SPDX-License-Identifier: GPL-2.0 */
/*
 * L0: the states of LPARs and LIPs, which verb is allowed in which state, and the
 * names of both. Calls nothing.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "lpar.h"

enum lpar_state {
	LPAR_DEFINED,	/* owns nothing; its attributes can be written */
	LPAR_ACTIVE,	/* owns its resources; nothing runs in it */
	LPAR_OPERATING,	/* its guest runs */
	LPAR_STOPPED,	/* its guest is paused and can be resumed */
	LPAR_RELEASED,	/* integrated into another LPAR; owns nothing */
	LPAR_FAILED,	/* its guest ended with an error; owns its resources */
	LPAR_NR_STATES
};

enum lpar_verb {
	/* written by the admin to `power` */
	LPAR_ACTIVATE,
	LPAR_LOAD,		/* IPL: load the image and start */
	LPAR_STOP,
	LPAR_START,
	LPAR_SHUTDOWN,		/* ask the guest; it answers with LPAR_POWEROFF */
	LPAR_NMI,		/* send an NMI to LIP 0 */
	LPAR_RESET,
	LPAR_DEACTIVATE,
	/* other requests of the admin; they do not change the state */
	LPAR_SET_RESOURCE,	/* write a resource attribute */
	LPAR_RESIZE,		/* write one of what it owns, from what is free */
	LPAR_SET_IMAGE,		/* write kernel, initrd, cmdline */
	LPAR_REMOVE,		/* rmdir */
	LPAR_DONATE,		/* be the donor of an integration */
	LPAR_RECEIVE,		/* be the receiver of one */
	LPAR_GIVE,		/* give a part of its resources to another LPAR */
	LPAR_TAKE,		/* take a part of another LPAR's */
	/* events */
	LPAR_POWEROFF,		/* the guest powered off */
	LPAR_FAIL,		/* the guest ended with an error */
	LPAR_RELEASE,		/* integration done: the donor owns nothing */
	LPAR_NR_VERBS
};

enum lip_state {
	LIP_WAITING,	/* not started by the guest: no task */
	LIP_RUNNING,	/* has a task; runs or is halted in the guest */
	LIP_STOPPED,	/* its LPAR was stopped */
	LIP_NR_STATES
};

/**
 * state_next() - state after a verb
 * @s: present state
 * @v: verb
 *
 * Context: any; the caller holds its lock on the LPAR.
 * Return: the next enum lpar_state; -EBUSY if an attribute or rmdir is refused,
 * -EINVAL if another verb is.
 */
int state_next(enum lpar_state s, enum lpar_verb v);

/* Like state_next(), with the reason. */
int state_check(enum lpar_state s, enum lpar_verb v, const char *who, struct lpar_reason *why);

/* Does an LPAR in this state own its resources? */
bool state_owns(enum lpar_state s);

/* Names for sysfs, trace and messages; "?" if out of range. */
const char *state_name(enum lpar_state s);
const char *state_verb_name(enum lpar_verb v);
const char *state_lip_name(enum lip_state s);

/* Verb of a word written to `power` (a final newline is allowed), or -EINVAL. */
int state_verb_parse(const char *word);

#endif /* MODEL_STATE_H */
