// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing lpar's configfs and sysfs files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/parse.h"

static int cfs_vpath(const struct ctx *ctx, char path[PATH_MAX], const char *fmt,
		     va_list ap)
{
	size_t len = strlen(ctx->root);
	int n;

	if (len >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path, ctx->root, len + 1);
	n = vsnprintf(path + len, PATH_MAX - len, fmt, ap);
	return n < 0 || (size_t)n >= PATH_MAX - len ? -ENAMETOOLONG : 0;
}

int cfs_path(const struct ctx *ctx, char path[PATH_MAX], const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = cfs_vpath(ctx, path, fmt, ap);
	va_end(ap);
	return ret;
}

/* Most attributes are short, some are tables; no file that is read is larger. */
#define READ_FIRST (64 * 1024)
#define READ_MAX (8 * 1024 * 1024)

/* Return: how many bytes, of at most @size, or -errno. */
static ssize_t read_some(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static int read_fd(int fd, char **text)
{
	size_t size = READ_FIRST, len = 0;
	ssize_t n;

	for (;;) {
		char *more = realloc(*text, size);

		if (!more)
			return -ENOMEM;
		*text = more;
		n = read_some(fd, more + len, size - 1 - len);
		if (n < 0)
			return (int)n;
		len += (size_t)n;
		if (len < size - 1 || size >= READ_MAX)
			break;
		size *= 2;
	}
	if (len && (*text)[len - 1] == '\n')
		len--;
	(*text)[len] = '\0';
	return 0;
}

static int read_file(const char *path, char **text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = read_fd(fd, text);
	close(fd);
	if (ret) {
		free(*text);
		*text = NULL;
	}
	return ret;
}

static int cfs_vread(const struct ctx *ctx, char **text, const char *fmt,
		     va_list ap)
{
	char path[PATH_MAX];
	int ret;

	*text = NULL;
	ret = cfs_vpath(ctx, path, fmt, ap);
	return ret ? ret : read_file(path, text);
}

int cfs_read(const struct ctx *ctx, char **text, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = cfs_vread(ctx, text, fmt, ap);
	va_end(ap);
	return ret;
}

int cfs_read_size(const struct ctx *ctx, u64 *val, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int ret;

	va_start(ap, fmt);
	ret = cfs_vread(ctx, &text, fmt, ap);
	va_end(ap);
	if (!ret)
		ret = parse_size(text, val);
	free(text);
	return ret;
}

bool cfs_exists(const struct ctx *ctx, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = cfs_vpath(ctx, path, fmt, ap);
	va_end(ap);
	return !ret && !access(path, F_OK);
}

/* One write holds the whole value; close() may still report its error. */
static int write_fd(int fd, const char *value)
{
	size_t len = strlen(value);
	ssize_t n = write(fd, value, len);
	int ret = 0;

	if (n < 0)
		ret = -errno;
	else if ((size_t)n != len)
		ret = -EIO;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

int cfs_write(const struct ctx *ctx, const char *attr_path, const char *value)
{
	char path[PATH_MAX];
	int fd, ret;

	ret = cfs_path(ctx, path, "%s", attr_path);
	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* An empty write never reaches the kernel; a newline does. */
	return write_fd(fd, *value ? value : "\n");
}

int cfs_visible(const struct dirent *de)
{
	return de->d_name[0] != '.';
}

int cfs_made(const struct dirent *de)
{
	return cfs_visible(de) && (de->d_type == DT_DIR || de->d_type == DT_UNKNOWN);
}
