// SPDX-License-Identifier: GPL-2.0
/*
 * Is this host fit for lpar? The CPUs that the monitor shall have: who else uses them.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/hostcheck.h"

#define CPU_DIR "/sys/devices/system/cpu"

static bool within(const struct cpulist *a, const struct cpulist *b)
{
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (a->has[cpu] && !b->has[cpu])
			return false;
	return true;
}

static bool touches(const struct cpulist *a, const struct cpulist *b)
{
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (a->has[cpu] && b->has[cpu])
			return true;
	return false;
}

/* The other threads of a core can see what a guest leaves in it. */
static void check_siblings(struct host *h)
{
	bool any = false;

	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
		struct cpulist core;
		char *text;

		if (!h->cpus.has[cpu])
			continue;
		text = host_read(h, CPU_DIR "/cpu%u/topology/thread_siblings_list", cpu);
		if (*text && !parse_cpulist(text, &core) && !within(&core, &h->cpus)) {
			host_tell(h, "smt", HOST_WARN,
				  "give the monitor all threads of a core, or take the others offline",
				  "CPU %u shares its core with the host's: %s", cpu, text);
			any = true;
		}
		free(text);
	}
	if (!any)
		host_tell(h, "smt", HOST_PASS, NULL, "no core is shared with the host");
}

static void check_list(struct host *h, const char *name, const char *advice)
{
	char *text = host_read(h, CPU_DIR "/%s", name);
	struct cpulist list = { 0 };
	bool all = !parse_cpulist(text, &list) && within(&h->cpus, &list);

	host_tell(h, name, all ? HOST_PASS : HOST_WARN, advice, "%s",
		  *text && strcmp(text, "(null)") ? text : "none");
	free(text);
}

/* Interrupts of devices that may be handled there; those of the kernel itself stay. */
static void check_interrupts(struct host *h)
{
	struct dirent **v;
	char path[PATH_MAX];
	int n = -1, count = 0;

	if (!cfs_path(h->ctx, path, "/proc/irq"))
		n = scandir(path, &v, cfs_visible, versionsort);
	for (int i = 0; i < n; i++) {
		char *text = host_read(h, "/proc/irq/%s/effective_affinity_list", v[i]->d_name);
		struct cpulist list;

		count += *text && !parse_cpulist(text, &list) && touches(&list, &h->cpus);
		free(text);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	if (count)
		host_tell(h, "irq affinity", HOST_WARN,
			  "irqaffinity= with the host's CPUs; IRQBALANCE_BANNED_CPULIST for irqbalance",
			  "%d interrupts go to these CPUs", count);
	else
		host_tell(h, "irq affinity", HOST_PASS, NULL, "no interrupt goes to these CPUs");
}

static void check_cgroup(struct host *h)
{
	char *text = host_read(h, "/sys/fs/cgroup/system.slice/cpuset.cpus.effective");
	char *isolated = host_read(h, CPU_DIR "/isolated");
	struct cpulist list = { 0 }, apart = { 0 };

	parse_cpulist(isolated, &apart);
	if (!*text || parse_cpulist(text, &list))
		host_tell(h, "cgroup", HOST_PASS, NULL, "system.slice has no CPU set");
	else if (touches(&list, &h->cpus) && !within(&h->cpus, &apart))
		host_tell(h, "cgroup", HOST_WARN,
			  "systemctl set-property system.slice AllowedCPUs=...; so user.slice; or isolcpus=",
			  "services may run on these CPUs: %s", text);
	else
		host_tell(h, "cgroup", HOST_PASS, NULL, "services keep to other CPUs");
	free(text);
	free(isolated);
}

static const char isolated_advice[] =
	"boot with isolcpus= these CPUs, else the host's tasks run there, too";
static const char nohz_advice[] =
	"boot with nohz_full= these CPUs, else the host's tick interrupts guests";

void host_check_cpus(struct host *h)
{
	char text[200];

	if (!h->has_cpus) {
		host_tell(h, "cpus", HOST_WARN,
			  "--cpus LIST tells which ones the monitor shall have",
			  "not named, and none are isolated");
		return;
	}
	host_cpulist(text, sizeof(text), &h->cpus);
	host_tell(h, "cpus", h->cpus.has[0] ? HOST_WARN : HOST_PASS,
		  "leave CPU 0 to the host: some of its work can run only there", "%s", text);
	check_siblings(h);
	check_list(h, "isolated", isolated_advice);
	check_list(h, "nohz_full", nohz_advice);
	check_interrupts(h);
	check_cgroup(h);
}
