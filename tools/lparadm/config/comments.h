/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeping the comments of a configuration file when it is saved again.
 */
#ifndef LPARADM_COMMENTS_H
#define LPARADM_COMMENTS_H

/*
 * Merge the comments of the file @old into @text, which lparadm has written: each comes
 * above, or at the end of, the line of the same key; those without such a line come last.
 * Return: the merged text, which the caller frees; NULL if out of memory.
 */
char *comments_merge(const char *text, const char *old);

#endif
