/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All access to lpar's configfs and sysfs files, below the prefix of --sysroot.
 */
#ifndef LPARADM_CFS_H
#define LPARADM_CFS_H

#include <limits.h>
#include <stdbool.h>

#include "lib/cmd.h"
#include "lib/parse.h"

#define CFS_DIR "/sys/kernel/config/" LPAR_SUBSYSTEM
#define CLASS_DIR "/sys/class/" LPAR_SUBSYSTEM

/* Build root + formatted path. Return: 0 or -ENAMETOOLONG. */
__printf(3, 4)
int cfs_path(const struct ctx *ctx, char path[PATH_MAX], const char *fmt, ...);

/*
 * Read a whole attribute, last newline cut off; the caller frees *text.
 * Return: 0 or -errno.
 */
__printf(3, 4)
int cfs_read(const struct ctx *ctx, char **text, const char *fmt, ...);

/* Read an attribute that is one number or size. Return: as cfs_read(). */
__printf(3, 4)
int cfs_read_size(const struct ctx *ctx, u64 *val, const char *fmt, ...);

__printf(2, 3)
bool cfs_exists(const struct ctx *ctx, const char *fmt, ...);

/* A filter for scandir(): skip "." and "..", and hidden files. */
struct dirent;
int cfs_visible(const struct dirent *de);
/* Likewise: only directories, i.e. existing LPARs or channels. */
int cfs_made(const struct dirent *de);

/*
 * Write an attribute by one write(2), as configfs needs it. Return: 0 or -errno.
 */
int cfs_write(const struct ctx *ctx, const char *attr_path, const char *value);

#endif
