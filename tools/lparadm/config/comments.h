/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The comments of a configuration file, which outlive its being saved anew.
 */
#ifndef LPARADM_COMMENTS_H
#define LPARADM_COMMENTS_H

/*
 * @text, which lparadm has written, with the comments that the file @old has: each
 * before, or behind, the line of the same key. Those whose key is gone come last.
 * Return: the caller frees it; NULL: no memory.
 */
char *comments_merge(const char *text, const char *old);

#endif
