// SPDX-License-Identifier: GPL-2.0
/*
 * check-host: processor features, firmware locks, TSC, KVM.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/hostcheck.h"

/* Flags of /proc/cpuinfo. Without an optional one lpar is only slower. */
struct feature {
	const char *flag, *what;
	bool optional;
};

static const struct feature first_features[] = {
	{ "vmx", "VMX", false },
	{ "ept", "EPT", false },
	{ "vpid", "VPID", false },
	{ "invvpid", "INVVPID", false },
	{ "unrestricted_guest", "unrestricted guest", false },
	{ "vnmi", "virtual NMIs", false },
	{ "preemption_timer", "preemption timer", false },
	{ "tsc_offset", "TSC offsetting", false },
	{ NULL, NULL, false },
};

static const struct feature second_features[] = {
	{ "svm", "SVM", false },
	{ "npt", "nested paging", false },
	{ "nrip_save", "next RIP save", true },
	{ "decodeassists", "decode assists", true },
	{ "flushbyasid", "flush by ASID", true },
	{ NULL, NULL, false },
};

/* Supported processors, by vendor. */
static const struct kind {
	const char *makers[2];
	const struct feature *features;
	const char *kvm;
	long lock_msr;		/* the MSR by which firmware can lock it */
	unsigned long long lock_mask, lock_off;	/* (msr & mask) == off: disabled and locked */
} kinds[] = {
	{ { "GenuineIntel", NULL }, first_features, "kvm_intel", 0x3a, 5, 1 },
	{ { "AuthenticAMD", "HygonGenuine" }, second_features, "kvm_amd", 0xc0010114l, 0x10,
	  0x10 },
};

/* The value of "@key : value" of the first processor in @cpuinfo; NULL: none. */
static char *cpuinfo_field(const char *cpuinfo, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = cpuinfo; *line; line += strcspn(line, "\n"), line += !!*line) {
		const char *colon = line + len + strspn(line + len, "\t ");

		/* An empty line ends a processor. */
		if (*line == '\n')
			return NULL;
		if (!strncmp(line, key, len) && *colon == ':') {
			colon += 1 + (colon[1] == ' ');
			return strndup(colon, strcspn(colon, "\n"));
		}
	}
	return NULL;
}

static const struct kind *find_kind(const char *maker)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		for (int k = 0; k < 2; k++)
			if (kinds[i].makers[k] && !strcmp(kinds[i].makers[k], maker))
				return &kinds[i];
	return NULL;
}

/* Without the msr driver this cannot be checked. */
static bool is_locked(const struct host *h, const struct kind *kind)
{
	unsigned long long val = 0;
	char path[PATH_MAX];
	bool locked;
	int fd;

	if (cfs_path(h->ctx, path, "/dev/cpu/0/msr"))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	locked = pread(fd, &val, sizeof(val), kind->lock_msr) == sizeof(val) &&
		 (val & kind->lock_mask) == kind->lock_off;
	close(fd);
	return locked;
}

static const char locked_advice[] = "enable virtualization in the firmware setup";

static void check_features(struct host *h, const struct kind *kind, const char *flags)
{
	bool locked = is_locked(h, kind);

	for (const struct feature *f = kind->features; f->flag; f++) {
		if (host_has_word(flags, f->flag))
			host_tell(h, "processor", HOST_PASS, NULL, "%s", f->what);
		else if (f->optional)
			host_tell(h, "processor", HOST_WARN, "lpar works, but slower",
				  "no %s", f->what);
		else if (f == kind->features)
			host_tell(h, "processor", HOST_FAIL, locked ? locked_advice :
				  "not supported by this processor, or disabled in the firmware setup",
				  "no %s", f->what);
		else
			host_tell(h, "processor", HOST_FAIL,
				  "lpar cannot work on this processor", "no %s", f->what);
	}
	if (locked)
		host_tell(h, "firmware", HOST_FAIL, locked_advice,
			  "%s is disabled and locked", kind->features->what);
	else if (host_has_word(flags, kind->features->flag))
		host_tell(h, "firmware", HOST_PASS, NULL, "%s is enabled",
			  kind->features->what);
}

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

static void check_tsc(struct host *h, const char *flags)
{
	char *source = host_read(h, CLOCKSOURCE);

	if (*source && strcmp(source, "tsc") && strcmp(source, "kvm-clock"))
		host_tell(h, "tsc", HOST_FAIL,
			  "guests' clocks would be wrong; the kernel log (TSC) says why",
			  "not used by the kernel: the clocksource is %s", source);
	else if (!host_has_word(flags, "constant_tsc") || !host_has_word(flags, "nonstop_tsc"))
		host_tell(h, "tsc", HOST_WARN, "guests' clocks may drift",
			  "its rate is not constant in all power states");
	else
		host_tell(h, "tsc", HOST_PASS, NULL, "constant rate, never stops");
	free(source);
}

/* Does a CPU have other features than the first one? */
static void check_alike(struct host *h, const char *cpuinfo, const char *flags)
{
	const char *at = cpuinfo;

	while ((at = strstr(at, "\n\n")) && at[2]) {
		char *number, *other;

		at += 2;
		number = cpuinfo_field(at, "processor");
		other = cpuinfo_field(at, "flags");
		if (number && other && strcmp(other, flags)) {
			host_tell(h, "processor", HOST_WARN,
				  "give the monitor only CPUs with the same features",
				  "CPU %s and CPU 0 have different features", number);
			free(number);
			free(other);
			return;
		}
		free(number);
		free(other);
	}
}

static void check_kvm(struct host *h, const struct kind *kind)
{
	char *uses = host_read(h, "/sys/module/%s/refcnt", kind->kvm);
	char *always = host_read(h, "/sys/module/kvm/parameters/enable_virt_at_load");

	if (!cfs_exists(h->ctx, "/sys/module/%s", kind->kvm))
		host_tell(h, "kvm", HOST_PASS, NULL, "not loaded");
	else if (*always == 'Y')
		host_tell(h, "kvm", HOST_FAIL,
			  "unload it with modprobe -r, or boot with kvm.enable_virt_at_load=0",
			  "%s is loaded and has enabled virtualization on all CPUs", kind->kvm);
	else if (*uses && strcmp(uses, "0"))
		host_tell(h, "kvm", HOST_FAIL, "end its virtual machines first",
			  "%s is in use", kind->kvm);
	else
		host_tell(h, "kvm", HOST_WARN,
			  "KVM cannot run virtual machines while the monitor has CPUs",
			  "%s is loaded, but not in use", kind->kvm);
	free(uses);
	free(always);
}

void host_check_processor(struct host *h)
{
	char *cpuinfo = host_read(h, "/proc/cpuinfo");
	char *maker = cpuinfo_field(cpuinfo, "vendor_id"), *flags = cpuinfo_field(cpuinfo, "flags");
	char *more = cpuinfo_field(cpuinfo, "vmx flags"), *all = NULL;
	const struct kind *kind = maker ? find_kind(maker) : NULL;

	if (!kind || !flags || asprintf(&all, "%s %s", flags, more ? more : "") < 0) {
		host_tell(h, "processor", HOST_FAIL, "lpar needs an x86 processor with VMX or SVM",
			  "%s is not supported", maker ? maker : "this processor");
	} else {
		check_features(h, kind, all);
		check_alike(h, cpuinfo, flags);
		if (host_has_word(flags, "hypervisor"))
			host_tell(h, "processor", HOST_WARN,
				  "shares and timing depend on the underlying hypervisor",
				  "this host is a virtual machine itself");
		check_tsc(h, flags);
		check_kvm(h, kind);
	}
	free(all);
	free(more);
	free(flags);
	free(maker);
	free(cpuinfo);
}
