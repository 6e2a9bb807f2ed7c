// SPDX-License-Identifier: GPL-2.0
/* L0: the states of LPARs and LIPs. Calls lpar_reason_set() only. */
#include "pure.h"
#include "model/state.h"

/* Next state + 1; 0, which is what the table leaves out, means refused. */
#define TO(s) ((s) + 1)

static const u8 lpar_next[LPAR_NR_VERBS][LPAR_NR_STATES] = {
	[LPAR_ACTIVATE] = {
		[LPAR_DEFINED] = TO(LPAR_ACTIVE),
		[LPAR_RELEASED] = TO(LPAR_ACTIVE),
	},
	[LPAR_LOAD] = {
		[LPAR_ACTIVE] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_OPERATING),
		[LPAR_FAILED] = TO(LPAR_OPERATING),
	},
	[LPAR_STOP] = {
		[LPAR_OPERATING] = TO(LPAR_STOPPED),
	},
	[LPAR_START] = {
		[LPAR_STOPPED] = TO(LPAR_OPERATING),
	},
	[LPAR_SHUTDOWN] = {
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
	},
	[LPAR_NMI] = {
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
	},
	[LPAR_RESET] = {
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_OPERATING),
		[LPAR_FAILED] = TO(LPAR_OPERATING),
	},
	[LPAR_DEACTIVATE] = {
		[LPAR_ACTIVE] = TO(LPAR_DEFINED),
		[LPAR_OPERATING] = TO(LPAR_DEFINED),
		[LPAR_STOPPED] = TO(LPAR_DEFINED),
		[LPAR_RELEASED] = TO(LPAR_DEFINED),
		[LPAR_FAILED] = TO(LPAR_DEFINED),
	},
	[LPAR_SET_RESOURCE] = {
		[LPAR_DEFINED] = TO(LPAR_DEFINED),
	},
	[LPAR_RESIZE] = {
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
	},
	[LPAR_SET_IMAGE] = {
		[LPAR_DEFINED] = TO(LPAR_DEFINED),
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
		[LPAR_FAILED] = TO(LPAR_FAILED),
	},
	[LPAR_REMOVE] = {
		[LPAR_DEFINED] = TO(LPAR_DEFINED),
		[LPAR_RELEASED] = TO(LPAR_RELEASED),
	},
	[LPAR_DONATE] = {
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
		[LPAR_FAILED] = TO(LPAR_FAILED),
	},
	[LPAR_RECEIVE] = {
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
	},
	[LPAR_GIVE] = {
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
		[LPAR_FAILED] = TO(LPAR_FAILED),
	},
	[LPAR_TAKE] = {
		[LPAR_ACTIVE] = TO(LPAR_ACTIVE),
		[LPAR_OPERATING] = TO(LPAR_OPERATING),
		[LPAR_STOPPED] = TO(LPAR_STOPPED),
	},
	[LPAR_POWEROFF] = {
		[LPAR_OPERATING] = TO(LPAR_ACTIVE),
		[LPAR_STOPPED] = TO(LPAR_ACTIVE),
	},
	[LPAR_FAIL] = {
		[LPAR_ACTIVE] = TO(LPAR_FAILED),
		[LPAR_OPERATING] = TO(LPAR_FAILED),
		[LPAR_STOPPED] = TO(LPAR_FAILED),
		[LPAR_FAILED] = TO(LPAR_FAILED),	/* keeps the first reason */
	},
	[LPAR_RELEASE] = {
		[LPAR_ACTIVE] = TO(LPAR_RELEASED),
		[LPAR_OPERATING] = TO(LPAR_RELEASED),
		[LPAR_STOPPED] = TO(LPAR_RELEASED),
		[LPAR_FAILED] = TO(LPAR_RELEASED),
	},
};

static const char *const state_names[LPAR_NR_STATES] = {
	[LPAR_DEFINED] = LPAR_STATE_DEFINED,
	[LPAR_ACTIVE] = LPAR_STATE_ACTIVE,
	[LPAR_OPERATING] = LPAR_STATE_OPERATING,
	[LPAR_STOPPED] = LPAR_STATE_STOPPED,
	[LPAR_RELEASED] = LPAR_STATE_RELEASED,
	[LPAR_FAILED] = LPAR_STATE_FAILED,
};

static const char *const verb_names[LPAR_NR_VERBS] = {
	[LPAR_ACTIVATE] = "activate",
	[LPAR_LOAD] = "load",
	[LPAR_STOP] = "stop",
	[LPAR_START] = "start",
	[LPAR_SHUTDOWN] = "shutdown",
	[LPAR_NMI] = "nmi",
	[LPAR_RESET] = "reset",
	[LPAR_DEACTIVATE] = "deactivate",
	[LPAR_SET_RESOURCE] = "set-resource",
	[LPAR_RESIZE] = "resize",
	[LPAR_SET_IMAGE] = "set-image",
	[LPAR_REMOVE] = "remove",
	[LPAR_DONATE] = "donate",
	[LPAR_RECEIVE] = "receive",
	[LPAR_GIVE] = "give",
	[LPAR_TAKE] = "take",
	[LPAR_POWEROFF] = "poweroff",
	[LPAR_FAIL] = "fail",
	[LPAR_RELEASE] = "release",
};

static const char *const lip_names[LIP_NR_STATES] = {
	[LIP_WAITING] = "waiting",
	[LIP_RUNNING] = "running",
	[LIP_STOPPED] = "stopped",
};

static bool is_attribute(enum lpar_verb v)
{
	return v == LPAR_SET_RESOURCE || v == LPAR_RESIZE || v == LPAR_SET_IMAGE ||
	       v == LPAR_REMOVE;
}

int state_next(enum lpar_state s, enum lpar_verb v)
{
	if ((unsigned int)s >= LPAR_NR_STATES || (unsigned int)v >= LPAR_NR_VERBS)
		return -EINVAL;
	if (lpar_next[v][s])
		return lpar_next[v][s] - 1;
	return is_attribute(v) ? -EBUSY : -EINVAL;
}

int state_check(enum lpar_state s, enum lpar_verb v, const char *who, struct lpar_reason *why)
{
	int next = state_next(s, v);

	if (next < 0)
		lpar_reason_set(why, LPAR_REASON_STATE, who, s, v, 0);
	return next;
}

bool state_owns(enum lpar_state s)
{
	return s != LPAR_DEFINED && s != LPAR_RELEASED;
}

const char *state_name(enum lpar_state s)
{
	return (unsigned int)s < LPAR_NR_STATES ? state_names[s] : "?";
}

const char *state_verb_name(enum lpar_verb v)
{
	return (unsigned int)v < LPAR_NR_VERBS ? verb_names[v] : "?";
}

const char *state_lip_name(enum lip_state s)
{
	return (unsigned int)s < LIP_NR_STATES ? lip_names[s] : "?";
}

int state_verb_parse(const char *word)
{
	size_t len = strcspn(word, "\n");
	int v;

	if (word[len] && word[len + 1])
		return -EINVAL;
	for (v = LPAR_ACTIVATE; v <= LPAR_DEACTIVATE; v++)
		if (strlen(verb_names[v]) == len && !strncmp(word, verb_names[v], len))
			return v;
	return -EINVAL;
}
