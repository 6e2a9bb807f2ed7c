// SPDX-License-Identifier: GPL-2.0
/*
 * check-host: does anything else use the CPUs that the monitor is to get?
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/hostcheck.h"

#define CPU_DIR "/sys/devices/system/cpu"

static bool cpus_within(const struct cpulist *a, const struct cpulist *b)
{
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (a->has[cpu] && !b->has[cpu])
			return false;
	return true;
}

static bool cpus_overlap(const struct cpulist *a, const struct cpulist *b)
{
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
		if (a->has[cpu] && b->has[cpu])
			return true;
	return false;
}

/* Another thread of the same core can observe what a guest leaves in it. */
static void check_siblings(struct host *h)
{
	bool any = false;

	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
		struct cpulist core;
		char *text;

		if (!h->cpus.has[cpu])
			continue;
		text = host_read(h, CPU_DIR "/cpu%u/topology/thread_siblings_list", cpu);
		if (*text && !parse_cpulist(text, &core) && !cpus_within(&core, &h->cpus)) {
			host_tell(h, "smt", HOST_WARN,
				  "assign all threads of a core to the monitor, or take the others offline",
				  "CPU %u shares a core with the host's CPUs: %s", cpu, text);
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
	bool all = !parse_cpulist(text, &list) && cpus_within(&h->cpus, &list);

	host_tell(h, name, all ? HOST_PASS : HOST_WARN, advice, "%s",
		  *text && strcmp(text, "(null)") ? text : "none");
	free(text);
}

/* Interrupts of devices that go to these CPUs; the kernel's own cannot be moved. */
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

		count += *text && !parse_cpulist(text, &list) && cpus_overlap(&list, &h->cpus);
		free(text);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	if (count)
		host_tell(h, "irq affinity", HOST_WARN,
			  "boot with irqaffinity=<host's CPUs>; for irqbalance set IRQBALANCE_BANNED_CPULIST",
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
	else if (cpus_overlap(&list, &h->cpus) && !cpus_within(&h->cpus, &apart))
		host_tell(h, "cgroup", HOST_WARN,
			  "systemctl set-property system.slice AllowedCPUs=..., also user.slice; or isolcpus=",
			  "services may run on these CPUs: %s", text);
	else
		host_tell(h, "cgroup", HOST_PASS, NULL, "services run on other CPUs");
	free(text);
	free(isolated);
}

static const char isolated_advice[] =
	"boot with isolcpus=<these CPUs>; otherwise the host's tasks run there, too";
static const char nohz_advice[] =
	"boot with nohz_full=<these CPUs>; otherwise the host's tick interrupts guests";

void host_check_cpus(struct host *h)
{
	char text[200];

	if (!h->has_cpus) {
		host_tell(h, "cpus", HOST_WARN,
			  "name the CPUs that the monitor is to get with --cpus LIST",
			  "none named and none isolated");
		return;
	}
	host_cpulist(text, sizeof(text), &h->cpus);
	host_tell(h, "cpus", h->cpus.has[0] ? HOST_WARN : HOST_PASS,
		  "leave CPU 0 to the host: some of its work runs only there", "%s", text);
	check_siblings(h);
	check_list(h, "isolated", isolated_advice);
	check_list(h, "nohz_full", nohz_advice);
	check_interrupts(h);
	check_cgroup(h);
}
