// SPDX-License-Identifier: GPL-2.0
/*
 * check-host: kernel, memory, mitigations, IOMMU, Secure Boot.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/hostcheck.h"
#include "lib/module.h"
#include "lib/names.h"

#define LEAST_POOL (512ull << 20)
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static void check_mitigations(struct host *h)
{
	char path[PATH_MAX], names[NAMES_MAX] = "";
	struct dirent **v;
	int n = -1;

	if (!cfs_path(h->ctx, path, "/sys/devices/system/cpu/vulnerabilities"))
		n = scandir(path, &v, cfs_visible, versionsort);
	for (int i = 0; i < n; i++) {
		char *text = host_read(h, "/sys/devices/system/cpu/vulnerabilities/%s",
				       v[i]->d_name);

		if (strstr(text, "Vulnerable"))
			names_add(names, v[i]->d_name);
		free(text);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
	if (*names)
		host_tell(h, "mitigations", HOST_WARN,
			  "a guest may read the host's memory: update microcode, drop mitigations=off",
			  "vulnerable: %s", names);
	else
		host_tell(h, "mitigations", HOST_PASS, NULL, "no vulnerability is reported");
}

static void check_iommu(struct host *h)
{
	char path[PATH_MAX], *interrupts;
	struct dirent **v;
	int n = -1;

	if (!cfs_path(h->ctx, path, "/sys/class/iommu"))
		n = scandir(path, &v, cfs_visible, versionsort);
	for (int i = 0; i < n; i++)
		free(v[i]);
	if (n >= 0)
		free(v);
	if (n > 0)
		host_tell(h, "iommu", HOST_PASS, NULL, "in use, units: %d", n);
	else
		host_tell(h, "iommu", HOST_WARN,
			  "needed for channels of type pci: enable it in the firmware, and with intel_iommu=on or amd_iommu=on",
			  "not in use");
	if (n <= 0)
		return;
	interrupts = host_read(h, "/proc/interrupts");
	if (strstr(interrupts, " IR-"))
		host_tell(h, "interrupt remapping", HOST_PASS, NULL, "in use");
	else
		host_tell(h, "interrupt remapping", HOST_WARN,
			  "without it a guest with a PCI function can inject interrupts into the host",
			  "not in use");
	free(interrupts);
}

static void check_watchdog(struct host *h)
{
	char *text = host_read(h, "/proc/sys/kernel/nmi_watchdog");

	host_tell(h, "nmi watchdog", *text == '1' ? HOST_WARN : HOST_PASS,
		  "set kernel.nmi_watchdog=0: its NMIs cause VM exits and occupy a counter",
		  *text == '1' ? "on" : "off");
	free(text);
}

static u64 meminfo_get(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	unsigned long long kb = 0;

	return at && sscanf(at + strlen(key), ": %llu", &kb) == 1 ? kb << 10 : 0;
}

static void check_memory(struct host *h)
{
	char *text = host_read(h, "/proc/meminfo"), free_text[SIZE_TEXT], all[SIZE_TEXT];
	u64 available = meminfo_get(text, "MemAvailable"), total = meminfo_get(text, "MemTotal");
	u64 margin = total / 16;

	available = available > margin ? available - margin : 0;
	format_human(free_text, available);
	format_human(all, total);
	host_tell(h, "memory", available >= LEAST_POOL ? HOST_PASS : HOST_WARN,
		  "free memory, or reserve some at boot with memmap=SIZE$ADDRESS",
		  "%s of %s available for a pool", free_text, all);
	free(text);
}

bool host_wants_signature(const struct host *h)
{
	char *lockdown = host_read(h, "/sys/kernel/security/lockdown");
	char *enforced = host_read(h, "/sys/module/module/parameters/sig_enforce");
	bool wants = (*lockdown && !strstr(lockdown, "[none]")) || *enforced == 'Y';

	free(lockdown);
	free(enforced);
	return wants;
}

static bool secure_boot(const struct host *h)
{
	char path[PATH_MAX], val[5] = "";
	int fd = -1;

	if (!cfs_path(h->ctx, path, SECURE_BOOT))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* The value comes after four bytes of attributes. */
	if (read(fd, val, sizeof(val)) != sizeof(val))
		val[4] = 0;
	close(fd);
	return val[4] == 1;
}

/* A signed module ends with this marker. */
static bool is_signed(const char *path)
{
	static const char magic[] = "~Module signature appended~\n";
	char end[sizeof(magic)] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (lseek(fd, -(off_t)strlen(magic), SEEK_END) < 0 ||
	    read(fd, end, strlen(magic)) != (ssize_t)strlen(magic))
		end[0] = '\0';
	close(fd);
	return !strcmp(end, magic);
}

static void check_secure_boot(struct host *h, const char *module)
{
	const char *boot = secure_boot(h) ? "Secure Boot is on" : "Secure Boot is off";

	if (!host_wants_signature(h))
		host_tell(h, "secure boot", HOST_PASS, NULL, "%s; modules need not be signed",
			  boot);
	else if (*module && !strstr(module, ".ko.") && !is_signed(module))
		host_tell(h, "secure boot", HOST_FAIL,
			  "sign lpar.ko and enroll the key: see \"Secure Boot\" in lparadm-machine(8)",
			  "%s; modules must be signed, and lpar.ko is not", boot);
	else
		host_tell(h, "secure boot", HOST_WARN,
			  "the key must be enrolled: see \"Secure Boot\" in lparadm-machine(8)",
			  "%s; modules must be signed with a known key", boot);
}

static void check_release(struct host *h, const char *release)
{
	unsigned int major = 0, minor = 0;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		major = 0;
	if (major > 6 || (major == 6 && minor >= 1))
		host_tell(h, "kernel", HOST_PASS, NULL, "%s", release);
	else
		host_tell(h, "kernel", HOST_FAIL, "boot Linux 6.1 or later", "%s",
			  *release ? release : "unknown");
}

static void check_module(struct host *h, const char *release, const char *module)
{
	bool headers = cfs_exists(h->ctx, "/lib/modules/%s/build", release);

	host_tell(h, "headers", headers || *module ? HOST_PASS : HOST_WARN,
		  "to build lpar.ko, install linux-headers, kernel-devel or kernel-default-devel",
		  headers ? "installed for this kernel" : "not installed for this kernel");
	if (cfs_exists(h->ctx, "/sys/module/lpar"))
		host_tell(h, "module", HOST_PASS, NULL, "lpar is loaded");
	else if (*module)
		host_tell(h, "module", HOST_PASS, NULL, "lpar.ko is installed for this kernel");
	else
		host_tell(h, "module", HOST_WARN,
			  "install lpar-dkms, run \"make install\", or use \"lparadm load FILE\"",
			  "lpar.ko is not installed for this kernel");
}

void host_check_kernel(struct host *h)
{
	char *release = host_read(h, "/proc/sys/kernel/osrelease"), module[PATH_MAX];

	check_mitigations(h);
	check_iommu(h);
	check_watchdog(h);
	check_memory(h);
	check_release(h, release);
	if (!module_find(h->ctx, release, module))
		*module = '\0';
	check_module(h, release, module);
	check_secure_boot(h, module);
	free(release);
}
