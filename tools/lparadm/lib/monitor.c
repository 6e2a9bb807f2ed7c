// SPDX-License-Identifier: GPL-2.0
/*
 * CPU time of the monitor: that of its threads, one for each CPU, which are named after
 * the CPU.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/cfs.h"
#include "lib/monitor.h"

/* Thread ids by CPU, cached because the search is slow. 0: unknown. */
static unsigned int threads[MAX_CPUS];

static void look_at(const struct ctx *ctx, unsigned int pid)
{
	unsigned int cpu;
	char *text;

	cfs_read(ctx, &text, "/proc/%u/comm", pid);
	if (text && sscanf(text, "lpar/%u", &cpu) == 1 && cpu < MAX_CPUS)
		threads[cpu] = pid;
	free(text);
}

static void find_threads(const struct ctx *ctx)
{
	char path[PATH_MAX];
	struct dirent *entry;
	unsigned int pid;
	DIR *dir;

	if (cfs_path(ctx, path, "/proc"))
		return;
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		pid = strtoul(entry->d_name, NULL, 10);
		if (pid)
			look_at(ctx, pid);
	}
	if (dir)
		closedir(dir);
}

static bool read_time(const struct ctx *ctx, unsigned int cpu, u64 *ns)
{
	char *text;

	if (!threads[cpu])
		return false;
	cfs_read(ctx, &text, "/proc/%u/schedstat", threads[cpu]);
	*ns = text ? strtoull(text, NULL, 10) : 0;
	free(text);
	return *ns;
}

bool monitor_ran(const struct ctx *ctx, unsigned int cpu, u64 *ns)
{
	if (cpu >= MAX_CPUS)
		return false;
	if (read_time(ctx, cpu, ns))
		return true;
	/* The thread may be new. */
	find_threads(ctx);
	return read_time(ctx, cpu, ns);
}
