/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two tables of the patent's Figs. 3 and 4: who has which main storage, and
 * who has how much of each CPU.
 */
#ifndef LPARADM_MAPTAB_H
#define LPARADM_MAPTAB_H

#include "lib/cmd.h"
#include "lib/lpars.h"

#define MAP_NCOLS 5
#define PROCESSORS_NCOLS 2
extern const struct column map_columns[MAP_NCOLS];
extern const struct column processors_columns[PROCESSORS_NCOLS];

/* The data of both tables. */
struct maps {
	struct extent ms[EXTENTS_MAX];
	int nms;
	bool cut;		/* the kernel's table did not fit into one page */
	struct lip *lips;
	int nlips;
	struct cpulist online;	/* the monitor's CPUs */
};

/* Print errors. Return: 0 or the exit code; maps_free() in any case. */
int maps_read_ms(const struct ctx *ctx, struct maps *m);
int maps_read_lips(const struct ctx *ctx, struct maps *m);
int maps_copy(struct maps *to, const struct maps *from);
void maps_free(struct maps *m);

/* Print tables, named @name in JSON. Return: 0 or the exit code. */
int maps_print_ms(const struct ctx *ctx, const struct maps *m,
		  const char *name);
/* @used: measured use of each LIP in percent, -1 unknown; NULL: print the shares */
int maps_print_lips(const struct ctx *ctx, const struct maps *m,
		    const char *name, const double *used);

/* The CPUs of the columns. Return: their number. */
unsigned int maps_cpus(const struct maps *m, unsigned int cpus[MAX_CPUS]);

/* Share or use of one CPU in percent, the sum of its LIPs there; -1: none. */
double maps_percent(const struct maps *m, const double *used, const char *name,
		    unsigned int cpu);

#endif
