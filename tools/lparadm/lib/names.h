/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list of names for a message.
 */
#ifndef LPARADM_NAMES_H
#define LPARADM_NAMES_H

#define NAMES_MAX 256

/* Append @name to a list, as "A, B"; a list that is too long ends with "...". */
void names_add(char text[NAMES_MAX], const char *name);

#endif
