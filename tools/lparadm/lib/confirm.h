/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The question before what cannot be taken back.
 */
#ifndef LPARADM_CONFIRM_H
#define LPARADM_CONFIRM_H

#include "lib/cmd.h"

/*
 * Ask on a terminal; --yes answers. Where nobody can be asked, that is an
 * error of the command line. Return: LPARADM_OK, _FAILED (no), _USAGE.
 */
int confirm(const struct ctx *ctx, const char *who, const char *verb,
	    const char *danger);

#endif
