/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs of this directory, each in the file of its name; see the table in main.c.
 */
#ifndef LPARADM_VERBS_VERBS_H
#define LPARADM_VERBS_VERBS_H

#include "lib/cmd.h"

extern const struct cmd verb_channels, verb_check_host, verb_console, verb_define, verb_dump;
extern const struct cmd verb_events;
extern const struct cmd verb_halt, verb_integrate, verb_list, verb_load, verb_map;
extern const struct cmd verb_move, verb_processors, verb_set, verb_show, verb_storage, verb_top;
extern const struct cmd verb_undefine, verb_unload;

/* activate, deactivate, ipl, reset, shutdown, stop, start: power.c */
#define VERBS_POWER 8
extern const struct cmd verbs_power[VERBS_POWER];

#endif
