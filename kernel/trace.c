// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - instantiate the trace events.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"

/* Every kind of exit has a name. */
static_assert(sizeof((struct trace_print_flags[]){ lpar_trace_exit_kinds }) ==
	      LIP_NR_EXITS * sizeof(struct trace_print_flags));
