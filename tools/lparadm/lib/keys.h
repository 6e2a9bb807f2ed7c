/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operands of the form KEY=VALUE, for define, set, storage and processors.
 */
#ifndef LPARADM_KEYS_H
#define LPARADM_KEYS_H

#include "lib/cmd.h"

struct key {
	const char *name;
	char *value;
	const char *dir;	/* of the host: storage or processors */
};

/*
 * Parse all operands, for the LPAR @name or the host's @dir, before any is written.
 * Return: 0 and an array for keys_free(), or the exit code.
 */
int keys_lpar(const char *name, int argc, char **argv, struct key **keys);
int keys_pool(const char *dir, int argc, char **argv, struct key **keys);
/* Print the known keys, for --help. */
void keys_print_lpar(void);
void keys_print_storage(void);
void keys_print_processors(void);

void keys_free(struct key *keys, int n);

/*
 * Write the keys in order, up to the first that fails.
 * Return: LPARADM_OK, LPARADM_PARTIAL, or LPARADM_FAILED if none was written.
 */
int keys_write_lpar(const struct ctx *ctx, const char *name,
		    const struct key *keys, int n);
int keys_write_pool(const struct ctx *ctx, const struct key *keys, int n);

#endif
