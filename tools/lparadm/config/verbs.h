/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs that save the configuration and apply a saved one.
 */
#ifndef LPARADM_CONFIG_VERBS_H
#define LPARADM_CONFIG_VERBS_H

#include "lib/cmd.h"

extern const struct cmd verb_save, verb_restore;

#endif
