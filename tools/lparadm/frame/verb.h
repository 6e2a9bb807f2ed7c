/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verb that shows the LPAR frame.
 */
#ifndef LPARADM_FRAME_VERB_H
#define LPARADM_FRAME_VERB_H

#include "lib/cmd.h"

extern const struct cmd verb_frame;

#endif
