// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's uevents of LPARs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "lib/uevent.h"

int uevent_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);
	int err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	err = errno;
	close(fd);
	return -err;
}

static void uevent_take(char *dst, size_t size, const char *var, const char *name)
{
	size_t len = strlen(name);

	if (!strncmp(var, name, len))
		snprintf(dst, size, "%s", var + len);
}

/* "change@/devices/virtual/lpar/LPAR1\0ACTION=change\0STATE=active\0..." */
static bool uevent_parse(const char *buf, size_t len, struct uevent *e)
{
	char subsystem[16] = "", path[256] = "";
	const char *slash;

	memset(e, 0, sizeof(*e));
	for (const char *v = buf; v < buf + len; v += strlen(v) + 1) {
		uevent_take(e->action, sizeof(e->action), v, "ACTION=");
		uevent_take(e->state, sizeof(e->state), v, LPAR_UEVENT_STATE "=");
		uevent_take(e->changed, sizeof(e->changed), v, LPAR_UEVENT_CHANGED "=");
		uevent_take(subsystem, sizeof(subsystem), v, "SUBSYSTEM=");
		uevent_take(path, sizeof(path), v, "DEVPATH=");
	}
	slash = strrchr(path, '/');
	if (strcmp(subsystem, LPAR_SUBSYSTEM) || !slash)
		return false;
	snprintf(e->name, sizeof(e->name), "%s", slash + 1);
	return true;
}

int uevent_read(int fd, struct uevent *e, bool wait)
{
	struct sockaddr_nl from = { 0 };
	char buf[8192];
	struct iovec iov = { buf, sizeof(buf) - 1 };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n = recvmsg(fd, &msg, wait ? 0 : MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	/* Any process can send to this group; messages of the kernel have port 0. */
	if (from.nl_pid)
		return 0;
	buf[n] = '\0';
	return uevent_parse(buf, (size_t)n, e);
}
