/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the monitor has had a CPU.
 */
#ifndef LPARADM_MONITOR_H
#define LPARADM_MONITOR_H

#include "lib/cmd.h"
#include "lib/parse.h"

/*
 * Time in ns that the monitor's thread of a CPU ran, guests included. Return: false
 * where there is none.
 */
bool monitor_ran(const struct ctx *ctx, unsigned int cpu, u64 *ns);

#endif
