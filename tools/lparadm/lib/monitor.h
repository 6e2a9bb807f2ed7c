/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU time of the monitor.
 */
#ifndef LPARADM_MONITOR_H
#define LPARADM_MONITOR_H

#include "lib/cmd.h"
#include "lib/parse.h"

/*
 * Time in ns that the monitor's thread of @cpu ran, guests included. Return: false if
 * there is no such thread.
 */
bool monitor_ran(const struct ctx *ctx, unsigned int cpu, u64 *ns);

#endif
