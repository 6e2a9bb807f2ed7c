// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - instantiate the trace events.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
