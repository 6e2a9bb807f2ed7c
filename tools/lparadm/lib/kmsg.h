/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lpar.ko says in the kernel log while a request is running: the
 * system call that loads a module returns only a number.
 */
#ifndef LPARADM_KMSG_H
#define LPARADM_KMSG_H

#include "lib/cmd.h"

/* Begin to listen. Return: a descriptor, or -1 where there is no log. */
int kmsg_open(const struct ctx *ctx);

/*
 * Print the module's words since kmsg_open() as errors of @what, and close.
 * Return: how many lines.
 */
int kmsg_report(int fd, const char *what);

/* Stop listening. */
void kmsg_close(int fd);

#endif
