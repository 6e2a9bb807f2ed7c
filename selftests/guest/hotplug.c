// SPDX-License-Identifier: GPL-2.0
/*
 * Hot-added memory and processors of a test guest: reported by the kernel through
 * netlink, brought online, reported on the console. And the power button.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

#define MEMORY		"/sys/devices/system/memory"
#define CPU		"/sys/devices/system/cpu"
#define UEVENT_GROUP	1
#define EVENT_MAX	8192
#define BLOCKS_MAX	65536

/* What was reported online already, so that each is reported only once. */
static unsigned char block_reported[BLOCKS_MAX / 8];
static unsigned char cpu_reported[GUEST_MAX_CPUS];

static bool memory_online(long n)
{
	char path[128], state[32];

	snprintf(path, sizeof(path), MEMORY "/memory%ld/state", n);
	if (!read_line(path, state, sizeof(state)))
		return false;
	if (!strcmp(state, "online"))
		return true;
	return !write_text(path, "online_movable") ||
	       !write_text(path, "online");
}

static void memory_event(const char *action, long n)
{
	unsigned char bit = 1 << (n % 8);

	if (n < 0 || n >= BLOCKS_MAX)
		return;
	if (!strcmp(action, "offline") || !strcmp(action, "remove")) {
		if (block_reported[n / 8] & bit)
			say("HOTPLUG memory%ld offline", n);
		block_reported[n / 8] &= ~bit;
	} else if (!(block_reported[n / 8] & bit) && memory_online(n)) {
		block_reported[n / 8] |= bit;
		say("HOTPLUG memory%ld online", n);
		say("MEMTOTAL %ld", meminfo_kb("MemTotal"));
	}
}

static bool cpu_online(long n)
{
	char path[128], state[32];

	snprintf(path, sizeof(path), CPU "/cpu%ld/online", n);
	if (!read_line(path, state, sizeof(state)))
		return false;
	return state[0] == '1' || !write_text(path, "1");
}

static void cpu_event(const char *action, long n)
{
	if (n < 0 || n >= GUEST_MAX_CPUS)
		return;
	if (!strcmp(action, "offline") || !strcmp(action, "remove")) {
		if (cpu_reported[n])
			say("HOTPLUG cpu%ld offline", n);
		cpu_reported[n] = 0;
	} else if (!cpu_reported[n] && cpu_online(n)) {
		cpu_reported[n] = 1;
		say("HOTPLUG cpu%ld online", n);
		say("CPUS %d", online_cpus());
		work_cpu_online(n);
	}
}

static void memory_found(long n)
{
	if (n < BLOCKS_MAX && memory_online(n))
		block_reported[n / 8] |= 1 << (n % 8);
}

static void cpu_found(long n)
{
	if (n < GUEST_MAX_CPUS && cpu_online(n))
		cpu_reported[n] = 1;
}

/* Do not report what is present from the start. */
static void scan_present(const char *dir, const char *prefix,
			 void (*found)(long n))
{
	DIR *d = opendir(dir);
	size_t len = strlen(prefix);
	struct dirent *entry;
	char *rest;
	long n;

	while (d && (entry = readdir(d)) != NULL) {
		if (strncmp(entry->d_name, prefix, len))
			continue;
		n = strtol(entry->d_name + len, &rest, 10);
		if (!*rest && rest != entry->d_name + len)
			found(n);
	}
	if (d)
		closedir(d);
}

/* Open the kernel's event socket; events from now on are read from it. */
int hotplug_open(void)
{
	struct sockaddr_nl addr = {
		.nl_family = AF_NETLINK,
		.nl_groups = UEVENT_GROUP,
	};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		say("LPAR-GUEST no kernel events");
		return -1;
	}
	write_text(MEMORY "/auto_online_blocks", "online");
	scan_present(MEMORY, "memory", memory_found);
	scan_present(CPU, "cpu", cpu_found);
	return fd;
}

static bool is_disk(const char *path, const char *name)
{
	int controller, space;
	char more;

	return strstr(path, "/block/vd") ||
	       sscanf(name, "/nvme%dn%d%c", &controller, &space, &more) == 2;
}

/* An event is "action@devpath", followed by variables that are not needed here. */
void hotplug_event(int fd)
{
	char event[EVENT_MAX], *path, *name;
	ssize_t len = recv(fd, event, sizeof(event) - 1, MSG_DONTWAIT);

	if (len <= 0)
		return;
	event[len] = 0;
	path = strchr(event, '@');
	if (!path)
		return;
	*path++ = 0;
	name = strrchr(path, '/');
	if (!name)
		return;
	if (strstr(path, "/system/memory/memory"))
		memory_event(event, atol(name + sizeof("memory")));
	else if (is_disk(path, name) && !strcmp(event, "add"))
		say("HOTPLUG %s online", name + 1);
	else if (strstr(path, "/net/eth") && !strcmp(event, "add"))
		say("HOTPLUG %s online", name + 1);
	else if (strstr(path, "/system/cpu/cpu"))
		cpu_event(event, atol(name + sizeof("cpu")));
}

/* ACPI's power button as an input device, or -1; not a keyboard, which has that key, too. */
int button_open(void)
{
	char path[64], name[64];
	int i, fd;

	for (i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/dev/input/event%d", i);
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (ioctl(fd, EVIOCGNAME(sizeof(name)), name) > 0 &&
		    !strcmp(name, "Power Button"))
			return fd;
		close(fd);
	}
	return -1;
}

bool button_pressed(int fd)
{
	struct input_event ev;

	while (read(fd, &ev, sizeof(ev)) == sizeof(ev))
		if (ev.type == EV_KEY && ev.code == KEY_POWER && ev.value == 1)
			return true;
	return false;
}
