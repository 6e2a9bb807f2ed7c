/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes to lpar's attributes, with what there is to say when one is refused.
 */
#ifndef LPARADM_REQUEST_H
#define LPARADM_REQUEST_H

#include "lib/cfs.h"

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
