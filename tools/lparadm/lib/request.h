/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes to lpar's attributes, with error messages.
 */
#ifndef LPARADM_REQUEST_H
#define LPARADM_REQUEST_H

#include "lib/cfs.h"

/*
 * Write an attribute of an LPAR. Return: 0, or LPARADM_FAILED after
 * "lparadm: NAME: ATTR=VALUE: <last_error>", with a suggestion if there is one.
 */
int lpar_write(const struct ctx *ctx, const char *name, const char *attr,
	       const char *value);

/* Write a command; error messages name it @what. */
int lpar_command(const struct ctx *ctx, const char *name, const char *what,
		 const char *attr, const char *value);

/*
 * Print why something in the directory @dir of configfs was refused, from its last_error;
 * the text of the errno @err if that is empty. Return: LPARADM_FAILED.
 */
int request_refused(const struct ctx *ctx, const char *dir, const char *who,
		    const char *what, int err);

/* Write an attribute of @dir, storage or processors. */
int pool_write(const struct ctx *ctx, const char *dir, const char *attr,
	       const char *value);

/* Write an attribute of a channel. */
int channel_write(const struct ctx *ctx, unsigned int id, const char *attr,
		  const char *value);

/*
 * Is the module loaded, and does LPAR @name exist? Prints an error if not.
 * Return: 0 or the exit code.
 */
int lpar_check(const struct ctx *ctx, const char *name);

/* Does the kernel accept @name? The same rules as its name_valid(). */
bool lpar_name_valid(const char *name);

/* Is @name safe to use as a directory name? Return: as lpar_check(). */
int lpar_name_check(const char *name);

/* Print that lpar.ko is not loaded. Return: LPARADM_FAILED. */
int not_loaded(void);

#endif
