/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that reads and writes lpar's configfs and sysfs
 * files, below the prefix that --sysroot gives.
 */
#ifndef LPARADM_CFS_H
#define LPARADM_CFS_H

#include <limits.h>
#include <stdbool.h>

#include "cmd.h"
#include "parse.h"

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

/* The same for an attribute that holds one number or size. */
__printf(3, 4)
int cfs_read_size(const struct ctx *ctx, u64 *val, const char *fmt, ...);

__printf(2, 3)
bool cfs_exists(const struct ctx *ctx, const char *fmt, ...);

/* For scandir(): no directory's own entries, and nothing hidden. */
struct dirent;
int cfs_visible(const struct dirent *de);

/*
 * Write an attribute of an LPAR by one write(2), as configfs needs it.
 * Return: 0 or LPARADM_FAILED after "lparadm: NAME: ATTR=VALUE: <last_error>",
 * and what would do where that can be told.
 */
int lpar_write(const struct ctx *ctx, const char *name, const char *attr,
	       const char *value);

/* The same for a command, which the message calls @what. */
int lpar_command(const struct ctx *ctx, const char *name, const char *what,
		 const char *attr, const char *value);

/* The same for storage/ and processors/, @dir. */
int pool_write(const struct ctx *ctx, const char *dir, const char *attr,
	       const char *value);

/* The same for an attribute of a channel. */
int channel_write(const struct ctx *ctx, unsigned int id, const char *attr,
		  const char *value);

/*
 * Is the module there, and is @name a defined LPAR? Prints what is wrong.
 * Return: 0 or the exit code.
 */
int lpar_check(const struct ctx *ctx, const char *name);

/* Would the kernel take @name, as its name_valid() says? */
bool lpar_name_valid(const char *name);

/* Can @name be looked for as the name of an LPAR? As lpar_check(). */
int lpar_name_check(const char *name);

/* Say that there is no lpar interface. Return: LPARADM_FAILED. */
int not_loaded(void);

#endif
