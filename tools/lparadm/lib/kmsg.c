// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of lpar.ko in the kernel log. A record of /dev/kmsg is
 * "priority,sequence,time,flags;text", and one read(2) returns one record.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/kmsg.h"
#include "lib/parse.h"

#define PREFIX "lpar: "

int kmsg_open(const struct ctx *ctx)
{
	char path[PATH_MAX];
	int fd;

	if (cfs_path(ctx, path, "/dev/kmsg"))
		return -1;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static int report_line(char *line, const char *what)
{
	char *text = strchr(line, ';');

	/* A line that begins with a blank names the record's device. */
	if (*line == ' ' || !text || strncmp(text + 1, PREFIX, strlen(PREFIX)))
		return 0;
	fail(NULL, what, "%s", text + 1 + strlen(PREFIX));
	return 1;
}

int kmsg_report(int fd, const char *what)
{
	char buf[8192], *rest, *line;
	int lines = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	/* EPIPE: records were overwritten meanwhile; the next read continues after them. */
	while ((n = read(fd, buf, sizeof(buf) - 1)) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR))) {
		if (n < 0)
			continue;
		buf[n] = '\0';
		rest = buf;
		while ((line = next_line(&rest)))
			lines += report_line(line, what);
	}
	close(fd);
	return lines;
}

void kmsg_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
